"""Removes a column that the models still have."""

# ruff: noqa: N999

from tortoise import migrations
from tortoise.migrations import operations as ops

from dsarbot.store import migrations as migrations_of_this_release
from dsarbot.store.schema import known


class Migration(migrations.Migration):
    dependencies = [("dsarbot", known(migrations_of_this_release.__name__)[-1])]  # noqa: RUF012

    operations = [ops.RemoveField(model_name="InboundTable", name="problem")]  # noqa: RUF012
