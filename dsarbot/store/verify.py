"""Does the journal still say what it said? Chains, heads, anchors and tombstones without any key; payloads and the
rows of the cases with them (journal 8).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.errors import NewerDatabase, Tampered
from dsarbot.ports import Scope
from dsarbot.store.anchors import anchor_hash
from dsarbot.store.cases import row_values
from dsarbot.store.codec import read_case, read_fact
from dsarbot.store.inquiries import opened as opened_inquiry
from dsarbot.store.inquiries import refolded
from dsarbot.store.journal import GENESIS, Head, entry_hash, open_payload
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey
from dsarbot.store.service_tables import InquiryTable
from dsarbot.store.tables import NOT_COUNTED, AnchorTable, CaseTable, CollapsedTable, EntryTable, LedgerTable

Apply = Callable[[Case | None, Fact], Case]
#: The entry that says which payloads of its stream were erased.
ERASED = "payloads-erased"
_PAGE = 200
#: Columns that do not follow from the facts alone.
_NOT_FROM_FACTS = frozenset({"wake_at", "anchored", "object", "document"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that is not as it was written. stream: a case's id or an organisation's stream; seq 0: all of it."""

    stream: str
    seq: int
    what: str


@dataclass(kw_only=True, slots=True)
class _Seen:
    """What the anchors are compared with: where each stream ends, and the hash of every entry an anchor names."""

    wanted: Mapping[tuple[str, int], str]
    found: dict[tuple[str, int], str] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)


async def verify(
    ring: KeyRing | None = None,
    apply: Apply | None = None,
    *,
    anchor: tuple[int, str] | None = None,
) -> AsyncIterator[Finding]:
    """Every finding. ring: look into the payloads too; apply: compare each case with what its facts make it.

    anchor: (number, hash) from a digest or dossier, the witness from outside.
    """
    anchors = await AnchorTable.all().order_by("number")
    for finding in _anchor_chain(anchors, anchor):
        yield finding
    seen = _Seen(wanted={(stream, seq): head for row in anchors for stream, seq, head in json.loads(row.body)})
    async for finding in _streams(ring, apply, seen):
        yield finding
    async for finding in _orphans(seen):
        yield finding
    for finding in _against_anchors(seen):
        yield finding


# --- anchors ---------------------------------------------------------------------------------------------------


def _anchor_chain(anchors: Sequence[AnchorTable], witness: tuple[int, str] | None) -> Iterator[Finding]:
    before = GENESIS
    for number, row in enumerate(anchors, start=1):
        if row.number != number:
            yield Finding(stream="anchors", seq=number, what="an anchor is missing")
            return
        if row.prev != before or row.hash != anchor_hash(row):
            yield Finding(stream="anchors", seq=number, what="the anchor does not follow from the one before it")
        before = row.hash
    if witness is not None:
        number, expected = witness
        if number > len(anchors) or number < 1 or anchors[number - 1].hash != expected:
            yield Finding(stream="anchors", seq=number, what="the anchor is not the one that was sent out")


def _against_anchors(seen: _Seen) -> Iterator[Finding]:
    for (stream, seq), head in seen.wanted.items():
        if stream in seen.ended and seen.ended[stream] >= seq:
            if seen.found.get((stream, seq), head) != head:
                yield Finding(stream=stream, seq=seq, what="the entry is not the one that was anchored")
        else:
            yield Finding(stream=stream, seq=seq, what="entries that were anchored are missing")


# --- streams ---------------------------------------------------------------------------------------------------


async def _streams(ring: KeyRing | None, apply: Apply | None, seen: _Seen) -> AsyncIterator[Finding]:
    for ledger in await LedgerTable.all().order_by("organisation"):
        head = Head(scope=Scope(ledger.organisation), stream=ledger.stream, seq=ledger.version, hash=ledger.head)
        for finding in _chain(await entries_of(ledger.stream), head, seen):
            yield finding
    for inquiry in await InquiryTable.all().order_by("id"):
        entries = await entries_of(inquiry.id)
        head = Head(
            scope=Scope(inquiry.organisation), stream=inquiry.id, seq=inquiry.version, hash=inquiry.head
        )  # fmt: skip
        for finding in _chain(entries, head, seen):
            yield finding
        for what in await _inquiry(ring, inquiry, entries) if ring is not None else ():
            yield Finding(stream=inquiry.id, seq=inquiry.version, what=what)
    async for row in all_cases():
        entries = await entries_of(row.id)
        head = Head(scope=Scope(row.organisation), stream=row.id, seq=row.version, hash=row.head)
        for finding in _chain(entries, head, seen):
            yield finding
        if ring is not None:
            async for finding in _content(ring, apply, row, entries):
                yield finding


async def entries_of(stream: str) -> Sequence[EntryTable]:
    """A stream's entries in order."""
    return await EntryTable.filter(stream=stream).order_by("seq")


async def all_cases() -> AsyncIterator[CaseTable]:
    """Every case row, a page at a time."""
    last = ""
    while page := await CaseTable.filter(id__gt=last).order_by("id").limit(_PAGE):
        for row in page:
            yield row
        last = page[-1].id


def _chain(entries: Sequence[EntryTable], head: Head, seen: _Seen) -> Iterator[Finding]:
    """What can be checked without a key."""
    erased = _erased(entries)
    before = GENESIS
    for number, entry in enumerate(entries, start=1):
        if entry.seq != number:
            yield Finding(stream=head.stream, seq=number, what="an entry is missing")
            return
        if entry.organisation != head.scope or entry.prev != before or entry_hash(entry) != entry.hash:
            yield Finding(stream=head.stream, seq=number, what="the entry was changed")
        if entry.commitment and entry.sealed is None and number not in erased:
            yield Finding(stream=head.stream, seq=number, what="the payload is missing, no entry says why")
        if (head.stream, number) in seen.wanted:
            seen.found[head.stream, number] = entry.hash
        before = entry.hash
    for earlier, later in pairwise(entries):
        if later.at < earlier.at:
            yield Finding(stream=head.stream, seq=later.seq, what="the entry is older than the one before it")
    seen.ended[head.stream] = len(entries)
    if len(entries) != head.seq or before != head.hash:
        yield Finding(stream=head.stream, seq=head.seq, what="the stream does not end where its row says")


