"""Links by the hash of their token, sealed addresses, and the visits behind them (security 16-17)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter, ValidationError
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from dsarbot.core.codes import Code
from dsarbot.core.links import IDLE, LONGEST, Link, Purpose, Shown, Visit, forgotten_before
from dsarbot.errors import NotFound, Tampered
from dsarbot.ports import Scope
from dsarbot.store.keys import KeyRing
from dsarbot.store.link_tables import LinkTable, VisitTable
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Work
from dsarbot.store.projection import address
from dsarbot.store.tables import fits

KIND: Final = "link"
_FORM: Final = 1
_CODES: Final = TypeAdapter(tuple[Code, ...])
#: A click is written down once in so long: a page is several requests.
_SEEN_EVERY: Final = timedelta(minutes=1)


async def add(work: Work, links: Sequence[Link]) -> None:
    """New ones. IntegrityError is impossible but for a token that was handed out twice."""
    for link in links:
        scope = Scope(link.organisation)
        key = new_object_key(scope, KIND)
        work.made([key])
        await LinkTable.create(
            id=link.id,
            organisation=scope,
            purpose=link.purpose,
            case_id=link.case,
            party=link.party,
            note=link.note,
            made_at=link.made_at,
            expires_at=link.expires_at,
            revoked_at=link.revoked_at,
            completed_at=link.completed_at,
            address_hash=await work.ring.fingerprint(scope, "address", address(link.address)),
            object=key.id,
            document=key.seal(_document(link)),
            using_db=work.db,
        )


async def read(ring: KeyRing, scope: Scope, link_id: str) -> Link | None:
    """The link of that hash, whatever its state; None when the scope has none."""
    if not fits(LinkTable, "id", link_id):
        return None
    row = await LinkTable.filter(id=link_id, organisation=scope).first()
    return None if row is None else _opened(row, await ring.load([row.object]))


async def held(work: Work, scope: Scope, link_id: str) -> Link | None:
    """As `read`; nobody else changes it before this transaction ends."""
    if not fits(LinkTable, "id", link_id):
        return None
    row = await LinkTable.filter(id=link_id, organisation=scope).using_db(work.db).select_for_update().first()
    return None if row is None else _opened(row, await work.keys([row.object]))


async def held_by_address(work: Work, scope: Scope, mail: str) -> Sequence[Link]:
    """Every link of that address which is remembered, held in one order for all."""
    hashed = await work.ring.fingerprint(scope, "address", address(mail))
    wanted = LinkTable.filter(organisation=scope, address_hash=hashed).using_db(work.db)
    rows = await wanted.order_by("id").select_for_update() if hashed else []
    keys = await work.keys([row.object for row in rows])
    return [_opened(row, keys) for row in rows]


async def listed(ring: KeyRing, scope: Scope, case_id: str) -> Sequence[Link]:
    """Those of a case, oldest first."""
    rows = await LinkTable.filter(organisation=scope, case_id=case_id).order_by("made_at", "id")
    keys = await ring.load([row.object for row in rows])
    return [_opened(row, keys) for row in rows]


async def save(work: Work, link: Link) -> None:
    """What may change of one that was held: its codes, its end. NotFound when it is not there."""
    wanted = LinkTable.filter(id=link.id, organisation=link.organisation).using_db(work.db)
    row = await wanted.first()
    if row is None:
        raise NotFound
    key = _present((await work.keys([row.object])).get(row.object))
    await wanted.update(
        revoked_at=link.revoked_at, completed_at=link.completed_at, document=key.seal(_document(link))
    )  # fmt: skip
    if link.revoked_at is not None:
        await VisitTable.filter(link=link.id).using_db(work.db).delete()


async def revoke(
    work: Work,
    scope: Scope,
    case_id: str,
    *,
    at: datetime,
    purpose: Purpose | None,
    party: str | None,
    note: str | None,
) -> int:
    """End the links of a case, of that purpose, party and note where they are named, and the visits behind them."""
    wanted = LinkTable.filter(organisation=scope, case_id=case_id, revoked_at__isnull=True).using_db(work.db)
    for column, value in (("purpose", purpose), ("party", party), ("note", note)):
        wanted = wanted if value is None else wanted.filter(**{column: value})
    ids = [row.id for row in await wanted.only("id")]
    if ids:
        await LinkTable.filter(id__in=ids).using_db(work.db).update(revoked_at=at)
        await VisitTable.filter(link__in=ids).using_db(work.db).delete()
    return len(ids)


async def sweep(ring: KeyRing, now: datetime) -> int:
    """Forget the links that have ended long enough, with their keys, and visits that are over; how many links."""
    db = get_connection("default")
    await _forget_visits(db, now)
    rows = await LinkTable.filter(expires_at__lte=forgotten_before(now)).only("id", "object")
    if rows:
        # A key without a row harms nobody and is swept by `keys check`; a row without its key would trouble readers.
        await LinkTable.filter(id__in=[row.id for row in rows]).delete()
        await ring.delete([row.object for row in rows])
    return len(rows)


async def forget(db: BaseDBAsyncClient, scope: Scope, case_id: str) -> Sequence[str]:
    """The case goes, and its links with it; the objects whose keys the caller destroys."""
    rows = await LinkTable.filter(organisation=scope, case_id=case_id).using_db(db).only("id", "object")
    await VisitTable.filter(organisation=scope, case_id=case_id).using_db(db).delete()
    await LinkTable.filter(id__in=[row.id for row in rows]).using_db(db).delete()
    return [row.object for row in rows]


def _document(link: Link) -> bytes:
    reach = {"address": link.address, "language": link.language, "codes": _CODES.dump_python(link.codes, mode="json")}
    return json.dumps({"v": _FORM, **reach}).encode()


def _opened(row: LinkTable, keys: Mapping[str, ObjectKey]) -> Link:
    document = _present(keys.get(row.object)).unseal(row.document)
    try:
        reach = json.loads(document)
        return Link(
            id=row.id,
            organisation=row.organisation,
            purpose=Purpose(row.purpose),
            case=row.case_id,
            party=row.party,
            note=row.note,
            made_at=row.made_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            completed_at=row.completed_at,
            address=reach["address"],
            language=reach["language"],
            codes=_CODES.validate_python(reach["codes"]),
        )
    except (KeyError, TypeError, ValidationError, json.JSONDecodeError):
        raise Tampered("a link does not have its form") from None


def _present(key: ObjectKey | None) -> ObjectKey:
    if key is None:
        raise Tampered("the key of a link is missing")
    return key


# --- visits ------------------------------------------------------------------------------------------------------


async def open_visit(work: Work, visit: Visit) -> None:
    """From now on the cookie opens it. Visits that are over are forgotten with it."""
    await _forget_visits(work.db, visit.opened_at)
    await VisitTable.create(
        id=visit.id,
        organisation=visit.organisation,
        link=visit.link,
        case_id=visit.case,
        party=visit.party,
        purpose=visit.purpose,
        shown=visit.shown,
        opened_at=visit.opened_at,
        seen_at=visit.seen_at,
        using_db=work.db,
    )


async def visit(scope: Scope, visit_id: str, now: datetime) -> Visit | None:
    """The living visit of that hash, noted as seen now; None when the scope has none."""
    row = await VisitTable.filter(id=visit_id, organisation=scope).first() if fits(VisitTable, "id", visit_id) else None
    found = _visit(row) if row else None
    if found is None or not found.alive(now):
        return None
    if now - found.seen_at >= _SEEN_EVERY:
        await VisitTable.filter(id=visit_id).update(seen_at=now)
    return found


async def end_visit(scope: Scope, visit_id: str) -> None:
    """The cookie opens nothing any more."""
    await VisitTable.filter(id=visit_id, organisation=scope).delete()


async def _forget_visits(db: BaseDBAsyncClient, now: datetime) -> None:
    await VisitTable.filter(seen_at__lte=now - IDLE).using_db(db).delete()
    await VisitTable.filter(opened_at__lte=now - LONGEST).using_db(db).delete()


def _visit(row: VisitTable) -> Visit:
    return Visit(
        id=row.id,
        organisation=row.organisation,
        link=row.link,
        case=row.case_id,
        party=row.party,
        purpose=Purpose(row.purpose),
        shown=Shown(row.shown),
        opened_at=row.opened_at,
        seen_at=row.seen_at,
    )
