"""What a message of the bot shows now, from the case as it is: composed when it leaves, never stored."""

from __future__ import annotations

from datetime import date
from typing import Final

from dsarbot.case_rows import case_row
from dsarbot.core.discord_rows import Post
from dsarbot.desk.discord_cards import alarm, card, found
from dsarbot.desk.discord_cards import summary as morning_summary
from dsarbot.desk.discord_forms import Payload, hint
from dsarbot.desk.discord_guild import DiscordStore, Guild
from dsarbot.desk.handle import Desk
from dsarbot.errors import NotFound

_MOST: Final = 10_000


class Shown:
    """Looks into the store for what a message is about."""

    def __init__(self, desk: Desk, store: DiscordStore) -> None:
        self._desk = desk
        self._store = store

    async def payload(self, guild: Guild, post: Post) -> Payload | None:
        """None when it must not stand there any more."""
        match post.kind:
            case "card":
                return await self._card(guild, post)
            case "hint":
                contact = await self._store.contact(guild.scope, post.contact)
                return hint(contact.asking.language, post.contact) if contact else None
            case "summary":
                return await self._summary(guild)
            case _:
                return await self._alarm(guild, post)

    async def _card(self, guild: Guild, post: Post) -> Payload | None:
        try:
            case = await self._store.case(guild.scope, post.case)
        except NotFound:
            return None
        if case.confidential:
            return None
        contacts = await self._store.contacts_of_case(guild.scope, case.id)
        untold = any(each.untold for each in contacts)
        return card(case_row(case), guild, today=self.today(guild), untold=untold)

    async def _alarm(self, guild: Guild, post: Post) -> Payload | None:
        if post.contact:
            return found(guild, int(post.subject))
        raised = next((each for each in await self._store.alarms(guild.scope) if each.id == post.subject), None)
        if raised is None or raised.case in await self._store.confidential(guild.scope):
            return None
        return alarm(raised, guild)

    async def _summary(self, guild: Guild) -> Payload:
        rows = await self._store.rows(guild.scope, limit=_MOST)
        held = await self._store.inbounds(guild.scope, state="held", limit=_MOST)
        hidden = frozenset(await self._store.confidential(guild.scope))
        return morning_summary(rows, len(held), hidden, guild, self.today(guild))

    def today(self, guild: Guild) -> date:
        """The day in the organisation's zone."""
        return self._desk.clock().astimezone(guild.zone).date()
