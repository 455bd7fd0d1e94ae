"""A plain TCP proxy between the service and its mail server that counts round trips and hears announcements."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Self

_PIECE = 65_536


class Proxy:
    """Forwards to one port of this machine.

    turns: how often a client spoke after the server had spoken; each is one wait for an answer, however many commands
    or literals went out at once. announced: the moments (monotonic) of `* n EXISTS` outside of any command's answer.
    """

    def __init__(self, target: int) -> None:
        self.turns = 0
        self.connections = 0
        self.announced: list[float] = []
        self.port = 0
        self._target = target
        self._open: list[asyncio.StreamWriter] = []

    @classmethod
    @contextlib.contextmanager
    def before(cls, target: int) -> Iterator[Self]:
        """Runs in a thread of its own until the block ends."""
        proxy = cls(target)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(proxy._listen(), loop).result(10)
        try:
            yield proxy
        finally:
            asyncio.run_coroutine_threadsafe(proxy._end(server), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()

    async def _listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _end(self, server: asyncio.Server) -> None:
        server.close()
        for writer in self._open:
            writer.transport.abort()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        spoke_last = ["server"]
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        self._open += (writer, to_server)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._up(reader, to_server, spoke_last))
                group.create_task(self._down(from_server, writer, spoke_last))
        except* (ConnectionError, RuntimeError):
            pass
        finally:
            writer.close()
            to_server.close()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, spoke_last: list[str]) -> None:
        while data := await reader.read(_PIECE):
            if spoke_last[0] == "server":
                self.turns += 1
                spoke_last[0] = "client"
            writer.write(data)
            await writer.drain()
        writer.write_eof()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, spoke_last: list[str]) -> None:
        while data := await reader.read(_PIECE):
            if spoke_last[0] == "server" and data.startswith(b"* ") and b" EXISTS\r\n" in data[:64]:
                self.announced.append(time.monotonic())
            spoke_last[0] = "server"
            writer.write(data)
            await writer.drain()
        writer.close()
