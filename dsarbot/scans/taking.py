"""A scan becomes cases: read away from the keys, parted into letters, each kept and opened once, whatever crashes."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from typing import Final, Protocol, TypeVar

from dsarbot.core.case import Case
from dsarbot.desk import by_hand
from dsarbot.desk.handle import Desk
from dsarbot.desk.keep import BEING_READ
from dsarbot.desk.organisation import Organisation
from dsarbot.documents.answer import Unread
from dsarbot.documents.pages import Scan
from dsarbot.documents.scanner import Progress
from dsarbot.ports import InboundRow
from dsarbot.scans import stack
from dsarbot.scans.fields import fields
from dsarbot.scans.notes import notes
from dsarbot.scans.proposed import Fields, Proposed
from dsarbot.scans.receipt import Receipt, receipt
from dsarbot.scans.stack import Letter

#: Kinds of proposals: what a person must look at because only a machine has.
RECEIPT_UNSURE: Final = "receipt-unsure"
READ_BY_MACHINE: Final = "read-by-machine"
#: What is taken over into the case; the rest stands in the notes alone.
_SURE: Final = 0.75
T = TypeVar("T")


class Reader(Protocol):
    """Reads scans in a process of its own (`documents.scanner`)."""

    async def read(self, data: bytes, progress: Progress = ...) -> Scan: ...
    async def part(self, data: bytes, first: int, last: int) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a file besides itself. name: as people know it; place: where it lies, part of its identity;
    who, postal, rights: what a person says of the one letter in it."""

    name: str
    place: str
    actor: str
    received: date | None = None
    registered: str = ""
    who: str = ""
    postal: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One letter that has become a case; case: None when it was one already."""

    letter: Letter
    receipt: Receipt
    case: Case | None


class Taking:
    """Takes in the scans of one organisation."""

    def __init__(self, desk: Desk, organisation: Organisation, reader: Reader) -> None:
        self._desk = desk
        self._organisation = organisation
        self._reader = reader

    async def read(self, data: bytes, progress: Progress = lambda _: None) -> Scan:
        """What stands in it; never raises for what is in it."""
        return await self._reader.read(data, progress)

    def demand_possible(self, known: Known) -> None:
        """TheirInput for a day of receipt that has not come."""
        receipt(known.received, Fields(), scanned_at=self._desk.clock(), zone=self._zone)

    async def take(self, data: bytes, scan: Scan, known: Known) -> AsyncIterator[Taken]:
        """A case for each letter in the file, as soon as it is one. NotRead for a stack that cannot be parted."""
        letters = stack.letters(scan.pages) or (Letter(pages=(), whole=True),)
        for number, letter in enumerate(letters, start=1):
            yield await self._letter(data, letter, known, f"{number}/{len(letters)}")

    async def hold(self, data: bytes, known: Known, problem: Unread) -> None:
        """A file that nobody can read is kept and held, dated: a request may stand in it (practice 4)."""
        digest = _digest(known, data, "held")
        if await self._row(digest) is None:
            at = receipt(known.received, Fields(), scanned_at=self._desk.clock(), zone=self._zone).at
            scanned = by_hand.Scanned(raw=data, received_at=at, digest=digest)
            await by_hand.keep_scan(self._desk, self._organisation, scanned, problem=problem)

    @property
    def _zone(self) -> tzinfo:
        return self._organisation.rules.jurisdiction.tz

    async def _letter(self, data: bytes, letter: Letter, known: Known, which: str) -> Taken:
        now, digest = self._desk.clock(), _digest(known, data, which)
        found = fields(letter.pages, own=(self._organisation.name,), today=now.astimezone(self._zone).date())
        at = receipt(known.received, found, scanned_at=now, zone=self._zone)
        row = await self._row(digest)
        if row is not None and not (row.state == "held" and row.kind == BEING_READ):
            return Taken(letter=letter, receipt=at, case=None)
        raw = data if letter.whole else await self._reader.part(data, letter.first, letter.last)
        scanned = replace(_scanned(letter, known, found, at), raw=raw, digest=digest)
        if row is None:
            row = await by_hand.keep_scan(self._desk, self._organisation, scanned)
        # A crash came between the two before: the scan is kept, and gets its case now.
        case = await by_hand.open_scan(self._desk, self._organisation, row, scanned, actor=known.actor)
        return Taken(letter=letter, receipt=at, case=case)

    async def _row(self, digest: str) -> InboundRow | None:
        scope, store = self._organisation.scope, self._desk.store
        found = await store.duplicate_of(scope, "", digest)
        return await store.inbound(scope, found) if found else None


def _scanned(letter: Letter, known: Known, found: Fields, at: Receipt) -> by_hand.Scanned:
    who, postal = known.who or _sure(found.sender) or "", known.postal or _sure(found.postal) or ()
    by_machine = (who, postal) != (known.who, known.postal)
    written = notes(letter, found, at, name=known.name, registered=known.registered)
    return by_hand.Scanned(
        raw=b"",
        received_at=at.at,
        who=who,
        postal=postal,
        rights=known.rights,
        subject=_sure(found.subject) or "",
        text=letter.text,
        notes=written if letter.pages or known.registered else "",
        proposes=(*(() if at.sure else (RECEIPT_UNSURE,)), *((READ_BY_MACHINE,) if by_machine else ())),
    )


def _sure(found: Proposed[T] | None) -> T | None:
    return found.value if found is not None and found.confidence >= _SURE else None


def _digest(known: Known, data: bytes, which: str) -> str:
    """The same for the same file at the same place, and for nothing else."""
    whole = hashlib.sha256(data).hexdigest()
    return hashlib.sha256("\0".join(("scan", known.place, whole, which)).encode()).hexdigest()
