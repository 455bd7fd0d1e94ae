"""Setting a copy apart: the message that everybody may read loses it, the message as it came is sealed elsewhere.

The bytes move before they go: new objects are durable, then the rows name them, then the old objects are destroyed.
A crash in between is finished by the next try (`CopyRow.old`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsarbot.core.identity_copy_row import ON_PAPER, SHEET, CopyPlace, CopyRow
from dsarbot.desk.handle import Desk
from dsarbot.desk.id_copies import CopyRows, Papers
from dsarbot.desk.id_copies_found import Hint, content_of, digest_of
from dsarbot.errors import Gone, NotFound
from dsarbot.ports import Blob, InboundRow, Scope
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import cut, join
from dsarbot.reading.stripping import NOTE, digests, stripped

#: Rules under which objects are destroyed: their content lives on, sealed elsewhere.
MOVED, RELEASED = "id-copy-set-apart", "id-copy-released"
SERVICE = "service"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What every step works with."""

    desk: Desk
    rows: CopyRows
    papers: Papers
    hint: Hint

    async def inbound(self, row: CopyRow) -> InboundRow | None:
        """The message, whoever it belongs to by now: what came into a shared mailbox is given to an organisation."""
        for scope in dict.fromkeys((row.scope, *self.desk.organisations)):
            try:
                return await self.desk.store.inbound(Scope(scope), row.inbound)
            except NotFound:
                continue
        return None

    async def raw(self, inbound: InboundRow) -> bytes | None:
        """The message as everybody may read it; None when nothing of it is left."""
        if not inbound.objects or inbound.channel == "post":
            return None
        try:
            skeleton, *leaves = await self.desk.vault.open_all(inbound.scope, inbound.objects)
        except (Gone, NotFound):
            return None
        return join(skeleton, leaves)

    async def known(self, row: CopyRow, raw: bytes) -> bytes | None:
        """The digest of that copy among the files of the mail; None where it is not among them."""
        for digest in digests(raw):
            if await self.rows.fingerprint(row.origin, digest) == row.digest:
                return digest
        return None

    async def content(self, row: CopyRow) -> bytes | None:
        """The copy itself, out of what is set apart."""
        try:
            raw = await self.desk.vault.open(Scope(row.scope), row.object)
        except (Gone, NotFound):
            return None
        if row.source:
            # Of a scan only the pages with the paper are set apart: they are the copy.
            return raw
        digest = await self.known(row, raw)
        return content_of(parse(raw), lambda each: each == digest)


async def set_apart(rows: Sequence[CopyRow], inbound: InboundRow, bench: Bench) -> None:
    """All of one message at once."""
    if inbound.channel == "post":
        await _scan_apart(rows[0], inbound, bench)
        return
    raw = await bench.raw(inbound)
    if rows[0].old and rows[0].object:
        # A try before this one has written everything; what remains is to destroy.
        await _destroy_old(rows, bench)
        return
    wanted = {row.id: digest for row in rows if raw and (digest := await bench.known(row, raw))}
    here = [row for row in rows if row.id in wanted]
    for row in rows:
        if row.id not in wanted:
            # It stands there no more: another copy of the same content was set apart with it.
            await bench.rows.put(replace(row, state="gone"))
    if not here or raw is None:
        return
    rests = {row.id: await _rest(row, raw, wanted[row.id], bench) for row in here}
    shown = stripped(raw, {wanted[row.id]: rests[row.id] for row in here}) or raw
    apart = Blob(id=f"{_name(inbound.id, raw)}-a", kind="id-copy", data=raw)
    blobs = message_blobs(inbound.id, shown)
    kept = [Blob(id=f"{row.id}-rest", kind="leaf", data=rest) for row in here if (rest := rests[row.id]) is not None]
    # docs/decisions/0010: "What must be destroyed often and alone ... is kept by a call of its own".
    await bench.desk.vault.keep(inbound.scope, [apart])
    await bench.desk.vault.keep(inbound.scope, [*blobs, *kept])
    moved = [
        replace(
            row,
            scope=inbound.scope,
            case=row.case,
            object=apart.id,
            rest=f"{row.id}-rest" if rests[row.id] is not None else "",
            old=inbound.objects if number == 0 else (),
        )
        for number, row in enumerate(here)
    ]
    await bench.rows.set_apart(moved, [blob.id for blob in blobs])
    await _destroy_old(moved, bench)


