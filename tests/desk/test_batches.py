"""Mails of one batch are judged together unless one may change what becomes of another."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from dsarbot.desk import batches, intake
from dsarbot.errors import Conflict, Tampered
from dsarbot.ports import Blob, Change, Scope
from dsarbot.testing import MemoryTransaction
from tests.desk.world import ACCESS, ERASURE, NORD, ORDINARY, World, mail


@pytest.fixture
def world() -> World:
    return World()


async def keep(world: World, *raws: str) -> list[str]:
    return [await world.arrives(raw, at=world.clock.advance(timedelta(seconds=1))) for raw in raws]


def transactions(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    begun: list[int] = []
    begin = world.store.transaction

    def counted() -> object:
        begun.append(1)
        return begin()

    monkeypatch.setattr(world.store, "transaction", counted)
    return begun


async def test_a_backlog_of_strangers_costs_three_transactions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await keep(world, *(mail(ACCESS, sender=f"p{number}@d{number}.example.net") for number in range(50)))
    begun = transactions(world, monkeypatch)
    assert await world.intake.process() == 50
    # The attempts, the references, and everything that follows.
    assert len(begun) == 3
    cases = await world.cases()
    assert len({case.reference for case in cases}) == 50
    assert [case.person.address for case in cases] == [f"p{number}@d{number}.example.net" for number in range(50)]


async def test_a_reply_and_a_second_letter_in_the_same_batch_find_the_case_of_the_first(world: World) -> None:
    first = mail(ACCESS, message_id="first")
    reply = mail(
        "Avez-vous reçu mon courrier ?", subject="Re: Mes données", headers="In-Reply-To: <first@example.org>\r\n"
    )
    second = mail("Suite : merci de me répondre.", subject="Suite")
    strangers = [mail(ACCESS, sender=f"p{number}@example.net") for number in range(3)]
    ids = await keep(world, first, *strangers[:1], reply, *strangers[1:], second, first)
    await world.intake.process()
    rows = [await world.row(each) for each in ids]
    mine = rows[0].case
    assert [row.disposition for row in rows] == ["case", "case", "case", "case", "case", "case", "duplicate"]
    assert [row.case == mine for row in rows] == [True, False, True, False, False, True, False]
    joined = [each.inbound for each in (await world.store.case(NORD, mine)).inbounds]
    assert joined == [ids[0], ids[2], ids[5]]


async def test_a_refused_order_among_many_holds_its_own_mail_only(world: World) -> None:
    old = world.organisations["nord"]
    rights = {slug: right for slug, right in old.rules.rights.items() if slug != "erasure"}
    world.organisations["nord"] = replace(old, rules=replace(old.rules, rights=rights))
    raws = [mail(ERASURE if number == 5 else ACCESS, sender=f"p{number}@example.net") for number in range(11)]
    ids = await keep(world, *raws)
    await world.intake.process()
    rows = [await world.row(each) for each in ids]
    assert [row.disposition for row in rows] == ["case"] * 5 + ["held"] + ["case"] * 5
    assert rows[5].problem == "unknown-right"
    assert len({row.case for row in rows if row.case}) == 10


async def test_a_conflict_has_the_whole_batch_decided_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await keep(world, *(mail(ACCESS, sender=f"p{number}@example.net") for number in range(4)))
    tries: list[int] = []
    real = MemoryTransaction.save_all

    async def once_too_late(self: MemoryTransaction, changes: Sequence[Change]) -> Sequence[bool]:
        tries.append(len(changes))
        if len(tries) == 1:
            raise Conflict
        return await real(self, changes)

    monkeypatch.setattr(MemoryTransaction, "save_all", once_too_late)
    kept: list[str] = []
    keep_blobs = world.store.vault.keep

    async def noted(scope: Scope, blobs: Sequence[Blob]) -> None:
        kept.extend(blob.kind for blob in blobs)
        await keep_blobs(scope, blobs)

    monkeypatch.setattr(world.store.vault, "keep", noted)
    await world.intake.process()
    assert tries == [4, 4]
    # Composed once: no letter is left behind in the vault that nothing refers to.
    assert kept == ["letter"] * 4
    assert [(await world.row(each)).disposition for each in ids] == ["case"] * 4
    assert len(await world.cases()) == 4


async def test_a_process_that_dies_between_reading_and_writing_leaves_every_mail_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await keep(world, *(mail(ACCESS, sender=f"p{number}@example.net") for number in range(4)))
    handle = world.desk.handle

    async def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(world.desk, "handle", dies)
    with pytest.raises(KeyboardInterrupt):
        await world.intake.process()
    rows = [await world.row(each) for each in ids]
    assert [(row.state, row.attempts) for row in rows] == [("kept", 1)] * 4
    monkeypatch.setattr(world.desk, "handle", handle)
    # Each alone now, so that one which kills takes no other with it.
    assert [await world.intake.process() for _ in range(5)] == [1, 1, 1, 1, 0]
    assert len(await world.cases()) == 4


async def test_long_texts_are_judged_before_more_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_SLICE_BYTES", 1_000)
    monkeypatch.setattr(intake, "_MOST_TEXT", 2_000)
    raws = [mail(ORDINARY + " x" * 400, sender=f"p{number}@example.net") for number in range(9)]
    await keep(world, *raws)
    begun = transactions(world, monkeypatch)
    assert await world.intake.process() == 9
    assert len(begun) > 3
    assert {row.disposition for row in await world.store.inbounds(NORD)} == {"ordinary"}


async def test_a_mail_whose_bytes_do_not_verify_takes_no_other_with_it(world: World) -> None:
    ids = await keep(world, *(mail(ACCESS, sender=f"p{number}@example.net") for number in range(3)))
    world.store.vault.objects[f"{ids[1]}-s"].data = b"no skeleton"
    for _ in range(9):
        with contextlib.suppress(Tampered):
            await world.intake.process()
    rows = [await world.row(each) for each in ids]
    assert [row.disposition for row in rows] == ["case", "held", "case"]
    assert rows[1].problem == "gave-up-after-crash"
