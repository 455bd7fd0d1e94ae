"""Bring an older database up to date, with a way back.

SQLite cannot change a column: the ORM builds the table anew and drops the old one. With foreign keys on, the drop
takes the rows of other tables along; and the new table has lost its indexes. So: a copy first, foreign keys off,
then the migrations, then a comparison with an empty database of this version; what is lost is made again, and what
still differs brings the copy back.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tortoise.connection import get_connection
from tortoise.exceptions import BaseORMException

from dsarbot.errors import StoreProblem
from dsarbot.store import schema
from dsarbot.store.connections import APPS, configuration, is_sqlite, key_file, sqlite_file
from dsarbot.store.database import alone, connected, packages_of
from dsarbot.store.shape import Shape, repair, shape_of
from dsarbot.store.sql import dialect, run

Configure = Callable[..., dict[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Upgraded:
    """What was applied, and where the copy of the database as it was lies (SQLite only)."""

    applied: tuple[str, ...]
    copy: Path | None


async def upgrade(
    url: str, *, now: datetime, password: str | None = None, configure: Configure = configuration
) -> Upgraded:
    """Apply every pending migration. The service must not be running. *configure* is for tests.

    StoreProblem, and the database as it was, when something goes wrong; NewerDatabase when it is ahead of us."""
    expected = await _expected()
    copies: dict[Path, Path] = {}
    lacking: dict[str, list[str]] = {}
    finished = False
    try:
        async with (
            connected(url, password=password, foreign_keys=False, configure=configure) as config,
            alone(url),
        ):
            lacking = {app: await schema.pending(app, package) for app, package in packages_of(config).items()}
            if any(lacking.values()):
                copies = await asyncio.to_thread(_copy_files, url, lacking, now)
                await _migrate(config, lacking, expected)
        finished = True
    except BaseORMException as error:
        raise StoreProblem(f"the upgrade failed ({type(error).__name__}); the database is as it was") from error
    finally:
        if not finished:
            await asyncio.to_thread(_bring_back, copies)
    names = tuple(f"{app}.{name}" for app, each in lacking.items() for name in each)
    return Upgraded(applied=names, copy=_settle_copies(url, copies))


async def _expected() -> Mapping[str, Shape]:
    """What the tables of this version look like, from the models themselves, in a throw-away database."""
    with tempfile.TemporaryDirectory(prefix="dsarbot-") as folder:
        async with connected(f"sqlite://{folder}/fresh.db", schemas=True):
            return {app: await shape_of(get_connection(name)) for app, name in APPS.items()}


async def _migrate(
    config: Mapping[str, Any], lacking: Mapping[str, list[str]], expected: Mapping[str, Shape]
) -> None:
    await schema.make_schema()
    for app in APPS:
        if lacking[app]:
            await schema.migrate(app, config)
    for app, name in APPS.items():
        db = get_connection(name)
        await repair(db, expected[app])
        different = (await shape_of(db)).differences(expected[app])
        if different:
            raise StoreProblem("the upgrade failed: the tables are not those of this version: " + "; ".join(different))
        if dialect(db) == "sqlite" and await run(db, "PRAGMA foreign_key_check"):
            raise StoreProblem("the upgrade failed: rows refer to others that are missing")


# --- copies ----------------------------------------------------------------------------------------------------


def _copy_files(url: str, lacking: Mapping[str, list[str]], now: datetime) -> dict[Path, Path]:
    """A copy of each file that will change: {original: copy}. PostgreSQL is copied by its own tools."""
    if not is_sqlite(url):
        return {}
    main = sqlite_file(url)
    files = {"dsarbot": main, "dsarbot_keys": key_file(main)}
    copies = {}
    for app, path in files.items():
        if lacking[app]:
            copies[path] = path.with_name(f"{path.name}.before-{lacking[app][0]}-{now:%Y%m%dT%H%M%S}")
            copies[path].touch(mode=0o600)
            _copy(path, copies[path])
    return copies


def _bring_back(copies: Mapping[Path, Path]) -> None:
    for original, copied in copies.items():
        _copy(copied, original)
        copied.unlink()


def _settle_copies(url: str, copies: Mapping[Path, Path]) -> Path | None:
    """The copy of the cases stays for the operator. That of the keys goes: it would outlive keys destroyed later."""
    if not is_sqlite(url):
        return None
    main = sqlite_file(url)
    copied_keys = copies.get(key_file(main))
    if copied_keys is not None:
        copied_keys.unlink()
    return copies.get(main)


def _copy(source: Path, target: Path) -> None:
    """By SQLite itself: what is still in the write-ahead log comes along."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
