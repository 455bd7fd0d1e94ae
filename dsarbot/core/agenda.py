"""When a case must be looked at: the alarms of its claims' dates and of its open questions.

There is no timer table. The agenda is recomputed from the case; what fired is a fact (`Woke`) and so never repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dsarbot.core.case import DONE, Case, Claim
from dsarbot.core.chain_time import entries
from dsarbot.core.rules import Rules
from dsarbot.core.wakes import EXTENSION, alarms

#: practice 18, law 1.1 (f): reminders to a silent person, in days after the question.
REMINDERS = {"identity": (7, 21), "clarification": (7,)}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One alarm. key: what `Woke` records, e.g. ``due-5:c1:2026-12-21`` or ``remind-7:l2``."""

    key: str
    at: datetime


def agenda(case: Case, rules: Rules) -> tuple[Entry, ...]:
    """Every alarm of the case from its facts, fired or not, in order of time."""
    found = {
        Entry(key=f"{alarm.kind}:{claim.id}:{alarm.day.isoformat()}", at=alarm.at)
        for claim in case.claims
        if claim.status not in DONE and claim.dates
        for alarm in alarms(claim.dates, jurisdiction=rules.jurisdiction, team=rules.team)
        if not (_hosted(case, claim) and alarm.kind in EXTENSION)
    }
    zone = ZoneInfo(rules.jurisdiction.zone)
    for question in (q for claim in case.active for q in claim.questions if q.answered_on is None):
        for days in REMINDERS[question.kind]:
            at = datetime.combine(question.asked_on + timedelta(days=days), time(7), zone).astimezone(UTC)
            found.add(Entry(key=f"remind-{days}:{question.letter}", at=at))
    # GDPR 33(1): 72 hours; a day and six hours before their end somebody must hear of it.
    found |= {
        Entry(key=f"breach-{hours}:{each.letter}", at=each.report_by - timedelta(hours=hours))
        for each in case.frozen
        for hours in (24, 6)
    }
    found |= {Entry(key=key, at=at) for key, at in entries(case, rules)}
    return tuple(sorted(found, key=lambda entry: (entry.at, entry.key)))


def _hosted(case: Case, claim: Claim) -> bool:
    """GDPR 12(3): "the controller shall inform the data subject of any such extension"; here another one is it."""
    return claim.party != case.organisation and bool(case.chain.up(claim.id))


def due(case: Case, rules: Rules, now: datetime) -> tuple[Entry, ...]:
    """The alarms whose time has come and that have not fired yet."""
    return tuple(entry for entry in agenda(case, rules) if entry.at <= now and entry.key not in case.alarms)


def next_wake(case: Case, rules: Rules) -> datetime | None:
    """The instant of the next alarm that has not fired; stored with the case at every save."""
    waiting = [entry.at for entry in agenda(case, rules) if entry.key not in case.alarms]
    return min(waiting) if waiting else None
