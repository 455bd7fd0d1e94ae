"""When the clock must wake somebody: the alarms of one claim, from its dates.

There is no timer table: alarms are recomputed from the dates, those that fired are facts. Reminders fall on days
when somebody is in the office, therefore earlier, never later; the legal dates themselves never move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from dsarbot.core.calendars import TeamCalendar
from dsarbot.core.clock import Dates, Validity
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.same import Same

_MORNING: Final = time(7)
_OFFICE_DAYS: Final = (5, 2, 1)
# A mail queue gives up after five days: a notice that leaves six days before can still be sent again another way.
_PLAN_EXTENSION: Final = timedelta(days=8)
_LAST_EXTENSION: Final = timedelta(days=6)
#: Kinds of alarms about an extension, which is for whoever answers to give.
EXTENSION: Final = ("extension-plan", "extension-last")


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """One moment to look at a claim. `at` is UTC; `day` is the date that it warns of."""

    kind: str
    at: datetime
    day: date

    @property
    def key(self) -> str:
        """What to record as fired: the same kind for another date (after an extension) must fire again."""
        return f"{self.kind}:{self.day}"


def alarms(dates: Dates, *, jurisdiction: Jurisdiction, team: TeamCalendar | None) -> tuple[Alarm, ...]:
    """All alarms from receipt on, in order of time; without a team the public calendar says who is there."""
    days = _Days(
        start=jurisdiction.local_date(dates.received_at),
        target=dates.target,
        safe_due=dates.safe_due,
        legal_due=dates.legal_due,
        promise_due=dates.promise_due,
        extended_due=dates.extended_due,
        extension_valid=dates.extension_valid,
    )
    found = _alarms(days, Same(jurisdiction), Same(team))
    # A short period may put a reminder before the receipt: there was nothing to remind of.
    return tuple(each for each in found if each.at >= dates.received_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Days:
    """What the alarms of a claim follow from: the same for all that came on one day."""

    start: date
    target: date
    safe_due: date
    legal_due: date | None
    promise_due: date | None
    extended_due: date | None
    extension_valid: Validity | None


# Each time a case is stored its next alarm is asked for.
@lru_cache(maxsize=512)
def _alarms(days: _Days, place: Same[Jurisdiction], team: Same[TeamCalendar | None]) -> tuple[Alarm, ...]:
    office = team.value or TeamCalendar(calendar=place.value.calendar)
    found = {
        Alarm(kind=kind, at=_morning(office.last_office_day_before_or_on(on), place.value), day=day)
        for kind, on, day in _wanted(days, office)
    }
    return tuple(sorted(found, key=lambda each: (each.at, each.kind)))


def next_wake(alarms: Iterable[Alarm], fired: AbstractSet[str], now: datetime) -> datetime | None:
    """The next instant at which an alarm is due, `now` if one was missed, None when nothing is left.

    `fired` holds keys (`half-time:2026-04-07`); a bare kind counts for every date.
    """
    waiting = [each.at for each in alarms if each.key not in fired and each.kind not in fired]
    return max(min(waiting), now) if waiting else None


def _wanted(dates: _Days, office: TeamCalendar) -> Iterator[tuple[str, date, date]]:
    """Kind, day of the alarm, day it warns of."""
    start, target = dates.start, dates.target
    length = (target - start).days
    yield "half-time", start + timedelta(days=length // 2), target
    yield "three-quarter", start + timedelta(days=length * 3 // 4), target
    yield from ((kind, day, target) for kind, day in warnings(target, office))
    if dates.extension_valid is None:
        plan, last = EXTENSION
        yield plan, dates.safe_due - _PLAN_EXTENSION, dates.safe_due
        yield last, dates.safe_due - _LAST_EXTENSION, dates.safe_due
    yield from ((kind, day, day) for kind, day in _last_days(dates) if day is not None)


def warnings(target: date, office: TeamCalendar) -> Iterator[tuple[str, date]]:
    """The days on which people are warned of a date, by kind, in order: so many office days before it."""
    for number in _OFFICE_DAYS:
        yield f"due-{number}", office.office_days_before(target, number)


def _last_days(dates: _Days) -> tuple[tuple[str, date | None], ...]:
    promise = ("promise", dates.promise_due)
    # A valid extension replaces the first period; an unproven one replaces nothing.
    if dates.extension_valid == "yes":
        return (promise, ("extended-due", dates.extended_due))
    return (promise, ("safe-due", dates.safe_due), ("legal-due", dates.legal_due))


def _morning(day: date, place: Jurisdiction) -> datetime:
    return datetime.combine(day, _MORNING, tzinfo=place.tz).astimezone(UTC)
