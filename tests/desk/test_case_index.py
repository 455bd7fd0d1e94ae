"""Free text over open cases: found by every word, kept up, bounded, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dsarbot.core.case import Case, Letter, LetterStatus, Moment, Note, Outcome, Person, Purpose, Section, Status
from dsarbot.desk import case_index
from dsarbot.desk.case_index import FORGOTTEN_AFTER, CaseIndex, folded
from dsarbot.errors import NotFound
from dsarbot.ports import CaseRow, Scope

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORG = Scope("nord")


def case(number: int, **fields: object) -> Case:
    made = Case(
        id=f"c{number:03}", reference=f"DSR-2026-{number:05}-X", organisation=ORG, channel="mail", language="en",
        opened_at=NOW, person=Person(name="Zoé Müller", address="zoe@example.net"), subject="My data", version=1,
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]  # fields of a case


@dataclass
class Shelf:
    """Cases in the order of their ids, with when each changed."""

    held: dict[str, Case] = field(default_factory=dict)
    changed: dict[str, datetime] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    reads: int = 0
    gone: bool = False

    def put(self, *cases: Case, at: datetime = NOW - timedelta(days=1)) -> None:
        for each in cases:
            self.held[each.id], self.changed[each.id] = each, at

    async def rows(
        self, scope: Scope, *, closed: bool = False, limit: int = 1000, after: str = ""
    ) -> Sequence[CaseRow]:  # fmt: skip
        assert scope == ORG and not closed
        if after and self.gone:
            self.gone = False
            raise NotFound
        ids = [each for each in sorted(self.held) if each > after and each not in self.closed]
        return [row(self.held[each]) for each in ids[:limit]]

    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]:
        assert scope == ORG
        self.reads += len(ids)
        return [self.held[each] for each in ids]

    async def moved(self, scope: Scope, since: datetime) -> Sequence[tuple[str, int, bool, datetime]]:
        assert scope == ORG
        return [
            (key, self.held[key].version, key in self.closed, at) for key, at in self.changed.items() if at >= since
        ]


def row(of: Case) -> CaseRow:
    return CaseRow(
        id=of.id, organisation=of.organisation, reference=of.reference, status=Status.OPEN, outcome=Outcome.PENDING,
        rights=(), language="en", channel="mail", received_at=NOW, opened_at=NOW, target=date(2026, 4, 1),
        safe_due=None,
        assignee="", closed=False, version=of.version,
    )  # fmt: skip


async def hits(index: CaseIndex, text: str, *, staff: str = "anna", now: datetime = NOW) -> list[str]:
    return list((await index.search(ORG, text, staff=staff, now=now)).ids)


LETTER = Letter(
    id="l1", moment=Moment.ANSWERED, claims=(), language="en", medium="mail", recipient="", subject="Your answer",
    sections=(Section(key="body", text="The turbine data is enclosed."),), purpose=Purpose(),
    status=LetterStatus.SENT,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zoe MULLER", True), ("Müller my data", True), ("dsr-2026-00001-x", True), ("turbine enclosed", True),
        ("archive", True), ("zoe nobody", False), ("counsel", False), ("", False), ("   ", False),
    ],
)  # fmt: skip
async def test_a_case_is_found_by_every_word(text: str, found: bool) -> None:
    shelf = Shelf()
    shelf.put(
        case(
            1, letters=(LETTER,), notes=(
                Note(at=NOW, actor="anna", kind="work", text="Called the Archive."),
                Note(at=NOW, actor="anna", kind="legal-advice", text="Our counsel says no."),
            ),
        )
    )  # fmt: skip
    assert bool(await hits(CaseIndex(shelf), text)) == found


async def test_what_changed_is_read_again_and_what_is_closed_is_let_go() -> None:
    shelf = Shelf()
    shelf.put(case(1), case(2))
    index = CaseIndex(shelf)
    assert await hits(index, "zoe") == ["c001", "c002"]
    read = shelf.reads
    assert await hits(index, "zoe") == ["c001", "c002"] and shelf.reads == read
    later = NOW + timedelta(minutes=1)
    shelf.put(case(1, version=2, subject="Something about turbines"), case(3), at=later)
    shelf.closed.add("c002")
    shelf.changed["c002"] = later
    assert await hits(index, "turbines", now=later) == ["c001"]
    assert await hits(index, "zoe", now=later) == ["c001", "c003"] and shelf.reads == read + 2


async def test_a_confidential_case_is_found_by_whom_it_names() -> None:
    shelf = Shelf()
    shelf.put(case(1, confidential=("bruno",)))
    index = CaseIndex(shelf)
    assert await hits(index, "zoe", staff="anna") == [] and await hits(index, "zoe", staff="bruno") == ["c001"]


async def test_what_nobody_asks_leaves_the_memory() -> None:
    shelf = Shelf()
    shelf.put(case(1))
    index = CaseIndex(shelf)
    await hits(index, "zoe")
    assert index.sizes[ORG] > 0
    index.forget(NOW + FORGOTTEN_AFTER)
    assert index.sizes == {}


async def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_index, "MOST_OF_ALL", 130)
    monkeypatch.setattr(case_index, "MOST_OF_ONE", 50)
    shelf = Shelf()
    shelf.put(*(case(number, subject="word " * 100) for number in range(5)))
    index = CaseIndex(shelf)
    found = await index.search(ORG, "zoe", staff="anna", now=NOW)
    assert found.ids == ("c000", "c001") and not found.whole and index.sizes[ORG] <= 130


async def test_more_than_anybody_reads_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_index, "MOST_FOUND", 2)
    shelf = Shelf()
    shelf.put(case(1), case(2), case(3))
    found = await CaseIndex(shelf).search(ORG, "zoe", staff="anna", now=NOW)
    assert len(found.ids) == 2 and not found.whole


async def test_a_search_that_runs_out_of_time_goes_on_with_the_next() -> None:
    shelf = Shelf()
    shelf.put(*(case(number) for number in range(120)))
    index = CaseIndex(shelf)
    first = await index.search(ORG, "zoe", staff="anna", now=NOW, patience=-1)
    assert first.ids == () and not first.whole
    shelf.put(case(5, version=2, subject="turbines"), at=NOW)
    assert not (await index.search(ORG, "turbines", staff="anna", now=NOW, patience=-1)).whole
    found = await index.search(ORG, "turbines", staff="anna", now=NOW)
    assert found.ids == ("c005",) and found.whole


async def test_a_walk_whose_last_row_was_destroyed_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_index, "_BATCH", 2)
    shelf = Shelf(gone=True)
    shelf.put(*(case(number) for number in range(5)))
    assert len(await hits(CaseIndex(shelf), "zoe")) == 5


def test_folding_forgets_accents_case_and_blanks() -> None:
    assert folded("  Élan\n ÄÖ ") == "elan ao"
