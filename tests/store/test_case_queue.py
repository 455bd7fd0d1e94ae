"""Lists of cases by any filter, on both databases; counts; what moved; saved views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dsarbot.core.apply import apply, fold
from dsarbot.core.case import Status
from dsarbot.core.case_query import CaseQuery, Sort
from dsarbot.core.case_view import MOST, View, added, without
from dsarbot.core.clock import compute
from dsarbot.core.fact import Fact
from dsarbot.core.facts import Assigned, ClaimFound, Dated
from dsarbot.core.facts_rights import Confided
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.errors import NotAllowed
from dsarbot.ports import CaseRow, Scope
from dsarbot.store.store import TortoiseStore
from tests.store.samples import NOW, ORG, opened

pytestmark = pytest.mark.database
ANNA = CaseQuery(staff="anna")


async def five(store: TortoiseStore) -> None:
    """Received a day apart, the newest first due; the third is unsure, the fourth Bruno's, the fifth confidential."""
    async with store.transaction() as transaction:
        for number in range(1, 6):
            received = NOW - timedelta(days=10 - number)
            new, found = opened(f"case-000{number}", number=number, at=received)
            assert isinstance(found, ClaimFound)
            dates = replace(compute(received, jurisdiction("FR")), target=date(2026, 5, 1) - timedelta(days=number))
            dated = Dated(at=received, actor="service", cause=found.cause, claim=found.claim, dates=dates)
            facts: list[Fact] = [new, replace(found, certain=number != 3), dated]
            case = fold(facts)
            more: list[Fact] = []
            if number == 4:
                more = [Assigned(at=NOW, actor="anna", cause="as", staff="bruno")]
            if number == 5:
                more = [Confided(at=NOW, actor="anna", cause="co", staff=("bruno", "carl_"), reason="A dispute.")]
            for fact in more:
                case = apply(case, fact)
            await transaction.save(ORG, case, [*facts, *more], wake_at=None)


async def numbers(store: TortoiseStore, query: CaseQuery, limit: int = 9) -> list[int]:
    return [int(row.id[-1]) for row in await store.find_rows(ORG, query, limit)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (ANNA, [4, 3, 2, 1]),
        (replace(ANNA, staff="bruno"), [5, 4, 3, 2, 1]),
        # A key is a word of the list, never a pattern.
        (replace(ANNA, staff="carlx"), [4, 3, 2, 1]),
        (replace(ANNA, staff="carl_"), [5, 4, 3, 2, 1]),
        (replace(ANNA, hidden=True), [5]),
        (replace(ANNA, staff="bruno", hidden=True), []),
        (replace(ANNA, statuses=(Status.UNCONFIRMED,)), [3]),
        (replace(ANNA, statuses=()), []),
        (replace(ANNA, assignees=("bruno",)), [4]),
        (replace(ANNA, assignees=("",)), [3, 2, 1]),
        (replace(ANNA, right="access"), [4, 3, 2, 1]),
        (replace(ANNA, right="acces_"), []),
        (replace(ANNA, ids=("case-0002", "case-0005", "nothing")), [2]),
        (replace(ANNA, due_from=date(2026, 4, 28), due_by=date(2026, 4, 29)), [3, 2]),
        (replace(ANNA, received_by=NOW - timedelta(days=8)), [2, 1]),
        (replace(ANNA, received_from=NOW - timedelta(days=8)), [4, 3, 2]),
        (replace(ANNA, opened_after=NOW - timedelta(days=7, minutes=1)), [4, 3]),
        (replace(ANNA, sort=Sort.RECEIVED), [1, 2, 3, 4]),
        (replace(ANNA, sort=Sort.RECEIVED, descending=True), [4, 3, 2, 1]),
        (replace(ANNA, sort=Sort.REFERENCE), [1, 2, 3, 4]),
        (replace(ANNA, closed=True), []),
        (replace(ANNA, attention=True), []),
    ],
)
async def test_a_list_by_any_filter(database: TortoiseStore, query: CaseQuery, found: Sequence[int]) -> None:
    await five(database)
    assert await numbers(database, query) == found
    assert await database.count_rows(ORG, [query, ANNA], 3) == [min(len(found), 3), 3]
    assert await database.find_rows(Scope("other"), query, 9) == []


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("descending", [False, True])
async def test_a_page_goes_on_where_the_last_one_ended(database: TortoiseStore, sort: Sort, descending: bool) -> None:
    await five(database)
    query = replace(ANNA, sort=sort, descending=descending)
    whole = await database.find_rows(ORG, query, 9)
    found: list[CaseRow] = []
    while rows := await database.find_rows(ORG, query, 1):
        found += rows
        place = {Sort.DUE: rows[0].target, Sort.RECEIVED: rows[0].received_at, Sort.REFERENCE: rows[0].reference}[sort]
        assert place is not None
        query = replace(query, after=(place, rows[0].id))
    assert found == list(whole)


async def test_what_moved_and_how_it_stands(database: TortoiseStore) -> None:
    await five(database)
    moved = await database.moved(ORG, NOW - timedelta(days=6, minutes=1))
    assert {(case, closed) for case, _, closed, _ in moved} == {("case-0004", False), ("case-0005", False)}
    statuses, due = await database.tally(ORG, [date(2026, 4, 26), date(2026, 4, 28)])
    assert statuses == {"open": 4, "unconfirmed": 1} and list(due) == [1, 2, 2]
    assert await database.count_held(ORG, 9) == 0
    assert (await database.vitals()).jobs == {}


async def test_views_are_each_person_s_own(database: TortoiseStore) -> None:
    async with database.transaction() as transaction:
        await transaction.save_views("anna", [View(name="Mine", query="assignee=me", text="Zoé")])
    async with database.transaction() as transaction:
        await transaction.save_views("anna", [*await database.views("anna"), View(name="Late", query="due=late")])
    assert [each.name for each in await database.views("anna")] == ["Mine", "Late"]
    assert await database.views("bruno") == () and await database.views("x" * 200) == ()


def test_a_view_takes_the_place_of_another_of_its_name() -> None:
    views = added((View(name="Late", query="a"),), View(name=" late ", query="b"))
    assert views == (View(name="late", query="b"),) and without(views, "late") == ()
    many = tuple(View(name=str(number), query="") for number in range(MOST))
    for wrong, given in ((View(name="  ", query=""), ()), (View(name="one more", query=""), many)):
        with pytest.raises(NotAllowed):
            added(given, wrong)
    assert len(added(many, View(name="3", query="x"))) == MOST
