"""Customers, resellers, sub-processors and recipients, and the contracts with them."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0010_access")]

    operations: list[ops.Operation] = []
