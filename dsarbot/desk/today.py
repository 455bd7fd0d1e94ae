"""The facts of *Today*: those of the digest, chosen by the database and not out of all open cases, so that a hundred
thousand cases cost no more than a hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from dsarbot.core.calendars import DAY
from dsarbot.core.case import Case
from dsarbot.core.case_query import HOPS, CaseQuery, Hop, Sort
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_facts import SOON_DAYS, DigestInput, Listed
from dsarbot.desk.digest_gather import Chosen, facts
from dsarbot.desk.digest_select import Selected
from dsarbot.ports import CaseRow, Scope, Store

#: Of each section; the list of cases shows the others.
LINES: Final = 10
#: Cases that are opened for what waits in their letters.
_OPENED: Final = 24
#: Nobody reads a number beyond; the page writes it with a plus.
MOST_COUNTED: Final = 1000


class Queue(Store, Protocol):
    """A store that answers queries."""

    async def find_rows(self, scope: Scope, query: CaseQuery, limit: int) -> Sequence[CaseRow]: ...
    async def count_rows(self, scope: Scope, queries: Sequence[CaseQuery], most: int) -> Sequence[int]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Section:
    """One query, and the same one for the confidential cases that only count."""

    query: CaseQuery

    @property
    def hidden(self) -> CaseQuery:
        return replace(self.query, hidden=True)


async def look(store: Queue, desk: DigestDesk, *, now: datetime, staff: str) -> DigestInput:
    """What that member of staff must do, and what waits for others, as of *now*."""
    scope, today = desk.organisation.scope, desk.day(now)
    # practice 12: for everybody else a confidential case is a number.
    beyond = {case for case, named in (await store.confidential(scope)).items() if staff not in named}
    since = desk.due_at(today - DAY)
    wanted = _sections(desk, today, since, staff)
    counts = await store.count_rows(
        scope, [each for section in wanted.values() for each in (section.query, section.hidden)], MOST_COUNTED
    )
    listed: dict[str, Listed[CaseRow]] = {}
    for (name, section), seen, hidden in zip(wanted.items(), counts[::2], counts[1::2], strict=True):
        rows = await store.find_rows(scope, section.query, LINES) if seen else ()
        listed[name] = Listed(shown=tuple(rows), total=seen + hidden, confidential=hidden)
    attention = await store.find_rows(scope, CaseQuery(staff=staff, attention=True), _OPENED)
    waiting: Sequence[Case] = await store.cases(scope, [row.id for row in attention]) if attention else ()
    shown = [*attention, *(row for each in listed.values() for row in each.shown)]
    found = Selected(**listed, bars=(), references={row.id: row.reference for row in shown})
    chosen = Chosen(found=found, attention=attention, most_opened=0)
    return await facts(store, desk, chosen, now=now, with_letters=waiting, since=since, confidential=beyond)


def _sections(desk: DigestDesk, today: date, since: datetime, staff: str) -> dict[str, _Section]:
    here = [each for each in desk.colleagues.values() if each.here]
    there = {each.key for each in here if each.away_until(today) is None}
    # What is assigned to nobody is its owner's; whoever left for good is away as well.
    gone = [key for key in desk.colleagues if key not in there]
    absent = tuple(gone if desk.owner in there else [*gone, ""])
    soon = today + DAY * SOON_DAYS
    base = CaseQuery(staff=staff)
    return {
        "away": _Section(query=replace(base, assignees=absent, statuses=HOPS[Hop.US])),
        "late": _Section(query=replace(base, due_by=today - DAY)),
        "due": _Section(query=replace(base, due_from=today, due_by=soon)),
        "waiting": _Section(query=replace(base, statuses=(*HOPS[Hop.PERSON], *HOPS[Hop.PARTY]))),
        "new": _Section(query=replace(base, opened_after=since, sort=Sort.RECEIVED, descending=True)),
        "unconfirmed": _Section(query=replace(base, statuses=UNSURE, sort=Sort.RECEIVED)),
    }


UNSURE: Final = (HOPS[Hop.US][0],)
