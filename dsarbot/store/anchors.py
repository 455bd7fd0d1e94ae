"""Anchors: where every stream stood at an instant, chained, and carried out of the house by each digest.

Whoever rewrites the database cannot rewrite the digests that were sent (journal 6 and 7).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256

from tortoise.backends.base.client import BaseDBAsyncClient

from dsarbot.store.journal import GENESIS
from dsarbot.store.service_tables import InquiryTable
from dsarbot.store.tables import AnchorTable, CaseTable, LedgerTable

#: (stream, seq, head)
Moved = tuple[str, int, str]


async def anchor(db: BaseDBAsyncClient, now: datetime) -> tuple[int, str] | None:
    """Anchor what moved since the last one; (number, hash) of the newest anchor, None when nothing ever moved.

    To be called inside a transaction, by the holder of the lease."""
    moved = await _moved(db)
    last = await AnchorTable.all().using_db(db).order_by("-number").first()
    if not moved:
        return (last.number, last.hash) if last else None
    row = AnchorTable(
        number=last.number + 1 if last else 1,
        at=now.astimezone(UTC),
        body=json.dumps(sorted(moved), separators=(",", ":")),
        prev=last.hash if last else GENESIS,
    )
    row.hash = anchor_hash(row)
    await AnchorTable.bulk_create([row], using_db=db)
    return row.number, row.hash


async def _moved(db: BaseDBAsyncClient) -> list[Moved]:
    """The streams that moved; each is ticked off only if it still stands where it is anchored."""
    moved = [
        (row.id, row.version, row.head)
        for table in (CaseTable, InquiryTable)
        for row in await table.filter(anchored=False).using_db(db).only("id", "version", "head")
        if await table.filter(id=row.id, version=row.version).using_db(db).update(anchored=True)
    ]
    for ledger in await LedgerTable.filter(anchored=False).using_db(db):
        still = LedgerTable.filter(organisation=ledger.organisation, version=ledger.version).using_db(db)
        if await still.update(anchored=True):
            moved.append((ledger.stream, ledger.version, ledger.head))
    return moved


def anchor_hash(row: AnchorTable) -> str:
    """SHA-256 over the anchor before, the number, the instant and the list."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(f"{row.prev}{row.number:020d}{at}{row.body}".encode()).hexdigest()
