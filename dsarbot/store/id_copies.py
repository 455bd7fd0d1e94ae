"""Rows about copies of identity papers, and what their contents are known by: keyed hashes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, get_args

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from dsarbot.core.identity_copy_row import CopyPlace, CopyRow, PlaceState, State
from dsarbot.errors import NotAllowed
from dsarbot.ports import Scope
from dsarbot.store.key_tables import ObjectKeyTable
from dsarbot.store.keys import KeyRing
from dsarbot.store.service_tables import IdCopyPlaceTable, IdCopyTable
from dsarbot.store.sql import among, insert, instant, instant_or_none, run
from dsarbot.store.tables import InboundTable
from dsarbot.store.trouble import translating

_STATES: Final[dict[str, State]] = {each: each for each in get_args(State)}
_PLACES: Final[dict[str, PlaceState]] = {each: each for each in get_args(PlaceState)}
#: What a sealed object has besides its content, at most: chunks, tags, version.
_SEAL: Final = 4096
_MOST_FORGOTTEN: Final = 500


@translating
class IdCopies:
    """The rows of all organisations; what is shown to anybody is asked for by scope."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    async def fingerprint(self, scope: str, digest: bytes) -> str:
        """What a content is known by in that scope, from its SHA-256."""
        return await self._ring.fingerprint(Scope(scope), "id-copy", digest.hex())

    async def add(self, rows: Sequence[CopyRow]) -> None:
        """New ones; those that are there stay as they are."""
        await insert(get_connection("default"), IdCopyTable, list(map(_values, rows)), may_be_there=True)

    async def put(self, row: CopyRow) -> None:
        """Rewrite one."""
        values = _values(row)
        del values["id"]
        await IdCopyTable.filter(id=row.id).update(**values)

    async def drop(self, ids: Collection[str]) -> None:
        """A suspicion that was none."""
        await IdCopyTable.filter(id__in=list(ids), state="suspect").delete()

    async def forget(self, before: datetime) -> int:
        """What came with no case and is gone since then: nothing points at it any more. How many."""
        old = IdCopyTable.filter(state__in=["gone", "released"], case_id="", arrived_at__lt=before)
        ids = [each.id for each in await old.limit(_MOST_FORGOTTEN).only("id")]
        if ids:
            await IdCopyTable.filter(id__in=ids).delete()
        return len(ids)

    async def in_states(self, states: Collection[State], limit: int) -> Sequence[CopyRow]:
        """The next to be worked on, those whose time ends first before all."""
        found = await IdCopyTable.filter(state__in=list(states)).order_by("delete_by", "id").limit(limit)
        return [_row(each) for each in found]

    async def of_inbound(self, inbound: str) -> Sequence[CopyRow]:
        return [_row(each) for each in await IdCopyTable.filter(inbound=inbound).order_by("id")]

    async def of_case(self, scope: str, case: str) -> Sequence[CopyRow]:
        found = IdCopyTable.filter(organisation=scope, case_id=case).order_by("arrived_at", "id")
        return [_row(each) for each in await found]

    async def of_scope(self, scope: str, states: Collection[State], limit: int = 1000) -> Sequence[CopyRow]:
        found = IdCopyTable.filter(organisation=scope, state__in=list(states)).order_by("arrived_at", "id")
        return [_row(each) for each in await found.limit(limit)]

    async def same(self, row: CopyRow) -> Sequence[CopyRow]:
        """Others of the organisation with the same content."""
        found = IdCopyTable.filter(organisation=row.scope, origin=row.origin, digest=row.digest).exclude(id=row.id)
        return [_row(each) for each in await found]

    async def next_due(self) -> datetime | None:
        """When the next one must go, or at once where something is to be done."""
        [row] = await run(
            get_connection("default"),
            "SELECT MIN(delete_by) AS at FROM id_copy WHERE state IN ('suspect', 'copy', 'apart')",
        )
        return instant_or_none(row["at"])

    async def set_apart(self, rows: Sequence[CopyRow], objects: Sequence[str]) -> None:
        """Rewrite these rows of one message, and of which objects everybody may read it; both or nothing."""
        from_inbound = rows[0].inbound
        # The store writes rows of messages whole elsewhere, but never which objects they are made of (`inbounds`).
        async with in_transaction("default") as inside:
            await InboundTable.filter(id=from_inbound).using_db(inside).update(objects=" ".join(objects))
            for row in rows:
                values = _values(row)
                del values["id"]
                await IdCopyTable.filter(id=row.id).using_db(inside).update(**values)

    async def inbounds_with(self, scope: str, least: int, most: int) -> Collection[str]:
        """Messages of the organisation with an attachment that could hold so many bytes."""
        found = ObjectKeyTable.filter(organisation=scope, kind="leaf", length__gte=least, length__lte=most + _SEAL)
        objects = {each.id for each in await found.only("id")}
        messages: set[str] = set()
        if objects:
            every = InboundTable.filter(organisation=scope, size__gte=least).only("id", "objects")
            messages = {each.id for each in await every if not objects.isdisjoint(each.objects.split())}
        return messages

    # --- places ------------------------------------------------------------------------------------------------

    async def places(self, copies: Collection[str]) -> Sequence[CopyPlace]:
        found = await among(get_connection("default"), _PLACES_OF, copies)
        return [_place(each) for each in found]

    async def put_place(self, place: CopyPlace) -> None:
        """Where it is, as of now; the instant at which it was first seen there stays."""
        await run(
            get_connection("default"), _PUT_PLACE, place.copy, place.place, place.state, place.why, place.since,
            place.ticked_by,
        )  # fmt: skip


