"""Lines of cases, made of their clear columns; a sealed document is opened only where a line needs more: since when a
case waits, whom it is about if that is configured. Each document once, and only for lines that are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from dsarbot.core.case import Case, Status
from dsarbot.desk.dating import local_day
from dsarbot.desk.digest_around import team_of
from dsarbot.desk.digest_desk import DigestDesk, shown
from dsarbot.desk.digest_facts import AwayLine, CaseLine, Listed, WaitLine
from dsarbot.desk.digest_letters import waiting_since
from dsarbot.errors import Gone, NotFound, Tampered
from dsarbot.ports import CaseRow, Store

T = TypeVar("T")


class Lines:
    """Makes lines of rows; opens a case's document once, and only where a line needs it. known: opened already."""

    def __init__(self, *, store: Store, desk: DigestDesk, today: date, known: Iterable[Case] = ()) -> None:
        self._store = store
        self._desk = desk
        self._today = today
        self._cases: dict[str, Case | None] = {case.id: case for case in known}
        self._team = team_of(desk)

    @property
    def unopened(self) -> int:
        """How many documents could not be opened so far."""
        return sum(case is None for case in self._cases.values())

    async def cases(self, listed: Listed[CaseRow]) -> Listed[CaseLine]:
        return _listed(listed, [await self._line(row) for row in listed.shown])

    async def away(self, listed: Listed[CaseRow]) -> Listed[AwayLine]:
        return _listed(listed, [await self._away(row) for row in listed.shown])

    async def waiting(self, listed: Listed[CaseRow]) -> Listed[WaitLine]:
        return _listed(listed, [await self._waiting(row) for row in listed.shown])

    async def _line(self, row: CaseRow) -> CaseLine:
        who = ""
        if self._desk.names != "nothing" and (case := await self._case(row)):
            who = shown(case.person.name, self._desk.names)
        last = self._team.last_office_day_before_or_on(row.target) if row.target else None
        return CaseLine(
            reference=row.reference,
            rights=row.rights,
            received_on=local_day(row.received_at, self._desk.zone),
            target=row.target,
            last_office_day=last if last != row.target else None,
            who=who,
        )

    async def _away(self, row: CaseRow) -> AwayLine:
        key = row.assignee or self._desk.owner
        colleague = self._desk.colleagues.get(key)
        other = self._desk.takes_over(key, self._today)
        return AwayLine(
            case=await self._line(row),
            colleague=self._desk.label(key),
            until=colleague.away_until(self._today) if colleague and colleague.here else None,
            takes_over=self._desk.label(other) if other else "",
        )

    async def _waiting(self, row: CaseRow) -> WaitLine:
        line, case = await self._line(row), await self._case(row)
        if case is None:
            return WaitLine(
                case=line, on="party" if row.status == Status.WAITING_PARTY else "person", question="", since=None
            )
        on, question, since = waiting_since(case, self._desk.zone)
        return WaitLine(case=line, on=on, question=question, since=since)

    async def _case(self, row: CaseRow) -> Case | None:
        if row.id not in self._cases:
            try:
                self._cases[row.id] = await self._store.case(self._desk.organisation.scope, row.id)
            except (Gone, NotFound, Tampered):
                # One document that will not open must not silence the digest of all the others; it is counted.
                self._cases[row.id] = None
        return self._cases[row.id]


def _listed(rows: Listed[CaseRow], lines: Sequence[T]) -> Listed[T]:
    return Listed(shown=tuple(lines), total=rows.total, confidential=rows.confidential)
