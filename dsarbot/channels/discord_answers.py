"""What belongs to an interaction: its acknowledgement, and the answer behind its token.

discord.py waits a second and more after each 500; an interaction must be acknowledged within three. So this goes its
own way, with short waits, and without the bot's token, which it does not need.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import quote

import aiohttp
from discord.http import Route

from dsarbot.errors import ChannelDown

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]
Went = Literal["done", "refused"]

#: Seconds between tries of an acknowledgement; all of them together are less than the time there is.
_ACK_PAUSES: Final = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
_ANSWER_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 4.0)
_ACK_SECONDS, _ANSWER_SECONDS = 2.8, 10.0
_REMEMBERED: Final = 1_000
#: "Interaction has already been acknowledged."
_KNOWN: Final = 40060
_LONGEST_WAIT: Final = 2.0


class Interactions:
    """Answers to interactions. One session per bot."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        #: Tokens of interactions that could not be acknowledged: nothing can be answered by them.
        self._dead: dict[str, None] = {}

    def open(self, user_agent: str) -> None:
        """Before anything is answered; inside the loop."""
        self._session = aiohttp.ClientSession(headers={"User-Agent": user_agent})

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def acknowledge(self, interaction: int, token: str, payload: Payload) -> Went:
        """The first word, which decides who sees the answer. "refused": too late, or answered before."""
        url = f"{Route.BASE}/interactions/{interaction}/{quote(token, safe='')}/callback"
        try:
            went = await self._try("POST", url, payload, _ACK_PAUSES, _ACK_SECONDS)
        except ChannelDown:
            went = "refused"
        if went == "refused":
            self._dead[token] = None
            if len(self._dead) > _REMEMBERED:
                del self._dead[next(iter(self._dead))]
        return went

    async def answer(self, application: int, token: str, payload: Payload) -> Went:
        """In place of "thinking"; ChannelDown when Discord does not work."""
        if token in self._dead:
            return "refused"
        url = f"{Route.BASE}/webhooks/{application}/{quote(token, safe='')}/messages/@original"
        return await self._try("PATCH", url, payload, _ANSWER_PAUSES, _ANSWER_SECONDS)

    async def _try(self, method: str, url: str, payload: Payload, pauses: Sequence[float], seconds: float) -> Went:
        if self._session is None:
            raise ChannelDown
        lost = False
        for pause in (*pauses, None):
            wait = pause
            try:
                async with self._session.request(
                    method, url, json=payload, timeout=aiohttp.ClientTimeout(total=seconds)
                ) as response:
                    if response.status < 300:
                        return "done"
                    if response.status == 429:
                        wait = None if pause is None else await _asked_to_wait(response, pause)
                    elif lost and await _code(response) == _KNOWN:
                        # The try before this one had come through.
                        return "done"
                    elif response.status < 500:
                        log.warning("An answer was refused: %d", response.status, extra={"action": "discord_refused"})
                        return "refused"
            except TimeoutError:
                # Perhaps it was done; there is no time left to ask again.
                break
            except (aiohttp.ClientError, OSError) as why:
                lost = True
                log.info("Discord did not answer: %s", type(why).__name__, extra={"action": "discord_no_answer"})
            if wait is None:
                break
            await asyncio.sleep(wait)
        raise ChannelDown


async def _code(response: aiohttp.ClientResponse) -> int:
    try:
        return int((await response.json(content_type=None))["code"])
    except (ValueError, KeyError, TypeError):
        return 0


async def _asked_to_wait(response: aiohttp.ClientResponse, otherwise: float) -> float:
    try:
        said = float((await response.json(content_type=None))["retry_after"])
    except (ValueError, KeyError, TypeError):
        return otherwise
    return min(max(said, otherwise), _LONGEST_WAIT)
