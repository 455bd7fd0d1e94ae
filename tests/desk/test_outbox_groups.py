"""In a backlog letters leave one after the other and are stored together, with the same outcome as one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from dsarbot.core import orders as o
from dsarbot.core.case import LetterStatus, Outcome
from dsarbot.desk import claims
from dsarbot.desk.outbox import Outbox, Sent
from dsarbot.errors import ChannelDown, NotFiled, StoreDown
from dsarbot.ports import Job
from tests.desk.test_intake import approve
from tests.desk.world import ACCESS, NORD, Said, World, mail

LATER = timedelta(minutes=11)


async def waiting(world: World, number: int, *, domain: str = "") -> None:
    """So many acknowledgements are due."""
    people = [f"p{each}@{domain or f'd{each}.example.net'}" for each in range(number)]
    await world.receive(*(mail(ACCESS, sender=each) for each in people))
    world.clock.advance(LATER)


async def statuses(world: World) -> list[LetterStatus]:
    return [case.letters[0].status for case in await world.cases()]


def transactions(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each transaction from now on."""
    begun: list[int] = []
    begin = world.store.transaction

    def counted() -> object:
        begun.append(1)
        return begin()

    monkeypatch.setattr(world.store, "transaction", counted)
    return begun


async def test_a_backlog_is_stored_in_one_transaction_and_its_copies_in_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(world, 30)
    begun = transactions(world, monkeypatch)
    assert await world.outbox.deliver() == 30
    assert len(begun) == 1
    assert set(await statuses(world)) == {LetterStatus.SENT}
    assert await world.outbox.deliver() == 30
    assert len(begun) == 2
    assert sorted(world.relay.filed) == sorted(raw for _, raw in world.relay.given)
    assert await world.outbox.deliver() == 0


async def test_after_a_second_what_was_sent_is_stored_though_more_is_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(world, 4)
    begun, send = transactions(world, monkeypatch), world.relay.send

    async def slow(job: Job, raw: bytes) -> Said:
        world.clock.advance(timedelta(milliseconds=600))
        return await send(job, raw)

    object.__setattr__(world.outbox._outgoing["nord"], "send", slow)
    await world.outbox.deliver()
    assert len(begun) == 2


async def test_a_store_that_fails_after_sending_is_told_later_and_nothing_leaves_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(world, 3)
    handle = world.desk.handle

    async def down(*_: object, **__: object) -> None:
        raise StoreDown

    monkeypatch.setattr(world.desk, "handle", down)
    for _ in range(2):
        with pytest.raises(StoreDown):
            await world.outbox.deliver()
    assert set(await statuses(world)) == {LetterStatus.DRAFTED}
    monkeypatch.setattr(world.desk, "handle", handle)
    while await world.outbox.deliver():
        pass
    assert len(world.relay.given) == 3
    assert set(await statuses(world)) == {LetterStatus.SENT}


async def test_a_process_that_dies_before_storing_leaves_notes_and_the_next_sends_only_the_rest(world: World) -> None:
    await waiting(world, 3)
    send = world.relay.send

    async def dies(job: Job, raw: bytes) -> Said:
        if len(world.relay.given) == 2:
            raise asyncio.CancelledError
        return await send(job, raw)

    object.__setattr__(world.outbox._outgoing["nord"], "send", dies)
    with pytest.raises(asyncio.CancelledError):
        await world.outbox.deliver()
    object.__setattr__(world.outbox._outgoing["nord"], "send", send)
    sent_at = world.clock()
    world.clock.advance(timedelta(minutes=1))
    after_death = Outbox(world.desk, world.outbox._outgoing, worker="w")
    while await after_death.deliver():
        pass
    assert len(world.relay.given) == 3
    assert len({recipient for recipient, _ in world.relay.given}) == 3
    cases = await world.cases()
    assert [case.letters[0].status for case in cases] == [LetterStatus.SENT] * 3
    assert sorted(case.letters[0].sent_at == sent_at for case in cases) == [False, True, True]
    assert len(world.relay.filed) == 3


