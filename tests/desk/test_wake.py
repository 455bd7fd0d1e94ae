"""Alarms fire once; a calendar change re-dates; a clock that jumped stops everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dsarbot.core.calendars import Amendments
from dsarbot.core.case import Case
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.desk.wake import demand_sane_clock, demand_steady, redate, wake
from dsarbot.errors import ClockJumped
from dsarbot.ports import Scope
from dsarbot.testing import MemoryStore
from tests.desk.world import ACCESS, START, World, mail


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


class Counting(MemoryStore):
    """opened: how many documents were read."""

    opened = 0

    async def case(self, scope: Scope, case_id: str) -> Case:
        self.opened += 1
        return await super().case(scope, case_id)

    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]:
        self.opened += len(ids)
        return await super().cases(scope, ids)


def with_days_off(world: World, *days: date) -> None:
    """Another calendar for the first organisation."""
    old = world.organisations["nord"]
    place = jurisdiction("FR", closures=Amendments(added=tuple((day, "strike") for day in days)))
    world.organisations["nord"] = replace(old, rules=replace(old.rules, jurisdiction=place))


async def counting() -> tuple[World, Counting]:
    world = World()
    store = world.store = world.desk.store = Counting(world.clock)
    world.desk.vault = store.vault
    await world.receive(mail(ACCESS))
    return world, store


async def test_a_second_start_opens_no_case() -> None:
    world, store = await counting()
    await redate(world.desk)
    store.opened = 0
    assert await redate(world.desk) == 0
    assert store.opened == 0
    with_days_off(world, date(2026, 4, 2))
    assert await redate(world.desk) == 1
    assert store.opened > 0
    store.opened = 0
    assert await redate(world.desk) == 0
    assert store.opened == 0


async def test_a_calendar_that_comes_back_re_dates_once_more(world: World) -> None:
    targets = []
    for days in ((), (date(2026, 4, 2),), (), (date(2026, 4, 2),)):
        with_days_off(world, *days)
        await redate(world.desk)
        (case,) = await world.cases()
        targets.append(case.claims[0].dates.target if case.claims[0].dates else None)
    assert targets == [date(2026, 4, 2), date(2026, 4, 3)] * 2


async def test_a_case_that_will_not_open_is_tried_again_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world, store = await counting()
    with_days_off(world, date(2026, 4, 2))
    with monkeypatch.context() as broken:
        broken.setattr(MemoryStore, "cases", _none)
        assert await redate(world.desk) == 0
    assert "1 cases of nord were not re-dated" in caplog.text
    assert await store.remembered("calendar:nord") == ""
    assert await redate(world.desk) == 1
    assert await store.remembered("calendar:nord") != ""


async def _none(self: MemoryStore, scope: Scope, ids: Sequence[str]) -> Sequence[Case]:
    return ()


async def test_a_clock_that_went_back_or_far_ahead_stops_sending(world: World) -> None:
    await demand_sane_clock(world.desk, START)
    world.clock.now = START - timedelta(minutes=3)
    with pytest.raises(ClockJumped, match="journal"):
        await demand_sane_clock(world.desk, None)
    world.clock.now = START + timedelta(days=2)
    with pytest.raises(ClockJumped, match="last ran"):
        await demand_sane_clock(world.desk, START)
    await demand_sane_clock(world.desk, None)


def test_a_clock_that_jumps_while_the_service_runs_is_noticed() -> None:
    demand_steady(START, START + timedelta(hours=23))
    for jumped in (START - timedelta(minutes=3), START + timedelta(days=2)):
        with pytest.raises(ClockJumped, match="while the service ran"):
            demand_steady(START, jumped)