async def forget_copies(db: BaseDBAsyncClient, scope: Scope, case: str) -> None:
    """What was known of the copies of a case whose retention ends. NotAllowed while one of them is still somewhere:
    then nobody would be reminded of it any more."""
    rows = await IdCopyTable.filter(organisation=scope, case_id=case).using_db(db)
    if any(each.state not in ("gone", "released") for each in rows):
        raise NotAllowed("copy-remains", "A copy of an identity paper of this case is still somewhere; see id-copies.")
    ids = [each.id for each in rows]
    await IdCopyPlaceTable.filter(copy__in=ids).using_db(db).delete()
    await IdCopyTable.filter(id__in=ids).using_db(db).delete()


_PLACES_OF = (
    'SELECT "copy", place, state, why, since, ticked_by FROM id_copy_place WHERE "copy" IN ({among}) ORDER BY place'
)
_PUT_PLACE = (
    'INSERT INTO id_copy_place ("copy", place, state, why, since, ticked_by) VALUES (?, ?, ?, ?, ?, ?)'
    ' ON CONFLICT ("copy", place) DO UPDATE SET state = excluded.state, why = excluded.why,'
    " ticked_by = excluded.ticked_by RETURNING id"
)


def _values(row: CopyRow) -> dict[str, object]:
    return {
        "id": row.id,
        "organisation": row.scope,
        "origin": row.origin,
        "inbound": row.inbound,
        "case_id": row.case,
        "guess": row.guess,
        "why": row.why,
        "state": row.state,
        "arrived_at": row.arrived_at,
        "delete_by": row.delete_by,
        "digest": row.digest,
        "size": row.size,
        "object": row.object,
        "rest": row.rest,
        "old": " ".join(row.old),
        "pages": " ".join(map(str, row.pages)),
        "source": row.source,
        "source_size": row.source_size,
    }


def _row(row: IdCopyTable) -> CopyRow:
    return CopyRow(
        id=row.id,
        scope=row.organisation,
        origin=row.origin,
        inbound=row.inbound,
        case=row.case_id,
        guess=row.guess,
        why=row.why,
        state=_STATES[row.state],
        arrived_at=row.arrived_at,
        delete_by=row.delete_by,
        digest=row.digest,
        size=row.size,
        object=row.object,
        rest=row.rest,
        old=tuple(row.old.split()),
        pages=tuple(map(int, row.pages.split())),
        source=row.source,
        source_size=row.source_size,
    )


def _place(row: Mapping[str, Any]) -> CopyPlace:
    return CopyPlace(
        copy=row["copy"],
        place=row["place"],
        state=_PLACES[row["state"]],
        why=row["why"],
        since=instant(row["since"]),
        ticked_by=row["ticked_by"],
    )