def _erased(entries: Sequence[EntryTable]) -> frozenset[int]:
    return frozenset(
        int(seq)
        for entry in entries
        if entry.kind == ERASED
        for seq in str(json.loads(entry.public)["seqs"]).split()
    )  # fmt: skip


async def _orphans(seen: _Seen) -> AsyncIterator[Finding]:
    """Streams without a row: collapsed ones have a tombstone and nothing else."""
    for tomb in await CollapsedTable.all():
        if tomb.stream in seen.ended:
            yield Finding(stream=tomb.stream, seq=tomb.seq, what="the stream was collapsed, but is still there")
            continue
        if await EntryTable.filter(stream=tomb.stream).exists():
            yield Finding(stream=tomb.stream, seq=tomb.seq, what="entries of a collapsed stream are still there")
        seen.ended[tomb.stream] = tomb.seq
        seen.found[tomb.stream, tomb.seq] = tomb.head
    for first in await EntryTable.filter(seq=1).only("id", "stream"):
        if first.stream not in seen.ended:
            yield Finding(stream=first.stream, seq=0, what="the stream has entries, but no row")


# --- with keys -------------------------------------------------------------------------------------------------


async def _content(
    ring: KeyRing, apply: Apply | None, row: CaseTable, entries: Sequence[EntryTable]
) -> AsyncIterator[Finding]:
    """Payloads, and whether the case is what its facts make it."""
    keys = await ring.load([row.object, *(entry.object for entry in entries if entry.sealed is not None)])
    facts: list[Fact] = []
    for entry in entries:
        if entry.kind == ERASED or (entry.commitment and entry.sealed is None):
            continue
        try:
            facts.append(fact_of(entry, keys.get(entry.object)))
        except Tampered as problem:
            yield Finding(stream=row.id, seq=entry.seq, what=str(problem))
    if len(facts) == len(entries) and apply is not None:
        for what in _differences(row, keys.get(row.object), fold(facts, apply)):
            yield Finding(stream=row.id, seq=row.version, what=what)


async def _inquiry(ring: KeyRing, row: InquiryTable, entries: Sequence[EntryTable]) -> Sequence[str]:
    """Whether an inquiry is what its facts make it."""
    keys = await ring.load([row.object, *(entry.object for entry in entries if entry.sealed is not None)])
    try:
        facts = [fact_of(entry, keys.get(entry.object)) for entry in entries]
        document, expected = opened_inquiry(row, keys.get(row.object)), refolded(facts)
    except Tampered as problem:
        return [str(problem)]
    columns = (row.reference, row.due, row.closed)
    made = (expected.reference, expected.due, expected.closed_at is not None)
    return [] if (document, columns) == (expected, made) else ["the inquiry is not what its facts make it"]


def fact_of(entry: EntryTable, key: ObjectKey | None) -> Fact:
    """The fact of an entry; Tampered when its payload cannot be read."""
    private = b""
    if entry.commitment:
        if key is None:
            raise Tampered("the key of the payload is missing, and no entry says that it was destroyed")
        private = open_payload(entry, key)
    return read_fact(entry.kind, entry.v, entry.actor, entry.public, private)


def fold(facts: Sequence[Fact], apply: Apply) -> Case:
    """The case that these facts make. ValueError for none."""
    case: Case | None = None
    for fact in facts:
        case = apply(case, fact)
    if case is None:
        raise ValueError("a case begins with a fact")
    return replace(case, version=len(facts))


def _differences(row: CaseTable, key: ObjectKey | None, expected: Case) -> Iterator[str]:
    if key is None:
        yield "the key of the case is missing, and no entry says that it was destroyed"
        return
    try:
        document = read_case(key.unseal(row.document))
    except (Tampered, NewerDatabase) as problem:
        yield str(problem)
        return
    if document != expected:
        yield "the case is not what its facts make it"
    head = Head(scope=Scope(row.organisation), stream=row.id, seq=row.version, hash=row.head, at=row.changed_at)
    for name, value in row_values(expected, key, head, None).items():
        known = getattr(row, name)
        if name not in _NOT_FROM_FACTS and known != value and (name, known) != ("to_post", NOT_COUNTED):
            yield f"the column {name} is not what the facts make it"


async def verify_case(
    ring: KeyRing, apply: Apply, scope: Scope, case: str
) -> tuple[Sequence[Finding], AnchorTable | None]:  # fmt: skip
    """The same for the stream of one case; and the newest anchor that names it, whose hash was carried out."""
    row = await CaseTable.filter(id=case, organisation=scope).first()
    if row is None:
        return [Finding(stream=case, seq=0, what="the stream has no row")], None
    anchors = await AnchorTable.filter(body__contains=f'["{case}",').order_by("number")
    seen = _Seen(wanted={(stream, seq): head for each in anchors for stream, seq, head in json.loads(each.body)})
    seen = _Seen(wanted={key: head for key, head in seen.wanted.items() if key[0] == case})
    entries = await entries_of(case)
    head = Head(scope=scope, stream=case, seq=row.version, hash=row.head)
    found = list(_chain(entries, head, seen))
    found += [each async for each in _content(ring, apply, row, entries)]
    return [*found, *_against_anchors(seen)], anchors[-1] if anchors else None
