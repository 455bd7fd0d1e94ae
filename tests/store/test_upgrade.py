"""Migrations must lose neither rows nor indexes, and a failed one must not have happened."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tortoise.connection import get_connection

from dsarbot.errors import NewerDatabase, StoreProblem
from dsarbot.ports import Scope
from dsarbot.store import schema
from dsarbot.store.connections import APPS, configuration, is_sqlite, sqlite_file
from dsarbot.store.database import connected, open_store, packages_of
from dsarbot.store.shape import shape_of
from dsarbot.store.sql import run
from dsarbot.store.upgrade import upgrade
from tests.store.filled import contents, fill
from tests.store.samples import MASTER, NOW, ORG


def with_migrations(package: str) -> Any:
    def configure(*arguments: Any, **options: Any) -> dict[str, Any]:
        config = configuration(*arguments, **options)
        config["apps"]["dsarbot"]["migrations"] = package
        return config

    return configure


async def filled(url: str, data: Path) -> dict[str, Any]:
    async with open_store(url, data_dir=data, master=MASTER) as store:
        await fill(store)
    async with connected(url):
        found = await contents()
    assert all(found.values()), [table for table, rows in found.items() if not rows]
    return found


async def test_an_upgrade_keeps_the_rows_and_the_indexes_of_every_table(database_url: str, tmp_path: Path) -> None:
    before = await filled(database_url, tmp_path)
    async with connected(database_url):
        shapes = {app: await shape_of(get_connection(name)) for app, name in APPS.items()}
    done = await upgrade(database_url, now=NOW, configure=with_migrations("tests.store.next_migrations"))
    assert done.applied == ("dsarbot.9000_wider",)
    async with connected(database_url):
        assert await contents() == before
        after = {app: await shape_of(get_connection(name)) for app, name in APPS.items()}
    assert after["dsarbot"].indexes == shapes["dsarbot"].indexes
    assert after["dsarbot"].columns == shapes["dsarbot"].columns
    if is_sqlite(database_url):
        assert done.copy is not None
        assert stat.S_IMODE(done.copy.stat().st_mode) == 0o600
        with closing(sqlite3.connect(done.copy)) as copied:
            assert copied.execute("SELECT count(*) FROM cases").fetchone() == (1,)


async def test_a_second_upgrade_does_nothing(database_url: str, tmp_path: Path) -> None:
    await filled(database_url, tmp_path)
    done = await upgrade(database_url, now=NOW)
    assert (done.applied, done.copy) == ((), None)


async def test_an_upgrade_that_leaves_other_tables_than_ours_is_undone(database_url: str, tmp_path: Path) -> None:
    if not is_sqlite(database_url):
        pytest.skip("only files are brought back; PostgreSQL's own back-up does that")
    before = await filled(database_url, tmp_path)
    with pytest.raises(StoreProblem, match=r"inbound\.problem lacks"):
        await upgrade(database_url, now=NOW, configure=with_migrations("tests.store.bad_migrations"))
    async with connected(database_url):
        assert await contents() == before
    assert not list(sqlite_file(database_url).parent.glob("*.before-*"))
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        assert [row.id for row in await store.rows(ORG)] == ["case-0001"]


async def test_a_newer_database_is_refused_and_not_touched(database_url: str, tmp_path: Path) -> None:
    before = await filled(database_url, tmp_path)
    async with connected(database_url):
        await run(
            get_connection("default"),
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES (?, ?, ?) RETURNING id",
            "dsarbot", "0099_from_the_future", NOW,
        )  # fmt: skip
    with pytest.raises(NewerDatabase):
        async with open_store(database_url, data_dir=tmp_path, master=MASTER):
            pass
    with pytest.raises(NewerDatabase):
        await upgrade(database_url, now=NOW)
    async with connected(database_url):
        assert await contents() == before


async def test_an_older_database_is_refused_with_the_remedy(database_url: str, tmp_path: Path) -> None:
    await filled(database_url, tmp_path)
    later = with_migrations("tests.store.next_migrations")
    with pytest.raises(StoreProblem, match="dsarbot db upgrade"):
        async with open_store(database_url, data_dir=tmp_path, master=MASTER, configure=later):
            pass


async def test_migrations_and_models_describe_the_same_tables(empty_database_url: str, tmp_path: Path) -> None:
    """A new database is made as the models describe it, and an old one grows by migrations."""
    async with connected(empty_database_url) as config:
        await schema.make_schema()
        for app in APPS:
            await schema.migrate(app, config)
        migrated = {app: await shape_of(get_connection(name)) for app, name in APPS.items()}
    async with connected(f"sqlite://{tmp_path}/models.db", schemas=True):
        for app, name in APPS.items():
            described = await shape_of(get_connection(name))
            assert migrated[app].columns == described.columns
            assert migrated[app].indexes == described.indexes


async def test_a_new_database_that_was_left_half_made_is_made_whole(empty_database_url: str, tmp_path: Path) -> None:
    """A kill between the tables and the note of what they are; or between the two databases."""
    async with connected(empty_database_url) as config:
        await schema.make_schema()
        await schema.make_tables("dsarbot", config, NOW)
        await run(get_connection("default"), "DELETE FROM tortoise_migrations WHERE app = ?", "dsarbot")
    async with open_store(empty_database_url, data_dir=tmp_path, master=MASTER) as store:
        assert not await store.rows(Scope("nord"))
    async with connected(empty_database_url) as config:
        assert await schema.is_current(packages_of(config))
