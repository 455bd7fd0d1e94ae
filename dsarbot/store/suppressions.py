"""Who gets no advertising any more (GDPR 21(3)): keyed hashes with a salt that opens nothing else.

The list outlives the cases it came from: an objection does not end with the file about it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from dsarbot.core.suppression import normalised, suppression_hash
from dsarbot.ports import Scope, Suppression, SuppressionRow
from dsarbot.store.journal import append_to_ledger
from dsarbot.store.keys import KeyRing
from dsarbot.store.pending import Work
from dsarbot.store.service_tables import SuppressionTable
from dsarbot.store.sql import among, instant, run

#: As much of a hash as the ledger needs to say which entry it speaks of.
_SHOWN = 16


async def salt(ring: KeyRing, scope: Scope) -> str:
    """Of that organisation. It follows from the look-up key by a one-way step, so handing it out gives away only what
    it is for: to ask whether an address is on the list."""
    return await ring.fingerprint(scope, "suppression-salt", scope)


async def add(work: Work, scope: Scope, suppression: Suppression) -> bool:
    """False when it stands there already: the first date is the one that counts."""
    hashed = suppression_hash(await salt(work.ring, scope), normalised(suppression.value))
    rows = await run(
        work.db, _ADD, scope, hashed, suppression.at, suppression.reason, suppression.actor, suppression.reference
    )
    if rows:
        public = {"entry": hashed[:_SHOWN], "reason": suppression.reason, "case": suppression.reference}
        await append_to_ledger(
            work.db, scope, "suppression-added", public, at=suppression.at, actor=suppression.actor
        )  # fmt: skip
    return bool(rows)


_ADD = (
    "INSERT INTO suppression (organisation, hash, since, reason, actor, reference) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (organisation, hash) DO NOTHING RETURNING id"
)


async def remove(work: Work, scope: Scope, value: str, *, reason: str, at: datetime, actor: str) -> bool:
    """False when it does not stand there."""
    hashed = suppression_hash(await salt(work.ring, scope), normalised(value))
    gone = await SuppressionTable.filter(organisation=scope, hash=hashed).using_db(work.db).delete()
    if gone:
        public = {"entry": hashed[:_SHOWN], "reason": reason}
        await append_to_ledger(work.db, scope, "suppression-removed", public, at=at, actor=actor)
    return bool(gone)


async def expire(work: Work, scope: Scope, before: datetime, *, at: datetime, actor: str) -> int:
    """The end of the list's own retention."""
    gone = await SuppressionTable.filter(organisation=scope, since__lt=before).using_db(work.db).delete()
    if gone:
        public: dict[str, str | int | None] = {"entries": gone, "before": before.date().isoformat()}
        await append_to_ledger(work.db, scope, "suppression-expired", public, at=at, actor=actor)
    return gone


async def known(ring: KeyRing, scope: Scope, values: Collection[str]) -> Mapping[str, SuppressionRow]:
    """Those of the values that stand on the list."""
    secret = await salt(ring, scope)
    hashes = {value: suppression_hash(secret, written) for value in values if (written := normalised(value))}
    rows = await among(get_connection("default"), f"{_SELECT} AND hash IN ({{among}})", hashes.values(), scope)
    found = {row["hash"]: _row(row) for row in rows}
    return {value: found[hashed] for value, hashed in hashes.items() if hashed in found}


async def listed(db: BaseDBAsyncClient, scope: Scope) -> Sequence[SuppressionRow]:
    """The whole list, in order of time."""
    return [_row(row) for row in await run(db, f"{_SELECT} ORDER BY since, id", scope)]


_SELECT = "SELECT hash, since, reason, actor, reference FROM suppression WHERE organisation = ?"


def _row(row: Mapping[str, str]) -> SuppressionRow:
    return SuppressionRow(
        hash=row["hash"],
        since=instant(row["since"]),
        reason=row["reason"],
        actor=row["actor"],
        reference=row["reference"],
    )
