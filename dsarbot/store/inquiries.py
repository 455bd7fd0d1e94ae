"""Inquiries of authorities: a sealed document each, with a journal stream of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from dsarbot.core.fact import Fact
from dsarbot.core.facts_inquiry import InquiryFact
from dsarbot.core.inquiry import Inquiry, fold_inquiry
from dsarbot.errors import Conflict, NotFound, Tampered
from dsarbot.ports import InquiryRow, Scope
from dsarbot.store.codec import read_inquiry, write_inquiry
from dsarbot.store.journal import Head, append, chain_facts
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Work
from dsarbot.store.service_tables import InquiryTable
from dsarbot.store.sql import day, instant, run
from dsarbot.store.tables import fits

#: Kind of the key of a document.
KIND = "inquiry"


async def save(work: Work, scope: Scope, inquiry: Inquiry, facts: Sequence[InquiryFact]) -> None:
    """Append the facts and rewrite the row. Conflict when somebody was faster, or a reference is taken."""
    if inquiry.organisation != scope:
        raise NotFound
    base = inquiry.version - len(facts)
    row = await _row(work.db, scope, inquiry.id, hold=True)
    if base != (row.version if row else 0):
        raise NotFound if row is None else Conflict
    if row is None:
        head, key = Head(scope=scope, stream=inquiry.id), new_object_key(scope, KIND)
        work.made([key])
    else:
        head = Head(scope=scope, stream=row.id, seq=row.version, hash=row.head, at=row.changed_at)
        key = _present((await work.keys([row.object])).get(row.object), row.id)
    chained = chain_facts(head, facts)
    work.made(chained.keys)
    await append(work.db, chained.entries)
    values = row_values(inquiry, key, chained.head)
    if row is None:
        work.add(InquiryTable, [{"id": inquiry.id, **values}])
        await work.write()
    else:
        await InquiryTable.filter(id=row.id).using_db(work.db).update(**values)


def row_values(inquiry: Inquiry, key: ObjectKey, head: Head) -> dict[str, object]:
    """The columns of its row, all but its id."""
    return {
        "organisation": inquiry.organisation,
        "reference": inquiry.reference,
        "opened_at": inquiry.opened_at,
        "changed_at": head.at,
        "due": inquiry.due,
        "closed": inquiry.closed_at is not None,
        "version": head.seq,
        "head": head.hash,
        "anchored": False,
        "object": key.id,
        "document": key.seal(write_inquiry(inquiry)),
    }


async def read(ring: KeyRing, scope: Scope, inquiry_id: str) -> Inquiry:
    """The inquiry; NotFound when that scope has none of that id."""
    row = await _row(get_connection("default"), scope, inquiry_id)
    if row is None:
        raise NotFound
    return opened(row, (await ring.load([row.object])).get(row.object))


def opened(row: InquiryTable, key: ObjectKey | None) -> Inquiry:
    """The document of a row; Tampered when it cannot be read."""
    return replace(read_inquiry(_present(key, row.id).unseal(row.document)), version=row.version)


def refolded(facts: Sequence[Fact]) -> Inquiry:
    """What the facts of a stream make; Tampered when they are not an inquiry's."""
    mine = [each for each in facts if isinstance(each, InquiryFact)]
    if len(mine) != len(facts):
        raise Tampered("a fact of something else stands in the stream of an inquiry")
    return fold_inquiry(mine)


async def _row(db: BaseDBAsyncClient, scope: Scope, inquiry_id: str, *, hold: bool = False) -> InquiryTable | None:
    if not fits(InquiryTable, "id", inquiry_id):
        return None
    wanted = InquiryTable.filter(id=inquiry_id, organisation=scope).using_db(db)
    return await (wanted.select_for_update() if hold else wanted).first()


def _present(key: ObjectKey | None, inquiry_id: str) -> ObjectKey:
    if key is None:
        raise Tampered(f"the key of inquiry {inquiry_id} is missing, and no entry says why")
    return key


_SELECT = "SELECT id, organisation, reference, opened_at, due, closed, version FROM inquiry"


async def listed(scope: Scope, *, closed: bool) -> Sequence[InquiryRow]:
    """Open ones by their date, closed ones newest first."""
    order = "changed_at DESC, id DESC" if closed else "due, id"
    rows = await run(
        get_connection("default"), f"{_SELECT} WHERE organisation = ? AND closed = ? ORDER BY {order}", scope, closed
    )
    return [
        InquiryRow(
            id=row["id"],
            organisation=row["organisation"],
            reference=row["reference"],
            opened_at=instant(row["opened_at"]),
            due=day(row["due"]) or instant(row["opened_at"]).date(),
            closed=bool(row["closed"]),
            version=row["version"],
        )
        for row in rows
    ]
