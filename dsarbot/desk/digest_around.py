"""What surrounds the cases: what is held, whether the service is well, which days nobody works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from dsarbot.core.calendars import DAY, TeamCalendar
from dsarbot.core.dates import LANGUAGES
from dsarbot.desk.dating import local_day
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_facts import DayOff, HeldLine, InquiryLine, Sign
from dsarbot.ports import InboundRow, Store, mailbox_scope

_MOST: Final = 2000
_AHEAD: Final = timedelta(days=14)


async def held(store: Store, desk: DigestDesk) -> list[HeldLine]:
    """What was held, oldest first: the organisation's own, and what waits in its mailboxes to be given to one.

    The latter is seen by every organisation of the mailbox (security 5), hence by mailbox and dates alone."""
    scopes = (desk.organisation.scope, *(mailbox_scope(key) for key in desk.mailboxes))
    rows: list[InboundRow] = []
    for scope in scopes:
        rows += await store.inbounds(scope, state="held", limit=_MOST)
    return [
        HeldLine(
            kind=row.kind,
            mailbox=row.mailbox,
            received_on=local_day(row.received_at, desk.zone),
            safe_due=row.safe_due,
        )
        for row in sorted(rows, key=lambda row: (row.received_at, row.id))
    ]


async def inquiries(store: Store, desk: DigestDesk) -> list[InquiryLine]:
    """The open inquiries of authorities, the nearest date first."""
    return [
        InquiryLine(reference=row.reference, due=row.due, opened_on=local_day(row.opened_at, desk.zone))
        for row in await store.inquiries(desk.organisation.scope)
    ]


def signs(desk: DigestDesk, beats: Mapping[str, datetime], now: datetime) -> tuple[Sign, ...]:
    """Each watched part with its last sign of life; one from the future says as little as an old one."""
    return tuple(
        Sign(
            kind=each.kind,
            name=each.name,
            last=beats.get(each.beat),
            limit=each.limit,
            ok=each.beat in beats and abs(now - beats[each.beat]) <= each.limit,
        )
        for each in desk.watched
    )


def team_of(desk: DigestDesk) -> TeamCalendar:
    """When somebody is in the office; without a calendar of its own, the public one says so."""
    rules = desk.organisation.rules
    return rules.team or TeamCalendar(calendar=rules.jurisdiction.calendar)


def days_off(desk: DigestDesk, today: date) -> tuple[DayOff, ...]:
    """Public holidays and closures of today and the fourteen days after it, in order of time."""
    team, last = team_of(desk), today + _AHEAD
    closures = (
        DayOff(first=max(first, today), last=min(end, last))
        for first, end in team.closures
        if first <= last and end >= today
    )
    return tuple(sorted((*_holidays(team, today, last), *closures), key=lambda off: (off.first, off.last)))


def _holidays(team: TeamCalendar, first: date, last: date) -> Iterator[DayOff]:
    for offset in range((last - first).days + 1):
        day = first + DAY * offset
        names = {language: team.calendar.holiday_name(day, language) for language in LANGUAGES}
        found = {language: name for language, name in names.items() if name is not None}
        if len(found) == len(names):
            yield DayOff(first=day, last=day, names=found)
