"""Ask the process that reads scans: one heavy job at a time, page by page, its memory given back when it idles."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Final, Self, TypeVar

from dsarbot.documents.answer import NotRead, Unread
from dsarbot.documents.kinds import MOST_PAGES, MOST_SCAN, ScanKind, pages_in, scan_kind
from dsarbot.documents.pages import MOST_PAGE, Page, Scan, part_of
from dsarbot.documents.process import ReadingProcess
from dsarbot.errors import TheirInput

log = logging.getLogger(__name__)

_COMMAND: Final = (sys.executable, "-I", "-m", "dsarbot.documents.scan_child")
#: For one page; of processor time it has less (`sandbox.SCANS`), but on a busy machine nobody is in a hurry.
_SECONDS: Final = 180.0
_IDLE_SECONDS: Final = 30.0
_MOST_FILES: Final = 50

#: Told after each page: how many are read.
Progress = Callable[[int], None]
T = TypeVar("T")


class ScanReader:
    """One process at a time; a context manager that ends it. Whoever cancels `read` ends what it does at once."""

    def __init__(self, *, seconds: float = _SECONDS, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._seconds = seconds
        self._process = ReadingProcess(_COMMAND, idle_seconds=idle_seconds)

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

    async def read(self, data: bytes, progress: Progress = lambda _: None) -> Scan:
        """The pages of a file, or why there are none; never raises for what is in it."""
        kind = scan_kind(data)
        if kind is None:
            return Scan(unread="unsupported")
        if len(data) > MOST_SCAN:
            return Scan(unread="too-large")
        pages: list[Page] = []
        try:
            return await self._asked(kind, lambda: self._read(kind, data, pages, progress))
        except NotRead as why:
            count = max(len(pages), pages_in(data, MOST_PAGES) if kind == "tiff" else 0)
            return Scan(pages=tuple(pages), count=count, unread=why.unread, cut=True)

    async def part(self, data: bytes, first: int, last: int) -> bytes:
        """The pages from *first* to *last*, counted from 1, as a file of their own; or NotRead."""
        kind = scan_kind(data)
        if kind is None:
            raise NotRead("unsupported")
        return await self._asked(kind, lambda: self._part(kind, data, first, last))

    async def _read(self, kind: ScanKind, data: bytes, pages: list[Page], progress: Progress) -> Scan:
        async with asyncio.timeout(self._seconds):
            await self._process.write(f"read {kind} {len(data)}\n".encode("ascii"), data)
        # One more than there may be pages, and the end.
        for _ in range(MOST_PAGES + 2):
            async with asyncio.timeout(self._seconds):
                part = part_of(await self._process.frame(MOST_PAGE))
            if not isinstance(part, Page):
                return Scan(pages=tuple(pages), count=part.count, unread=part.unread, cut=part.cut)
            pages.append(part)
            progress(len(pages))
        raise TheirInput("The scan reader finds no end.")

    async def _part(self, kind: ScanKind, data: bytes, first: int, last: int) -> bytes:
        async with asyncio.timeout(self._seconds):
            await self._process.write(f"part {kind} {len(data)} {first} {last}\n".encode("ascii"), data)
            return await self._process.frame(MOST_SCAN)

    async def _asked(self, kind: ScanKind, work: Callable[[], Awaitable[T]]) -> T:
        """NotRead when the file breaks the process, which is ended, or takes too long."""
        async with self._process.alone:
            try:
                answer = await work()
            except TimeoutError:
                await self._process.end()
                raise _unread("too-long", kind) from None
            except (TheirInput, OSError, asyncio.IncompleteReadError):
                ended = await self._process.end()
                raise _unread("too-long" if ended == -signal.SIGXCPU else "broken", kind) from None
            except BaseException:
                await self._process.end()
                raise
            self._process.served += 1
            if self._process.served >= _MOST_FILES:
                await self._process.end()
            else:
                self._process.idle()
            return answer


def _unread(why: Unread, kind: ScanKind) -> NotRead:
    log.warning("A %s scan could not be read: %s", kind, why, extra={"action": "scan_unread"})
    return NotRead(why)
