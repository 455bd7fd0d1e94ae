"""Several processes on one database, and what a crashing one leaves."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest
from tortoise.connection import get_connection

from dsarbot.errors import StoreProblem
from dsarbot.ports import Blob
from dsarbot.store.connections import is_sqlite
from dsarbot.store.database import open_store
from dsarbot.store.sql import run
from dsarbot.store.store import TortoiseStore
from dsarbot.store.vault import FileVault
from tests.store.samples import MASTER, NOW, ORG, job
from tests.store.test_contract import keep_case
from tests.store.test_journal import findings

ROOT = Path(__file__).parents[2]


async def process(task: str, url: str, data: Path, name: str, count: int) -> tuple[int, str, str]:
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.store.worker", task, url, str(data), name, str(count),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ},
    )  # fmt: skip
    out, err = await started.communicate()
    return started.returncode or 0, out.decode(), err.decode()


async def three(task: str, url: str, data: Path, count: int) -> list[list[str]]:
    """The lines that each of three processes printed; none may fail."""
    done = await asyncio.gather(*(process(task, url, data, name, count) for name in ("one", "two", "three")))
    assert [(code, err) for code, _, err in done] == [(0, "")] * 3
    return [out.split() for _, out, _ in done]


async def test_three_processes_read_and_write_one_case_without_losing_anything(
    database: TortoiseStore, database_url: str, tmp_path: Path
) -> None:
    # With plain BEGIN two thirds of these fail at once with "database is locked" (read, then write).
    await keep_case(database, "case-0001")
    before = await database.changed()
    await three("notes", database_url, tmp_path, 20)
    case = await database.case(ORG, "case-0001")
    assert case.version == 62
    assert len({(note.actor) for note in case.notes}) == 3
    assert await database.changed() != before
    assert await findings(database) == []


async def test_three_processes_give_every_reference_once(
    database: TortoiseStore, database_url: str, tmp_path: Path
) -> None:
    await three("cases", database_url, tmp_path, 15)
    rows = await database.rows(ORG)
    assert sorted(row.reference for row in rows) == [f"DSR-2026-{number:05d}-X" for number in range(101, 146)]
    assert await findings(database) == []


async def test_every_job_is_sent_by_one_process(database: TortoiseStore, database_url: str, tmp_path: Path) -> None:
    ids = [f"job-{number:04d}" for number in range(90)]
    async with database.transaction() as transaction:
        for job_id in ids:
            await transaction.enqueue(job(job_id))
    sent = await three("claims", database_url, tmp_path, 7)
    assert sorted(each for lines in sent for each in lines) == ids


async def test_every_digest_is_begun_by_one_process(database: TortoiseStore, database_url: str, tmp_path: Path) -> None:
    begun = await three("digest", database_url, tmp_path, 25)
    assert sorted(int(day) for lines in begun for day in lines) == list(range(25))


async def test_processes_that_meet_an_empty_database_make_one(empty_database_url: str, tmp_path: Path) -> None:
    await three("digest", empty_database_url, tmp_path, 1)
    async with open_store(empty_database_url, data_dir=tmp_path, master=MASTER) as store:
        assert await findings(store) == []


async def test_two_who_keep_the_same_mail_at_once_both_find_it(database: TortoiseStore, tmp_path: Path) -> None:
    # Two vaults in one folder, as two processes have them.
    other = FileVault(tmp_path / "vault", database.ring, lambda: NOW)
    for number in range(20):
        blob = Blob(id=f"object-{number:04}", kind="leaf", data=b"the same bytes")
        await asyncio.gather(database.vault.keep(ORG, [blob]), other.keep(ORG, [blob]))
        assert await other.open(ORG, blob.id) == blob.data


async def test_a_failing_command_ends_at_once(database_url: str, tmp_path: Path) -> None:
    # A connection's thread left alive would keep the process for ever.
    await three("digest", database_url, tmp_path, 1)
    code, failed_at, err = await asyncio.wait_for(process("fail", database_url, tmp_path, "on purpose", 2026), 30)
    assert (code, "RuntimeError: on purpose" in err) == (1, True)
    # The clock is the machine's, the same in all processes.
    assert time.monotonic() - float(failed_at) < 3


async def test_a_transaction_that_cannot_begin_gives_the_connection_back(
    database: TortoiseStore, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_sqlite(database_url):
        pytest.skip("SQLite only: one connection for everything")
    calls = 0
    from dsarbot.store.engine_sqlite import ImmediateTransaction

    begin = ImmediateTransaction.begin

    async def cancelled(self: ImmediateTransaction) -> None:
        nonlocal calls
        calls += 1
        await begin(self)
        if calls == 1:
            raise RuntimeError("no lock to be had")

    monkeypatch.setattr(ImmediateTransaction, "begin", cancelled)
    with pytest.raises(RuntimeError, match="no lock"):
        async with database.transaction():
            pass
    async with asyncio.timeout(5):
        await keep_case(database, "case-0001")


async def test_a_task_cancelled_in_a_transaction_leaves_nothing_locked(database: TortoiseStore) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with database.transaction() as transaction:
            await transaction.next_number(ORG, 2026)
            inside.set()
            await asyncio.Event().wait()

    for turns in range(6):
        task = asyncio.create_task(hang())
        if turns == 0:
            await inside.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(5), database.transaction() as transaction:
        assert await transaction.next_number(ORG, 2026) == 1


async def test_calls_from_other_tasks_and_threads_find_the_database(database: TortoiseStore) -> None:
    loop = asyncio.get_running_loop()

    def in_thread() -> int:
        return len(asyncio.run_coroutine_threadsafe(database.rows(ORG), loop).result(5))

    await keep_case(database, "case-0001")
    assert await asyncio.to_thread(in_thread) == 1
    assert len(await asyncio.create_task(database.rows(ORG))) == 1


async def test_a_database_that_is_gone_is_told_in_our_words(database: TortoiseStore, database_url: str) -> None:
    table = "job" if is_sqlite(database_url) else "job CASCADE"
    await get_connection("default").execute_script(f"DROP TABLE {table}")
    with pytest.raises(StoreProblem, match="does not answer"):
        await database.claim_jobs("w1", NOW, 60)
    with pytest.raises(StoreProblem, match="does not answer"):
        async with database.transaction() as transaction:
            await transaction.cancel_jobs(ORG, "case-0001")


async def test_every_commit_is_synced_to_disk(database: TortoiseStore, database_url: str) -> None:
    # WAL with synchronous=NORMAL does no sync at commit at all: a mail marked after it could be lost.
    db = get_connection("default")
    if is_sqlite(database_url):
        assert await run(db, "PRAGMA synchronous") == [{"synchronous": 2}]
        assert await run(db, "PRAGMA journal_mode") == [{"journal_mode": "wal"}]
    else:
        assert await run(db, "SHOW synchronous_commit") == [{"synchronous_commit": "on"}]