async def test_what_another_worker_has_claimed_since_is_stored_once_and_copied_once(world: World) -> None:
    await waiting(world, 1)
    send = world.relay.send

    async def loses_its_claim(job: Job, raw: bytes) -> Said:
        await world.store.release_claims("w")
        await world.store.claim_jobs("other", world.clock(), -1)
        return await send(job, raw)

    object.__setattr__(world.outbox._outgoing["nord"], "send", loses_its_claim)
    await world.outbox.deliver()
    assert await statuses(world) == [LetterStatus.SENT]
    assert [job.state for job in await world.store.jobs(NORD)] == ["claimed"]
    object.__setattr__(world.outbox._outgoing["nord"], "send", send)
    while await world.outbox.deliver():
        pass
    assert len(world.relay.given) == 1
    jobs = [(job.kind, job.state) for job in await world.store.jobs(NORD)]
    assert sorted(jobs) == [("copy", "sent"), ("letter", "sent")]
    assert len(world.relay.filed) == 1


async def test_caps_count_what_left_in_the_same_round(world: World) -> None:
    object.__setattr__(world.organisations["nord"], "cap_per_domain_hour", 2)
    await waiting(world, 4, domain="same.example.net")
    await world.outbox.deliver()
    assert len(world.relay.given) == 2
    troubles = [case.letters[0].trouble for case in await world.cases()]
    assert sorted(troubles) == ["", "", "cap", "cap"]


async def test_caps_count_what_a_process_that_died_had_handed_over(world: World) -> None:
    await waiting(world, 4, domain="same.example.net")
    send = world.relay.send

    async def dies(job: Job, raw: bytes) -> Said:
        if len(world.relay.given) == 2:
            raise asyncio.CancelledError
        return await send(job, raw)

    object.__setattr__(world.outbox._outgoing["nord"], "send", dies)
    with pytest.raises(asyncio.CancelledError):
        await world.outbox.deliver()
    object.__setattr__(world.outbox._outgoing["nord"], "send", send)
    object.__setattr__(world.organisations["nord"], "cap_per_domain_hour", 2)
    await Outbox(world.desk, world.outbox._outgoing, worker="w").deliver()
    assert len(world.relay.given) == 2
    troubles = [case.letters[0].trouble for case in await world.cases()]
    assert sorted(troubles) == ["", "", "cap", "cap"]


async def test_an_answer_in_the_same_round_makes_the_acknowledgement_behind_it_superfluous(world: World) -> None:
    await world.receive(mail(ACCESS))
    (case,) = await world.cases()
    order = o.Answer(at=world.clock(), actor="dpo", cause="a", outcome=Outcome.GRANTED, detail="Copy attached.")
    await world.desk.order(NORD, case.id, order)
    await approve(world, case.id, "l2")
    world.clock.advance(LATER)
    await world.outbox.deliver()
    assert [letter.trouble for letter in (await world.cases())[0].letters] == ["overtaken", ""]
    assert len(world.relay.given) == 1


async def test_what_a_person_stops_while_the_round_is_under_way_does_not_leave(world: World) -> None:
    await waiting(world, 2)
    first, second = await world.cases()
    send = world.relay.send

    async def stops(job: Job, raw: bytes) -> Said:
        other = second if job.case == first.id else first
        order = o.NotARequest(at=world.clock(), actor="dpo", cause="n")
        await world.desk.order(NORD, other.id, order)
        world.clock.advance(timedelta(milliseconds=300))
        return await send(job, raw)

    object.__setattr__(world.outbox._outgoing["nord"], "send", stops)
    await world.outbox.deliver()
    assert len(world.relay.given) == 1


async def test_a_reply_finds_its_case_though_the_letter_is_not_stored_yet(world: World) -> None:
    await waiting(world, 1)
    send = world.relay.send

    async def answered_at_once(job: Job, raw: bytes) -> Said:
        said = await send(job, raw)
        asyncio.get_running_loop().call_soon(read.set)
        return said

    read, answered = asyncio.Event(), []

    async def intake() -> None:
        await read.wait()
        headers = "In-Reply-To: <1@nord.example.org>\r\n"
        answered.extend(await world.receive(mail("Merci.", sender="other@example.net", headers=headers)))

    object.__setattr__(world.outbox._outgoing["nord"], "send", answered_at_once)
    await asyncio.gather(world.outbox.deliver(), intake())
    (case,) = await world.cases()
    assert [row.case for row in answered] == [case.id]


