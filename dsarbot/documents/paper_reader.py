"""Ask the process that looks at papers."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Collection
from datetime import date
from typing import Final

from dsarbot.documents.answer import NotRead
from dsarbot.documents.kinds import MOST_SCAN, scan_kind
from dsarbot.documents.paper_answer import MOST_ANSWER, Paper, Wanted, paper_of, wanted_bytes
from dsarbot.documents.process import IDLE_SECONDS, Reader

log = logging.getLogger(__name__)

_COMMAND: Final = (sys.executable, "-I", "-m", "dsarbot.documents.paper_child")
#: For a whole file of twenty pages on a busy machine; nobody waits for it.
_SECONDS: Final = 600.0


class PaperReader(Reader):
    """One process at a time. Nothing that stands on a paper comes back from it."""

    def __init__(self, *, seconds: float = _SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__(_COMMAND, idle_seconds=idle_seconds)
        self._seconds = seconds

    async def look(self, data: bytes, *, today: date, name: str = "", birth: date | None = None) -> Paper:
        """What the file looks like, compared with what is known; never raises for what is in it."""
        kind = scan_kind(data)
        if kind is None or len(data) > MOST_SCAN:
            return Paper(unread="unsupported" if kind is None else "too-large")
        asked = wanted_bytes(Wanted(today=today, name=name, birth=birth))

        async def work() -> Paper:
            async with asyncio.timeout(self._seconds):
                line = f"look {kind} {len(data)} {len(asked)}\n".encode("ascii")
                await self._process.write(line, asked, data)
                return paper_of(await self._process.frame(MOST_ANSWER))

        try:
            return await self._process.ask(work)
        except NotRead as why:
            log.warning("A %s file could not be looked at: %s", kind, why.unread, extra={"action": "paper_unread"})
            return Paper(unread=why.unread)

    async def keep(self, data: bytes, numbers: Collection[int]) -> bytes | None:
        """These pages of a PDF as one of their own; None when they cannot be parted."""

        async def work() -> bytes:
            async with asyncio.timeout(self._seconds):
                which = ",".join(map(str, sorted(numbers)))
                await self._process.write(f"keep pdf {len(data)} {which}\n".encode("ascii"), data)
                return await self._process.frame(MOST_SCAN)

        try:
            return await self._process.ask(work)
        except NotRead:
            return None
