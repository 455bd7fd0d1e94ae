"""Many cases at once, what waits in them, and what the service remembers: promised by ports.py, on every store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from dsarbot.core.apply import apply, fold
from dsarbot.core.case import Letter
from dsarbot.core.fact import Fact
from dsarbot.core.facts import ClaimDismissed, LetterDrafted, LetterSent, ProposalMade, ProposalSettled
from dsarbot.ports import Store
from dsarbot.store.key_tables import ObjectKeyTable
from dsarbot.store.rebuild import rebuild
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import CaseTable
from dsarbot.store.verify import verify
from tests.store.samples import NOW, ORG, OTHER, job, letter, opened
from tests.store.test_contract import add, keep_case

HOUR = timedelta(hours=1)


def waiting(number: int = 1) -> Fact:
    made: Letter = replace(letter(f"letter-{number}"), automatic=False)
    return LetterDrafted(at=NOW, actor="anna", cause=f"draft:{number}", letter=made)


def proposed(name: str = "p1") -> Fact:
    return ProposalMade(
        at=NOW, actor="service", cause=f"inbound:{name}", proposal=name, kind="withdrawal", inbound="inbound-1",
        received_at=NOW,
    )  # fmt: skip


def settled(name: str = "p1") -> Fact:
    return ProposalSettled(at=NOW, actor="anna", cause=f"settle:{name}", proposal=name, accepted=False)


def ids(cases: Sequence[object]) -> list[str]:
    return [each.id for each in cases]  # type: ignore[attr-defined]


# --- many cases ------------------------------------------------------------------------------------------------


async def test_many_cases_are_read_at_once_as_they_were_saved_in_the_order_asked_for(store: Store) -> None:
    saved = [await keep_case(store, f"case-000{number}", number=number) for number in range(1, 5)]
    wanted = ["case-0003", "case-0001", "case-0003", "case-none", "case-0002", "9" * 70_000, ""]
    assert await store.cases(ORG, wanted) == [saved[2], saved[0], saved[1]]
    assert await store.cases(ORG, []) == []
    assert [case.version for case in await store.cases(ORG, ["case-0001"])] == [2]


async def test_another_organisations_cases_are_left_out(store: Store) -> None:
    await keep_case(store, "case-0001", waiting())
    await keep_case(store, "case-0002", waiting(), scope=OTHER)
    assert ids(await store.cases(ORG, ["case-0002", "case-0001"])) == ["case-0001"]
    assert ids(await store.cases_needing_attention(OTHER)) == ["case-0002"]


async def test_more_cases_than_one_statement_takes(store: Store) -> None:
    wanted = [f"case-{number:04d}" for number in range(1100)]
    async with store.transaction() as transaction:
        for number, some in enumerate(wanted):
            facts = opened(some, number=number)
            await transaction.save(ORG, fold(facts), facts, wake_at=None)
    assert ids(await store.cases(ORG, wanted[::-1])) == wanted[::-1]


async def test_documents_that_will_not_open_do_not_hide_the_others(database: TortoiseStore) -> None:
    for number in range(1, 6):
        await keep_case(database, f"case-000{number}", waiting(), number=number)
    objects = {row.id: row.object for row in await CaseTable.all().only("id", "object")}
    await CaseTable.filter(id="case-0002").update(document=b"broken")
    await ObjectKeyTable.filter(id=objects["case-0003"]).delete()
    await ObjectKeyTable.filter(id=objects["case-0004"]).update(wrapped=b"broken as well")
    left = ["case-0001", "case-0005"]
    assert ids(await database.cases(ORG, list(objects))) == left
    assert ids(await database.cases_needing_attention(ORG)) == left


# --- what waits in them ----------------------------------------------------------------------------------------


async def test_cases_in_which_something_waits_are_found_until_it_is_settled(store: Store) -> None:
    quiet = await keep_case(store, "case-0001")
    draft = await keep_case(store, "case-0002", waiting(), number=2)
    assert await store.cases_needing_attention(ORG) == [draft]
    quiet = await add(store, quiet, proposed(), proposed("p2"), waiting())
    assert {row.id: row.attention for row in await store.rows(ORG)} == {"case-0001": 3, "case-0002": 1}
    sent = LetterSent(at=NOW, actor="service", cause="sent", letter="letter-1", sent_at=NOW)
    await add(store, draft, sent)
    await add(store, quiet, settled(), settled("p2"), replace(sent, letter="letter-1"))
    assert await store.cases_needing_attention(ORG) == []
    assert [row.attention for row in await store.rows(ORG)] == [0, 0]


async def test_the_most_urgent_of_them_come_first_and_closed_ones_never(store: Store) -> None:
    for number in range(1, 6):
        await keep_case(store, f"case-000{number}", waiting(), number=number)
    closed = ClaimDismissed(at=NOW + HOUR, actor="anna", cause="close", claim="case-0002-1")
    await add(store, await store.case(ORG, "case-0002"), closed)
    rows = [row.id for row in await store.rows(ORG)]
    assert ids(await store.cases_needing_attention(ORG)) == rows
    assert ids(await store.cases_needing_attention(ORG, limit=3)) == rows[:3]


async def test_what_waits_is_computed_anew_from_the_journal_and_checked_against_it(database: TortoiseStore) -> None:
    await keep_case(database, "case-0001", waiting(), proposed())
    await CaseTable.filter(id="case-0001").update(attention=0)
    found = [each.what async for each in verify(database.ring, apply)]
    assert found == ["the column attention is not what the facts make it"]
    await rebuild(database.ring, apply, wake_at=lambda case: None)
    assert [row.attention for row in await database.rows(ORG)] == [2]
    assert [each async for each in verify(database.ring, apply)] == []


# --- remembered ------------------------------------------------------------------------------------------------


async def test_the_last_value_of_a_name_is_remembered(store: Store) -> None:
    assert await store.remembered("calendar:northwind") == ""
    for value in ("holidays 0.109 FR +01ab", "own days +02cd"):
        async with store.transaction() as transaction:
            await transaction.remember("calendar:northwind", value)
            await transaction.remember("calendar:contoso", "")
        assert await store.remembered("calendar:northwind") == value
    assert await store.remembered("calendar:contoso") == ""
    assert await store.remembered("x" * 70_000) == ""


async def test_a_transaction_that_fails_remembers_nothing(store: Store) -> None:
    async def fail() -> None:
        async with store.transaction() as transaction:
            await transaction.remember("calendar:northwind", "1")
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        await fail()
    assert await store.remembered("calendar:northwind") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("person", "zoe@sample.example"),
        ("zoe@sample.example", "1"),
        ("person", "Zoé"),
        ("note", "two\nlines"),
        ("n" * 101, "1"),
        ("name", "v" * 256),
    ],
)
async def test_only_codes_are_remembered_in_the_clear(store: Store, name: str, value: str) -> None:
    async with store.transaction() as transaction:
        with pytest.raises(ValueError, match="only short codes"):
            await transaction.remember(name, value)
    assert await store.remembered(name) == ""


# --- the outbox ------------------------------------------------------------------------------------------------


async def test_the_first_try_of_a_job_stays_known(store: Store) -> None:
    async with store.transaction() as transaction:
        await transaction.enqueue(job("job-0001"))
    assert [row.first_tried_at for row in await store.jobs(ORG)] == [None]
    for hours in range(3):
        [claimed] = await store.claim_jobs("w1", NOW + hours * HOUR, 60)
        await store.retry_job(claimed, due_at=NOW + (hours + 1) * HOUR, last="450 later", now=NOW)
    assert [(row.attempts, row.first_tried_at) for row in await store.jobs(ORG)] == [(3, NOW)]