async def test_copies_that_were_filed_are_finished_though_later_ones_fail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(world, 60)
    await world.outbox.deliver()
    calls: list[int] = []

    async def full(copies: Sequence[Sent]) -> None:
        calls.append(len(copies))
        if len(calls) > 1:
            raise ChannelDown

    object.__setattr__(world.outbox._outgoing["nord"], "file", full)
    await world.outbox.deliver()
    states = [job.state for job in await world.store.jobs(NORD) if job.kind == "copy"]
    assert (states.count("sent"), states.count("queued")) == (calls[0], calls[1])
    assert sum(calls) == 60


async def test_a_conflict_has_the_group_decided_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await waiting(world, 2)
    (case, _) = await world.cases()
    send = world.relay.send

    async def noted_meanwhile(job: Job, raw: bytes) -> Said:
        if job.case == case.id:
            order = o.Note(at=world.clock(), actor="dpo", cause="n", kind="work", text="Rang up.")
            await world.desk.order(NORD, case.id, order)
        return await send(job, raw)

    object.__setattr__(world.outbox._outgoing["nord"], "send", noted_meanwhile)
    await world.outbox.deliver()
    assert set(await statuses(world)) == {LetterStatus.SENT}
    assert [note.text for note in (await world.store.case(NORD, case.id)).notes] == ["Rang up."]


async def test_one_that_changed_meanwhile_is_read_again_without_deciding_the_group_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(world, 3)
    (first, *_) = await world.cases()
    send, begun = world.relay.send, transactions(world, monkeypatch)

    async def noted_after_it_left(job: Job, raw: bytes) -> Said:
        said = await send(job, raw)
        if job.case == first.id:
            order = o.Note(at=world.clock(), actor="dpo", cause="n", kind="work", text="Rang up.")
            await world.desk.order(NORD, first.id, order)
            begun.clear()
        return said

    object.__setattr__(world.outbox._outgoing["nord"], "send", noted_after_it_left)
    await world.outbox.deliver()
    assert set(await statuses(world)) == {LetterStatus.SENT}
    assert [note.text for note in (await world.store.case(NORD, first.id)).notes] == ["Rang up."]
    assert len(begun) == 1


@pytest.fixture
def world() -> World:
    return World()


async def test_a_copy_that_the_folder_refuses_is_tried_again_alone(world: World) -> None:
    await waiting(world, 3)
    file, bad = world.relay.file, set[str]()

    async def picky(copies: Sequence[Sent]) -> None:
        if not bad:
            bad.add(copies[1][0].message_id)
        taken = [each for each in copies if each[0].message_id not in bad]
        await file(taken)
        if len(taken) < len(copies):
            raise NotFiled(frozenset(bad), "SERVERBUG")

    object.__setattr__(world.outbox._outgoing["nord"], "file", picky)
    while await world.outbox.deliver():
        pass
    assert len(world.relay.given) == 3
    copies = [row for row in await world.store.jobs(NORD, states=("sent", "queued")) if row.kind == "copy"]
    assert sorted((row.state, row.attempts) for row in copies) == [("queued", 1), ("sent", 1), ("sent", 1)]
    object.__setattr__(world.outbox._outgoing["nord"], "file", file)
    world.clock.advance(timedelta(minutes=2))
    while await world.outbox.deliver():
        pass
    assert len(world.relay.filed) == len({*world.relay.filed}) == 3


async def test_claims_are_renewed_as_long_as_a_round_lasts_and_through_a_trouble(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_RENEW_SECONDS", 0.001)
    again, troubles = asyncio.Event(), [StoreDown()]

    async def renew(worker: str, seconds: int) -> None:
        assert (worker, seconds) == ("w", claims.CLAIM_SECONDS)
        if troubles:
            raise troubles.pop()
        again.set()

    monkeypatch.setattr(world.store, "renew_claims", renew)
    async with asyncio.timeout(10), claims.renewed(world.store, "w"):
        await again.wait()
    again.clear()
    await asyncio.sleep(0)
    assert not again.is_set()
