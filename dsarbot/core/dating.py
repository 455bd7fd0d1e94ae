"""The dates of claims: computed from their facts, never typed in, and written down each time they move."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from dsarbot.core import facts as f
from dsarbot.core.case import DONE, Case, Claim
from dsarbot.core.clock import Dates, Pause, Promise, compute, same_day
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.rules import Rules
from dsarbot.core.same import Same


def local_day(instant: datetime, rules: Rules) -> date:
    """The day it is at the establishment."""
    return instant.astimezone(ZoneInfo(rules.jurisdiction.zone)).date()


def dates_of(claim: Claim, rules: Rules) -> Dates:
    """What the claim's facts say, whatever stands in the case."""
    place = rules.jurisdiction
    midnight = datetime.combine(local_day(claim.received_at, rules), time.min, place.tz)
    dates = _dates(Same(place), midnight, rules.promise, tuple(claim.pauses), claim.extended_on)
    return same_day(dates, claim.received_at, place)


# Every order and fact of a case asks for its dates again, mostly about the same day.
@lru_cache(maxsize=512)
def _dates(
    place: Same[Jurisdiction],
    midnight: datetime,
    promise: Promise | None,
    pauses: tuple[Pause, ...],
    extended_on: date | None,
) -> Dates:
    return compute(midnight, place.value, promise=promise, pauses=pauses, extended_on=extended_on)


def dated(case: Case, rules: Rules) -> tuple[f.Dated, ...]:
    """A `Dated` for each claim under way whose dates are not, or no longer, what its facts say."""
    found = []
    for claim in case.claims:
        if claim.status in DONE and claim.dates is not None:
            continue
        dates, goal = dates_of(claim, rules), goal_of(claim, rules)
        if (dates, goal) != (claim.dates, claim.goal):
            found.append(f.Dated(claim=claim.id, dates=dates, goal=goal))
    return tuple(found)


def goal_of(claim: Claim, rules: Rules) -> date:
    """The internal aim (law 1.1): one working day for a marketing stop, else the right's own figure."""
    days = 1 if claim.marketing else rules.rights[claim.right].goal_days
    return _working_days_after(Same(rules.jurisdiction), local_day(claim.received_at, rules), days)


@lru_cache(maxsize=512)
def _working_days_after(place: Same[Jurisdiction], day: date, days: int) -> date:
    return place.value.calendar.add_working_days(day, days)
