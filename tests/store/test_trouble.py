"""A full disk or a server that restarts is told apart from mistakes, leaves nothing half written, and passes."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tortoise.connection import get_connection

from dsarbot.errors import Conflict, StoreDown, StoreProblem
from dsarbot.ports import Blob
from dsarbot.store.connections import is_sqlite
from dsarbot.store.database import open_store
from dsarbot.store.sql import run
from dsarbot.store.store import TortoiseStore
from dsarbot.store.trouble import translated
from dsarbot.testing import FrozenClock
from tests.servers.postgresql import PostgreSQL
from tests.store.samples import MASTER, NOW, ORG, inbound
from tests.store.test_contract import keep_case


@pytest.fixture
async def full(database: TortoiseStore, database_url: str) -> AsyncIterator[TortoiseStore]:
    """A store whose database cannot grow by another page."""
    if not is_sqlite(database_url):
        pytest.skip("only SQLite has a bound of its own that acts like a full disk")
    db = get_connection("default")
    [pages] = await run(db, "PRAGMA page_count")
    [bound] = await run(db, "PRAGMA max_page_count")
    await run(db, f"PRAGMA max_page_count = {pages['page_count']}")
    yield database
    await run(db, f"PRAGMA max_page_count = {bound['max_page_count']}")


async def test_a_full_database_is_down_keeps_what_it_had_and_works_again_with_room(full: TortoiseStore) -> None:
    many = [inbound(f"inbound-{number:04d}", uid=number, problem="x" * 200) for number in range(1, 400)]
    with pytest.raises(StoreDown, match="does not work at the moment"):
        async with full.transaction() as transaction:
            await transaction.add_inbounds(many)
    assert not await full.unread_inbounds()
    await run(get_connection("default"), "PRAGMA max_page_count = 100000")
    async with full.transaction() as transaction:
        await transaction.add_inbounds(many)
    assert len(await full.unread_inbounds(1000)) == len(many)


async def test_a_full_disk_under_the_vault_is_down_and_nothing_counts_as_kept(
    database: TortoiseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    blob = Blob(id="object-01", kind="leaf", data=b"x")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreDown):
        await database.vault.keep(ORG, [blob])
    monkeypatch.setattr(os, "fsync", sync)
    await database.vault.keep(ORG, [blob])
    assert await database.vault.open(ORG, "object-01") == b"x"


async def test_a_server_that_is_killed_and_restarted_is_down_and_then_works_again(
    postgresql: PostgreSQL, tmp_path: Path
) -> None:
    url = postgresql.create_database()
    try:
        async with open_store(url, data_dir=tmp_path, master=MASTER, clock=FrozenClock(NOW)) as store:
            await keep_case(store, "case-0001")
            postgresql.stop()
            for _ in range(2):
                with pytest.raises(StoreDown):
                    await store.rows(ORG)
                with pytest.raises(StoreDown):
                    await keep_case(store, "case-0002", number=2)
            postgresql.start()
            assert [row.id for row in await store.rows(ORG)] == ["case-0001"]
            await keep_case(store, "case-0002", number=2)
            assert len(await store.rows(ORG)) == 2
    finally:
        postgresql.drop_database(url)


async def test_a_connection_lost_inside_a_transaction_leaves_nothing(postgresql: PostgreSQL, tmp_path: Path) -> None:
    url = postgresql.create_database()
    name = url.rpartition("/")[2]
    try:
        async with open_store(url, data_dir=tmp_path, master=MASTER, clock=FrozenClock(NOW)) as store:
            with pytest.raises(StoreDown):
                await _thrown_out(store, postgresql, name)
            await _works_again(store)
            assert not await store.unread_inbounds()
            async with store.transaction() as transaction:
                await transaction.add_inbounds([inbound("inbound-1", uid=1)])
            assert len(await store.unread_inbounds()) == 1
    finally:
        postgresql.drop_database(url)


async def _works_again(store: TortoiseStore) -> None:
    """Every connection of the pool may find out for itself, once, that it is dead."""
    for _ in range(5):
        with contextlib.suppress(StoreDown):
            await store.unread_inbounds()
            return
    raise AssertionError("the store never works again")


async def _thrown_out(store: TortoiseStore, server: PostgreSQL, name: str) -> None:
    async with store.transaction() as transaction:
        await transaction.add_inbounds([inbound("inbound-1", uid=1)])
        server.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        await transaction.next_number(ORG, 2026)


async def test_a_statement_that_is_wrong_is_no_trouble_that_passes(database: TortoiseStore) -> None:
    with pytest.raises(StoreProblem) as caught, translated():
        await run(get_connection("default"), "SELECT nothing FROM nowhere")
    assert not isinstance(caught.value, StoreDown)


@pytest.mark.parametrize("error", [sqlite3.OperationalError("x"), ValueError("x"), Conflict()])
def test_what_is_not_the_databases_or_has_words_of_its_own_stays(error: Exception) -> None:
    expected = StoreProblem if isinstance(error, sqlite3.Error) else type(error)
    with pytest.raises(expected), translated():
        raise error


def test_on_sqlite_the_driver_of_the_other_database_is_never_loaded() -> None:
    code = "import sys, dsarbot.store.database; sys.exit('asyncpg' in sys.modules)"
    assert subprocess.call([sys.executable, "-c", code]) == 0
