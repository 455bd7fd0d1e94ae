"""`--fast-forward DAYS`: the days pass, one morning after the other, and each fires what it has to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dsarbot.demo.observe import Happening
from dsarbot.demo.office import COMPANIES, DPO
from dsarbot.demo.post_office import Found
from dsarbot.demo.stage import FIRST, LATER, ZONE, Stage
from dsarbot.demo.story import Story

#: The service starts, fires the alarms of the day and looks into its mailboxes; then the digest is due.
_START, _DIGEST = time(7, 25), time(7, 31)
#: A service that was away for a day asks a person about its clock (security 19): it sleeps shorter than that.
_LONGEST_NIGHT, _HALF_A_DAY = timedelta(hours=23, minutes=59), timedelta(hours=12)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What one day brought. to_staff: digests and notices; complete: every company's digest arrived."""

    day: date
    alarms: tuple[Happening, ...]
    to_staff: tuple[Found, ...]
    complete: bool


async def days(stage: Stage, story: Story, number: int) -> AsyncIterator[Day]:
    """One value for each day that passed. The service is stopped each night and started in the morning."""
    for _ in range(number):
        before = await asyncio.to_thread(stage.post.read, DPO)
        digests = sum(not each.is_notice for each in before)
        tomorrow = stage.clock().astimezone(ZONE).date() + timedelta(days=1)
        story.fired.clear()
        morning = datetime.combine(tomorrow, _START, tzinfo=ZONE)
        if morning - stage.clock() > _LONGEST_NIGHT:
            await _start_at(stage, story, stage.clock() + _HALF_A_DAY)
        settled = await _start_at(stage, story, morning)
        await _be_it(stage, datetime.combine(tomorrow, _DIGEST, tzinfo=ZONE))
        await stage.perform(LATER)
        complete = await story.digested(digests + len(COMPANIES)) and settled
        arrived = await asyncio.to_thread(stage.post.read, DPO)
        yield Day(day=tomorrow, alarms=tuple(story.fired), to_staff=arrived[len(before) :], complete=complete)


async def _start_at(stage: Stage, story: Story, instant: datetime) -> bool:
    await stage.rest()
    await _be_it(stage, instant)
    await stage.perform(FIRST)
    return await story.settle(since=instant)


async def _be_it(stage: Stage, instant: datetime) -> None:
    stage.clock.move_to(instant)
    await stage.post.move_clock(stage.clock.ahead_seconds)
