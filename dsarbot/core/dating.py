"""The dates of claims: computed from their facts, never typed in, and written down each time they move."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dsarbot.core import facts as f
from dsarbot.core.case import DONE, Case, Claim
from dsarbot.core.clock import Dates, compute
from dsarbot.core.rules import Rules


def local_day(instant: datetime, rules: Rules) -> date:
    """The day it is at the establishment."""
    return instant.astimezone(ZoneInfo(rules.jurisdiction.zone)).date()


def dates_of(claim: Claim, rules: Rules) -> Dates:
    """A fresh computation from the claim's facts."""
    return compute(
        claim.received_at,
        rules.jurisdiction,
        promise=rules.promise,
        pauses=claim.pauses,
        extended_on=claim.extended_on,
    )


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
