"""A clamd that speaks the real protocol and knows one virus, EICAR's test file."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

#: The test file that every scanner finds (EICAR), in two pieces: nothing shall find it in this source.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
#: As StreamMaxLength in clamd.conf.
LARGEST = 1024 * 1024


class ScriptedClamd:
    """says: an answer instead of the true one; None hangs up without any."""

    def __init__(self) -> None:
        self.says: bytes | None = b""
        self.streams = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = await reader.readuntil(b"\0")
        if command == b"zVERSION\0":
            writer.write(b"ClamAV 1.4.3/27000/Mon Mar  2 08:00:00 2026\0")
        elif command == b"zINSTREAM\0":
            answer = await self._instream(reader)
            writer.write(b"" if self.says is None else self.says or answer)
        else:
            writer.write(b"UNKNOWN COMMAND\0")
        await writer.drain()
        writer.close()

    async def _instream(self, reader: asyncio.StreamReader) -> bytes:
        self.streams += 1
        data = b""
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            data += await reader.readexactly(length)
            if len(data) > LARGEST:
                return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"


@asynccontextmanager
async def listening(socket: Path) -> AsyncIterator[ScriptedClamd]:
    clamd = ScriptedClamd()
    server = await asyncio.start_unix_server(clamd.serve, socket)
    async with server:
        yield clamd


@contextmanager
def beside(socket: Path) -> Iterator[None]:
    """In a thread, for commands that have a loop of their own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        async with listening(socket):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(20)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
