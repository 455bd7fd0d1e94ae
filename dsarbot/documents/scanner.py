"""Ask the process that reads scans: one heavy job at a time, page by page, its memory given back when it idles."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from dsarbot.documents.answer import NotRead
from dsarbot.documents.kinds import MOST_PAGES, MOST_SCAN, ScanKind, pages_in, scan_kind
from dsarbot.documents.pages import MOST_PAGE, Page, Scan, part_of
from dsarbot.documents.process import IDLE_SECONDS, Reader
from dsarbot.errors import TheirInput

log = logging.getLogger(__name__)

_COMMAND: Final = (sys.executable, "-I", "-m", "dsarbot.documents.scan_child")
#: For one page; of processor time it has less (`sandbox.SCANS`), but on a busy machine nobody is in a hurry.
_SECONDS: Final = 180.0

#: Told after each page: how many are read.
Progress = Callable[[int], None]
T = TypeVar("T")


class ScanReader(Reader):
    """One process at a time. Whoever cancels `read` ends what it does at once."""

    def __init__(self, *, seconds: float = _SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__(_COMMAND, idle_seconds=idle_seconds)
        self._seconds = seconds
        #: How many pages were read so far, of all files: whoever waits sees that it gets on.
        self.pages = 0
        #: How many seconds that took so far.
        self.busy = 0.0

    async def read(self, data: bytes, progress: Progress = lambda _: None, *, most: int = MOST_PAGES) -> Scan:
        """The first pages of a file, or why there are none; never raises for what is in it."""
        kind = scan_kind(data)
        if kind is None:
            return Scan(unread="unsupported")
        if len(data) > MOST_SCAN:
            return Scan(unread="too-large")
        pages: list[Page] = []
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            return await self._asked(kind, lambda: self._read(kind, data, pages, progress, most))
        except NotRead as why:
            count = max(len(pages), pages_in(data, MOST_PAGES) if kind == "tiff" else 0)
            return Scan(pages=tuple(pages), count=count, unread=why.unread, cut=True)
        finally:
            self.busy += clock() - began

    async def part(self, data: bytes, first: int, last: int) -> bytes:
        """The pages from *first* to *last*, counted from 1, as a file of their own; or NotRead."""
        kind = scan_kind(data)
        if kind is None:
            raise NotRead("unsupported")
        return await self._asked(kind, lambda: self._part(kind, data, first, last))

    async def _read(self, kind: ScanKind, data: bytes, pages: list[Page], progress: Progress, most: int) -> Scan:
        async with asyncio.timeout(self._seconds):
            await self._process.write(f"read {kind} {len(data)} {most}\n".encode("ascii"), data)
        # One more than there may be pages, and the end.
        for _ in range(MOST_PAGES + 2):
            async with asyncio.timeout(self._seconds):
                part = part_of(await self._process.frame(MOST_PAGE))
            if not isinstance(part, Page):
                return Scan(pages=tuple(pages), count=part.count, unread=part.unread, cut=part.cut)
            pages.append(part)
            self.pages += 1
            progress(len(pages))
        raise TheirInput("The scan reader finds no end.")

    async def _part(self, kind: ScanKind, data: bytes, first: int, last: int) -> bytes:
        async with asyncio.timeout(self._seconds):
            await self._process.write(f"part {kind} {len(data)} {first} {last}\n".encode("ascii"), data)
            return await self._process.frame(MOST_SCAN)

    async def _asked(self, kind: ScanKind, work: Callable[[], Awaitable[T]]) -> T:
        try:
            return await self._process.ask(work)
        except NotRead as why:
            log.warning("A %s scan could not be read: %s", kind, why.unread, extra={"action": "scan_unread"})
            raise
