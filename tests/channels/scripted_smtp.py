"""A small SMTP server that says what a test wants: refusals, hangs, ends in the wrong moment."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from dsarbot.channels.smtp_types import Relay

HANG_UP = b""
SILENCE = b"silence"


@dataclass
class ScriptedSmtp:
    """``answers`` maps a verb (``MAIL``, ``RCPT``, ``DATA``, ``.`` for the final dot, ``GREETING``) to the reply."""

    answers: dict[str, bytes] = field(default_factory=dict)
    #: The same, for the next time only.
    once: dict[str, bytes] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("SIZE 99000000", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES")
    seen: list[str] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    #: Bytes of a letter after which ``early`` is sent and the connection closed.
    stop_after: int | None = None
    early: bytes = HANG_UP
    silent: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    #: After SILENCE nothing is answered any more, and nothing read in its order.
    stays_silent: bool = False
    recipient: bool = False
    #: Nothing of a letter is read.
    stop_reading: bool = False
    #: MAIL and RCPT are answered with DATA only: who waits for each answer waits for ever.
    hold_back: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def relay(self, timeout: float = 10) -> Relay:
        return Relay(host="127.0.0.1", port=self.port, security="plain", timeout=timeout, helo="dsarbot.example.org")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()
            self.closed.set()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.answers.get("GREETING", b"220 ready\r\n"))
        self.recipient, held = False, b""
        while line := await reader.readline():
            words = line.decode().strip()
            self.seen.append(words)
            verb = words.split(" ", maxsplit=1)[0].upper()
            answer = self._answer(verb)
            if answer == HANG_UP:
                return
            if answer == SILENCE:
                self.silent.set()
                if self.stays_silent:
                    await reader.read()
                    return
                continue
            if verb in ("MAIL", "RCPT"):
                # RFC 5321 3.3: DATA is refused unless a recipient was accepted after MAIL was.
                self.recipient = answer.startswith(b"2") and (verb == "MAIL" or self.recipient)
            held += answer
            if self.hold_back and verb in ("MAIL", "RCPT"):
                continue
            writer.write(held)
            held = b""
            if verb == "QUIT":
                return
            if verb == "DATA" and answer.startswith(b"354") and not await self._letter(reader, writer):
                return

    def _answer(self, verb: str) -> bytes:
        return self.once.pop(verb) if verb in self.once else self.answers.get(verb, self._usual(verb))

    def _usual(self, verb: str) -> bytes:
        if verb == "EHLO":
            lines = ["mx.example.org", *self.extensions]
            return "".join(
                f"250{'-' if number < len(lines) else ' '}{line}\r\n" for number, line in enumerate(lines, 1)
            ).encode()
        data = b"354 go\r\n" if self.recipient else b"503 5.5.1 no recipient\r\n"
        return {"DATA": data, "QUIT": b"221 bye\r\n", ".": b"250 2.0.0 queued\r\n"}.get(verb, b"250 2.0.0 ok\r\n")

    async def _letter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if self.stop_after is not None:
            await reader.readexactly(self.stop_after)
            writer.write(self.early)
            return False
        if self.stop_reading:
            await self.over.wait()
            return False
        raw = bytearray()
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                return False
            raw += line.removeprefix(b".")
        self.seen.append(".")
        answer = self._answer(".")
        if answer == SILENCE:
            self.silent.set()
        elif answer != HANG_UP:
            self.letters.append(bytes(raw))
            writer.write(answer)
        return answer != HANG_UP


@asynccontextmanager
async def scripted_smtp(tls: ssl.SSLContext | None = None) -> AsyncIterator[ScriptedSmtp]:
    script = ScriptedSmtp()
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0, ssl=tls)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        script.over.set()
        for writer in script.writers:
            writer.close()
        await server.wait_closed()
