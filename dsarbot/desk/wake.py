"""wake: the alarms whose time has come become facts, and so never fire twice. There is no timer table."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.agenda import due
from dsarbot.core.case import Case
from dsarbot.desk.handle import Desk, Task
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import ClockJumped, NotAllowed
from dsarbot.ports import Scope

log = logging.getLogger(__name__)

#: security 19: so much earlier than the newest entry, or later than the last beat, no healthy clock is.
_BACK, _AHEAD = timedelta(minutes=2), timedelta(days=1)
#: So many cases are re-dated in one transaction.
_BATCH = 200


async def wake(desk: Desk) -> int:
    """Fire what is due in every case; how many cases were woken."""
    now = desk.clock()
    found = await desk.store.due_for_wake(now)
    tasks = []
    for scope in dict.fromkeys(scope for scope, _ in found):
        ids = [case_id for owner, case_id in found if owner == scope]
        cases = {case.id: case for case in await desk.store.cases(scope, ids)}
        for case_id in ids:
            # What was left out says why when it is asked for by itself.
            case = cases.get(case_id) or await desk.store.case(scope, case_id)
            tasks += [
                Task(
                    scope=scope,
                    case=case_id,
                    thing=f.Woke(at=now, actor="service", cause=f"alarm:{entry.key}", alarm=entry.key),
                )
                for entry in due(case, desk.organisations[scope].rules, now)
            ]
    if tasks:
        await desk.handle(tasks)
        log.info("%d alarms fired in %d cases", len(tasks), len(found), extra={"action": "woke"})
    return len(found)


async def redate(desk: Desk) -> int:
    """A calendar change re-dates the open cases, and the journal says so; how many cases were computed again.

    By which calendar the cases of an organisation are dated is remembered: a start without a change opens none."""
    return sum([await _redate(desk, each) for each in desk.organisations.values()])


async def _redate(desk: Desk, organisation: Organisation) -> int:
    version, scope = organisation.rules.jurisdiction.calendar.version, organisation.scope
    name = f"calendar:{organisation.key}"
    if await desk.store.remembered(name) == version:
        return 0
    ids = [row.id for row in await desk.store.rows(scope, limit=1_000_000)]
    done, failed = 0, 0
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        cases = await desk.store.cases(scope, batch)
        tasks = [_redating(desk, case, version) for case in cases if _dated_otherwise(case, version)]
        refused = [each for each in await desk.handle(tasks) if isinstance(each, NotAllowed)] if tasks else []
        done += len(tasks) - len(refused)
        failed += len(refused) + len(batch) - len(cases)
    if failed:
        # Not remembered: the next start tries them again.
        log.error("%d cases of %s were not re-dated", failed, organisation.key, extra={"action": "redate_failed"})
        return done
    async with desk.store.transaction() as transaction:
        await transaction.remember(name, version)
    return done


def _redating(desk: Desk, case: Case, version: str) -> Task:
    # A calendar may come back; the case's version makes that a cause of its own.
    cause = f"calendar:{version}:{case.version}"
    return Task(
        scope=Scope(case.organisation), case=case.id, thing=o.Redate(at=desk.clock(), actor="service", cause=cause)
    )


def _dated_otherwise(case: Case, version: str) -> bool:
    return any(claim.dates and claim.dates.calendar_version != version for claim in case.active)


async def demand_sane_clock(desk: Desk, last_beat: datetime | None) -> None:
    """security 19. ClockJumped when the system clock cannot be right; nothing may be sent or destroyed then."""
    now = desk.clock()
    newest = await desk.store.newest_entry()
    if newest and now < newest - _BACK:
        raise ClockJumped(
            f"The clock says {now.isoformat()}, but the journal already has an entry of {newest.isoformat()}. "
            "Nothing is sent or destroyed. Put the clock right and start again."
        )
    if last_beat and now > last_beat + _AHEAD:
        raise ClockJumped(
            f"The clock says {now.isoformat()}; the service last ran at {last_beat.isoformat()}. If it really stood "
            "still that long, confirm it with: dsarbot doctor --accept-clock"
        )


def demand_steady(before: datetime, now: datetime) -> None:
    """security 19, while the service runs: its loops look at the clock at least every minute. ClockJumped otherwise."""
    if now < before - _BACK or now > before + _AHEAD:
        raise ClockJumped(
            f"The clock moved from {before.isoformat()} to {now.isoformat()} while the service ran. Sending has "
            "stopped. Put the clock right; after a long stand-still confirm it with: dsarbot doctor --accept-clock"
        )
