"""Finding cases by what they are known by, through keyed hashes only: nothing personal is searched in the clear."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from tortoise.connection import get_connection

from dsarbot.ports import Scope
from dsarbot.store.keys import KeyRing
from dsarbot.store.projection import LookupKind, message_id, normal
from dsarbot.store.sql import among
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


async def by_lookups(
    ring: KeyRing, scope: Scope, kind: Literal["address", "message-id"], values: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """As `by_lookup` for many values of one word each; those that nothing is known by are missing."""
    hashes = {value: [await ring.fingerprint(scope, kind, word) for word in normal(kind, value)] for value in values}
    cases = await _known_by(scope, kind, {hashed for each in hashes.values() for hashed in each if hashed})
    newest = await _newest_first(scope, {case for found in cases.values() for case in found})
    known = {value: {case for each in found for case in cases.get(each, ())} for value, found in hashes.items()}
    return {value: tuple(case for case in newest if case in mine) for value, mine in known.items() if mine}


async def _known_by(scope: Scope, kind: str, hashes: Collection[str]) -> Mapping[str, Collection[str]]:
    """Hash -> ids of cases, at most so many of each as `by_lookup` reads."""
    db, found = get_connection("default"), dict[str, list[str]]()
    rows = await among(db, _BY_HASH, hashes, scope, kind)
    if kind == "message-id":
        rows += await among(db, _BY_MAIL, hashes, scope)
    for row in rows:
        known = found.setdefault(row["hash"], [])
        if len(known) < _LIMIT:
            known.append(row["case_id"])
    return found


_BY_HASH = "SELECT hash, case_id FROM lookup WHERE organisation = ? AND kind = ? AND hash IN ({among}) ORDER BY id DESC"
_BY_MAIL = (
    "SELECT message_hash AS hash, case_id FROM inbound"
    " WHERE organisation = ? AND case_id <> '' AND message_hash IN ({among})"
)


async def letter_by_message_id(ring: KeyRing, scope: Scope, value: str) -> tuple[str, str] | None:
    """(case id, letter id) of the letter that was sent under that Message-ID."""
    return (await letters_by_message_ids(ring, scope, [value])).get(value)


async def letters_by_message_ids(
    ring: KeyRing, scope: Scope, values: Collection[str]
) -> Mapping[str, tuple[str, str]]:  # fmt: skip
    """The same for many Message-IDs; those of no letter are missing."""
    hashes = {value: await ring.fingerprint(scope, "message-id", message_id(value)) for value in values}
    db, found = get_connection("default"), dict[str, tuple[str, str]]()
    for row in await among(db, _LETTERS, (hashed for hashed in hashes.values() if hashed), scope):
        found.setdefault(row["hash"], (row["case_id"], row["letter"]))
    return {value: found[hashed] for value, hashed in hashes.items() if hashed in found}


_LETTERS = (
    "SELECT hash, case_id, letter FROM lookup"
    " WHERE organisation = ? AND kind = 'message-id' AND letter <> '' AND hash IN ({among}) ORDER BY id"
)
