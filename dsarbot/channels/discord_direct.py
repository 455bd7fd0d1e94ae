"""Direct messages to the bot, and what was written while it was away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from dsarbot.channels.discord_door import Kept
from dsarbot.channels.discord_rest import Messenger
from dsarbot.channels.discord_translate import File, Written, asking_of_message, written_of
from dsarbot.core.discord import MOST_BYTES, may_be_paper
from dsarbot.errors import ChannelDown

log = logging.getLogger(__name__)

#: So many pages of a channel are looked through after an absence.
_MOST_PAGES: Final = 20
_MOST_FILES: Final = 10


Look = Callable[[int, int, Written], Awaitable[None]]


class Direct:
    """Keeps direct messages. mine: servers of this bot; one bot may stand on several."""

    def __init__(self, desk: Kept, messenger: Messenger, mine: tuple[int, ...]) -> None:
        self._desk = desk
        self._messenger = messenger
        self._mine = mine

    async def take(self, message: Written) -> None:
        """Each company whose server the author is on gets the message as its own (practice 5)."""
        if message.by_program or not (message.text or message.files):
            return
        files, refused = await self._files(message.files)
        for guild in await self._meant(message.author):
            language = self._desk.language(guild)
            asking = asking_of_message(message, "dm", language, files=files, refused=refused)
            await self._desk.keep(guild, asking)

    async def _meant(self, user: int) -> tuple[int, ...]:
        if len(self._mine) == 1:
            return self._mine
        try:
            found = tuple([guild for guild in self._mine if await self._messenger.is_member(guild, user)])
        except ChannelDown:
            # Better with each of them than with none: a request that nobody keeps is lost.
            return self._mine
        return found or self._mine

    async def _files(self, files: tuple[File, ...]) -> tuple[list[tuple[str, bytes]], int]:
        """What cannot be an identity paper is fetched at once, as its address expires. Nothing else is opened."""
        kept: list[tuple[str, bytes]] = []
        refused = 0
        for each in files[:_MOST_FILES]:
            if may_be_paper(each.name) or each.size > MOST_BYTES:
                refused += 1
                continue
            data = await self._messenger.fetch(each.url)
            if data is None:
                refused += 1
            else:
                kept.append((each.name, data))
        if refused:
            log.info("%d files were refused unopened", refused, extra={"action": "discord_files_refused"})
        return kept, refused + len(files[_MOST_FILES:])


class Missed:
    """Finds what was written while nobody listened, as far as Discord keeps it."""

    def __init__(self, desk: Kept, messenger: Messenger, mine: tuple[int, ...], direct: Direct) -> None:
        self._desk = desk
        self._messenger = messenger
        self._mine = mine
        self._direct = direct
        self._seen: dict[int, int] = {}
        self._one_at_a_time = asyncio.Lock()

    def seen(self, channel: int, message: int) -> None:
        """That message was looked at; written down by `remember`."""
        self._seen[channel] = max(self._seen.get(channel, 0), message)

    async def remember(self) -> None:
        """How far the channels were looked at: after a crash a few are looked at again, and known by their numbers."""
        seen, self._seen = self._seen, {}
        for channel, message in seen.items():
            await self._desk.reached(channel, message)

    async def look(self, look: Look, now: int) -> None:
        """All channels and conversations, once. now: a channel that is new is watched from here on."""
        async with self._one_at_a_time:
            await self.remember()
            for guild in self._mine:
                for channel in sorted(self._desk.watched()[guild]):
                    await self._channel(guild, channel, look, now)
                for user, last in (await self._desk.talked(guild)).items():
                    for raw in reversed(await self._messenger.direct_history(user, last)):
                        if (message := written_of(raw)).author == user:
                            await self._direct.take(message)

    async def _channel(self, guild: int, channel: int, look: Look, now: int) -> None:
        place = await self._desk.place(channel)
        if not place:
            self.seen(channel, now)
            await self.remember()
            return
        for _ in range(_MOST_PAGES):
            # Discord gives the newest of a page first.
            page = sorted((written_of(raw) for raw in await self._messenger.history(channel, place)), key=_number)
            for message in page:
                await look(guild, 0, message)
            if not page:
                break
            place = page[-1].id
            self.seen(channel, place)
        await self.remember()


def _number(message: Written) -> int:
    return message.id
