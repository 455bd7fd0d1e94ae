"""The look from outside sees what the store wrote, needs no key, makes nothing, and says when it cannot see."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from dsarbot.core.apply import apply
from dsarbot.core.watch import Glance
from dsarbot.errors import StoreProblem
from dsarbot.ports import Job
from dsarbot.store.database import open_store
from dsarbot.store.glance import glance
from dsarbot.testing import FrozenClock
from tests.store.samples import MASTER, NOW, ORG, job, noted
from tests.store.test_contract import keep_case

HOUR = timedelta(hours=1)


def mail_to_staff(number: int, *, due: timedelta) -> Job:
    return Job(
        id=f"staff-{number}", scope=ORG, kind="notice", object="object", recipient="dpo@northwind.example",
        envelope_sender="privacy@northwind.example", message_id=f"<{number}@northwind.example>", due_at=NOW + due,
    )  # fmt: skip


async def test_it_sees_what_the_service_wrote(database_url: str, tmp_path: Path) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER, clock=FrozenClock(NOW)) as store:
        assert await glance(database_url, password=None, now=NOW) == Glance(), "nothing has happened yet"
        await store.beat("run", "service", NOW - HOUR)
        await store.beat("other", "service", NOW - 2 * HOUR)
        case = await keep_case(store, "case-0001")
        async with store.transaction() as transaction:
            await transaction.enqueue(job("job-0001", due=-3 * HOUR))
            await transaction.enqueue(mail_to_staff(1, due=-2 * HOUR))
        claimed = await store.claim_jobs("w", NOW - timedelta(minutes=30), 60)
        for each in claimed:
            await store.retry_job(each, due_at=NOW + HOUR, last="later", now=NOW)
        async with store.transaction() as transaction:
            await transaction.enqueue(job("job-0002", due=-HOUR))
        assert case.version == 2
        seen = await glance(database_url, password=None, now=NOW + HOUR)
        assert seen == Glance(
            beats={"service": NOW - HOUR, "watch": NOW},
            late_job=NOW - HOUR,
            staff_mail=NOW - timedelta(minutes=30),
            entry=NOW,
        )
        assert (await store.beats())["watch"] == NOW + HOUR, "and leaves a sign of its own"


async def test_the_earliest_timer_is_seen(database_url: str, tmp_path: Path) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER, clock=FrozenClock(NOW)) as store:
        case = await keep_case(store, "case-0001")
        async with store.transaction() as transaction:
            await transaction.save(ORG, apply(case, noted()), [noted()], wake_at=NOW - HOUR)
        assert (await glance(database_url, password=None, now=NOW)).wake == NOW - HOUR


async def test_a_database_that_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    with pytest.raises(StoreProblem, match="cannot be read"):
        await glance(f"sqlite://{missing}", password=None, now=NOW)
    assert not missing.exists()
    with pytest.raises(StoreProblem, match="cannot be read"):
        await glance("postgres://nobody@127.0.0.1:9/nothing", password=None, now=NOW)


async def test_an_empty_database_cannot_be_read(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        sqlite3.connect(urlsplit(empty_database_url).path).close()
    with pytest.raises(StoreProblem, match="cannot be read"):
        await glance(empty_database_url, password=None, now=NOW)


async def test_a_database_that_takes_nothing_any_more_is_seen_all_the_same(database_url: str, tmp_path: Path) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER, clock=FrozenClock(NOW)) as store:
        await store.beat("run", "service", NOW)
    await refuse_writing(database_url)
    assert await glance(database_url, password=None, now=NOW) == Glance(beats={"service": NOW}, writable=False)


async def refuse_writing(url: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(urlsplit(url).path)) as database:
            database.execute("CREATE TRIGGER full BEFORE INSERT ON beat BEGIN SELECT RAISE(ABORT, 'full'); END")
        return
    database = await asyncpg.connect(url)
    await database.execute(f'ALTER DATABASE "{urlsplit(url).path[1:]}" SET default_transaction_read_only = on')
    await database.close()
