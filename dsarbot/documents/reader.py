"""Ask the reading process; start it when there is something to read, and again when a document has broken it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Sequence
from typing import Final, Self

from dsarbot.documents.answer import MOST_ANSWER, MOST_DOCUMENT, Text, Unread, from_bytes, request
from dsarbot.errors import TheirInput
from dsarbot.reading.kinds import Kind, kind_of

log = logging.getLogger(__name__)

_COMMAND: Final = (sys.executable, "-I", "-m", "dsarbot.documents.child")
#: Documents after which a process is replaced: what one left behind in it must not see many others.
_MOST_DOCUMENTS: Final = 50
_SECONDS: Final = 20.0
_IDLE_SECONDS: Final = 30.0


class DocumentReader:
    """One reading process at a time; a context manager that ends it."""

    def __init__(self, *, seconds: float = _SECONDS, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._alone = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._served = 0
        self._closer: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def texts(self, files: Sequence[bytes]) -> list[Text]:
        """The text of each file, or why there is none; never raises for what is in a file."""
        return [await self._text(each) for each in files]

    async def close(self) -> None:
        """End the process."""
        async with self._alone:
            await self._end()

    async def _text(self, data: bytes) -> Text:
        kind = kind_of(data)
        if kind is None:
            return Text(unread="unsupported")
        if len(data) > MOST_DOCUMENT:
            return Text(unread="too-large")
        async with self._alone:
            self._stay()
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await self._ask(kind, data)
            except TimeoutError:
                return await self._broken("too-long", kind)
            except (TheirInput, OSError, asyncio.IncompleteReadError):
                return await self._broken("broken", kind)
            except BaseException:
                await self._end()
                raise
            self._served += 1
            if self._served >= _MOST_DOCUMENTS:
                await self._end()
            else:
                self._closer = asyncio.get_running_loop().call_later(self._idle_seconds, self._hang_up)
            return answer

    async def _broken(self, unread: Unread, kind: Kind) -> Text:
        """The document is to blame, as far as anybody can tell: it stays unread, and the next gets a new process."""
        log.warning("A %s document could not be read: %s", kind, unread, extra={"action": "document_unread"})
        await self._end()
        return Text(unread=unread)

    async def _ask(self, kind: Kind, data: bytes) -> Text:
        process = self._process or await self._start()
        source, target = process.stdout, process.stdin
        if source is None or target is None:
            raise ConnectionError
        target.write(request(kind, data))
        target.write(data)
        await target.drain()
        length = int.from_bytes(await source.readexactly(4), "big")
        if length > MOST_ANSWER:
            raise TheirInput("The document reader's answer is too long.")
        return from_bytes(await source.readexactly(length))

    async def _start(self) -> asyncio.subprocess.Process:
        # security 15: spawned, not forked: no key in its memory, an empty environment, no descriptor but these.
        self._process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
            close_fds=True,
            start_new_session=True,
        )
        self._served = 0
        return self._process

    def _hang_up(self) -> None:
        self._closing = asyncio.get_running_loop().create_task(self.close())

    def _stay(self) -> None:
        if self._closer is not None:
            self._closer.cancel()
            self._closer = None

    async def _end(self) -> None:
        self._stay()
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
