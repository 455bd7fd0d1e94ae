"""Keys of programs, what they asked once, and where they want to be told."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0008_links")]

    operations: list[ops.Operation] = []
