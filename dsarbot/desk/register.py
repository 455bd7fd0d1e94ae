"""Where the lines of the register and the figures of a year come from. Figures are counted from clear columns; lines
are read out of the cases, in batches, so that a large year neither fills the memory nor holds up the mail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol

from dsarbot.core.case import Case
from dsarbot.core.case_query import CaseQuery, Sort
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.register import Entry, Fate, entry
from dsarbot.ports import CaseRow, Scope

_BATCH: Final = 100
#: More than any organisation of the size that this is made for.
MOST: Final = 100_000
#: What was answered within a year may have come so long before.
_BEFORE: Final = timedelta(days=366)
_DAY: Final = timedelta(days=1)


class Queue(Protocol):
    """What is read of a store."""

    async def find_rows(self, scope: Scope, query: CaseQuery, limit: int) -> Sequence[CaseRow]: ...
    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]: ...
    async def fates(self, scope: Scope, first: datetime, last: datetime, zone: str) -> Sequence[Fate]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """entries: lines, of cases that the reader may see and that were received in the year; hidden: how many of others
    there are; unread: cases that would not open; cut: there are more lines than were asked for."""

    entries: tuple[Entry, ...]
    hidden: int
    unread: int
    cut: bool = False


async def counted(store: Queue, scope: Scope, place: Jurisdiction, *, year: int) -> Sequence[Fate]:
    """What figures of that year are counted from, confidential cases included: a number names nobody."""
    first, last = _ends(year)
    return await store.fates(scope, first - _BEFORE, last, place.zone)


async def read(
    store: Queue, scope: Scope, place: Jurisdiction, *, year: int, staff: str, most: int = MOST
) -> Year:  # fmt: skip
    """The register of a year, at most so many lines of it."""
    entries: list[Entry] = []
    hidden = unread = 0
    cut = False
    first, last = _ends(year)
    base = CaseQuery(staff=staff, received_from=first, received_by=last, sort=Sort.RECEIVED)
    for closed, secret in ((False, False), (True, False), (False, True), (True, True)):
        lines: list[Entry] = []
        async for rows in _pages(store, scope, replace(base, closed=closed, hidden=secret)):
            cases = await store.cases(scope, [row.id for row in rows])
            unread += len(rows) - len(cases)
            found = (entry(case, place) for case in cases)
            lines += [each for each in found if each is not None and each.received.year == year]
            # Of each kind as many as all together may be: sorted, the first of them are the first of all.
            if len(lines) > most:
                cut = True
                break
            await asyncio.sleep(0)
        entries += [] if secret else lines
        hidden += len(lines) if secret else 0
    entries.sort(key=lambda each: (each.received, each.reference))
    return Year(entries=tuple(entries[:most]), hidden=hidden, unread=unread, cut=cut or len(entries) > most)


def _ends(year: int) -> tuple[datetime, datetime]:
    """Wide enough for every zone."""
    return datetime(year, 1, 1, tzinfo=UTC) - _DAY, datetime(year + 1, 1, 1, tzinfo=UTC) + _DAY


async def _pages(store: Queue, scope: Scope, query: CaseQuery) -> AsyncIterator[Sequence[CaseRow]]:
    while rows := await store.find_rows(scope, query, _BATCH):
        yield rows
        query = replace(query, after=(rows[-1].received_at, rows[-1].id))


#: The columns of the register, as a program reads them.
COLUMNS: Final = (
    "reference", "rights", "received", "due", "answered", "late", "extended", "outcome", "grounds", "channel",
    "identity", "chain", "open",
)  # fmt: skip


def as_dict(line: Entry) -> Mapping[str, object]:
    """A line for a program."""
    return dict(
        zip(
            COLUMNS,
            (
                line.reference, list(line.rights), line.received.isoformat(), _iso(line.due), _iso(line.answered),
                line.late, _iso(line.extended), line.outcome.value, list(line.grounds), line.channel, line.rung,
                list(line.chain), line.open,
            ),
            strict=True,
        )
    )  # fmt: skip


def as_row(line: Entry) -> Sequence[object]:
    """A line for a spreadsheet: several values of one cell stand behind each other."""
    return [
        "; ".join(value) if isinstance(value, list) else {True: "yes", False: "no"}[value]
        if isinstance(value, bool) else value
        for value in as_dict(line).values()
    ]  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
