"""One look into a watched folder: whole scans become cases and leave it, what nobody can read is held.

Everything is kept before a file is moved, and what is kept is known again by its content and its place: a crash
anywhere repeats the last file, and nothing is lost or doubled.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from dsarbot.desk.viruses import Guard
from dsarbot.documents.answer import NotRead
from dsarbot.documents.kinds import MOST_SCAN
from dsarbot.errors import TheirInput
from dsarbot.scans import emptying, reasons, said
from dsarbot.scans.folder import Folder, Ready, Seen, ready
from dsarbot.scans.taking import VIRUS_CHECK_DOWN, Known, Taking

log = logging.getLogger(__name__)

#: With nothing installed that reads pictures, a scan is still a letter for a person.
_A_LETTER: Final = frozenset({"", "no-ocr"})
_MOST_SIDE: Final = 64 * 1024
#: How long files stay in done/ and held/ where nobody has said so.
KEEP: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What one look did: cases opened, files held, files that were not whole yet."""

    opened: int = 0
    held: int = 0
    waiting: int = 0


class Watched:
    """The folder of one organisation."""

    def __init__(
        self,
        folder: Folder,
        taking: Taking,
        *,
        actor: str = "service",
        keep: timedelta = KEEP,
        guard: Guard | None = None,
    ) -> None:
        self._folder = folder
        self._taking = taking
        self._actor = actor
        self._keep = keep
        self._guard = guard
        self._emptied: date | None = None
        self._before: dict[str, Seen] = {}
        #: What may not be read or moved: it is not read again and again, but after it has changed or at the next start.
        self._stuck: dict[str, Seen] = {}

    async def look(self) -> Looked:
        """Take in what looks as it did at the last look."""
        now = await asyncio.to_thread(self._folder.look)
        whole = [each for each in ready(self._before, now) if self._stuck.get(each.name) != now[each.name]]
        self._before = now
        looked = Looked(waiting=len(now) - sum(1 + bool(each.side) for each in whole))
        for number, each in enumerate(whole, start=1):
            try:
                opened = await self._take(each)
            except FileNotFoundError:
                # Somebody has taken it away in between.
                continue
            except PermissionError:
                self._stuck[each.name] = now[each.name]
                log.error("A scan may not be read or moved; see its folder's rights", extra={"action": "scan_stuck"})
                continue
            if opened is None:
                looked = replace(looked, waiting=looked.waiting + 1)
                continue
            looked = replace(looked, opened=looked.opened + opened, held=looked.held + (not opened))
            log.info("Scan %d of %d is taken in", number, len(whole), extra={"action": "scan_taken"})
        await self._empty()
        return looked

    async def _empty(self) -> None:
        """Once a day: what the vault has leaves done/ and held/ after a while."""
        now = self._taking.now
        if self._emptied != now.date():
            await emptying.empty(self._folder, self._taking, before=now - self._keep)
            self._emptied = now.date()

    async def _take(self, each: Ready) -> int | None:
        """How many letters it was; 0 when it is held, None when it waits where it lies."""
        try:
            data = await asyncio.to_thread(self._folder.read, each.name, MOST_SCAN)
        except TheirInput as why:
            return await self._aside(each, reasons.words(str(why), kept=False))
        known, complaint = await self._told(each)
        looked = await self._guard.check(data) if self._guard else None
        if looked and looked.how == "unchecked":
            # It is kept and dated, so that somebody hears of it; the file is taken in when somebody can look.
            await self._taking.hold(data, known, VIRUS_CHECK_DOWN)
            return None
        if looked and looked.how == "infected":
            await self._taking.hold(data, known, "infected")
            return await self._aside(each, reasons.words("infected", kept=True, more=looked.name))
        scan = await self._taking.read(data)
        problem = scan.unread
        if problem in _A_LETTER:
            try:
                count = len([taken async for taken in self._taking.take(data, scan, known)])
                await self._taking.let_go(data, known)
            except NotRead as why:
                problem = why.unread
            else:
                await asyncio.to_thread(self._away, each, complaint)
                return count
        await self._taking.hold(data, known, problem)
        return await self._aside(each, reasons.words(problem, kept=True, more=complaint) + self._asking(problem))

    def _asking(self, problem: str) -> str:
        """Whoever looks at a file that opens only with a password finds what to write to its sender."""
        return f"\n\n{self._taking.another_copy(problem)}" if problem == "encrypted" else ""

    async def _told(self, each: Ready) -> tuple[Known, str]:
        """What its name and the file beside it say, and why that cannot be used: a letter does not wait for that, it
        is taken in as one of which nothing is said."""
        written = datetime.fromtimestamp(self._before[each.name].changed / 1e9, UTC)
        plain = Known(
            name=each.name, place=str(self._folder.path / each.name), actor=self._actor, scanned_at=written
        )
        try:
            told = said.by_name(each.name)
            if each.side:
                data = await asyncio.to_thread(self._folder.read, each.side, _MOST_SIDE)
                told = said.together(said.by_side(each.side, data), told)
            known = replace(plain, received=told.received, registered=told.registered)
            self._taking.demand_possible(known)
        except TheirInput as why:
            return plain, str(why)
        return known, ""

    def _away(self, each: Ready, complaint: str) -> None:
        if complaint and each.side:
            self._folder.held(Ready(name=each.side), reasons.words("said", kept=True, more=complaint))
            each = replace(each, side="")
        self._folder.done(each)

    async def _aside(self, each: Ready, reason: str) -> int:
        await asyncio.to_thread(self._folder.held, each, reason)
        log.warning("A scan is held", extra={"action": "scan_held"})
        return 0
