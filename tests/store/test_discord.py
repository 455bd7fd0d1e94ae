"""Conversations over Discord at rest, on each database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dsarbot.core.discord import Asking
from dsarbot.core.discord_rows import Contact, Post
from dsarbot.core.evolve import replace
from dsarbot.errors import Conflict
from dsarbot.ports import Job, Scope
from dsarbot.store.store import TortoiseStore
from tests.store.samples import NOW, ORG

OTHER = Scope("other")
USER = 1 << 60


def contact(name: str, **more: Any) -> Contact:
    asking = Asking(native=1 << 61, how="form", user=USER, channel=1, text="Markertext", rights=("access",))
    return replace(Contact(id=name, organisation=ORG, guild=1 << 62, at=NOW, asking=asking), **more)


async def test_contacts_are_found_by_account_and_case_within_their_organisation(database: TortoiseStore) -> None:
    async with database.transaction() as transaction:
        await transaction.add_contacts([contact("c1"), contact("c2")])
    assert await database.contacts_of(ORG, USER) == [contact("c1"), contact("c2")]
    assert await database.contacts_of(OTHER, USER) == await database.contacts_of(ORG, USER + 1) == []
    assert await database.contact(OTHER, "c1") is None
    assert [each.id for each in await database.waiting_contacts(ORG, 1)] == ["c1"]
    done = contact("c1", case="case-1", done=True, untold=True)
    async with database.transaction() as transaction:
        await transaction.save_contact(done)
    assert await database.contact(ORG, "c1") == done
    assert await database.contacts_of_case(ORG, "case-1") == [done]
    assert await database.cases_over_discord(ORG) == {"case-1"}
    assert [each.id for each in await database.waiting_contacts(ORG, 9)] == ["c2"]
    assert [each.id for each in await database.talks(ORG, NOW)] == ["c1", "c2"]
    assert await database.talks(ORG, NOW + timedelta(seconds=1)) == []
    with pytest.raises(Conflict):
        async with database.transaction() as transaction:
            await transaction.add_contacts([contact("c2")])


async def test_an_account_is_written_once_and_counted_by_whom_it_asked_for(database: TortoiseStore) -> None:
    async with database.transaction() as transaction:
        fresh = await transaction.held_discord_account(ORG, USER)
        await transaction.save_discord_account(replace(fresh, address="A@example.org"), NOW)
    async with database.transaction() as transaction:
        known = await transaction.held_discord_account(ORG, USER)
        await transaction.save_discord_account(replace(known, person="p1"), NOW)
    assert (await database.discord_account(ORG, USER)).person == "p1"
    assert (await database.discord_account(OTHER, USER)).person == ""
    assert await database.codes_asked_for(ORG, "a@example.org", NOW) == 1
    assert await database.codes_asked_for(ORG, "a@example.org", NOW + timedelta(seconds=1)) == 0
    assert await database.codes_asked_for(ORG, "b@example.org", NOW) == 0


async def test_posts_are_kept_by_their_id(database: TortoiseStore) -> None:
    post = Post(id="p1", organisation=ORG, guild=1 << 62, kind="card", at=NOW, case="case-1", channel=1 << 61)
    later = replace(post, message=1 << 60, shown="look", delete_at=NOW)
    async with database.transaction() as transaction:
        await transaction.save_post(post)
        await transaction.save_post(later)
    assert await database.post(ORG, "p1") == later
    assert await database.post(OTHER, "p1") is None
    assert await database.posts(ORG, 1 << 62) == await database.posts_of_case(ORG, "case-1") == [later]
    async with database.transaction() as transaction:
        await transaction.save_post(replace(later, gone=True))
    assert await database.posts(ORG, 1 << 62) == []


async def test_errands_for_discord_have_lanes_of_their_own(database: TortoiseStore) -> None:
    plain = Job(
        id="j-mail", scope=ORG, kind="notice", object="o", recipient="a@example.org", envelope_sender="", message_id="",
        due_at=NOW,
    )  # fmt: skip
    async with database.transaction() as transaction:
        await transaction.enqueue(plain)
        await transaction.enqueue(replace(plain, id="j-answer", kind="discord", due_at=NOW + timedelta(hours=1)))
        await transaction.enqueue(replace(plain, id="j-post", kind="discord-post", due_at=NOW + timedelta(hours=2)))
    later = NOW + timedelta(days=1)
    assert await database.next_job_due() == NOW
    assert await database.next_discord_job_due("discord") == NOW + timedelta(hours=1)
    assert await database.next_discord_job_due("discord-post") == NOW + timedelta(hours=2)
    assert [each.job.id for each in await database.claim_jobs("w", later, 60)] == ["j-mail"]
    assert [each.job.id for each in await database.claim_discord_jobs("w", later, 60, 9, "discord")] == ["j-answer"]
    assert [each.job.id for each in await database.claim_discord_jobs("w", later, 60, 9, "discord-post")] == ["j-post"]