async def _scan_apart(row: CopyRow, inbound: InboundRow, bench: Bench) -> None:
    """A scan that a person marks is set apart as a whole, with what a machine has read in it."""
    if row.old and row.object:
        await _destroy_old([row], bench)
        return
    scan = await _opened(inbound.scope, inbound.objects[0], bench) if inbound.objects else None
    if scan is None:
        await bench.rows.put(replace(row, state="gone"))
        return
    apart = Blob(id=f"{row.id}-a", kind="id-copy", data=scan)
    note = Blob(id=f"{row.id}-n", kind="scan", data=NOTE.encode())
    await bench.desk.vault.keep(inbound.scope, [apart])
    await bench.desk.vault.keep(inbound.scope, [note])
    moved = replace(
        row, scope=inbound.scope, object=apart.id, old=inbound.objects, source=row.digest, source_size=row.size
    )  # fmt: skip
    now = bench.desk.clock()
    await bench.rows.put_place(CopyPlace(copy=row.id, place=SHEET, state="stuck", why=ON_PAPER, since=now))
    await bench.rows.set_apart([moved], [note.id])
    await _destroy_old([moved], bench)


async def _destroy_old(rows: Sequence[CopyRow], bench: Bench) -> None:
    old = [each for row in rows for each in row.old]
    await bench.desk.vault.destroy(Scope(rows[0].scope), old, rule=MOVED, actor=SERVICE)
    for row in rows:
        await bench.rows.put(replace(row, state="apart", old=()))


async def _rest(row: CopyRow, raw: bytes, digest: bytes, bench: Bench) -> bytes | None:
    """Of a document in which a letter and a paper were scanned together, the letter."""
    content = content_of(parse(raw), lambda each: each == digest) if row.pages else None
    return await bench.papers.keep(content, row.pages) if content is not None else None


async def take_out(row: CopyRow, bench: Bench, *, rule: str, actor: str) -> None:
    """Destroy a copy, key first: what was set apart with it lives on without it."""
    scope = Scope(row.scope)
    siblings = [each for each in await bench.rows.of_inbound(row.inbound) if each.id != row.id and each.object]
    doomed = [row.object] if row.object else []
    # Whatever was set apart of the same message, earlier or later, may hold this copy as well.
    for name in dict.fromkeys((row.object, *(each.object for each in siblings))):
        users = [each for each in siblings if each.object == name and each.state in ("apart", "copy")]
        if not name or not users or row.source:
            continue
        raw = await _opened(scope, name, bench)
        digest = await bench.known(row, raw) if raw is not None else None
        without = stripped(raw, {digest: None}) if raw is not None and digest else None
        if without is None:
            doomed = [each for each in doomed if each != name]
            continue
        blob = Blob(id=f"{_name(row.inbound, without)}-a", kind="id-copy", data=without)
        await bench.desk.vault.keep(scope, [blob])
        for each in users:
            await bench.rows.put(replace(each, object=blob.id))
        doomed = [*doomed, name]
    await bench.desk.vault.destroy(scope, list(dict.fromkeys(doomed)), rule=rule, actor=actor)


async def put_back(row: CopyRow, inbound: InboundRow, bench: Bench, *, actor: str) -> None:
    """It is no paper: the message holds it again, without those that still are. The page of a scan stays where it is,
    and whoever wants it opens it there."""
    if row.source:
        await bench.rows.put(replace(row, state="released"))
        return
    raw = await _opened(Scope(row.scope), row.object, bench)
    if raw is None:
        return
    others = [each for each in await bench.rows.of_inbound(row.inbound) if each.id != row.id and each.state == "apart"]
    removals: dict[bytes, bytes | None] = {}
    for each in others:
        if digest := await bench.known(each, raw):
            removals[digest] = None
    shown = stripped(raw, removals) if removals else None
    blobs = message_blobs(inbound.id, shown or raw)
    await bench.desk.vault.keep(inbound.scope, blobs)
    shared = any(each.object == row.object for each in others)
    gone = [each for each in (*inbound.objects, *(() if shared else (row.object,))) if each]
    kept = {blob.id for blob in blobs}
    await bench.rows.set_apart([replace(row, state="released", object="", rest="")], [blob.id for blob in blobs])
    doomed = [each for each in (*gone, row.rest) if each and each not in kept]
    await bench.desk.vault.destroy(inbound.scope, doomed, rule=RELEASED, actor=actor)


async def _opened(scope: Scope, name: str, bench: Bench) -> bytes | None:
    try:
        return await bench.desk.vault.open(scope, name)
    except (Gone, NotFound):
        return None


def message_blobs(inbound: str, raw: bytes) -> list[Blob]:
    """The objects of a message under names of their own: the skeleton first, then its leaves."""
    parts, name = cut(raw), _name(inbound, raw)
    leaves = [Blob(id=f"{name}-{n}", kind="leaf", data=bytes(leaf)) for n, leaf in enumerate(parts.leaves)]
    return [Blob(id=f"{name}-s", kind="skeleton", data=parts.skeleton), *leaves]


def _name(inbound: str, raw: bytes) -> str:
    return hashlib.sha256(inbound.encode() + b"\0" + digest_of(raw)).hexdigest()[:32]
