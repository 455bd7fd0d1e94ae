"""wake: the alarms whose time has come become facts, and so never fire twice. There is no timer table."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.agenda import due
from dsarbot.desk.handle import Desk, Task
from dsarbot.errors import ClockJumped
from dsarbot.ports import Scope

log = logging.getLogger(__name__)

#: security 19: so much earlier than the newest entry, or later than the last beat, no healthy clock is.
_BACK, _AHEAD = timedelta(minutes=2), timedelta(days=1)


async def wake(desk: Desk) -> int:
    """Fire what is due in every case; how many cases were woken."""
    now = desk.clock()
    found = await desk.store.due_for_wake(now)
    tasks = []
    for scope, case_id in found:
        case = await desk.store.case(scope, case_id)
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
    """A calendar change re-dates the open cases, and the journal says so; how many cases were computed again."""
    tasks = []
    for organisation in desk.organisations.values():
        version = organisation.rules.jurisdiction.calendar.version
        for row in await desk.store.rows(organisation.scope, limit=1_000_000):
            case = await desk.store.case(organisation.scope, row.id)
            if any(claim.dates and claim.dates.calendar_version != version for claim in case.active):
                order = o.Redate(at=desk.clock(), actor="service", cause=f"calendar:{version}")
                tasks.append(Task(scope=organisation.scope, case=case.id, thing=order))
    if tasks:
        await desk.handle(tasks)
    return len(tasks)


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


def scopes(desk: Desk) -> list[Scope]:
    """The scopes of all organisations."""
    return [organisation.scope for organisation in desk.organisations.values()]
