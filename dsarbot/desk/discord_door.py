"""What the bot may ask of the desk, in the shape of Discord's own interface: one door for all servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from dsarbot.core.dates import Language
from dsarbot.core.discord import Asking, language_of
from dsarbot.core.evolve import replace
from dsarbot.desk import discord_forms as forms
from dsarbot.desk.digest_words import words
from dsarbot.desk.discord_forms import Payload
from dsarbot.desk.discord_guild import DiscordStore, Guild, inbound_id
from dsarbot.desk.discord_keep import Keeper
from dsarbot.desk.discord_people import People
from dsarbot.desk.discord_staff import Staff
from dsarbot.desk.handle import Desk
from dsarbot.ports import Position
from dsarbot.reading.triage import triage

_MESSAGE: Final = 4
_TALKED: Final = timedelta(days=30)
#: Where positions of channels stand among those of mailboxes.
_PLACE: Final = "discord"


class Door:
    """One per process. changed: rings whoever works on what was kept."""

    def __init__(
        self, desk: Desk, store: DiscordStore, guilds: Sequence[Guild], *, changed: Callable[[], None]
    ) -> None:
        self._desk = desk
        self._store = store
        self._guilds = {each.id: each for each in guilds}
        self._keeper = Keeper(desk, store)
        self._people = People(desk, store)
        self._staff = Staff(desk)
        self._changed = changed
        #: Kept and not acknowledged yet: the answer must not overtake the acknowledgement.
        self._unanswered: set[str] = set()

    def waits(self, contact: str) -> bool:
        """Whether nothing may be answered yet."""
        return contact in self._unanswered

    def watched(self) -> Mapping[int, frozenset[int]]:
        """Channels in which requests are looked for, by server."""
        return {each.id: each.watch for each in self._guilds.values()}

    def commands(self) -> list[Payload]:
        return forms.commands()

    # --- what people see ------------------------------------------------------------------------------------------

    def form(self, guild: int, locale: str, answers: str = "") -> Payload:
        """The private form."""
        rights = self._guilds[guild].organisation.rules.rights
        return forms.request_form(rights, language_of(locale), answers)

    def link_form(self, locale: str) -> Payload:
        return forms.link_form(language_of(locale))

    def fields(self, components: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
        """What stands in a form that was sent."""
        return forms.submitted(components)

    def text(self, key: str, guild: int, locale: str) -> str:
        """One of the sentences of the bot."""
        known = self._guilds.get(guild)
        return words(language_of(locale), "discord").text(f"say.{key}", contact=known.contact if known else "")

    def alone(self, text: str) -> Payload:
        """An answer that only who asked sees, and that pings nobody."""
        return {"type": _MESSAGE, "data": forms.quiet(text, flags=forms.EPHEMERAL)}

    def edited(self, text: str) -> Payload:
        """The same in place of what was there."""
        return forms.quiet(text)

    # --- what people ask ------------------------------------------------------------------------------------------

    def is_request(self, text: str) -> bool:
        """Whether triage takes it for one, certain or not."""
        found = triage(text)
        return found.kind == "request" and bool(found.rights)

    def language(self, guild: int) -> Language:
        return self._guilds[guild].language

    async def keep(self, guild: int, asking: Asking, *, then: Callable[[], Awaitable[None]] | None = None) -> bool:
        """Durable when it returns; False when it was known. then: done before anything of it is answered."""
        known = self._guilds[guild]
        name = inbound_id(known, asking.native)
        if then is not None:
            self._unanswered.add(name)
        try:
            new = await self._keeper.keep(known, asking)
            if then is not None:
                await then()
        finally:
            self._unanswered.discard(name)
            self._changed()
        return new

    async def status(self, guild: int, user: int, locale: str) -> str:
        return await self._people.status(self._guilds[guild], user, language_of(locale))

    async def withdraw(self, guild: int, asking: Asking, reference: str) -> str:
        """ "" when it was kept and will be answered, else what to say."""
        known = self._guilds[guild]
        taken = await self._people.taken_back(known, asking.user, reference, asking.language)
        if taken.case:
            await self.keep(guild, replace(asking, answers=taken.case))
        return taken.says

    async def ask_for_code(self, guild: int, user: int, address: str, locale: str) -> str:
        return await self._people.ask_for_code(self._guilds[guild], user, address, language_of(locale))

    async def try_code(self, guild: int, user: int, digits: str, locale: str) -> str:
        return await self._people.try_code(self._guilds[guild], user, digits, language_of(locale))

    async def is_author(self, guild: int, contact: str, user: int) -> bool:
        """Whether that account wrote what a hint is about."""
        found = await self._store.contact(self._guilds[guild].scope, contact)
        return found is not None and found.asking.user == user

    def is_staff(self, guild: int, user: int, roles: Collection[int]) -> bool:
        """Whether somebody may treat a message of others as a request."""
        return bool(self._staff.who(self._guilds[guild], user, roles)[0])

    async def press(
        self, guild: int, user: int, roles: Collection[int], pressed: tuple[str, str], interaction: int
    ) -> str:
        """A button on a card."""
        known = self._guilds[guild]
        key, why = self._staff.who(known, user, roles)
        return await self._staff.press(known, key, *pressed, interaction) if key else why

    # --- what was missed ------------------------------------------------------------------------------------------

    async def place(self, channel: int) -> int:
        """The last message of a channel that was looked at, 0 before the first."""
        position = await self._store.position(_PLACE, str(channel))
        return position.last_uid if position else 0

    async def reached(self, channel: int, message: int) -> None:
        """Everything up to that message was looked at."""
        async with self._store.transaction() as transaction:
            await transaction.advance(_PLACE, str(channel), Position(uidvalidity=0, last_uid=message))

    async def talked(self, guild: int) -> Mapping[int, int]:
        """With whom the bot had direct messages lately: account -> the last message that was kept."""
        since: datetime = self._desk.clock() - _TALKED
        found: dict[int, int] = {}
        for each in await self._store.talks(self._guilds[guild].scope, since):
            if each.asking.how == "dm":
                found[each.asking.user] = max(found.get(each.asking.user, 0), each.asking.native)
        return found
