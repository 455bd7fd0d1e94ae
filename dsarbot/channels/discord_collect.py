"""What somebody wrote in channels of a server, collected for an answer about access. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import discord

from dsarbot.channels.discord_answers import Interactions
from dsarbot.channels.discord_rest import Messenger, quiet_library
from dsarbot.channels.discord_translate import written_of
from dsarbot.core.discord import at_of
from dsarbot.errors import ChannelDown

#: So many pages of each channel, from its beginning.
_MOST_PAGES: Final = 1_000


async def collect(token: str, channels: Sequence[int], users: Collection[int]) -> list[dict[str, str]]:
    """Their messages, oldest first; without the message content intent their texts are empty. ChannelDown."""
    quiet_library()
    messenger, found = Messenger(), list[dict[str, str]]()
    try:
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login(token)
            messenger.connected(client.http, Interactions(), client.application_id or 0)
            for channel in channels:
                found += await _of(messenger, channel, users)
    except (discord.DiscordException, OSError) as why:
        raise ChannelDown(f"Discord cannot be asked ({type(why).__name__}); nothing was printed") from None
    return found


async def _of(messenger: Messenger, channel: int, users: Collection[int]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    place = 1
    for _ in range(_MOST_PAGES):
        page = sorted((written_of(raw) for raw in await messenger.history(channel, place)), key=lambda each: each.id)
        found += [
            {"at": at_of(each.id).isoformat(), "channel": str(channel), "message": str(each.id), "text": each.text,
             "files": ", ".join(file.name for file in each.files)}
            for each in page if each.author in users
        ]  # fmt: skip
        if not page:
            break
        place = page[-1].id
    return found
