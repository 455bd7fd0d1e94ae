"""ClamAV's daemon, asked whether a file holds a known virus: its own protocol, over a Unix or a TCP socket.

Commands are written ``zNAME`` and end with a null byte, as do the answers; ``zINSTREAM`` is followed by pieces of the
file, each behind its length in four bytes, and by a length of zero (clamd(8), COMMANDS).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from dsarbot.errors import ChannelDown

_PIECE: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4096
_PREFIX: Final = "stream: "
_CLEAN, _FOUND = "OK", " FOUND"
#: A name such as Win.Test.EICAR_HDB-1; anything else is not repeated to anybody.
_MOST_NAME: Final = 100

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the daemon says of a file. how: "unchecked" when it says nothing that is understood; name: of the virus."""

    how: Literal["clean", "infected", "unchecked"]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Clamd:
    """socket: its path, or None to use host and port; seconds: for one file."""

    socket: Path | None
    host: str = "localhost"
    port: int = 3310
    seconds: float = 60.0

    async def check(self, data: bytes) -> Looked:
        """Whether a file is clean. Whatever keeps the daemon from saying so leaves it unchecked."""
        try:
            async with asyncio.timeout(self.seconds), self._connected() as (reader, writer):
                return _understood(await _streamed(data, reader, writer))
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return Looked(how="unchecked")

    async def version(self) -> str:
        """The daemon's version and that of its signatures. ChannelDown when it does not answer."""
        try:
            async with asyncio.timeout(self.seconds), self._connected() as (reader, writer):
                writer.write(b"zVERSION\0")
                await writer.drain()
                return _text(await reader.readuntil(b"\0"))
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as why:
            raise ChannelDown(f"clamd does not answer ({type(why).__name__})") from None

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[_Streams]:
        if self.socket is not None:
            reader, writer = await asyncio.open_unix_connection(self.socket, limit=_LONGEST_ANSWER)
        else:
            reader, writer = await asyncio.open_connection(self.host, self.port, limit=_LONGEST_ANSWER)
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _streamed(data: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """The daemon's answer. It hangs up in the middle of a file that is larger than it takes, and says so before."""
    with suppress(ConnectionError):
        writer.write(b"zINSTREAM\0")
        for place in range(0, len(data), _PIECE):
            piece = data[place : place + _PIECE]
            writer.write(len(piece).to_bytes(4, "big") + piece)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
    return _text(await reader.readuntil(b"\0"))


def _understood(answer: str) -> Looked:
    said = answer.removeprefix(_PREFIX)
    if answer.startswith(_PREFIX) and said == _CLEAN:
        return Looked(how="clean")
    if answer.startswith(_PREFIX) and said.endswith(_FOUND):
        name = "".join(sign for sign in said.removesuffix(_FOUND)[:_MOST_NAME] if sign.isalnum() or sign in "._-/:")
        return Looked(how="infected", name=name)
    return Looked(how="unchecked")


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\0\n").decode("ascii", "replace")
