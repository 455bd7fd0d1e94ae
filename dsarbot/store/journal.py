"""The journal: one hash-chained stream per case and one per organisation. It is the truth; every row follows from it.

An entry shows codes, dates and ids; what is personal is sealed under a key of its own, and the chain holds only a
salted commitment to it. The salt lives inside the sealed bytes. So a payload can be destroyed for good, its key and
all, and the chain still verifies; and nobody can guess what stood there by trying.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from dsarbot.core.fact import Fact
from dsarbot.errors import Conflict, Tampered
from dsarbot.ports import Scope
from dsarbot.store.codec import Written, canonical, write_fact
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.sql import insert
from dsarbot.store.tables import EntryTable, LedgerTable, fits

#: The hash before the first entry of a stream.
GENESIS = "0" * 64
_SALT_BYTES = 32
#: Version of the entries that are the store's own, no facts.
LEDGER_VERSION = 1
_DAWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The end of a stream: sequence number, hash and instant of its last entry."""

    scope: Scope
    stream: str
    seq: int = 0
    hash: str = GENESIS
    at: datetime = _DAWN


@dataclass(kw_only=True, slots=True)
class Entry:
    """A new entry, its columns as in `EntryTable`; commitment, object, sealed and hash are filled in on the way."""

    organisation: str
    stream: str
    seq: int
    v: int
    at: datetime
    kind: str
    actor: str
    cause: str | None
    public: str
    prev: str
    commitment: str = ""
    object: str = ""
    sealed: bytes | None = None
    hash: str = ""

    @property
    def row(self) -> Mapping[str, Any]:
        """As it is written."""
        return {name: getattr(self, name) for name in _COLUMNS}


_COLUMNS = tuple(each.name for each in fields(Entry))


@dataclass(frozen=True, kw_only=True, slots=True)
class Chained:
    """New entries, the keys of their payloads, and where the stream ends now."""

    entries: tuple[Entry, ...]
    keys: tuple[ObjectKey, ...]
    head: Head


def chain_facts(head: Head, facts: Sequence[Fact]) -> Chained:
    """Entries for these facts behind *head*. A cause stands on the first entry that has it, and is unique there."""
    entries, keys, causes = [], [], set[str]()
    for fact in facts:
        written = write_fact(fact)
        cause = None if fact.cause in causes else cause_key(fact.cause)
        causes.add(fact.cause)
        entry, key = _entry(head, written, at=fact.at, actor=fact.actor, cause=cause)
        head = _moved(head, entry)
        entries.append(entry)
        keys += [key] if key else []
    return Chained(entries=tuple(entries), keys=tuple(keys), head=head)


def cause_key(cause: str) -> str:
    """A cause as it stands in its column: overlong ones (a Message-ID from outside may be part) as their hash."""
    return cause if fits(EntryTable, "cause", cause) else sha256(cause.encode()).hexdigest()


def chain_plain(head: Head, kind: str, public: str, *, at: datetime, actor: str) -> tuple[Entry, Head]:
    """One entry without a payload, which is the store's own and no fact."""
    written = Written(kind=kind, v=LEDGER_VERSION, public=public, private=b"")
    entry, _ = _entry(head, written, at=at, actor=actor, cause=None)
    return entry, _moved(head, entry)


def _entry(
    head: Head, written: Written, *, at: datetime, actor: str, cause: str | None
) -> tuple[Entry, ObjectKey | None]:
    entry = Entry(
        organisation=head.scope,
        stream=head.stream,
        seq=head.seq + 1,
        v=written.v,
        # Never backwards (journal 2); what the fact itself says of its instant stands in `public`.
        at=max(at.astimezone(UTC), head.at),
        kind=written.kind,
        actor=actor,
        cause=cause,
        public=written.public,
        prev=head.hash,
    )
    key = _seal_payload(entry, written.private) if written.private else None
    entry.hash = entry_hash(entry)
    return entry, key


def _seal_payload(entry: Entry, private: bytes) -> ObjectKey:
    """commitment = SHA-256(salt || payload); the same bytes go into `sealed` (journal 3)."""
    payload = secrets.token_bytes(_SALT_BYTES) + private
    key = new_object_key(Scope(entry.organisation), "entry")
    entry.commitment = sha256(payload).hexdigest()
    entry.object = key.id
    entry.sealed = key.seal(payload, _place(entry))
    return key


def open_payload(entry: EntryTable, key: ObjectKey) -> bytes:
    """The private part of an entry, proved against its commitment; Tampered otherwise."""
    payload = key.unseal(entry.sealed or b"", _place(entry))
    if sha256(payload).hexdigest() != entry.commitment:
        raise Tampered(f"the payload of entry {entry.seq} of stream {entry.stream} is not the one committed to")
    return payload[_SALT_BYTES:]


def entry_hash(entry: EntryTable | Entry) -> str:
    """hash = SHA-256(prev || commitment || the entry without its sealed part)."""
    document = {
        "organisation": entry.organisation,
        "stream": entry.stream,
        "seq": entry.seq,
        "v": entry.v,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": entry.kind,
        "actor": entry.actor,
        "public": entry.public,
        "object": entry.object,
    }
    # Hex strings of fixed length, so the three parts cannot run into each other.
    commitment = entry.commitment or GENESIS
    return sha256(f"{entry.prev}{commitment}{canonical(document)}".encode()).hexdigest()


def _place(entry: EntryTable | Entry) -> str:
    """What a payload is sealed for: AAD = stream, seq, kind (journal 3)."""
    return f"entry:{entry.stream}:{entry.seq}:{entry.kind}"


def _moved(head: Head, entry: Entry) -> Head:
    return Head(scope=head.scope, stream=head.stream, seq=entry.seq, hash=entry.hash, at=entry.at)


async def append(db: BaseDBAsyncClient, entries: Sequence[Entry]) -> None:
    """Write them; Conflict when somebody else has written that sequence number or handled that cause."""
    try:
        await insert(db, EntryTable, [entry.row for entry in entries])
    except IntegrityError:
        raise Conflict from None


async def append_to_ledger(
    db: BaseDBAsyncClient,
    scope: Scope,
    kind: str,
    public: Mapping[str, str | int | None],
    *,
    at: datetime,
    actor: str,
) -> None:
    """One entry in the organisation's own stream. Its writers wait for each other instead of failing."""
    row = await _ledger(db, scope)
    head = Head(scope=scope, stream=row.stream, seq=row.version, hash=row.head, at=row.at)
    entry, _ = chain_plain(head, kind, canonical(public), at=at, actor=actor)
    await append(db, [entry])
    await (
        LedgerTable.filter(organisation=scope)
        .using_db(db)
        .update(version=entry.seq, head=entry.hash, at=entry.at, anchored=False)
    )


async def _ledger(db: BaseDBAsyncClient, scope: Scope) -> LedgerTable:
    wanted = LedgerTable.filter(organisation=scope).using_db(db).select_for_update()
    row = await wanted.first()
    if row is None:
        fresh = LedgerTable(
            organisation=scope, stream=secrets.token_hex(16), version=0, head=GENESIS, at=_DAWN, anchored=True
        )
        await LedgerTable.bulk_create([fresh], ignore_conflicts=True, using_db=db)
        row = await wanted.get()
    return row
