"""Ask the process that makes copies for others: parts covered, or what is said about the file taken out."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import Final, TypeVar

from dsarbot.documents.answer import NotRead
from dsarbot.documents.copying import (
    MOST_PICTURE,
    MOST_SAID,
    Checked,
    Covered,
    Ended,
    Said,
    Shown,
    Stripped,
    Work,
    said_of,
    work_bytes,
)
from dsarbot.documents.kinds import MOST_PAGES, MOST_SCAN, scan_kind
from dsarbot.documents.process import IDLE_SECONDS, Reader
from dsarbot.documents.scanner import Progress
from dsarbot.errors import TheirInput

_COMMAND: Final = (sys.executable, "-I", "-m", "dsarbot.documents.copy_child")
#: For one page.
_SECONDS: Final = 180.0

S = TypeVar("S", bound=Said)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A page of a copy. jpeg: as it is shown."""

    said: Covered
    jpeg: bytes


class Copier(Reader):
    """One process at a time. Whoever cancels what it does ends it at once."""

    def __init__(self, *, seconds: float = _SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__(_COMMAND, idle_seconds=idle_seconds)
        self._seconds = seconds

    async def redact(self, data: bytes, work: Work, progress: Progress = lambda _: None) -> tuple[Picture, ...]:
        """Every page as a picture in which that is covered. NotRead for a file that cannot be copied."""
        kind = scan_kind(data)
        if kind is None:
            raise NotRead("unsupported")
        if len(data) > MOST_SCAN:
            raise NotRead("too-large")
        return await self._process.ask(lambda: self._redact(kind, data, work, progress))

    async def check(self, copy: bytes, words: tuple[str, ...]) -> Checked:
        """What can still be read in a finished copy."""
        return await self._process.ask(lambda: self._check(copy, words))

    async def strip(self, kind: str, data: bytes) -> tuple[Stripped, bytes]:
        """The file without what is said about it, and what that was."""
        return await self._process.ask(lambda: self._strip(kind, data))

    async def page(self, data: bytes, number: int, longest: int) -> tuple[int, bytes]:
        """How many pages the file has, and one of them as a JPEG picture, counted from 1, of so many dots on its longer
        side (number 0: none). NotRead for a file or a page that cannot be shown."""
        kind = scan_kind(data)
        if kind is None:
            raise NotRead("unsupported")
        if len(data) > MOST_SCAN:
            raise NotRead("too-large")
        shown, picture = await self._process.ask(lambda: self._page(kind, data, number, longest))
        if shown.unread:
            raise NotRead(shown.unread)
        return shown.count, picture

    async def _page(self, kind: str, data: bytes, number: int, longest: int) -> tuple[Shown, bytes]:
        asked = work_bytes(Work())
        async with asyncio.timeout(self._seconds):
            line = f"page {kind} {len(data)} {len(asked)} {number} {longest}\n".encode("ascii")
            await self._process.write(line, asked, data)
            said = _expected(said_of(await self._process.frame(MOST_SAID)), Shown)
            return said, await self._process.frame(MOST_PICTURE)

    async def _redact(self, kind: str, data: bytes, work: Work, progress: Progress) -> tuple[Picture, ...]:
        await self._ask("redact", kind, data, work)
        pictures: list[Picture] = []
        for _ in range(MOST_PAGES + 1):
            async with asyncio.timeout(self._seconds):
                said = said_of(await self._process.frame(MOST_SAID))
                if isinstance(said, Ended):
                    if said.unread:
                        raise NotRead(said.unread)
                    return tuple(pictures)
                pictures.append(Picture(said=_expected(said, Covered), jpeg=await self._process.frame(MOST_PICTURE)))
            progress(len(pictures))
        raise NotRead("too-many-pages")

    async def _check(self, copy: bytes, words: tuple[str, ...]) -> Checked:
        await self._ask("check", "pdf", copy, Work(words=words))
        # All its pages at once; whoever waits may cancel.
        async with asyncio.timeout(self._seconds * MOST_PAGES):
            return _expected(said_of(await self._process.frame(MOST_SAID)), Checked)

    async def _strip(self, kind: str, data: bytes) -> tuple[Stripped, bytes]:
        await self._ask("strip", kind, data, Work())
        async with asyncio.timeout(self._seconds):
            said = _expected(said_of(await self._process.frame(MOST_SAID)), Stripped)
            return said, await self._process.frame(MOST_SCAN)

    async def _ask(self, what: str, kind: str, data: bytes, work: Work) -> None:
        asked = work_bytes(work)
        async with asyncio.timeout(self._seconds):
            line = f"{what} {kind} {len(data)} {len(asked)}\n".encode("ascii")
            await self._process.write(line, asked, data)


def _expected(said: Said, kind: type[S]) -> S:
    if not isinstance(said, kind):
        raise TheirInput("The copying process answers something else.")
    return said
