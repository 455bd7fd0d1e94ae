"""Removes a column that the models still have."""

# ruff: noqa: N999

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0003_inquiries")]  # noqa: RUF012

    operations = [ops.RemoveField(model_name="InboundTable", name="problem")]  # noqa: RUF012
