"""Keys, calls, webhooks and calendars at rest, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from dsarbot.core.api_keys import revoked
from dsarbot.errors import Conflict, NotFound
from dsarbot.ports import Scope
from dsarbot.store.api import Call
from dsarbot.store.api_tables import ApiCallTable, WebhookEventTable
from dsarbot.store.inventory import take_inventory
from dsarbot.store.store import TortoiseStore
from tests.store.filled import HOOK, KEY, TOLD
from tests.store.samples import NOW, ORG

OTHER = Scope("other")


async def test_a_key_is_found_by_its_hash_and_changes(database: TortoiseStore) -> None:
    assert await database.api.key(KEY.id) is None
    for key in (KEY, revoked(KEY, NOW)):
        async with database.transaction() as transaction:
            await transaction.save_api_key(key)
        assert await database.api.key(KEY.id) == key
    assert await database.api.keys(ORG) == [key] and not await database.api.keys(OTHER)


async def begun(
    database: TortoiseStore, *, who: str = "shop", body: bytes = b"{}", inbound: str = "i1", hours: int = 0
) -> Call:
    now = NOW + timedelta(hours=hours)
    return await database.api.begin_call(ORG, who=who, key="once", body=body, inbound=inbound, now=now)


async def test_a_call_is_known_again_by_program_and_key(database: TortoiseStore) -> None:
    first = await begun(database)
    assert (first.mine, first.same, first.case, first.answer) == (True, True, "", "")
    again = await begun(database, inbound="i2")
    assert (again.id, again.mine, again.same, again.inbound) == (first.id, False, True, "i1")
    assert not (await begun(database, inbound="i2", body=b"[]")).same
    assert (await begun(database, who="other", inbound="i3")).mine
    async with database.transaction() as transaction:
        await transaction.note_call(ORG, first.id, "case-1")
    await database.api.finish_call(ORG, first.id, "said")
    known = await begun(database, inbound="i4", hours=47)
    assert (known.case, known.answer) == ("case-1", "said")
    assert (await begun(database, inbound="i5", hours=49)).mine
    # Neither what was asked nor the key under which it was asked stands there.
    for row in await ApiCallTable.all():
        shown = repr((row.id, row.body, row.answer))
        assert "once" not in shown and "{}" not in shown


async def test_of_two_equal_calls_one_opens_a_case(database: TortoiseStore) -> None:
    call = await begun(database)

    async def note(case: str) -> str:
        try:
            async with database.transaction() as transaction:
                await transaction.note_call(ORG, call.id, case)
        except Conflict:
            return ""
        return case

    won = [each for each in await asyncio.gather(*map(note, ("c1", "c2", "c3"))) if each]
    assert won == [(await begun(database, inbound="i2")).case]
    with pytest.raises(Conflict):
        async with database.transaction() as transaction:
            await transaction.note_call(OTHER, call.id, "c4")


async def test_a_webhook_is_sealed_and_told_of_its_own_organisation_only(database: TortoiseStore) -> None:
    async with database.transaction() as transaction:
        await transaction.save_hook(HOOK)
        await transaction.tell(ORG, [TOLD])
        await transaction.tell(OTHER, [TOLD])
    assert await database.api.hooks(ORG) == [HOOK] == [await database.api.hook(ORG, HOOK.id)]
    assert await database.api.hook(OTHER, HOOK.id) is None and await database.api.event(OTHER, TOLD.id) is None
    assert await database.api.event(ORG, TOLD.id) == TOLD
    (claimed,) = await database.api.claim_jobs("w", TOLD.at, 60, 20)
    job = claimed.job
    assert (job.kind, job.object, job.recipient, job.message_id) == ("webhook", TOLD.id, HOOK.id, TOLD.id)
    assert not (await take_inventory(database.vault, NOW)).troubles
    with pytest.raises(NotFound):
        async with database.transaction() as transaction:
            await transaction.remove_hook(OTHER, HOOK.id)
    async with database.transaction() as transaction:
        await transaction.remove_hook(ORG, HOOK.id)
    assert await database.api.hook(ORG, HOOK.id) is None


async def test_what_is_rolled_back_is_told_to_nobody(database: TortoiseStore) -> None:
    async def broken() -> None:
        async with database.transaction() as transaction:
            await transaction.save_hook(HOOK)
            await transaction.tell(ORG, [TOLD])
            raise KeyError

    with pytest.raises(KeyError):
        await broken()
    assert not await database.jobs(ORG) and not await WebhookEventTable.all()


async def test_old_events_are_forgotten(database: TortoiseStore) -> None:
    late = TOLD.at + timedelta(days=31)
    async with database.transaction() as transaction:
        await transaction.save_hook(HOOK)
        await transaction.tell(ORG, [TOLD])
        await transaction.tell(ORG, [replace(TOLD, id="event-2", at=late)])
    assert [row.id for row in await WebhookEventTable.all()] == ["event-2"]


async def test_a_calendar_has_one_address_at_a_time(database: TortoiseStore) -> None:
    for token, known in (("one", "one"), ("two", "two"), ("", "")):
        async with database.transaction() as transaction:
            await transaction.save_calendar("anna", token, NOW)
        assert [await database.api.calendar_of(each) for each in ("one", "two")] == [
            "anna" if each == known else "" for each in ("one", "two")
        ]
        assert await database.api.has_calendar("anna") is bool(known)
    assert await database.api.calendar_of("x" * 65) == ""
