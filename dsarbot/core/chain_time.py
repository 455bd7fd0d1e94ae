"""When somebody must look at a hop: before the contract's hours are over, when a party is silent, before its date.

practice 27: "One reminder at 3 working days, a last notice 10 days before the controller's date, none after an
acknowledgement". The controller's own clock is never paused by us: nothing here touches a date of a claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.core import facts as f
from dsarbot.core import facts_chain as fc
from dsarbot.core.case import Case, Moment, Purpose
from dsarbot.core.chain import Hop, HopState
from dsarbot.core.chain_down import instructing
from dsarbot.core.dating import local_day
from dsarbot.core.letter import UNSENT
from dsarbot.core.rules import Decision, Draft, Rules

_REMIND_DAYS: Final = 3
_FURTHER_DAYS: Final = 5
_LAST_NOTICE: Final = timedelta(days=10)
_MORNING: Final = time(7)
_EARLY: Final = 0.5
_DAY: Final = timedelta(days=1)


def entries(case: Case, rules: Rules) -> Iterator[tuple[str, datetime]]:
    """Key and instant of every alarm of the hops that are ours."""
    for hop in case.chain.hops:
        if not hop.ours:
            continue
        if hop.state == HopState.PLANNED and hop.forward_by is not None:
            left = max(hop.forward_by - hop.planned_at, timedelta())
            yield f"hop-forward:{hop.id}", hop.planned_at + left * _EARLY
            yield f"hop-late:{hop.id}", max(hop.forward_by, hop.planned_at)
        elif hop.state in (HopState.ASKED, HopState.ACKNOWLEDGED) and hop.direction != "up":
            yield from _down(hop, rules)
        elif hop.state == HopState.ASKED:
            yield from _up(hop, case, rules)
        elif hop.state == HopState.WAITS and hop.until is not None:
            yield f"hop-again:{hop.id}:{hop.until.isoformat()}", _at(hop.until, rules)


def _up(hop: Hop, case: Case, rules: Rules) -> Iterator[tuple[str, datetime]]:
    asked = _asked_on(hop, rules)
    due = controller_date(hop, case)
    last = due - _LAST_NOTICE
    for number in range(hop.terms.reminders + 1):
        day = rules.jurisdiction.calendar.add_working_days(asked, _REMIND_DAYS + number * _FURTHER_DAYS)
        if day < last:
            yield f"hop-remind-{number + 1}:{hop.id}", _at(day, rules)
    if last > asked:
        yield f"hop-last:{hop.id}", _at(last, rules)
    yield f"hop-silent:{hop.id}", _at(max(due, asked) + _DAY, rules)


def _down(hop: Hop, rules: Rules) -> Iterator[tuple[str, datetime]]:
    asked = _asked_on(hop, rules)
    due = hop.due or asked
    day = rules.jurisdiction.calendar.add_working_days(asked, _REMIND_DAYS)
    if hop.state == HopState.ASKED and day < due:
        yield f"hop-remind-1:{hop.id}", _at(day, rules)
    yield f"hop-overdue:{hop.id}", _at(due + _DAY, rules)
    if hop.direction == "notice":
        # GDPR 19 is done by telling; who never confirms was told all the same.
        yield f"hop-silent:{hop.id}", _at(due + _DAY, rules)


def controller_date(hop: Hop, case: Case) -> date:
    """The controller's own date, if its period began with our receipt."""
    dates = [claim.dates.safe_due for each in hop.claims if (claim := case.claim(each)).dates is not None]
    return min(dates, default=hop.planned_at.date())


def _asked_on(hop: Hop, rules: Rules) -> date:
    return local_day(hop.asked_at or hop.planned_at, rules)


def _at(day: date, rules: Rules) -> datetime:
    return datetime.combine(day, _MORNING, ZoneInfo(rules.jurisdiction.zone)).astimezone(UTC)


def woke(fact: f.Woke, case: Case, rules: Rules) -> Decision | None:  # noqa: ARG001
    """What an alarm of a hop asks for: a reminder that a person reads, or the end of waiting. None: none of ours."""
    kind, _, rest = fact.alarm.partition(":")
    hop = case.chain.hop(rest.partition(":")[0]) if kind.startswith("hop-") else None
    if hop is None:
        return None
    if kind == "hop-silent" and hop.state == HopState.ASKED:
        return Decision(facts=(fc.HopEnded(hop=hop.id, state="silent", why="no answer"),))
    if kind.startswith("hop-remind") or kind in ("hop-last", "hop-overdue", "hop-again"):
        return _reminder(hop, case, last=kind == "hop-last")
    return Decision()


def _reminder(hop: Hop, case: Case, *, last: bool) -> Decision:
    waits = any(each.purpose.hop == hop.id and each.status in UNSENT for each in case.letters)
    if waits or hop.direction == "notice":
        return Decision()
    if hop.direction == "down":
        found = case.chain.instruction(hop.instruction)
        return Decision(effects=(instructing(hop, found, "", again=True),)) if found else Decision()
    purpose = Purpose(party=hop.terms.party, hop=hop.id, reason="last" if last else "")
    return Decision(effects=(Draft(moment=Moment.CONTROLLER_REMINDED, claims=hop.claims, purpose=purpose),))
