"""Pictures of letters attached to mails: read after their mail was taken in, one by one, while no mail waits for them.

What waits stands in the database as held, with its date: whatever ends this process, the next one goes on there.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final, Protocol

from dsarbot.desk.attached import Documents, texts_in
from dsarbot.desk.handle import Desk
from dsarbot.desk.ocr import FROM_THE_SCANNER, MOST_PICTURES, TO_BE_READ, Pictures, Seen, is_page, pictures
from dsarbot.desk.viruses import Guard
from dsarbot.documents import plausible
from dsarbot.documents.answer import NotRead
from dsarbot.documents.kinds import MOST_PAGES, scan_kind
from dsarbot.documents.pages import Scan
from dsarbot.documents.scanner import Progress
from dsarbot.errors import Gone, NotFound, Tampered, TheirInput
from dsarbot.ports import InboundRow
from dsarbot.reading.mail import File, Mail, parse
from dsarbot.reading.skeleton import join
from dsarbot.scans import said
from dsarbot.scans.taking import Known, Taking

log = logging.getLogger(__name__)

#: A letter has a few pages; whoever attaches a book is looked at by a person.
MOST_READ: Final = 20
#: Reads newest rows first: so many are looked through for those that wait.
_MOST_ROWS: Final = 1000
#: Of what was read at least this must be words that can be: handwriting and wallpaper give letters, too.
_LEAST_CONFIDENCE, _LEAST_SMALL_WORDS = 0.75, 0.08
#: Who holds this lease reads what waits.
LEASE: Final = "attachments"
#: What the scanner sent held no letter.
_NO_LETTER: Final = "no-letter"


class Reader(Protocol):
    """Reads scans in a process of its own (`documents.scanner`)."""

    async def read(self, data: bytes, progress: Progress = ..., *, most: int = ...) -> Scan: ...


class Again(Protocol):
    """Judges a mail anew (`desk.intake`)."""

    async def look_again(self, row: InboundRow, seen: Pictures) -> None: ...


class _Later(Exception):
    """Nobody can look for viruses now: what waits goes on waiting."""


class Attachments:
    """Reads what waits. takings: by organisation, for letters that a scanner sends; guard: None without one."""

    def __init__(
        self,
        desk: Desk,
        intake: Again,
        documents: Documents,
        reader: Reader,
        *,
        takings: Mapping[str, Taking],
        guard: Guard | None = None,
    ) -> None:
        self._desk = desk
        self._intake = intake
        self._documents = documents
        self._reader = reader
        self._takings = takings
        self._guard = guard

    async def read_waiting(self) -> int:
        """Read all that waits, the oldest first; how many mails were settled."""
        count = 0
        for row in await self.waiting():
            if not await self.read(row):
                break
            count += 1
        return count

    async def read(self, row: InboundRow) -> bool:
        """One that waits, or that a person says is from the scanner; False when nobody can look for viruses now."""
        try:
            if row.kind == TO_BE_READ:
                await self._read(row)
            else:
                await self._from_the_scanner(row)
        except _Later:
            log.error("No look for viruses is possible; attachments wait", extra={"action": "virus_check_down"})
            return False
        except (Gone, Tampered, NotFound) as why:
            await self._settle(replace(row, kind="unreadable", problem=type(why).__name__))
        return True

    async def waiting(self) -> list[InboundRow]:
        """What is to be read, the oldest first."""
        rows = [
            row
            for each in self._desk.organisations.values()
            for row in await self._desk.store.inbounds(each.scope, state="held", limit=_MOST_ROWS)
            if row.kind == TO_BE_READ or (row.kind == FROM_THE_SCANNER and not row.problem)
        ]
        return sorted(rows, key=lambda row: (row.received_at, row.id))

    async def _read(self, row: InboundRow) -> None:
        mail = await self._opened(row)
        texts = await texts_in(mail, self._documents)
        seen: dict[bytes, Seen] = {}
        for file in islice(pictures(tuple(_with_inner(mail)), texts), MOST_PICTURES):
            if file.digest not in seen:
                seen[file.digest] = await self._seen(file)
        await self._intake.look_again(row, seen)
        log.info("Inbound %s: %d attachments were read", row.id, len(seen), extra={"action": "attachments_read"})

    async def _seen(self, file: File) -> Seen:
        data = file.content or b""
        if infected := await self._infected(data):
            return Seen(why=infected)
        scan = await self._reader.read(data, most=MOST_READ)
        return Seen(text=scan.text, why=_doubt(scan, shown=file.inline))

    async def _infected(self, data: bytes) -> str:
        """Why nobody may open it, "" when it is clean. _Later when nobody can say."""
        if self._guard is None:
            return ""
        found = await self._guard.check(data)
        if found.how == "unchecked":
            raise _Later
        return "infected" if found.how == "infected" else ""

    async def _from_the_scanner(self, row: InboundRow) -> None:
        """Each file becomes cases as in the watched folder; the mail itself is kept, and done."""
        mail = await self._opened(row)
        count = 0
        async for data, known in self._letters(mail, row):
            count += 1
            await self._take(data, known, self._takings[row.scope])
        if not count:
            await self._settle(replace(row, problem=_NO_LETTER))
            return
        now = self._desk.clock()
        await self._settle(
            replace(row, state="settled", disposition="automatic", problem="", safe_due=None, settled_at=now)
        )
        log.info("A scanner's mail with %d files is taken in", count, extra={"action": "scan_mail_taken"})

    async def _letters(self, mail: Mail, row: InboundRow) -> AsyncIterator[tuple[bytes, Known]]:
        told = _told(mail.subject)
        taking = self._takings[row.scope]
        for number, file in enumerate(mail.files, start=1):
            data = file.content or b""
            if scan_kind(data) is None or not is_page(data):
                # A logo under the words of the scanner.
                continue
            plain = Known(
                name=file.name or f"scan {number}",
                place=f"mail:{row.id}:{number}",
                actor="service",
                scanned_at=row.received_at,
            )
            known = replace(plain, received=told.received, registered=told.registered)
            try:
                taking.demand_possible(known)
            except TheirInput:
                known = plain
            yield data, known

    async def _take(self, data: bytes, known: Known, taking: Taking) -> None:
        if infected := await self._infected(data):
            await taking.hold(data, known, infected)
            return
        scan = await self._reader.read(data, most=MOST_PAGES)
        problem = scan.unread
        if problem in ("", "no-ocr"):
            try:
                async for _ in taking.take(data, scan, known):
                    pass
            except NotRead as why:
                problem = why.unread
            else:
                return
        await taking.hold(data, known, problem)

    async def _opened(self, row: InboundRow) -> Mail:
        skeleton, *leaves = await self._desk.vault.open_all(row.scope, row.objects)
        return parse(join(skeleton, leaves))

    async def _settle(self, row: InboundRow) -> None:
        async with self._desk.store.transaction() as transaction:
            await transaction.update_inbound(row)


def _with_inner(mail: Mail) -> Iterator[Mail]:
    yield mail
    for each in mail.messages:
        yield from _with_inner(each)


def _doubt(scan: Scan, *, shown: bool) -> str:
    """What keeps the text from being all that the picture says, "" for nothing. shown: within the words of the mail,
    as pictures are that only go with them: where no letter is found in one, none is missed."""
    if scan.unread:
        return "" if shown and scan.unread == "no-text" else scan.unread
    if scan.cut:
        return "too-many-pages"
    if any(page.how == "unread" for page in scan.pages):
        return "broken"
    pieces = [piece for page in scan.pages for piece in page.pieces]
    sure = plausible.confidence(pieces) >= _LEAST_CONFIDENCE and plausible.small_words(pieces) >= _LEAST_SMALL_WORDS
    return "" if sure else "hardly-legible"


def _told(subject: str) -> said.Said:
    """What whoever scanned it wrote into the subject; a day that is none says nothing."""
    try:
        return said.by_words(subject)
    except TheirInput:
        return said.Said()
