"""Links that a person or an outside party may open, and the codes beside them."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0007_accounts")]

    operations: list[ops.Operation] = []
