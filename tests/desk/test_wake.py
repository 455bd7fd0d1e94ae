"""Alarms fire once; a calendar change re-dates; a clock that jumped stops everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dsarbot.core.calendars import Amendments
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.desk.wake import demand_sane_clock, redate, scopes, wake
from dsarbot.errors import ClockJumped
from tests.desk.world import ACCESS, NORD, START, SUD, World, mail


@pytest.fixture
async def world() -> World:
    made = World()
    await made.receive(mail(ACCESS))
    return made


async def test_each_alarm_fires_once_in_its_time(world: World) -> None:
    assert await wake(world.desk) == 0
    while (due := await world.store.next_wake()) and due < START + timedelta(days=60):
        world.clock.now = due
        assert await wake(world.desk) == 1
    (case,) = await world.cases()
    kinds = [alarm.split(":")[0] for alarm in case.alarms]
    assert len(set(case.alarms)) == len(case.alarms)
    assert {"half-time", "three-quarter", "extension-plan", "due-5", "due-2", "due-1", "safe-due"} <= set(kinds)
    assert await wake(world.desk) == 0


async def test_a_calendar_change_re_dates_open_cases_and_says_so(world: World) -> None:
    assert await redate(world.desk) == 0
    day_off = Amendments(added=((date(2026, 4, 2), "strike"),))
    old = world.organisations["nord"]
    place = jurisdiction("FR", closures=day_off)
    world.organisations["nord"] = replace(old, rules=replace(old.rules, jurisdiction=place))
    assert await redate(world.desk) == 1
    (case,) = await world.cases()
    assert case.claims[0].dates and case.claims[0].dates.target == date(2026, 4, 3)
    assert case.notes
    assert await redate(world.desk) == 0


async def test_a_clock_that_went_back_or_far_ahead_stops_sending(world: World) -> None:
    await demand_sane_clock(world.desk, START)
    world.clock.now = START - timedelta(minutes=3)
    with pytest.raises(ClockJumped, match="journal"):
        await demand_sane_clock(world.desk, None)
    world.clock.now = START + timedelta(days=2)
    with pytest.raises(ClockJumped, match="last ran"):
        await demand_sane_clock(world.desk, START)
    await demand_sane_clock(world.desk, None)


def test_the_scopes_are_those_of_the_organisations(world: World) -> None:
    assert scopes(world.desk) == [NORD, SUD]
