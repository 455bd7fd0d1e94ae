"""Lines of cases, made of their clear columns; a sealed document is opened only where a line needs more: since when a
case waits, whom it is about if that is configured. All at once, each once, and only for lines that are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from dsarbot.core.case import Case, Status
from dsarbot.desk.dating import local_day
from dsarbot.desk.digest_around import team_of
from dsarbot.desk.digest_desk import DigestDesk, shown
from dsarbot.desk.digest_facts import AwayLine, CaseLine, Listed, WaitLine
from dsarbot.desk.digest_letters import waiting_since
from dsarbot.desk.digest_select import Selected
from dsarbot.ports import CaseRow

T = TypeVar("T")


def needed(found: Selected, desk: DigestDesk) -> Iterator[str]:
    """Ids of the cases whose lines need more than clear columns."""
    named = (found.away, found.late, found.due, found.new, found.unconfirmed) if desk.names != "nothing" else ()
    for listed in (found.waiting, *named):
        yield from (row.id for row in listed.shown)


class Lines:
    """Makes lines of rows. cases: the opened documents by id; a line whose case is missing has no details."""

    def __init__(self, *, desk: DigestDesk, today: date, cases: Mapping[str, Case]) -> None:
        self._desk = desk
        self._today = today
        self._cases = cases
        self._team = team_of(desk)

    def cases(self, listed: Listed[CaseRow]) -> Listed[CaseLine]:
        return _listed(listed, [self._line(row) for row in listed.shown])

    def away(self, listed: Listed[CaseRow]) -> Listed[AwayLine]:
        return _listed(listed, [self._away(row) for row in listed.shown])

    def waiting(self, listed: Listed[CaseRow]) -> Listed[WaitLine]:
        return _listed(listed, [self._waiting(row) for row in listed.shown])

    def _line(self, row: CaseRow) -> CaseLine:
        who = acting = ""
        if self._desk.names != "nothing" and (case := self._cases.get(row.id)):
            who = shown(case.person.name, self._desk.names)
            acting = case.representative.role if case.representative else ""
        last = self._team.last_office_day_before_or_on(row.target) if row.target else None
        return CaseLine(
            reference=row.reference,
            rights=row.rights,
            received_on=local_day(row.received_at, self._desk.zone),
            target=row.target,
            last_office_day=last if last != row.target else None,
            who=who,
            acting=acting,
        )

    def _away(self, row: CaseRow) -> AwayLine:
        key = row.assignee or self._desk.owner
        colleague = self._desk.colleagues.get(key)
        other = self._desk.takes_over(key, self._today)
        return AwayLine(
            case=self._line(row),
            colleague=self._desk.label(key),
            until=colleague.away_until(self._today) if colleague and colleague.here else None,
            takes_over=self._desk.label(other) if other else "",
        )

    def _waiting(self, row: CaseRow) -> WaitLine:
        line, case = self._line(row), self._cases.get(row.id)
        if case is None:
            return WaitLine(
                case=line, on="party" if row.status == Status.WAITING_PARTY else "person", question="", since=None
            )
        on, question, since = waiting_since(case, self._desk.zone)
        return WaitLine(case=line, on=on, question=question, since=since)


def _listed(rows: Listed[CaseRow], lines: Sequence[T]) -> Listed[T]:
    return Listed(shown=tuple(lines), total=rows.total, confidential=rows.confidential)
