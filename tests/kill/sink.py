"""A receiving SMTP server in a process of its own: what it accepts lies on the disk before it says so.

    python -m tests.kill.sink PORT FOLDER SEED

Now and then it breaks the connection after the final dot: with the letter accepted or without, the sender cannot know.
SIGUSR1 makes it calm: from then on it accepts everything at once. Recipients at refused.example are always refused.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

_OFFERS = ("sink.example", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "SIZE 67108864")
#: Shares of letters: taken without a word, lost without a word, put off.
_TAKEN, _LOST, _PUT_OFF = 0.02, 0.02, 0.02
REFUSED = "@refused.example"


class Dropped(Exception):
    """The connection is to break now."""


class Sink:
    """Keeps accepted mails as files, each under a name of its own: a line of JSON, then the mail."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._dice = random.Random(seed)
        self._count = 0
        self.calm = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 sink.example ESMTP\r\n")
            await self._talk(reader, writer)
        except (Dropped, asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipients: list[str] = []
        while line := await reader.readline():
            verb = line[:4].upper()
            answer = "250 2.0.0 OK"
            if verb == b"EHLO":
                answer = "\r\n".join(
                    f"250{'-' if each != _OFFERS[-1] else ' '}{each}" for each in _OFFERS
                )
            elif verb == b"RCPT":
                address = line.partition(b"<")[2].partition(b">")[0].decode()
                if address.endswith(REFUSED):
                    answer = "550 5.1.1 no such person"
                else:
                    recipients.append(address)
            elif verb == b"DATA" and not recipients:
                answer = "554 5.5.1 no recipients"
            elif verb == b"DATA":
                writer.write(b"354 go ahead\r\n")
                raw = await reader.readuntil(b"\r\n.\r\n")
                answer = self._decide(recipients, raw[:-3].replace(b"\r\n..", b"\r\n."))
                recipients = []
            elif verb in (b"MAIL", b"RSET"):
                recipients = []
            elif verb == b"QUIT":
                writer.write(b"221 2.0.0 bye\r\n")
                return
            writer.write(f"{answer}\r\n".encode())
            await writer.drain()

    def _decide(self, recipients: list[str], raw: bytes) -> str:
        fate = 1.0 if self.calm else self._dice.random()
        if fate < _LOST:
            raise Dropped
        if fate < _LOST + _PUT_OFF:
            return "451 4.3.0 try again later"
        dropped = fate < _LOST + _PUT_OFF + _TAKEN
        self._keep(recipients, raw, answered=not dropped)
        if dropped:
            raise Dropped
        return "250 2.0.0 accepted"

    def _keep(self, recipients: list[str], raw: bytes, *, answered: bool) -> None:
        said = {"at": datetime.now(UTC).isoformat(), "recipients": recipients, "answered": answered}
        self._count += 1
        path = self._folder / f"{self._count:06d}.mail"
        aside = path.with_suffix(".part")
        with aside.open("wb") as file:
            file.write(json.dumps(said).encode() + b"\n" + raw)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)


async def main(port: int, folder: Path, seed: int) -> None:
    sink = Sink(folder, seed)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: setattr(sink, "calm", True))
    server = await asyncio.start_server(sink.serve, "127.0.0.1", port, limit=1 << 26)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
