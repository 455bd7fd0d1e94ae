"""Many cases at once: lists made of clear columns, and documents opened by the hundred.

Lists are raw SELECTs: at ten thousand rows, making objects of the ORM takes several times as long as the query. For
the same reason SQLite's texts and numbers become values here and not in the ORM's fields.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from dsarbot.core.case import Case, Outcome, Status
from dsarbot.errors import NotFound, Tampered
from dsarbot.ports import CaseRow, Scope
from dsarbot.store.codec import read_case
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey
from dsarbot.store.sql import among, batches, day, instant, run
from dsarbot.store.tables import CaseTable, fits

_STATUSES = {each.value: each for each in Status}
_OUTCOMES = {each.value: each for each in Outcome}

#: Everything a CaseRow holds; the document stays unread.
COLUMNS = (
    "id, organisation, reference, status, outcome, rights, language, channel, received_at, opened_at, target, safe_due,"
    " assignee, closed, version, attention, confidential"
)
_SELECT = f"SELECT {COLUMNS} FROM cases WHERE organisation = ? AND closed = ?"  # noqa: S608  # our own names
# The bound that both branches share is said once more by itself: the index is entered there.
_OPEN_AFTER = "AND sort_due >= ? AND (sort_due > ? OR id > ?)"
_DONE_AFTER = "AND changed_at <= ? AND (changed_at < ? OR id < ?)"


async def listed(db: BaseDBAsyncClient, scope: Scope, *, closed: bool, limit: int, after: str) -> Sequence[CaseRow]:
    """Open cases by target, or closed ones by their last change, newest first; *after* is the last id seen."""
    bound, values = "", [scope, closed]
    if after:
        last = await CaseTable.filter(organisation=scope, id=after).only("id", "sort_due", "changed_at").first()
        if last is None:
            raise NotFound
        bound = _DONE_AFTER if closed else _OPEN_AFTER
        seen = last.changed_at if closed else last.sort_due
        values += [seen, seen, last.id]
    order = "changed_at DESC, id DESC" if closed else "sort_due, id"
    rows = await run(db, f"{_SELECT} {bound} ORDER BY {order} LIMIT ?", *values, limit)
    return [row_of(each) for each in rows]


async def to_watch(db: BaseDBAsyncClient, scope: Scope, until: date) -> Sequence[CaseRow]:
    """Open cases that are due by that day, and those in whose letters or messages something waits: two indexes."""
    due = await run(db, f"{_SELECT} AND sort_due <= ?", scope, False, until)
    waiting = await run(db, f"{_SELECT} AND attention > 0 AND sort_due > ?", scope, False, until)
    return [row_of(each) for each in (*due, *waiting)]


def row_of(row: Mapping[str, Any]) -> CaseRow:
    """The row that a statement over `COLUMNS` gave."""
    rights = row["rights"]
    return CaseRow(
        id=row["id"],
        organisation=row["organisation"],
        reference=row["reference"],
        status=_STATUSES[row["status"]],
        outcome=_OUTCOMES[row["outcome"]],
        rights=tuple(rights.split(",")) if rights else (),
        language=row["language"],
        channel=row["channel"],
        received_at=instant(row["received_at"]),
        opened_at=instant(row["opened_at"]),
        target=day(row["target"]),
        safe_due=day(row["safe_due"]),
        assignee=row["assignee"],
        closed=bool(row["closed"]),
        version=row["version"],
        attention=row["attention"],
        confidential=tuple(row["confidential"].split()),
    )


async def confidential(db: BaseDBAsyncClient, scope: Scope) -> Mapping[str, Collection[str]]:
    """Ids of the confidential cases, each with the staff who may see it."""
    rows = await run(db, _CONFIDENTIAL, scope)
    return {row["id"]: tuple(row["confidential"].split()) for row in rows}


_CONFIDENTIAL = "SELECT id, confidential FROM cases WHERE organisation = ? AND confidential > ''"
_DOCUMENTS = "SELECT id, version, object, document FROM cases WHERE organisation = ? AND id IN ({among})"
_WAITING = (
    "SELECT id, version, object, document FROM cases WHERE organisation = ? AND closed = ? AND attention > 0"
    " ORDER BY sort_due, id LIMIT ?"
)
#: In two steps: asked for in this order at once, SQLite walks through all open cases.
_TO_POST = (
    "SELECT id, version, object, document FROM cases WHERE id IN"
    " (SELECT id FROM cases WHERE organisation = ? AND closed = ? AND (to_post > 0 OR to_post < 0))"
    " ORDER BY sort_due, id LIMIT ?"
)


async def opened(ring: KeyRing, scope: Scope, ids: Collection[str]) -> Sequence[Case]:
    """The cases in the order of the ids, each once; without those that are not there or will not open."""
    wanted = [each for each in dict.fromkeys(ids) if fits(CaseTable, "id", each)]
    found: dict[str, Case] = {}
    for some in batches(wanted):
        rows = await among(get_connection("default"), _DOCUMENTS, some, scope)
        found |= dict(_opened(rows, await _keys(ring, [row["object"] for row in rows])))
    return [found[each] for each in wanted if each in found]


async def needing_attention(ring: KeyRing, scope: Scope, limit: int) -> Sequence[Case]:
    """The open cases in whose letters or messages something waits, the most urgent first."""
    return await _found(ring, _WAITING, scope, limit)


async def with_letters_to_post(ring: KeyRing, scope: Scope, limit: int) -> Sequence[Case]:
    """The open cases of which somebody must post a letter, the most urgent first."""
    return await _found(ring, _TO_POST, scope, limit)


async def _found(ring: KeyRing, statement: str, scope: Scope, limit: int) -> Sequence[Case]:
    rows = await run(get_connection("default"), statement, scope, False, limit)
    keys: dict[str, ObjectKey] = {}
    for some in batches(row["object"] for row in rows):
        keys |= await _keys(ring, some)
    return [case for _, case in _opened(rows, keys)]


async def _keys(ring: KeyRing, objects: Collection[str]) -> Mapping[str, ObjectKey]:
    """The keys; a broken one must not hide the others."""
    try:
        return await ring.load(objects)
    except Tampered:
        found: dict[str, ObjectKey] = {}
        for each in objects:
            try:
                found |= await ring.load([each])
            except Tampered:
                continue
        return found


def _opened(
    rows: Sequence[Mapping[str, Any]], keys: Mapping[str, ObjectKey]
) -> Iterator[tuple[str, Case]]:  # fmt: skip
    for row in rows:
        if key := keys.get(row["object"]):
            try:
                yield row["id"], replace(read_case(key.unseal(row["document"])), version=row["version"])
            except Tampered:
                continue
