"""Once per recipient and local date: after a restart, with two processes, after an hour without service."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dsarbot.core.apply import fold
from dsarbot.core.fact import Fact
from dsarbot.core.facts import LetterBounced, LetterDrafted, LetterSent
from dsarbot.desk.digest_send import Sending, beat_name, facts_at, send, send_due, unserved
from dsarbot.errors import Conflict
from dsarbot.ports import Job, Store
from dsarbot.store.database import open_store
from dsarbot.store.store import TortoiseStore
from dsarbot.testing import FrozenClock, MemoryStore
from tests.desk.digest_samples import ANNA, BRUNO, NOW, ORG, TODAY, case, desk, letter, row
from tests.desk.test_digest_gather import Memory
from tests.store.samples import opened

HOUR = timedelta(hours=1)


async def test_before_its_time_nothing_leaves() -> None:
    memory = Memory()
    assert await send_due([desk()], memory.sending(), NOW - timedelta(seconds=1)) == 0
    assert await send_due([desk()], memory.sending(), NOW) == 2


async def test_each_reader_gets_one_mail_a_day() -> None:
    memory = Memory(listed=[row(1, -1)])
    for hours in range(0, 16, 3):
        await send_due([desk()], memory.sending(), NOW + HOUR * hours)
    assert [each.recipient for each in memory.enqueued] == [ANNA.address, BRUNO.address]
    tomorrow = NOW + timedelta(days=1)
    assert await send_due([desk()], memory.sending(), tomorrow) == 2
    assert [day for _, day, _ in sorted(memory.begun)] == [TODAY, TODAY, *[TODAY + timedelta(days=1)] * 2]


async def test_what_was_missed_leaves_the_same_day_and_never_twice() -> None:
    memory = Memory()
    assert await send_due([desk()], memory.sending(), NOW + 9 * HOUR) == 2
    # The note to oneself was lost in a crash: the database still knows.
    memory.signs.clear()
    assert await send_due([desk()], memory.sending(), NOW + 10 * HOUR) == 0
    # After midnight it is too late for it: the next one says it all.
    assert await send_due([desk()], memory.sending(), NOW + 17 * HOUR) == 0
    assert len(memory.enqueued) == len(memory.kept) == 2


async def test_the_day_is_that_of_the_organisation() -> None:
    memory = Memory()
    late_evening = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    far_east = replace(desk(), zone="Asia/Tokyo")
    await send_due([far_east], memory.sending(), late_evening)
    assert {day for _, day, _ in memory.begun} == {date(2026, 11, 25)}


async def test_the_mail_is_kept_enqueued_and_noted_in_one() -> None:
    memory = Memory(listed=[row(1, -1), row(2, 3)])
    memory.add(case(3, letters=(letter(),)))
    rung: list[int] = []
    sending = replace(memory.sending(), changed=lambda: rung.append(1))
    await send_due([desk()], sending, NOW)
    job = memory.enqueued[0]
    assert (job.kind, job.scope, job.recipient, job.automatic) == ("digest", ORG, "anna@example.org", False)
    raw = memory.kept[job.object].decode()
    assert f"Message-ID: {job.message_id}" in raw
    assert "Subject: Privacy desk: 1 late, 1 due, 1 to approve" in raw
    assert f"witness 118:{'ab' * 32}" in raw
    assert len({each.message_id for each in memory.enqueued}) == 2
    scope, kind, public = memory.entries[0]
    assert (scope, kind) == (ORG, "digest-sent")
    assert public == {"day": "2026-11-24", "recipient": "anna", "late": 1, "due": 1, "anchor": 118}
    assert rung == [1]


async def test_one_reader_who_cannot_be_served_keeps_nobody_else_from_it() -> None:
    class Picky(Memory):
        refuses = ANNA.address

        async def enqueue(self, job: Job) -> None:
            if job.recipient == self.refuses:
                raise Conflict
            await super().enqueue(job)

    memory = Picky()
    assert await send_due([desk()], memory.sending(), NOW) == 1
    assert [each.recipient for each in memory.enqueued] == [BRUNO.address]
    assert [each.key for each in await unserved(desk(), memory.store, NOW)] == ["anna"]
    memory.refuses = ""
    assert await send_due([desk()], memory.sending(), NOW + HOUR) == 1
    assert await unserved(desk(), memory.store, NOW) == []


async def test_new_means_since_the_last_digest_even_if_days_were_missed() -> None:
    memory = Memory(listed=[row(1, opened_at=NOW - timedelta(days=2)), row(2, opened_at=NOW - timedelta(days=4))])
    memory.signs = {beat_name(desk(), "anna"): NOW - timedelta(days=3)}
    found = await facts_at(desk(), memory.sending(), NOW, now=NOW)
    assert [each.reference for each in found.new.shown] == ["DSR-2026-00001-X"]
    assert found.since == NOW - timedelta(days=3)
    memory.signs = {}
    assert (await facts_at(desk(), memory.sending(), NOW, now=NOW)).since == NOW - timedelta(days=1)


async def test_two_processes_that_anchor_at_once_do_not_stop_the_digest() -> None:
    class Busy(Memory):
        tries = 0

        async def anchor(self, now: datetime) -> tuple[int, str] | None:
            self.tries += 1
            if self.tries == 1:
                raise Conflict
            return self.newest

    found = await facts_at(desk(), Busy().sending(), NOW, now=NOW)
    assert found.anchor
    assert str(found.anchor) == f"118:{'ab' * 32}"


async def test_confidential_cases_are_asked_for_by_scope() -> None:
    memory = Memory(listed=[row(1, -1)], confided={ORG: {"case000001": ("anna",)}})
    found = await facts_at(desk(), memory.sending(), NOW, now=NOW)
    assert (found.late.shown, found.late.total) == ((), 1)


# --- on the real store -----------------------------------------------------------------------------------------


@pytest.fixture
async def store(database_url: str, tmp_path: Path) -> AsyncIterator[TortoiseStore]:
    async with open_store(database_url, data_dir=tmp_path, master=bytes(range(32)), clock=lambda: NOW) as opened:
        yield opened


def sending_on(store: TortoiseStore | MemoryStore, first: int) -> Sending:
    numbers = itertools.count(first)
    return Sending(
        store=store,
        vault=store.vault,
        cases_with_letters=store.cases_needing_attention,
        new_id=lambda: f"object-{next(numbers):08d}",
    )


async def test_two_senders_at_once_send_one_each_reader(store: TortoiseStore) -> None:
    sent = await asyncio.gather(*(send(desk(), sending_on(store, 1000 * each), NOW) for each in range(1, 4)))
    assert sum(sent) == 2
    jobs = await store.jobs(ORG)
    assert [each.kind for each in jobs] == ["digest", "digest"]
    assert await send_due([desk()], sending_on(store, 9000), NOW + HOUR) == 0


async def test_the_outbox_finds_the_bytes_and_the_next_digest_the_beat(store: TortoiseStore) -> None:
    assert await send_due([desk()], sending_on(store, 1), NOW) == 2
    claimed = await store.claim_jobs("worker", NOW, 60)
    assert {each.job.recipient for each in claimed} == {ANNA.address, BRUNO.address}
    raw = await store.vault.open(ORG, claimed[0].job.object)
    assert b"Subject: Privacy desk: nothing due" in raw
    assert (await store.beats())[beat_name(desk(), "anna")] == NOW
    later = await facts_at(desk(), sending_on(store, 50), NOW + timedelta(days=1), now=NOW)
    assert later.since == NOW
    # The ledger entry of the digest moved the organisation's stream: there is something to witness now.
    assert later.anchor
    assert later.anchor.number == 1


async def waiting_cases(store: Store) -> None:
    """Three open cases: a draft waits in the first, a letter of the second came back, nothing in the third."""
    for number in range(1, 4):
        some = f"case-{number:04d}"
        facts: list[Fact] = opened(some, scope=ORG, number=number, at=NOW)
        if number < 3:
            facts.append(LetterDrafted(at=NOW, actor="service", cause="draft", letter=letter(claims=())))
        if number == 2:
            facts += [
                LetterSent(at=NOW, actor="service", cause="sent", letter="l1", sent_at=NOW, message_id="<a@x.example>"),
                LetterBounced(at=NOW, actor="service", cause="bounce", letter="l1", status="5.1.1", permanent=True),
            ]
        async with store.transaction() as transaction:
            await transaction.save(ORG, fold(facts), facts, wake_at=None)


async def tell_what_waits(store: TortoiseStore | MemoryStore) -> None:
    await waiting_cases(store)
    found = await facts_at(desk(), sending_on(store, 1), NOW, now=NOW)
    assert [(each.reference, each.todo) for each in found.todo.shown] == [("DSR-2026-00001-X", "approve")]
    assert [(each.reference, each.state) for each in found.undelivered.shown] == [("DSR-2026-00002-X", "bounced")]
    assert (found.todo.total, found.unopened) == (1, 0)


async def test_the_database_finds_the_cases_in_which_something_waits(store: TortoiseStore) -> None:
    await tell_what_waits(store)


async def test_the_memory_finds_the_cases_in_which_something_waits() -> None:
    await tell_what_waits(MemoryStore(FrozenClock(NOW)))
