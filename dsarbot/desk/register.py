"""Where the lines of the register and the figures come from: the cases that were received in a while, opened in
batches, so that a large year neither fills the memory nor holds up the mail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol

from dsarbot.core.case import Case
from dsarbot.core.case_query import CaseQuery, Sort
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.register import Entry, Fate, entry, fates
from dsarbot.ports import CaseRow, Scope

_BATCH: Final = 100
#: More than any organisation of the size that this is made for; beyond it the page says that it is not all.
MOST: Final = 50_000
#: What was answered within a year may have come so long before.
_BEFORE: Final = timedelta(days=366)


class Queue(Protocol):
    """What is read of a store."""

    async def find_rows(self, scope: Scope, query: CaseQuery, limit: int) -> Sequence[CaseRow]: ...
    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """entries: lines of the register, of cases that the reader may see and that were received in the year; hidden: how
    many of others there are; fates: what figures are counted from, of all cases; unread: cases that would not open."""

    entries: tuple[Entry, ...]
    hidden: int
    fates: tuple[Fate, ...]
    unread: int


async def read(store: Queue, scope: Scope, place: Jurisdiction, *, year: int, staff: str) -> Year:
    """A year of an organisation."""
    entries: list[Entry] = []
    every: list[Fate] = []
    hidden = unread = 0
    first = datetime.combine(date(year, 1, 1), datetime.min.time(), UTC) - _BEFORE
    last = datetime.combine(date(year, 12, 31), datetime.max.time(), UTC) + timedelta(days=1)
    base = CaseQuery(staff=staff, received_from=first, received_by=last, sort=Sort.RECEIVED)
    for closed, secret in ((False, False), (True, False), (False, True), (True, True)):
        async for rows in _pages(store, scope, replace(base, closed=closed, hidden=secret)):
            cases = {case.id: case for case in await store.cases(scope, [row.id for row in rows])}
            unread += len(rows) - len(cases)
            found = [entry(case, place) for case in cases.values()]
            every += [fate for case in cases.values() for fate in fates(case, place)]
            lines = [each for each in found if each is not None and each.received.year == year]
            entries += [] if secret else lines
            hidden += len(lines) if secret else 0
            await asyncio.sleep(0)
    entries.sort(key=lambda each: (each.received, each.reference))
    return Year(entries=tuple(entries), hidden=hidden, fates=tuple(every), unread=unread)


async def _pages(store: Queue, scope: Scope, query: CaseQuery) -> AsyncIterator[Sequence[CaseRow]]:
    seen = 0
    while seen < MOST:
        rows = await store.find_rows(scope, query, _BATCH)
        if rows:
            yield rows
        if len(rows) < _BATCH:
            return
        seen += len(rows)
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
