"""A process that reads for us: spawned when there is something to read, ended when it idles or a document broke it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Self, TypeVar

from dsarbot.documents.answer import NotRead
from dsarbot.errors import TheirInput

_LENGTH: Final = 4
_GONE: Final = 1.0
IDLE_SECONDS: Final = 30.0
#: Files after which a process is replaced: what one left behind in it must not see many others.
_MOST_FILES: Final = 50

T = TypeVar("T")


class ReadingProcess:
    """At most one at a time."""

    def __init__(self, command: Sequence[str], *, idle_seconds: float) -> None:
        self._alone = asyncio.Lock()
        #: Files that the present process has read.
        self._served = 0
        self._command = tuple(command)
        self._idle_seconds = idle_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._closer: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return self._process.pid if self._process else None

    async def ask(self, work: Callable[[], Awaitable[T]]) -> T:
        """What *work* makes of its talk with the process. NotRead when the file has broken the process, which is ended,
        or takes too long. One after the other; whoever cancels it ends what the process does at once."""
        async with self._alone:
            try:
                answer = await work()
            except TimeoutError:
                await self._end()
                raise NotRead("too-long") from None
            except (TheirInput, OSError, asyncio.IncompleteReadError):
                ended = await self._end()
                raise NotRead("too-long" if ended == -signal.SIGXCPU else "broken") from None
            except BaseException:
                await self._end()
                raise
            self._served += 1
            if self._served >= _MOST_FILES:
                await self._end()
            else:
                self._idle()
            return answer

    async def write(self, *parts: bytes) -> None:
        """A request, to a new process when there is none."""
        self._stay()
        process = self._process or await self._start()
        if process.stdin is None:
            raise ConnectionError
        for part in parts:
            process.stdin.write(part)
        await process.stdin.drain()

    async def frame(self, longest: int) -> bytes:
        """One part of the answer: its length, then so many bytes. TheirInput when it is longer than agreed."""
        if self._process is None or self._process.stdout is None:
            raise ConnectionError
        length = int.from_bytes(await self._process.stdout.readexactly(_LENGTH), "big")
        if length > longest:
            raise TheirInput("The reading process's answer is too long.")
        return await self._process.stdout.readexactly(length)

    async def close(self) -> None:
        """End it when it has finished what it does."""
        async with self._alone:
            await self._end()

    async def _end(self) -> int | None:
        """End it now, with what it has started; how it ended by itself, if it did (below 0: by that signal)."""
        self._stay()
        process, self._process = self._process, None
        if process is None:
            return None
        if process.stdout is not None and process.stdout.at_eof():
            # Its pipes may say that it is gone a moment before the kernel has its reason.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GONE):
                    await process.wait()
        own = process.returncode
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        return own

    def _idle(self) -> None:
        """Nothing is asked for now: its memory is given back after a while."""
        self._stay()
        self._closer = asyncio.get_running_loop().call_later(self._idle_seconds, self._hang_up)

    def _stay(self) -> None:
        """It is needed."""
        if self._closer is not None:
            self._closer.cancel()
            self._closer = None

    async def _start(self) -> asyncio.subprocess.Process:
        # security 15: spawned, not forked: no key in its memory, an empty environment, no descriptor but these.
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
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


class Reader:
    """What readers have in common: they are context managers that end their process."""

    def __init__(self, command: Sequence[str], *, idle_seconds: float) -> None:
        self._process = ReadingProcess(command, idle_seconds=idle_seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return self._process.pid

    async def close(self) -> None:
        """End the process."""
        await self._process.close()
