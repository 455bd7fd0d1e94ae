"""The dates of claims: computed from their facts, never typed in, and written down each time they move."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from dsarbot.core import facts as f
from dsarbot.core.case import DONE, Case, Claim
from dsarbot.core.clock import Dates, Pause, Promise, compute, same_day
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Rules
from dsarbot.core.same import Same

#: practice 19: a contested answer "gets a goal of 10 working days".
CONTESTED_DAYS = 10


def local_day(instant: datetime, rules: Rules) -> date:
    """The day it is at the establishment."""
    return instant.astimezone(ZoneInfo(rules.jurisdiction.zone)).date()


def dates_of(claim: Claim, rules: Rules) -> Dates:
    """What the claim's facts say, whatever stands in the case."""
    # As text: of two spellings of one instant each is given back as it is.
    received_at = claim.received_at.isoformat()
    # practice 27: what a customer asks for runs by the contract's time.
    promise = Promise(days=claim.contract_days) if claim.contract_days else rules.promise
    return _dates_at(Same(rules.jurisdiction), received_at, promise, tuple(claim.pauses), claim.extended_on)


# Every order and fact of a case asks for its dates again, and what follows from one does at once.
@lru_cache(maxsize=512)
def _dates_at(
    place: Same[Jurisdiction],
    written: str,
    promise: Promise | None,
    pauses: tuple[Pause, ...],
    extended_on: date | None,
) -> Dates:
    received_at = datetime.fromisoformat(written)
    midnight = datetime.combine(place.value.local_date(received_at), time.min, place.value.tz)
    dates = _dates(place, midnight, promise, pauses, extended_on)
    return same_day(dates, received_at, place.value)


# Most receipts of a backlog lie on the same few days.
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
    """The internal aim: the right's own figure (law 1.1); ten working days for an answer that is contested."""
    place = Same(rules.jurisdiction)
    if claim.contested_at is not None:
        return _working_days_after(place, local_day(claim.contested_at, rules), CONTESTED_DAYS)
    return _working_days_after(place, local_day(claim.received_at, rules), right_of(claim, rules.rights).goal_days)


@lru_cache(maxsize=512)
def _working_days_after(place: Same[Jurisdiction], day: date, days: int) -> date:
    return place.value.calendar.add_working_days(day, days)
