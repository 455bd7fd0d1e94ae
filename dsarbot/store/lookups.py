"""Finding cases by what they are known by, through keyed hashes only: nothing personal is searched in the clear."""

from __future__ import annotations

from collections.abc import Collection

from dsarbot.ports import Scope
from dsarbot.store.keys import KeyRing
from dsarbot.store.projection import LookupKind, message_id, normal
from dsarbot.store.tables import CaseTable, InboundTable, LookupTable

#: More cases than anybody reads; a domain of a large mail provider has thousands.
_LIMIT = 200


async def by_lookup(ring: KeyRing, scope: Scope, kind: LookupKind, value: str) -> tuple[str, ...]:
    """Ids of the cases that are known by that value, newest first. Of a name every word must be known."""
    words = [each for each in normal(kind, value) if each]
    if not words:
        return ()
    found = set.intersection(*[await _known(scope, kind, await ring.fingerprint(scope, kind, each)) for each in words])
    return await _newest_first(scope, found)


async def _known(scope: Scope, kind: LookupKind, hashed: str) -> set[str]:
    known = LookupTable.filter(organisation=scope, kind=kind, hash=hashed).order_by("-id").limit(_LIMIT)
    cases = {row.case_id for row in await known.only("id", "case_id")}
    if kind == "message-id":
        mails = InboundTable.filter(organisation=scope, message_hash=hashed, case_id__not="").limit(_LIMIT)
        cases |= {row.case_id for row in await mails.only("id", "case_id")}
    return cases


async def _newest_first(scope: Scope, ids: Collection[str]) -> tuple[str, ...]:
    if not ids:
        return ()
    rows = await CaseTable.filter(organisation=scope, id__in=list(ids)).order_by("-opened_at", "-id").only("id")
    return tuple(row.id for row in rows)


async def letter_by_message_id(ring: KeyRing, scope: Scope, value: str) -> tuple[str, str] | None:
    """(case id, letter id) of the letter that was sent under that Message-ID."""
    hashed = await ring.fingerprint(scope, "message-id", message_id(value))
    row = await LookupTable.filter(organisation=scope, kind="message-id", hash=hashed, letter__not="").first()
    return (row.case_id, row.letter) if hashed and row else None
