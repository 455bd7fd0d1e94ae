"""Views of the list of cases that somebody has saved."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0012_discord")]

    operations: list[ops.Operation] = []
