"""One server of Discord as the desk sees it, and what the desk asks of the store for it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import Literal, Protocol

from dsarbot.core.dates import Language
from dsarbot.core.directory import Entry
from dsarbot.core.discord_rows import Contact, DiscordAccount, Post
from dsarbot.desk.digest_words import Words, words
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import Claimed, Scope, Store, Transaction

#: Kinds of jobs: answers to people, and what else stands on Discord.
Lane = Literal["discord", "discord-post"]


@dataclass(frozen=True, kw_only=True)
class Guild:
    """id, staff_channel, role: numbers of Discord; watch: channels in which requests are looked for; staff: key by
    account; orders: keys of the active staff who may move cases of this organisation; name: of the organisation;
    contact: another way to reach it; console, portal: addresses of pages, "" where there are none."""

    key: str
    id: int
    organisation: Organisation
    staff_channel: int
    role: int
    name: str
    contact: str
    zone: tzinfo
    language: Language = "en"
    watch: frozenset[int] = frozenset()
    staff: Mapping[int, str] = field(default_factory=dict)
    orders: frozenset[str] = frozenset()
    console: str = ""
    portal: str = ""
    summary_at: time = time(8)
    hint: timedelta = timedelta(hours=24)
    keep: timedelta = timedelta(days=30)

    @property
    def scope(self) -> Scope:
        return self.organisation.scope

    def post_id(self, kind: str, of: str) -> str:
        """The same for the same thing on this server, for ever: so it is posted once."""
        return hashlib.sha256(f"discord\0{self.id}\0{kind}\0{of}".encode()).hexdigest()

    @property
    def says(self) -> Words:
        """Words for the staff."""
        return words(self.language, "discord")


def inbound_id(guild: Guild, native: int) -> str:
    """The id of what came in, from Discord's own: the same event twice is one inbound."""
    return hashlib.sha256(f"discord\0{guild.scope}\0{native}".encode()).hexdigest()[:32]


class DiscordTransaction(Transaction, Protocol):
    """What a transaction offers besides."""

    async def add_contacts(self, contacts: Sequence[Contact]) -> None:
        """Conflict when one of them is known."""

    async def save_contact(self, contact: Contact) -> None:
        """NotFound when it was forgotten since."""

    async def held_discord_account(self, scope: Scope, user: int) -> DiscordAccount: ...
    async def save_discord_account(self, account: DiscordAccount, at: datetime) -> None: ...
    async def save_post(self, post: Post) -> None: ...


class Directory(Protocol):
    """The customer directory."""

    async def find(self, scope: Scope, kind: str, value: str) -> tuple[Entry, ...]: ...
    async def entry(self, scope: Scope, person: str) -> Entry: ...
    async def save(
        self,
        scope: Scope,
        entries: Sequence[Entry],
        *,
        what: str,
        public: Mapping[str, str | int | None],
        at: datetime,
        actor: str,
    ) -> None: ...


class DiscordStore(Store, Protocol):
    """What the store offers besides."""

    @property
    def directory(self) -> Directory: ...
    def transaction(self) -> AbstractAsyncContextManager[DiscordTransaction]: ...
    async def contact(self, scope: Scope, contact_id: str) -> Contact | None: ...
    async def contacts_of(self, scope: Scope, user: int) -> Sequence[Contact]: ...
    async def contacts_of_case(self, scope: Scope, case_id: str) -> Sequence[Contact]: ...
    async def cases_over_discord(self, scope: Scope) -> Collection[str]: ...
    async def waiting_contacts(self, scope: Scope, limit: int) -> Sequence[Contact]: ...
    async def talks(self, scope: Scope, since: datetime) -> Sequence[Contact]: ...
    async def codes_asked_for(self, scope: Scope, mail: str, since: datetime) -> int: ...
    async def claim_discord_jobs(
        self, worker: str, now: datetime, lease_seconds: int, limit: int, lane: Lane
    ) -> Sequence[Claimed]: ...
    async def next_discord_job_due(self, lane: Lane) -> datetime | None: ...
    async def post(self, scope: Scope, post_id: str) -> Post | None: ...
    async def posts(self, scope: Scope, guild: int) -> Sequence[Post]: ...
    async def posts_of_case(self, scope: Scope, case_id: str) -> Sequence[Post]: ...
