"""An SMTP connection after its log-in: commands go out, replies come in, and nothing else is known of SMTP.

aiosmtplib opens the connection (greeting, EHLO, STARTTLS, log-in) and hands it over; it speaks one command at a time
and throws away what it did not wait for, so it cannot pipeline (RFC 2920).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import aiosmtplib

#: RFC 5321 4.5.3.1.5 allows 512 octets for a reply line; real relays write more, and a reply may have many lines.
MOST_REPLY: Final = 32 * 1024


class Lost(ConnectionError):
    """The connection is gone, or what came over it is no reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """code: 200 to 599; text: the lines after it, joined by line ends."""

    code: int
    text: str

    @property
    def good(self) -> bool:
        return 200 <= self.code < 300


class Wire(asyncio.Protocol):
    """For one task at a time. Every wait ends when the connection does, with ``Lost``."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        """Takes over the connection of ``client``, which must not be used any more."""
        transport = client.transport
        if not isinstance(transport, asyncio.Transport):
            raise Lost("closed")
        self.extensions = frozenset(name.lower() for name in client.esmtp_extensions)
        self._transport = transport
        self._buffer = bytearray()
        self._paused = False
        self._lost = False
        self._waiter: asyncio.Future[None] | None = None
        transport.set_protocol(self)

    # --- what asyncio calls ------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._wake()

    def eof_received(self) -> None:
        self._lost = True
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002  # the name that asyncio calls
        self._lost = True
        self._wake()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _something(self) -> None:
        """Until bytes came, the buffer drained or the connection ended."""
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    # --- what a sender calls -----------------------------------------------------------------------------

    def offers(self, extension: str) -> bool:
        return extension.lower() in self.extensions

    @property
    def usable(self) -> bool:
        """False when it is closed, and when the relay said something that nobody asked for (mostly 421, goodbye)."""
        return not (self._lost or self._buffer or self._transport.is_closing())

    @property
    def answered(self) -> bool:
        """Whether something came that was not read yet."""
        return bool(self._buffer)

    def write(self, data: bytes) -> None:
        if self._lost or self._transport.is_closing():
            raise Lost("closed")
        self._transport.write(data)

    def push_everything(self) -> None:
        """From now on ``drained`` waits until the kernel has taken all: only then it is known what has left us."""
        self._transport.set_write_buffer_limits(high=0)

    async def drained(self) -> None:
        """Until what was written is on its way, or the relay has answered early."""
        # Once round the loop, or the end of the connection would not be heard of while the letter is written.
        await asyncio.sleep(0)
        # A TLS transport without a limit calls for a pause although nothing waits, and takes it back at the next write.
        while self._paused and self._transport.get_write_buffer_size() and not (self._buffer or self._lost):
            await self._something()

    async def reply(self) -> Reply:
        """The next reply; its last line has a blank after the code (RFC 5321 4.2.1)."""
        while (found := self._cut()) is None:
            if self._lost:
                raise Lost("closed")
            await self._something()
        return found

    async def ask(self, command: bytes) -> Reply:
        """One command and its reply."""
        self.write(command + b"\r\n")
        return await self.reply()

    def close(self) -> None:
        """At once, whatever is still in our buffers."""
        self._transport.abort()

    def _cut(self) -> Reply | None:
        start, lines = 0, []
        while (end := self._buffer.find(b"\n", start)) >= 0:
            line = bytes(self._buffer[start:end]).rstrip(b"\r")
            code, mark, text = line[:3], line[3:4], line[4:]
            if not code.isdigit() or not b"200" <= code <= b"599" or mark not in (b" ", b"-", b""):
                raise Lost("no reply")
            lines.append(text.strip())
            start = end + 1
            if mark != b"-":
                del self._buffer[:start]
                return Reply(int(code), b"\n".join(lines).decode("utf-8", "replace"))
        if len(self._buffer) > MOST_REPLY:
            raise Lost("endless reply")
        return None
