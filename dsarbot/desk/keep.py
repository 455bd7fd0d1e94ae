"""Keep first: what a channel hands over is durable before anything is read in it (security 3-4)."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from dsarbot.errors import Conflict
from dsarbot.ports import INCOMPLETE, Arrival, Blob, InboundRow, Position, Scope, Store, Vault
from dsarbot.reading.skeleton import Cut, cut

#: Kind of a row whose case is not written yet; it stays visible as held should the process end in between.
BEING_READ: Final = "being-read"
#: Mailbox, folder, and how far it was read.
_End = tuple[str, str, Position]


async def keep(
    arrivals: Sequence[Arrival], *, store: Store, vault: Vault, scope: Scope, clock: Callable[[], datetime]
) -> list[int]:
    """Store the bytes and one row each; the UIDs returned may be marked or moved on the server.

    Order: vault bytes synced, then the database commit (rows and the folder's position together), then the caller
    touches the mail. A mail is cut into skeleton and leaves here, so that its bytes are written once.
    """
    rows, blobs = [], []
    for arrival in arrivals:
        row, pieces = _row(arrival, scope, clock())
        rows.append(row)
        blobs += pieces
    if not rows:
        return []
    await vault.keep(scope, blobs)
    await keep_rows(rows, store, _ends(arrivals))
    return [arrival.uid for arrival in arrivals]


async def keep_rows(rows: Sequence[InboundRow], store: Store, ends: Sequence[_End] = ()) -> None:
    """Rows and positions in one transaction. What was kept before (by an earlier try, by another process on the same
    mailbox) is kept: such rows are left as they are."""
    try:
        await _add(rows, store, ends)
    except Conflict:
        for row in rows:
            await _add_one(row, store)
        await _add([], store, ends)


async def _add_one(row: InboundRow, store: Store) -> None:
    try:
        await _add([row], store, ())
    except Conflict:
        # Kept before under this id; or a mailbox restored from a back-up gave its UID to another mail, which is a
        # mail of its own and is kept without that UID.
        with contextlib.suppress(Conflict):
            await _add([replace(row, uid=0)], store, ())


async def _add(rows: Sequence[InboundRow], store: Store, ends: Sequence[_End]) -> None:
    async with store.transaction() as transaction:
        if rows:
            await transaction.add_inbounds(rows)
        for mailbox, folder, position in ends:
            await transaction.advance(mailbox, folder, position)


def inbound_id(mailbox: str, folder: str, uidvalidity: int, uid: int, raw: bytes) -> str:
    """Where a mail lay and what it was names its inbound: the same mail read twice from there is one inbound, and
    other bytes under the same UID (a restored back-up) are another one."""
    return _named(mailbox, folder, uidvalidity, uid, hashlib.sha256(raw).hexdigest())


def _named(mailbox: str, folder: str, uidvalidity: int, uid: int, content: str) -> str:
    return hashlib.sha256(f"{mailbox}\0{folder}\0{uidvalidity}\0{uid}\0{content}".encode()).hexdigest()[:32]


def _row(arrival: Arrival, scope: Scope, now: datetime) -> tuple[InboundRow, list[Blob]]:
    parts = cut(arrival.raw)
    row_id = _named(arrival.mailbox, arrival.folder, arrival.uidvalidity, arrival.uid, parts.sha256)
    objects = _blobs(parts, row_id)
    placed = InboundRow(
        id=row_id,
        scope=scope,
        channel=arrival.channel,
        mailbox=arrival.mailbox,
        folder=arrival.folder,
        uidvalidity=arrival.uidvalidity,
        uid=arrival.uid,
        received_at=arrival.received_at,
        kept_at=now,
        objects=tuple(blob.id for blob in objects),
        size=len(arrival.raw),
        problem="" if arrival.complete else INCOMPLETE,
    )
    return placed, objects


def inbound_of(
    raw: bytes, *, row_id: str, scope: Scope, received_at: datetime, now: datetime, channel: str = "mail"
) -> tuple[InboundRow, list[Blob]]:
    """The row and the vault objects of one raw message: the skeleton first, then its leaves."""
    blobs = _blobs(cut(raw), row_id)
    row = InboundRow(
        id=row_id,
        scope=scope,
        channel=channel,
        received_at=received_at,
        kept_at=now,
        objects=tuple(blob.id for blob in blobs),
        size=len(raw),
    )
    return row, blobs


def _blobs(parts: Cut, row_id: str) -> list[Blob]:
    leaves = [Blob(id=f"{row_id}-{n}", kind="leaf", data=leaf) for n, leaf in enumerate(parts.leaves)]
    return [Blob(id=f"{row_id}-s", kind="skeleton", data=parts.skeleton), *leaves]


def _ends(arrivals: Sequence[Arrival]) -> list[_End]:
    last: dict[tuple[str, str, int], int] = {}
    for arrival in arrivals:
        key = (arrival.mailbox, arrival.folder, arrival.uidvalidity)
        last[key] = max(last.get(key, 0), arrival.uid)
    return [
        (mailbox, folder, Position(uidvalidity=validity, last_uid=uid))
        for (mailbox, folder, validity), uid in last.items()
    ]
