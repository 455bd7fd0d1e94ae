"""Passkeys, and log-ins by another service."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0009_api")]

    operations: list[ops.Operation] = []
