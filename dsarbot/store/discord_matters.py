"""Discord, as transactions and stores offer it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from tortoise.connection import get_connection

from dsarbot.core.discord_rows import Contact, DiscordAccount, Post
from dsarbot.ports import Claimed, Scope
from dsarbot.store import discord, discord_posts, outbox
from dsarbot.store.discord_tables import DiscordContactTable
from dsarbot.store.keys import KeyRing
from dsarbot.store.pending import Work
from dsarbot.store.trouble import translating

_MOST = 1000


class TransactionDiscord:
    """Its part of `TortoiseTransaction`."""

    work: Work

    async def add_contacts(self, contacts: Sequence[Contact]) -> None:
        await discord.add_contacts(self.work, contacts)

    async def save_contact(self, contact: Contact) -> None:
        await discord.save_contact(self.work, contact)

    async def held_discord_account(self, scope: Scope, user: int) -> DiscordAccount:
        """Nobody else changes it before this transaction ends."""
        return await discord.account(self.work.ring, scope, user, work=self.work)

    async def save_discord_account(self, account: DiscordAccount, at: datetime) -> None:
        await discord.save_account(self.work, account, at)

    async def save_post(self, post: Post) -> None:
        await discord_posts.save(self.work, post)


@translating
class StoreDiscord:
    """Its part of `TortoiseStore`."""

    ring: KeyRing

    async def contact(self, scope: Scope, contact_id: str) -> Contact | None:
        rows = await DiscordContactTable.filter(id=contact_id, organisation=scope)
        found = await discord.opened(self.ring, rows)
        return found[0] if found else None

    async def contacts_of(self, scope: Scope, user: int) -> Sequence[Contact]:
        return await discord.contacts_of(self.ring, scope, user)

    async def contacts_of_case(self, scope: Scope, case_id: str) -> Sequence[Contact]:
        rows = await DiscordContactTable.filter(organisation=scope, case_id=case_id).order_by("at", "id")
        return await discord.opened(self.ring, rows)

    async def cases_over_discord(self, scope: Scope) -> Collection[str]:
        """Ids of the cases about which somebody asked there."""
        rows = await DiscordContactTable.filter(organisation=scope).exclude(case_id="").only("id", "case_id")
        return {row.case_id for row in rows}

    async def waiting_contacts(self, scope: Scope, limit: int) -> Sequence[Contact]:
        """What was kept and has not become anything yet."""
        rows = await DiscordContactTable.filter(organisation=scope, done=False).order_by("at", "id").limit(limit)
        return await discord.opened(self.ring, rows)

    async def talks(self, scope: Scope, since: datetime) -> Sequence[Contact]:
        """What was asked since then, in the order of time."""
        rows = await DiscordContactTable.filter(organisation=scope, at__gte=since).order_by("at", "id").limit(_MOST)
        return await discord.opened(self.ring, rows)

    async def discord_account(self, scope: Scope, user: int) -> DiscordAccount:
        return await discord.account(self.ring, scope, user)

    async def codes_asked_for(self, scope: Scope, mail: str, since: datetime) -> int:
        return await discord.asked_for(self.ring, scope, mail, since)

    async def claim_discord_jobs(
        self, worker: str, now: datetime, lease_seconds: int, limit: int, lane: outbox.Lane
    ) -> Sequence[Claimed]:  # fmt: skip
        db = get_connection("default")
        return await outbox.claim(
            db, self.ring, worker=worker, now=now, lease_seconds=lease_seconds, limit=limit, lane=lane
        )  # fmt: skip

    async def next_discord_job_due(self, lane: outbox.Lane) -> datetime | None:
        return await outbox.next_due(lane=lane)

    async def post(self, scope: Scope, post_id: str) -> Post | None:
        return await discord_posts.read(scope, post_id)

    async def posts(self, scope: Scope, guild: int) -> Sequence[Post]:
        """Those that stand, of one server."""
        return await discord_posts.standing(scope, guild)

    async def posts_of_case(self, scope: Scope, case_id: str) -> Sequence[Post]:
        return await discord_posts.of_case(scope, case_id)
