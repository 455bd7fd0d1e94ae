"""Scans that people send through the browser: kept first, then read one by one, then letters like those of the folder.

What waits stands in the database as held, with its date: whatever ends this process, the next one goes on there.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from dsarbot.desk import by_hand
from dsarbot.desk.handle import Desk
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.viruses import Guard
from dsarbot.documents.answer import NotRead
from dsarbot.errors import Gone, NotAllowed, NotFound, TheirInput
from dsarbot.ports import InboundRow
from dsarbot.scans.proposed import Fields
from dsarbot.scans.receipt import receipt
from dsarbot.scans.taking import VIRUS_CHECK_DOWN, Known, Taking
from dsarbot.scans.told import PLACE, Told, from_text, to_text

log = logging.getLogger(__name__)

#: Kind of a row whose scan waits here, and of one whose letters have become others.
UPLOADED: Final = "uploaded"
#: Problems: waits to be read; waits until a person says where each letter begins; its case takes nothing any more.
TO_BE_READ: Final = "scan-to-be-read"
TO_BE_PARTED: Final = "scan-to-be-parted"
CASE_REFUSED: Final = "case-refused"
#: Rule by which the whole is destroyed once its letters are kept: copies of papers in it are set apart (practice 32).
TAKEN: Final = "scan-taken-in"
#: Who holds this lease reads what waits.
LEASE: Final = "uploads"
_MOST_ROWS: Final = 1000
#: With nothing installed that reads pictures, a scan is still a letter for a person.
_A_LETTER: Final = frozenset({"", "no-ocr"})


class Cutter(Protocol):
    """Parts a scan (`documents.scanner`), beside the process that reads."""

    async def part(self, data: bytes, first: int, last: int) -> bytes: ...


class Counter(Protocol):
    """Says how many pages a file has (`documents.copier`), and shows them."""

    async def page(self, data: bytes, number: int, longest: int) -> tuple[int, bytes]: ...


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One letter of a stack, as a person says: its pages, and the case to which it belongs ("": it opens one)."""

    first: int
    last: int
    joins: str = ""


@dataclass(frozen=True, kw_only=True)
class State:
    """How far it is. read, count: pages so far, and of all (0: not known), while it is read; problem: why it is held;
    letters: what became of it."""

    how: Literal["waiting", "reading", "parting", "held", "done", "left"]
    read: int = 0
    count: int = 0
    problem: str = ""
    letters: tuple[InboundRow, ...] = ()

    @property
    def moving(self) -> bool:
        """Whether it goes on by itself."""
        return self.how in ("waiting", "reading")


