"""Alarms are raised once for each cause, on every store there is, whoever else is at it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from dsarbot.core.alarms import Alarm, Level
from dsarbot.core.clock import compute
from dsarbot.core.fact import Fact
from dsarbot.core.facts import Dated
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.ports import Store
from tests.store.samples import NOW, ORG, OTHER, alarm
from tests.store.test_contract import keep_case
from tests.store.test_contract_lists import waiting as waits

HOUR = timedelta(hours=1)


async def put(store: Store, *alarms: Alarm) -> tuple[str, ...]:
    async with store.transaction() as transaction:
        return await transaction.raise_alarms(ORG, alarms)


async def move(store: Store, *alarms: Alarm) -> None:
    async with store.transaction() as transaction:
        await transaction.move_alarms(ORG, alarms)


async def acknowledge(store: Store, which: Alarm, by: str = "anna") -> bool:
    async with store.transaction() as transaction:
        return await transaction.acknowledge_alarm(ORG, which.id, by=by, at=NOW + HOUR)


async def test_a_raised_alarm_reads_back_equal(store: Store) -> None:
    first, second = alarm(1), alarm(2, day=None, urgent=True, level=Level.DEPUTY, raised_at=NOW + HOUR)
    assert await put(store, second, first) == (second.id, first.id)
    assert list(await store.alarms(ORG)) == [first, second]
    assert list(await store.alarms(ORG, limit=1)) == [first]
    assert list(await store.alarms(OTHER)) == []


async def test_a_cause_is_raised_once(store: Store) -> None:
    await put(store, alarm(1))
    again = alarm(1, id="f" * 32, raised_at=NOW + HOUR)
    assert await put(store, again) == ()
    assert list(await store.alarms(ORG)) == [alarm(1)]


async def test_two_at_the_same_moment_raise_it_once(store: Store) -> None:
    raised = await asyncio.gather(*(put(store, alarm(1, id=f"{number:032x}")) for number in range(4)))
    assert sum(map(len, raised)) == 1
    (kept,) = await store.alarms(ORG)
    assert (kept.id,) in raised


async def test_what_ended_long_ago_is_forgotten_and_nothing_else(store: Store) -> None:
    old, late, waits = alarm(1), alarm(2, id="b" * 32), alarm(3, id="c" * 32)
    await put(store, old, late, waits)
    await move(store, replace(old, ended_at=NOW + HOUR), replace(late, ended_at=NOW + 2 * HOUR))
    async with store.transaction() as transaction:
        assert await transaction.forget_alarms(OTHER, NOW + 3 * HOUR) == 0
        assert await transaction.forget_alarms(ORG, NOW + 2 * HOUR) == 1
    assert [each.id for each in await store.alarms(ORG, ended=True)] == [late.id]
    assert [each.id for each in await store.alarms(ORG)] == [waits.id]
    assert await put(store, old) == (old.id,), "it begins anew"


async def test_the_same_key_of_another_organisation_is_another_alarm(store: Store) -> None:
    await put(store, alarm(1))
    theirs = alarm(1, id="e" * 32, organisation=OTHER)
    async with store.transaction() as transaction:
        assert await transaction.raise_alarms(OTHER, [theirs]) == (theirs.id,)
    assert list(await store.alarms(OTHER)) == [theirs]
    assert list(await store.alarms(ORG)) == [alarm(1)]


async def test_what_ended_is_gone_from_the_open_ones_and_begins_anew(store: Store) -> None:
    await put(store, alarm(1))
    assert await acknowledge(store, alarm(1))
    over = alarm(1, ended_at=NOW + 2 * HOUR)
    await move(store, over)
    assert list(await store.alarms(ORG)) == []
    (seen,) = await store.alarms(ORG, ended=True)
    assert (seen.acknowledged_by, seen.ended_at) == ("anna", NOW + 2 * HOUR)
    anew = alarm(1, id="d" * 32, raised_at=NOW + 3 * HOUR, climbed_at=NOW + 3 * HOUR)
    assert await put(store, anew) == (anew.id,)
    assert list(await store.alarms(ORG)) == [anew], "nobody has acknowledged it this time"
    assert list(await store.alarms(ORG, ended=True)) == []


async def test_of_those_that_ended_the_last_comes_first(store: Store) -> None:
    await put(store, alarm(1), alarm(2))
    await move(store, alarm(2, ended_at=NOW + HOUR), alarm(1, ended_at=NOW + 2 * HOUR))
    assert [each.id for each in await store.alarms(ORG, ended=True)] == [alarm(1).id, alarm(2).id]


async def test_the_first_who_acknowledges_is_kept_and_moving_leaves_it(store: Store) -> None:
    await put(store, alarm(1))
    assert await acknowledge(store, alarm(1))
    assert not await acknowledge(store, alarm(1), by="bruno")
    later = alarm(1, level=Level.DEPUTY, climbed_at=NOW + HOUR, told=("anna", "bruno"))
    await move(store, later)
    (kept,) = await store.alarms(ORG)
    assert kept == replace(later, acknowledged_by="anna", acknowledged_at=NOW + HOUR)


async def test_nothing_is_acknowledged_that_is_not_open_or_not_ours(store: Store) -> None:
    await put(store, alarm(1))
    for alarm_id in ("nothing", "x" * 70_000, "\0"):
        assert not await acknowledge(store, alarm(1, id=alarm_id))
    async with store.transaction() as transaction:
        assert not await transaction.acknowledge_alarm(OTHER, alarm(1).id, by="eve", at=NOW)
        await transaction.move_alarms(OTHER, [alarm(1, ended_at=NOW)])
    assert list(await store.alarms(ORG)) == [alarm(1)]
    await move(store, alarm(1, ended_at=NOW))
    assert not await acknowledge(store, alarm(1))


async def test_a_failed_transaction_raises_nothing(store: Store) -> None:
    try:
        async with store.transaction() as transaction:
            await transaction.raise_alarms(ORG, [alarm(1)])
            raise RuntimeError
    except RuntimeError:
        pass
    assert list(await store.alarms(ORG)) == []


def dated(case_id: str) -> Fact:
    dates = compute(NOW, jurisdiction("LU"))
    return Dated(at=NOW, actor="service", cause="dated", claim=f"{case_id}-1", dates=dates)


async def test_the_rows_to_watch_are_those_due_and_those_in_which_something_waits(store: Store) -> None:
    quiet = await keep_case(store, "case-0001", dated("case-0001"))
    waiting = await keep_case(store, "case-0002", dated("case-0002"), waits(), number=2)
    await keep_case(store, "case-0003", number=3)
    target = date(2026, 4, 2)
    assert {row.id for row in await store.rows_to_watch(ORG, target)} == {quiet.id, waiting.id}
    before = await store.rows_to_watch(ORG, target - timedelta(days=1))
    assert [(row.id, row.attention) for row in before] == [(waiting.id, 1)]
    assert list(await store.rows_to_watch(OTHER, target)) == []
    listed = {row.id: row for row in await store.rows(ORG)}
    assert all(row == listed[row.id] for row in await store.rows_to_watch(ORG, target))
