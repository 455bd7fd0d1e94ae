"""Discord servers: cards, threads and linked accounts."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0011_parties")]

    operations: list[ops.Operation] = []
