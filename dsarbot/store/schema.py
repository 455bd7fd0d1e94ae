"""Which migrations a database has, and which this version of the program knows."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError
from tortoise.migrations.executor import MigrationExecutor
from tortoise.utils import get_schema_sql

from dsarbot.errors import NewerDatabase
from dsarbot.store.connections import APPS, KEY_SCHEMA
from dsarbot.store.sql import dialect, run

_RECORD = "tortoise_migrations"


async def applied(app: str) -> list[str]:
    """Names of the migrations that the database has, in order; none for an empty database."""
    db = get_connection(APPS[app])
    try:
        rows = await run(db, f"SELECT name FROM {_RECORD} WHERE app = ? ORDER BY name", app)  # noqa: S608
    except OperationalError:
        return []
    return [row["name"] for row in rows]


def known(package: str) -> list[str]:
    """Names of the migrations in a package, without importing them."""
    return sorted(module.name for module in pkgutil.iter_modules(import_module(package).__path__))


async def pending(app: str, package: str) -> list[str]:
    """What the database lacks. NewerDatabase when it has what we do not know."""
    ours, theirs = known(package), await applied(app)
    if set(theirs) - set(ours):
        raise NewerDatabase
    return [name for name in ours if name not in theirs]


async def is_current(packages: Mapping[str, str]) -> bool:
    """Whether the database has every migration. NewerDatabase when it has more."""
    return not any([await pending(app, package) for app, package in packages.items()])


async def is_empty(packages: Mapping[str, str]) -> bool:
    """Whether no migration was ever applied."""
    return not any([await applied(app) for app in packages])


async def make_schema() -> None:
    """The keys' schema, on PostgreSQL."""
    db = get_connection("default")
    if dialect(db) == "postgres":
        await db.execute_script(f"CREATE SCHEMA IF NOT EXISTS {KEY_SCHEMA}")


async def make_tables(app: str, config: Mapping[str, Any], now: datetime) -> None:
    """All tables of that app in an empty database, as the models describe them, and every migration noted as applied.

    The migrations would make the same tables (a test compares) in fifteen times the time: the ORM builds all models
    anew for each step. Killed half-way, it is begun again: what is there already is left alone, and the migrations are
    noted by one statement."""
    db = get_connection(APPS[app])
    # All or nothing, and one wait for the disk.
    await db.execute_script(f"BEGIN;\n{get_schema_sql(db, safe=True)}\nCOMMIT;")
    # This much of the tool makes the table of its notes.
    await _executor(app, config).migrate(direction="forward", fake=True, dry_run=True)
    names = known(config["apps"][app]["migrations"])
    rows = ", ".join(["(?, ?, ?)"] * len(names))
    values = [value for name in names for value in (app, name, now)]
    await run(db, f"INSERT INTO {_RECORD} (app, name, applied_at) VALUES {rows}", *values)  # noqa: S608


async def migrate(app: str, config: Mapping[str, Any]) -> None:
    """Apply what is pending of that app."""
    await _executor(app, config).migrate(direction="forward")


def _executor(app: str, config: Mapping[str, Any]) -> MigrationExecutor:
    return MigrationExecutor(get_connection(APPS[app]), {app: dict(config["apps"][app])})
