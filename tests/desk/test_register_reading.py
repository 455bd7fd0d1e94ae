"""A year is read in batches: nothing twice, nothing left out, cut where it is too long; what will not open counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dsarbot.core.case import Case, Outcome, Status
from dsarbot.core.case_query import CaseQuery
from dsarbot.core.register import Fate, entry
from dsarbot.desk import register
from dsarbot.ports import CaseRow, Scope
from tests.core.test_register import FR, case, claim

ORG = Scope("nord")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Shelf:
    """Open cases in the order of their receipt."""

    held: dict[str, Case] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    secret: set[str] = field(default_factory=set)
    asked: tuple[datetime, datetime, str] | None = None

    def put(self, number: int, received: datetime) -> None:
        made = case(replace(claim(), received_at=received), id=f"c{number:03}", reference=f"R{number:03}")
        self.held[made.id] = made

    async def find_rows(self, scope: Scope, query: CaseQuery, limit: int) -> Sequence[CaseRow]:
        assert scope == ORG and query.received_from is not None and query.received_by is not None
        if query.closed:
            return []
        last = query.after[1] if query.after else ""
        found = [
            each
            for each in self.held.values()
            if each.id > last
            and (each.id in self.secret) == query.hidden
            and query.received_from <= each.claims[0].received_at <= query.received_by
        ]
        return [row(each) for each in found[:limit]]

    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]:
        return [self.held[each] for each in ids if each not in self.broken]

    async def fates(self, scope: Scope, first: datetime, last: datetime, zone: str) -> Sequence[Fate]:
        self.asked = first, last, zone
        return []


def row(of: Case) -> CaseRow:
    return CaseRow(
        id=of.id, organisation="nord", reference=of.reference, status=Status.OPEN, outcome=Outcome.PENDING, rights=(),
        language="en", channel="mail", received_at=of.claims[0].received_at, opened_at=NOW, target=None, safe_due=None,
        assignee="", closed=False, version=1,
    )  # fmt: skip


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Five in the year, read two at a time; one of the last second of the year before, by the zone."""
    monkeypatch.setattr(register, "_BATCH", 2)
    found = Shelf()
    found.put(0, datetime(2025, 12, 31, 22, 59, tzinfo=UTC))
    found.put(1, datetime(2025, 12, 31, 23, 1, tzinfo=UTC))
    for number in range(2, 6):
        found.put(number, NOW + timedelta(days=number))
    return found


async def read(shelf: Shelf, most: int = 100) -> register.Year:
    return await register.read(shelf, ORG, FR, year=2026, staff="anna", most=most)


async def test_each_case_of_the_year_has_one_line(shelf: Shelf) -> None:
    found = await read(shelf)
    assert [each.reference for each in found.entries] == ["R001", "R002", "R003", "R004", "R005"]
    assert found.entries[0].received == date(2026, 1, 1) and (found.hidden, found.unread, found.cut) == (0, 0, False)


async def test_a_long_year_is_cut_and_says_so(shelf: Shelf) -> None:
    found = await read(shelf, most=2)
    assert [each.reference for each in found.entries] == ["R001", "R002"] and found.cut
    assert not (await read(shelf, most=5)).cut


async def test_what_will_not_open_and_what_is_hidden_is_counted(shelf: Shelf) -> None:
    shelf.broken, shelf.secret = {"c003"}, {"c004", "c005"}
    found = await read(shelf)
    assert [each.reference for each in found.entries] == ["R001", "R002"]
    assert (found.hidden, found.unread) == (2, 1)


async def test_figures_look_a_year_back(shelf: Shelf) -> None:
    assert list(await register.counted(shelf, ORG, FR, year=2026)) == []
    assert shelf.asked is not None
    first, last, zone = shelf.asked
    assert first <= datetime(2025, 1, 1, tzinfo=UTC) and last >= datetime(2027, 1, 1, tzinfo=UTC)
    assert zone == "Europe/Paris"


def test_a_line_is_written_for_programs_and_for_spreadsheets() -> None:
    line = entry(case(claim()), FR)
    assert line is not None
    assert register.as_dict(line)["rights"] == ["access"] and register.as_dict(line)["answered"] is None
    written = dict(zip(register.COLUMNS, register.as_row(line), strict=True))
    assert [written[each] for each in ("rights", "late", "open", "due")] == ["access", "no", "yes", "2026-04-03"]
