"""A database as it was before a migration."""

from __future__ import annotations

from importlib import import_module

from tortoise.apps import Apps
from tortoise.connection import get_connection
from tortoise.context import require_context
from tortoise.migrations import operations as ops

from dsarbot.store import schema
from dsarbot.store.sql import run

_PACKAGE = "dsarbot.store.migrations"


async def before(name: str) -> None:
    """Undo that migration and all that came after it, the newest first: what follows one is built upon it."""
    later = [each for each in schema.known(_PACKAGE) if each >= name]
    db = get_connection("default")
    apps = require_context().apps
    for each in reversed(later):
        migration = import_module(f"{_PACKAGE}.{each}").Migration
        for operation in reversed(migration.operations):
            if statement := _undoing(operation, apps):
                await db.execute_script(statement)
        await run(db, "DELETE FROM tortoise_migrations WHERE name = ? RETURNING name", each)


def _undoing(operation: object, apps: Apps | None) -> str:
    match operation:
        case ops.CreateModel():
            assert operation.options
            return f"DROP TABLE {operation.options['table']}"
        case ops.AddField():
            assert apps
            table = apps["dsarbot"][operation.model_name]._meta.db_table
            return f"ALTER TABLE {table} DROP COLUMN {operation.name}"
        case ops.AddIndex():
            return f"DROP INDEX {operation.index.name}"
        case ops.RunSQL():
            return ""
    raise AssertionError(f"how to undo {type(operation).__name__} is not known here")


async def without_inquiries() -> None:
    """As before 0003_inquiries."""
    await before("0003_inquiries")
