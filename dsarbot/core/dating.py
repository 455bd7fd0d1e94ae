"""The dates of claims: computed from their facts, never typed in, and written down each time they move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from dsarbot.core import facts as f
from dsarbot.core.case import DONE, Case, Claim
from dsarbot.core.clock import Dates, Pause, Promise, compute
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.rules import Rules


def local_day(instant: datetime, rules: Rules) -> date:
    """The day it is at the establishment."""
    return instant.astimezone(ZoneInfo(rules.jurisdiction.zone)).date()


def dates_of(claim: Claim, rules: Rules) -> Dates:
    """A fresh computation from the claim's facts."""
    return _dates(
        _Place(rules.jurisdiction), claim.received_at, rules.promise, tuple(claim.pauses), claim.extended_on
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A jurisdiction that equals itself alone: to compare two by their values takes longer than to compute dates."""

    jurisdiction: Jurisdiction

    def __hash__(self) -> int:
        return id(self.jurisdiction)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Place) and other.jurisdiction is self.jurisdiction


# Every order and fact of a case asks for its dates again, mostly about the same facts.
@lru_cache(maxsize=512)
def _dates(
    place: _Place, received_at: datetime, promise: Promise | None, pauses: tuple[Pause, ...], extended_on: date | None
) -> Dates:
    return compute(received_at, place.jurisdiction, promise=promise, pauses=pauses, extended_on=extended_on)


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
    return rules.jurisdiction.calendar.add_working_days(local_day(claim.received_at, rules), days)
