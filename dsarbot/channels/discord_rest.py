"""Messages of the bot: posted, changed, deleted, found again; and how Discord's refusals are told from its troubles."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar, cast
from urllib.parse import urlsplit

import aiohttp
import discord
from discord.http import Route

from dsarbot.channels.discord_answers import Interactions, Payload, Went
from dsarbot.errors import ChannelDown

log = logging.getLogger(__name__)

T = TypeVar("T")

_PAGE: Final = 100
#: Where attachments lie.
HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
#: Closed direct messages, no server in common, too many opened at once.
_DOORS: Final = frozenset({50007, 50278})
#: They print addresses with tokens of interactions, and whole payloads (security 1).
_TALKATIVE: Final = ("discord.http", "discord.webhook.async", "discord.gateway", "discord.client", "discord.state")


def quiet_library() -> None:
    """Nothing of what people write is logged by the library, whatever the configuration says."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)


class Http(Protocol):
    """The part of discord.py's client that speaks to its interface, with its limits kept."""

    user_agent: str

    async def get_from_cdn(self, url: str) -> bytes: ...
    async def request(self, route: Route, **options: Any) -> Any: ...  # noqa: ANN401  # JSON, as Discord gives it


class Messenger:
    """Messages of one bot. http: None until it has logged in."""

    def __init__(self) -> None:
        self._http: Http | None = None
        self._interactions: Interactions | None = None
        self._closed: frozenset[int] = frozenset()
        self._locks: dict[int, asyncio.Lock] = {}
        self._application = 0

    def connected(self, http: Http, interactions: Interactions, application: int) -> None:
        """From now on it can speak."""
        self._http, self._interactions, self._application = http, interactions, application

    @property
    def ready(self) -> bool:
        """Whether anything can be said at all."""
        return self._http is not None

    def disconnected(self) -> None:
        self._http = self._interactions = None

    def keep_out_of(self, channels: frozenset[int]) -> None:
        """Channels that everybody can read, although only staff should: nothing is posted there."""
        self._closed = channels

    async def answer(self, application: int, token: str, payload: Payload) -> Went:
        if self._interactions is None:
            raise ChannelDown
        return await self._interactions.answer(application, token, payload)

    async def direct(self, user: int, payload: Payload, *, nonce: str) -> int:
        """The number of the new message; 0 when that person takes none from us."""
        try:
            channel = await self._room(user)
            sent = await self._ask("POST", "/channels/{channel_id}/messages", _once(payload, nonce), channel_id=channel)
        except (discord.Forbidden, discord.NotFound):
            return 0
        except discord.HTTPException as why:
            if why.code in _DOORS:
                return 0
            raise ChannelDown from None
        return _number(sent)

    async def take_back(self, user: int, message: int) -> Went:
        try:
            return await self.delete(await self._room(user), message)
        except discord.HTTPException:
            return "refused"

    async def post(self, channel: int, payload: Payload, *, nonce: str) -> int:
        """The number of the new message; 0 when the channel does not let us."""
        if channel in self._closed:
            return 0
        try:
            sent = await self._ask("POST", "/channels/{channel_id}/messages", _once(payload, nonce), channel_id=channel)
        except discord.HTTPException as why:
            return _refused(why, 0)
        return _number(sent)

    async def edit(self, channel: int, message: int, payload: Payload) -> Went:
        path = "/channels/{channel_id}/messages/{message_id}"
        try:
            await self._ask("PATCH", path, payload, channel_id=channel, message_id=message)
        except discord.HTTPException as why:
            return _refused(why, "refused")
        return "done"

    async def delete(self, channel: int, message: int) -> Went:
        path = "/channels/{channel_id}/messages/{message_id}"
        try:
            await self._ask("DELETE", path, None, channel_id=channel, message_id=message)
        except discord.HTTPException as why:
            return _refused(why, "refused")
        return "done"

    async def find(self, channel: int, mark: str) -> int:
        """A message of ours with that mark in one of its buttons; 0 for none."""
        for message in await self.history(channel):
            mine = str(message.get("author", {}).get("id")) == str(self._application)
            if mine and mark and mark in str(message.get("components", "")):
                return int(message["id"])
        return 0

    async def history(self, channel: int, after: int = 0) -> Sequence[Mapping[str, Any]]:
        """A page of messages: the newest, or those after that one."""
        query: dict[str, int] = {"limit": _PAGE, **({"after": after} if after else {})}
        try:
            found = await self._ask("GET", "/channels/{channel_id}/messages", None, query=query, channel_id=channel)
        except discord.HTTPException as why:
            return _refused(why, ())
        return found if isinstance(found, list) else ()

    async def direct_history(self, user: int, after: int) -> Sequence[Mapping[str, Any]]:
        """What somebody wrote to the bot after that message."""
        try:
            return await self.history(await self._room(user), after)
        except discord.HTTPException:
            return ()

    async def fetch(self, url: str) -> bytes | None:
        """The bytes of an attachment, from Discord's own hosts alone (security 18); None when they are gone."""
        if self._http is None or urlsplit(url).hostname not in HOSTS:
            return None
        try:
            return await self._http.get_from_cdn(url)
        except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError):
            return None

    async def is_member(self, guild: int, user: int) -> bool:
        """Whether somebody is on a server; asked for one, which needs no privileged intent."""
        try:
            await self._ask("GET", "/guilds/{guild_id}/members/{user_id}", None, guild_id=guild, user_id=user)
        except discord.HTTPException as why:
            return _refused(why, False)
        return True

    async def register(self, guild: int, commands: Sequence[Payload]) -> None:
        """The commands of a server, all at once."""
        path = "/applications/{application_id}/guilds/{guild_id}/commands"
        try:
            await self._ask("PUT", path, list(commands), application_id=self._application, guild_id=guild)
        except discord.HTTPException:
            raise ChannelDown from None

    async def _room(self, user: int) -> int:
        return _number(await self._ask("POST", "/users/@me/channels", {"recipient_id": str(user)}))

    async def _ask(
        self, method: str, path: str, payload: object, *, query: Mapping[str, int] | None = None, **names: int
    ) -> Any:  # noqa: ANN401  # JSON, as Discord gives it
        if self._http is None:
            raise ChannelDown
        options: dict[str, Any] = {"json": payload} if payload is not None else {}
        if query:
            options["params"] = dict(query)
        lock = self._locks.setdefault(names.get("channel_id", 0), asyncio.Lock())
        try:
            async with lock if "channel_id" in names else contextlib.nullcontext():
                # One by one: the limits of a channel are learned from its last answer.
                return await self._http.request(Route(method, path, metadata=None, **names), **options)
        except (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError):
            raise ChannelDown from None


def _number(answer: object) -> int:
    """The id of what was made. An answer that is none may have been lost on its way back: asked for again later."""
    try:
        return int(cast("Mapping[str, str]", answer)["id"])
    except (TypeError, KeyError, ValueError):
        raise ChannelDown from None


def _once(payload: Payload, nonce: str) -> Payload:
    return {**payload, "nonce": nonce, "enforce_nonce": True}


def _refused(why: discord.HTTPException, otherwise: T) -> T:
    """A refusal for good; anything else may be better later."""
    if isinstance(why, discord.Forbidden | discord.NotFound) or why.status == 400:
        log.warning("Discord refused: %d", why.code, extra={"action": "discord_refused", "code": why.code})
        return otherwise
    raise ChannelDown from None
