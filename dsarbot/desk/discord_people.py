"""What people ask of the bot about themselves: where their requests stand, to take one back, to link their account."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dsarbot.core import directory as d
from dsarbot.core.case import Case, Status, summary
from dsarbot.core.codes import PER_DAY
from dsarbot.core.dates import Language
from dsarbot.core.directory import Entry, Value
from dsarbot.core.discord import address_in
from dsarbot.core.discord_rows import asked_for_code, tried_code
from dsarbot.core.evolve import replace
from dsarbot.desk.dating import listed, long
from dsarbot.desk.digest_words import words
from dsarbot.desk.discord_guild import DiscordStore, Guild
from dsarbot.desk.discord_mail import put
from dsarbot.desk.handle import Desk
from dsarbot.desk.routing import going_on
from dsarbot.errors import NotFound

_DAY: Final = timedelta(days=1)
_MILLION: Final = 10**6
#: As many as a message of Discord holds.
_MOST: Final = 15
#: States in which the person waits for a date.
_DATED: Final = frozenset({Status.OPEN, Status.WAITING_PARTY})


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Which case somebody wants to take back; case "" when that is not clear, and what to say then."""

    case: str = ""
    says: str = ""


class People:
    """Answers that are for one person alone."""

    def __init__(self, desk: Desk, store: DiscordStore) -> None:
        self._desk = desk
        self._store = store
        self._sending: set[asyncio.Task[None]] = set()

    async def status(self, guild: Guild, user: int, language: Language) -> str:
        """Their own cases, asked for from this account; nothing of anybody else (the numeric id is compared)."""
        say, cases = words(language, "discord"), await self._cases(guild, user)
        if not cases:
            return say.text("status.none")
        return "\n".join((say.text("status.head"), *(_line(case, guild, language) for case in cases[:_MOST])))

    async def taken_back(self, guild: Guild, user: int, reference: str, language: Language) -> Taken:
        """The case that is meant. security 7: a reference is looked up only among their own."""
        say = words(language, "discord")
        cases = [case for case in await self._cases(guild, user) if case.active]
        wanted = reference.strip().upper()
        named = [case for case in cases if wanted in (case.reference, *case.aliases)] if wanted else cases
        if len(named) == 1:
            return Taken(case=named[0].id)
        if not cases or (wanted and not named):
            return Taken(says=say.text("say.nothing-open"))
        return Taken(says=say.text("say.which", references=listed([each.reference for each in cases], language)))

    async def ask_for_code(self, guild: Guild, user: int, written: str, language: Language) -> str:
        """security 17: the same words and the same work, whether or not somebody is on file with that address."""
        say, now = words(language, "discord"), self._desk.clock()
        address = address_in(written)
        if not address:
            return say.text("say.email-bad")
        person = await self._on_file(guild, address)
        recipient = person.first(d.MAIL) if person else ""
        # Whoever has many accounts must not fill a stranger's mailbox from each of them.
        crowded = await self._store.codes_asked_for(guild.scope, address, now - _DAY) >= PER_DAY
        number = secrets.randbelow(_MILLION)
        async with self._store.transaction() as transaction:
            known = await transaction.held_discord_account(guild.scope, user)
            after, digits = asked_for_code(
                known, person=person.id if person else "", address=address, number=number, id=self._desk.new_id(),
                salt=secrets.token_hex(16), now=now,
            )  # fmt: skip
            await transaction.save_discord_account(after, now)
        if not digits:
            return say.text("say.code-later", contact=guild.contact)
        if person and not crowded:
            # After the answer: how long that takes must not tell whether somebody is on file.
            sending = asyncio.create_task(
                put(self._desk, guild, recipient, subject=say.text("say.code-subject"),
                    text=say.text("say.code-text", code=digits), language=language)
            )  # fmt: skip
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)
        return say.text("say.code-sent")

    async def try_code(self, guild: Guild, user: int, written: str, language: Language) -> str:
        """A right code binds the account (R4); the entry of the directory remembers it."""
        say, now = words(language, "discord"), self._desk.clock()
        async with self._store.transaction() as transaction:
            known = await transaction.held_discord_account(guild.scope, user)
            after, result = tried_code(known, "".join(written.split()), now)
            await transaction.save_discord_account(after, now)
        if result != "right":
            return say.text("say.code-wrong")
        await self._note(guild, after.person, user)
        return say.text("say.linked")

    async def _cases(self, guild: Guild, user: int) -> list[Case]:
        found: dict[str, Case] = {}
        for each in await self._store.contacts_of(guild.scope, user):
            if each.case:
                try:
                    case = await going_on(guild.scope, each.case, self._store)
                except NotFound:
                    continue
                found[case.id] = case
        return sorted(found.values(), key=lambda case: case.opened_at, reverse=True)

    async def _on_file(self, guild: Guild, address: str) -> Entry | None:
        """security 9: an address that several people share, or a role's, binds nobody."""
        found = await self._store.directory.find(guild.scope, d.MAIL, address)
        return found[0] if len(found) == 1 and not d.is_role_address(address) else None

    async def _note(self, guild: Guild, person: str, user: int) -> None:
        now = self._desk.clock()
        today = now.astimezone(guild.zone).date()
        entry = await self._store.directory.entry(guild.scope, person)
        value = Value(kind=d.DISCORD, text=str(user), source="discord-code", since=today, seen=today, by_person=True)
        others = tuple(each for each in entry.values if (each.kind, each.key) != (value.kind, value.key))
        linked = replace(entry, values=(*others, value))
        public: Mapping[str, str | int | None] = {"person": person, "how": "code"}
        await self._store.directory.save(
            guild.scope, [linked], what="discord-linked", public=public, at=now, actor="service"
        )  # fmt: skip


def rights_of(rights: Sequence[str], language: Language) -> str:
    """Rights as the form names them, in a list."""
    say = words(language, "discord")
    return listed([say.either(f"rights.{each}", "card.right") for each in rights], language)


def _line(case: Case, guild: Guild, language: Language) -> str:
    say, seen = words(language, "discord"), summary(case)
    state = seen.status
    due = long(seen.target, language) if seen.target else ""
    told = say.text(f"status.{state}", due=due) if due or state not in _DATED else say.text("status.unconfirmed")
    day = long(seen.received_at.astimezone(guild.zone).date(), language)
    rights = rights_of(seen.rights, language)
    return say.text("status.line", reference=case.reference, rights=rights, day=day, state=told)
