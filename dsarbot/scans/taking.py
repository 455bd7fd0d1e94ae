"""A scan becomes cases: read away from the keys, parted into letters, each kept and opened once, whatever crashes."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Protocol, TypeVar

from dsarbot.core.case import Case
from dsarbot.desk import by_hand
from dsarbot.desk.handle import Desk
from dsarbot.desk.keep import BEING_READ
from dsarbot.desk.organisation import Organisation
from dsarbot.documents.kinds import MOST_PAGES
from dsarbot.documents.pages import Scan
from dsarbot.documents.scanner import Progress
from dsarbot.ports import InboundRow
from dsarbot.scans import another_copy, stack
from dsarbot.scans.fields import fields
from dsarbot.scans.notes import notes
from dsarbot.scans.papers import ScanPapers
from dsarbot.scans.proposed import Fields, Proposed
from dsarbot.scans.receipt import Receipt, receipt
from dsarbot.scans.stack import Letter

#: Kinds of proposals: what a person must look at because only a machine has.
RECEIPT_UNSURE: Final = "receipt-unsure"
READ_BY_MACHINE: Final = "read-by-machine"
#: Problem of a file that lies where it was, until somebody can look for viruses in it.
VIRUS_CHECK_DOWN: Final = "virus-check-down"
#: What is taken over into the case; the rest stands in the notes alone.
_SURE: Final = 0.75
#: A file that claims to have lain longer was copied from somewhere, with its date.
_MOST_LAIN: Final = timedelta(days=30)
T = TypeVar("T")


class Reader(Protocol):
    """Reads scans in a process of its own (`documents.scanner`)."""

    async def read(self, data: bytes, progress: Progress = ...) -> Scan: ...
    async def part(self, data: bytes, first: int, last: int) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a file besides itself. name: as people know it; place: where it lies, part of its identity;
    who, postal, rights, language: what a person says of the one letter in it; scanned_at: if it is known; joins: the
    case to which whoever brought it says it belongs, "" for a new one."""

    name: str
    place: str
    actor: str
    received: date | None = None
    registered: str = ""
    who: str = ""
    postal: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    language: str = ""
    scanned_at: datetime | None = None
    joins: str = ""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One letter that has become a case; case: None when it was one already."""

    letter: Letter
    receipt: Receipt
    case: Case | None


class Taking:
    """Takes in the scans of one organisation."""

    def __init__(
        self, desk: Desk, organisation: Organisation, reader: Reader, papers: ScanPapers | None = None
    ) -> None:
        self._desk = desk
        self._organisation = organisation
        self._reader = reader
        self._papers = papers

    async def read(self, data: bytes, progress: Progress = lambda _: None) -> Scan:
        """What stands in it; never raises for what is in it."""
        return await self._reader.read(data, progress)

    def demand_possible(self, known: Known) -> None:
        """TheirInput for a day of receipt that has not come."""
        receipt(known.received, Fields(), scanned_at=self._desk.clock(), zone=self._zone)

    async def take(
        self, data: bytes, scan: Scan, known: Known, *, ranges: Sequence[tuple[int, int]] = ()
    ) -> AsyncIterator[Taken]:
        """A case for each letter in the file, as soon as it is one. NotRead for a stack that cannot be parted.

        ranges: the pages of each letter, where a person says so; else separator sheets part them."""
        letters = (stack.parted(scan.pages, ranges) if ranges else stack.letters(scan.pages)) or (
            Letter(pages=(), whole=True),
        )
        for number, letter in enumerate(letters, start=1):
            yield await self._letter(data, letter, known, f"{number}/{len(letters)}")

    async def hold(self, data: bytes, known: Known, problem: str) -> None:
        """A file that nobody can read is kept and held, dated: a request may stand in it (practice 4)."""
        digest = _digest(known, data, "held")
        row = await self._row(digest)
        if row is not None and row.state == "held" and row.problem == VIRUS_CHECK_DOWN != problem:
            async with self._desk.store.transaction() as transaction:
                await transaction.update_inbound(replace(row, problem=problem))
        elif row is None:
            at = receipt(known.received, Fields(), scanned_at=self._scanned_at(known), zone=self._zone).at
            scanned = by_hand.Scanned(raw=data, received_at=at, digest=digest)
            await by_hand.keep_scan(self._desk, self._organisation, scanned, problem=problem)

    async def let_go(self, data: bytes, known: Known) -> None:
        """What was held only until it was looked at for viruses is done: its letters are cases now."""
        row = await self._row(_digest(known, data, "held"))
        if row is not None and row.state == "held" and row.problem == VIRUS_CHECK_DOWN:
            done = replace(row, state="settled", disposition="duplicate", safe_due=None, settled_at=self._desk.clock())
            async with self._desk.store.transaction() as transaction:
                await transaction.update_inbound(done)

    async def in_vault(self, place: str, data: bytes) -> bool:
        """Whether the file that lay there was kept: whole, or as its letters."""
        whole = hashlib.sha256(data).hexdigest()
        return bool(await self._kept_as([_digest_of(place, whole, which) for which in ("held", *_numbers())]))

    async def became(self, place: str, whole: str) -> tuple[InboundRow, ...]:
        """The letters of a file that lay there, in their order. whole: SHA-256 of the file."""
        first = await self._kept_as([_digest_of(place, whole, which) for which in _numbers()])
        count = next((n for n in range(1, MOST_PAGES + 1) if _digest_of(place, whole, f"1/{n}") in first), 0)
        digests = [_digest_of(place, whole, f"{n}/{count}") for n in range(1, count + 1)]
        found = await self._kept_as(digests)
        store, scope = self._desk.store, self._organisation.scope
        return tuple([await store.inbound(scope, found[each]) for each in digests if each in found])

    async def _kept_as(self, digests: Sequence[str]) -> dict[str, str]:
        """By digest the id of what was kept under it."""
        found = await self._desk.store.duplicates_of(self._organisation.scope, [("", each) for each in digests])
        return {digest: row for (_, digest), row in found.items()}

    async def note_emptied(self, count: int) -> None:
        """In the ledger, before so many files are deleted."""
        scope = self._organisation.scope
        async with self._desk.store.transaction() as transaction:
            await transaction.ledger(
                scope, "scan-files-deleted", {"rule": "scan-files", "count": count}, at=self.now, actor="service"
            )

    def another_copy(self, problem: str) -> str:
        """Drafts of a letter that asks for one."""
        day = self.now.astimezone(self._zone).date()
        return another_copy.drafts(problem, received=day, organisation=self._organisation.name)

    @property
    def now(self) -> datetime:
        """The desk's clock."""
        return self._desk.clock()

    def _scanned_at(self, known: Known) -> datetime:
        """When the scanner wrote it, if that is plausible; the service may have stood still since."""
        now = self._desk.clock()
        at = known.scanned_at
        return at if at is not None and now - _MOST_LAIN <= at <= now else now

    @property
    def _zone(self) -> tzinfo:
        return self._organisation.rules.jurisdiction.tz

    async def _letter(self, data: bytes, letter: Letter, known: Known, which: str) -> Taken:
        now, digest = self._desk.clock(), _digest(known, data, which)
        # law 3: no text of a paper is read for anything else, and the letter is kept without it.
        apart = await self._papers.apart(data, letter, now.date()) if self._papers else None
        letter = apart.letter if apart else letter
        found = fields(letter.pages, own=(self._organisation.name,), today=now.astimezone(self._zone).date())
        at = receipt(known.received, found, scanned_at=self._scanned_at(known), zone=self._zone)
        row = await self._row(digest)
        if row is not None and not (row.state == "held" and row.kind == BEING_READ):
            return Taken(letter=letter, receipt=at, case=None)
        raw = apart.raw if apart else await self._raw(data, letter)
        scanned = replace(_scanned(letter, known, found, at), raw=raw, digest=digest)
        if row is None:
            row = await by_hand.keep_scan(self._desk, self._organisation, scanned)
        if apart and self._papers:
            await self._papers.keep(row, apart, data, by_hand=known.actor != "service")
        # A crash came between the two before: the scan is kept, and gets its case now.
        case = await self._placed(row, scanned, known)
        return Taken(letter=letter, receipt=at, case=case)

    async def _placed(self, row: InboundRow, scanned: by_hand.Scanned, known: Known) -> Case:
        if not known.joins:
            return await by_hand.open_scan(self._desk, self._organisation, row, scanned, actor=known.actor)
        case = await self._desk.store.case(self._organisation.scope, known.joins)
        return await by_hand.give_to_case(self._desk, row, self._organisation, case, actor=known.actor)

    async def _raw(self, data: bytes, letter: Letter) -> bytes:
        return data if letter.whole else await self._reader.part(data, letter.first, letter.last)

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
        language=known.language,
        subject=_sure(found.subject) or "",
        text=letter.text,
        notes=written if letter.pages or known.registered else "",
        proposes=(*(() if at.sure else (RECEIPT_UNSURE,)), *((READ_BY_MACHINE,) if by_machine else ())),
    )


def _sure(found: Proposed[T] | None) -> T | None:
    return found.value if found is not None and found.confidence >= _SURE else None


def _digest(known: Known, data: bytes, which: str) -> str:
    """The same for the same file at the same place, and for nothing else."""
    return _digest_of(known.place, hashlib.sha256(data).hexdigest(), which)


def _digest_of(place: str, whole: str, which: str) -> str:
    return hashlib.sha256("\0".join(("scan", place, whole, which)).encode()).hexdigest()


def _numbers() -> Iterator[str]:
    """How the first letter of a file may be named: there are as many letters as pages, at most."""
    return (f"1/{count}" for count in range(1, MOST_PAGES + 1))