class Uploads:
    """One per process; which process reads, a lease says."""

    def __init__(
        self,
        desk: Desk,
        takings: Mapping[str, Taking],
        cutter: Cutter,
        counter: Counter,
        guard: Guard | None = None,
    ) -> None:
        self._desk = desk
        self._takings = takings
        self._cutter = cutter
        self._counter = counter
        self._guard = guard
        #: By row, how many pages are read, and how many there are: of what this process reads just now.
        self._read: dict[str, tuple[int, int]] = {}

    async def keep(self, organisation: Organisation, data: bytes, told: Told, *, part: str = "") -> InboundRow:
        """Durable when it returns, and held with its date: a request may stand in it (practice 4). TheirInput for a day
        of receipt that has not come. The same file for the same case, sent once more, is the row that it was. part: of
        which other file it is some pages."""
        told = replace(told, whole=hashlib.sha256(data).hexdigest())
        same = (PLACE, part or told.whole, told.joins, told.pages, str(told.look))
        digest = hashlib.sha256("\0".join(same).encode())
        zone, now = organisation.rules.jurisdiction.tz, self._desk.clock()
        at = receipt(told.received, Fields(), scanned_at=now, zone=zone).at
        store, scope = self._desk.store, organisation.scope
        if (before := await store.duplicate_of(scope, "", digest.hexdigest())) is not None:
            return await store.inbound(scope, before)
        scanned = by_hand.Scanned(raw=data, received_at=at, digest=digest.hexdigest(), notes=to_text(told))
        return await by_hand.keep_scan(self._desk, organisation, scanned, problem=TO_BE_READ, kind=UPLOADED)

    async def waiting(self) -> list[InboundRow]:
        """What is to be read, the oldest first."""
        rows = [row for key in self._takings for row in await self.unfinished(self._desk.organisations[key])]
        due = [row for row in rows if row.problem in (TO_BE_READ, VIRUS_CHECK_DOWN)]
        return sorted(due, key=lambda row: (row.kept_at, row.id))

    async def unfinished(self, organisation: Organisation) -> list[InboundRow]:
        """What was uploaded and is no letter yet, the newest first."""
        rows = await self._desk.store.inbounds(organisation.scope, state="held", limit=_MOST_ROWS)
        return [row for row in rows if row.kind == UPLOADED]

    async def read_waiting(self) -> int:
        """How many were read; what cannot be looked at for viruses waits on."""
        return sum([await self._one(row) for row in await self.waiting()])

    async def state(self, row: InboundRow) -> State:
        """How far it is, for a page that shows it."""
        if row.state != "held":
            if row.kind != UPLOADED:
                return State(how="done" if row.case else "left", letters=(row,) if row.case else ())
            letters = await self._takings[row.scope].became(PLACE, (await self.told(row)).whole)
            return State(how="done", letters=letters)
        if row.id in self._read:
            read, count = self._read[row.id]
            return State(how="reading", read=read, count=count)
        if row.kind != UPLOADED:
            return State(how="held", problem=row.problem)
        return State(how="parting" if row.problem == TO_BE_PARTED else "waiting", problem=row.problem)

    async def told(self, row: InboundRow) -> Told:
        """What was said of it. NotFound for a row that nobody uploaded."""
        try:
            return from_text((await self._desk.vault.open(row.scope, row.objects[1])).decode())
        except (IndexError, Gone, TheirInput):
            raise NotFound from None

    async def part(self, row: InboundRow, letters: Sequence[Cut], *, actor: str) -> list[InboundRow]:
        """A stack as a person parts it: each letter is kept by itself and waits to be read. NotAllowed for one that is
        not to be parted any more, NotRead for one that cannot be."""
        if row.problem != TO_BE_PARTED or row.state != "held":
            raise NotAllowed("not-to-be-parted", "Somebody has parted this scan already.")
        told, organisation = await self.told(row), self._desk.organisations[row.scope]
        data = await self._desk.vault.open(row.scope, row.objects[0])
        found = []
        for each in letters:
            raw = data if len(letters) == 1 else await self._cutter.part(data, each.first, each.last)
            pages = f" {each.first}-{each.last}" if len(letters) > 1 else ""
            its = replace(told, name=f"{told.name}{pages}", actor=actor, pages="", look=False, joins=each.joins)
            found.append(await self.keep(organisation, raw, its, part=f"{told.whole}{pages}"))
        await self._done(row, actor)
        return found

    async def _one(self, row: InboundRow) -> bool:
        """Whether it was read, or is held for a person."""
        taking, told = self._takings[row.scope], await self.told(row)
        try:
            data = await self._desk.vault.open(row.scope, row.objects[0])
        except Gone:
            # A crash came between the last letter and the end of the whole.
            await self._done(row, told.actor)
            return True
        looked = await self._guard.check(data) if self._guard else None
        if looked and looked.how == "unchecked":
            await self._hold(row, VIRUS_CHECK_DOWN)
            return False
        problem = "infected" if looked and looked.how == "infected" else await self._taken(row, data, told, taking)
        if problem:
            await self._hold(row, problem)
        else:
            await self._done(row, told.actor)
        return True

    async def _taken(self, row: InboundRow, data: bytes, told: Told, taking: Taking) -> str:
        """Why it is held; "" when its letters are cases."""
        if told.look:
            return TO_BE_PARTED
        known = Known(
            name=told.name, place=PLACE, actor=told.actor, received=told.received, registered=told.registered,
            scanned_at=row.kept_at, joins=told.joins,
        )  # fmt: skip
        count = await self.pages(data)
        self._read[row.id] = 0, count
        try:
            scan = await taking.read(data, lambda pages: self._read.__setitem__(row.id, (pages, count)))
            if scan.unread not in _A_LETTER:
                return scan.unread
            async for _ in taking.take(data, scan, known, ranges=told.ranges):
                pass
        except NotRead as why:
            return why.unread
        except TheirInput:
            # The pages that were named are not those of the file.
            return TO_BE_PARTED
        except (NotAllowed, NotFound):
            return CASE_REFUSED
        finally:
            del self._read[row.id]
        return ""

    async def pages(self, data: bytes) -> int:
        """How many it has; 0 when nobody can tell."""
        try:
            return (await self._counter.page(data, 0, 1))[0]
        except NotRead:
            return 0

    async def _hold(self, row: InboundRow, problem: str) -> None:
        if row.problem == problem:
            return
        waits = problem in (TO_BE_PARTED, VIRUS_CHECK_DOWN)
        log.info("An uploaded scan is held: %s", problem, extra={"action": "upload_held"})
        async with self._desk.store.transaction() as transaction:
            held = replace(row, problem=problem, kind=UPLOADED if waits else "unreadable")
            await transaction.update_inbound(held)

    async def _done(self, row: InboundRow, actor: str) -> None:
        """Its letters are kept by themselves: the whole goes, and with it what may have been set apart from them."""
        await self._desk.vault.destroy(row.scope, row.objects[:1], rule=TAKEN, actor=actor)
        done = replace(
            row, state="settled", disposition="duplicate", problem="", safe_due=None, settled_at=self._desk.clock()
        )
        async with self._desk.store.transaction() as transaction:
            await transaction.update_inbound(done)
