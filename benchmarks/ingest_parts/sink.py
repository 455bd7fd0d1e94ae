"""A bare SMTP server that accepts everything and counts: the brake must not be at the other end.

Runs as a process of its own (`python -m benchmarks.ingest_parts.sink`), prints its port, and ends with its standard
input. `XCOUNT` asks for the number of mails, the number of connections, and the moment of the last mail in seconds
of the monotonic clock, which on Linux all processes share. Mails to postmasters of our own (`--ignore`) do not count.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from benchmarks.ingest_parts.processes import ROOT

HELLO = b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 52428800\r\n250 ENHANCEDSTATUSCODES\r\n"
_END = b"\r\n.\r\n"


@dataclass(kw_only=True)
class Tally:
    """What came in so far."""

    ignore: bytes
    mails: int = 0
    connections: int = 0
    last: float = 0.0


class Accepting(asyncio.Protocol):
    """One connection."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._buffer = bytearray()
        self._in_data = False
        self._counts = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._take():
            continue

    def _take(self) -> bool:
        """One command or one whole mail out of the buffer; False when there is none yet."""
        mark = _END if self._in_data else b"\r\n"
        end = self._buffer.find(mark)
        if end < 0:
            return False
        taken = bytes(self._buffer[:end])
        del self._buffer[: end + len(mark)]
        self._transport.write(self._accept() if self._in_data else self._answer(taken))
        return True

    def _accept(self) -> bytes:
        self._in_data = False
        if self._counts:
            self._tally.mails += 1
            self._tally.last = time.monotonic()
        return b"250 2.0.0 Ok: queued\r\n"

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb in (b"EHLO", b"HELO"):
            self._tally.connections += 1
            return HELLO
        if verb == b"RCPT":
            self._counts = not self._tally.ignore or self._tally.ignore not in line
        if verb == b"DATA":
            self._in_data = True
            return b"354 go on\r\n"
        if verb == b"XCOU":
            return b"250 %d %d %.6f\r\n" % (self._tally.mails, self._tally.connections, self._tally.last)
        if verb == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
            return b""
        return b"250 2.0.0 Ok\r\n"


async def _serve(ignore: bytes) -> None:
    loop = asyncio.get_running_loop()
    tally = Tally(ignore=ignore)
    server = await loop.create_server(lambda: Accepting(tally), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Standard input ends when the benchmark does, however it ends.
    await asyncio.to_thread(sys.stdin.read)
    server.close()


class Sink:
    """The benchmark's side: the port, and what was counted."""

    def __init__(self, port: int, process: subprocess.Popen[str]) -> None:
        self.port = port
        self.pid = process.pid
        self._asking = socket.create_connection(("127.0.0.1", port))
        self._answers = self._asking.makefile("rb")
        self._answers.readline()

    @classmethod
    @contextlib.contextmanager
    def running(cls, *, ignore: str = "") -> Iterator[Self]:
        command = [sys.executable, "-m", "benchmarks.ingest_parts.sink", "--ignore", ignore]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdin
            assert process.stdout
            sink = cls(int(process.stdout.readline()), process)
            try:
                yield sink
            finally:
                sink._answers.close()
                sink._asking.close()
                process.stdin.close()

    def counted(self) -> tuple[int, int, float]:
        """Mails, connections, moment of the last mail."""
        self._asking.sendall(b"XCOUNT\r\n")
        mails, connections, last = self._answers.readline().split()[1:]
        return int(mails), int(connections), float(last)


def main() -> None:
    parser = argparse.ArgumentParser(description="Accept mail and count it.")
    parser.add_argument("--ignore", default="")
    asyncio.run(_serve(parser.parse_args().ignore.encode()))


if __name__ == "__main__":
    main()
