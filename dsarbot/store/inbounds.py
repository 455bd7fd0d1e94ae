"""What arrived: one row per inbound, and how far each folder was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, get_args

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError

from dsarbot.errors import Conflict, NotFound
from dsarbot.ports import INCOMPLETE, Disposition, InboundRow, Position, Scope, Settled, mailbox_scope
from dsarbot.store.keys import KeyRing
from dsarbot.store.pending import Row, Work
from dsarbot.store.projection import address
from dsarbot.store.projection import message_id as normal_id
from dsarbot.store.service_tables import PositionTable
from dsarbot.store.sql import among, day, insert, instant, instant_or_none, many, run
from dsarbot.store.tables import InboundTable

State = Literal["kept", "settled", "held"]

#: A code or a short sentence.
_PROBLEM = 255
_DISPOSITIONS: dict[str, Disposition] = {name: name for name in get_args(Disposition)}
_STATES: dict[str, State] = {"kept": "kept", "settled": "settled", "held": "held"}


async def get(db: BaseDBAsyncClient, scope: Scope, inbound_id: str) -> InboundRow:
    """The row; NotFound when that scope has none of that id."""
    rows = await run(db, f"{_SELECT} WHERE id = ? AND organisation = ?", inbound_id, scope)
    if not rows:
        raise NotFound
    return _row(rows[0])


async def add(work: Work, rows: Sequence[InboundRow]) -> None:
    """New rows; Conflict when another process has taken one of these mails already."""
    try:
        await insert(work.db, InboundTable, [_new(row) for row in rows])
    except IntegrityError:
        raise Conflict from None


async def count_attempts(work: Work, ids: Sequence[str]) -> None:
    """One more attempt for each."""
    await among(work.db, "UPDATE inbound SET attempts = attempts + 1 WHERE id IN ({among})", ids)


async def update_all(work: Work, settled: Sequence[Settled]) -> None:
    """Rewrite the rows. A mailbox's inbound may become an organisation's, its objects with it; nothing else moves."""
    rows = await among(work.db, _OWNERS, sorted(each.row.id for each in settled))
    owners = {row["id"]: row["organisation"] for row in rows}
    unread = {row["id"] for row in rows if row["state"] == "kept"}
    if any(each.unread and each.row.id not in unread for each in settled):
        raise Conflict
    plain, hashed, moves = [], [], []
    for each in settled:
        row, source = each.row, mailbox_scope(each.row.mailbox)
        given = owners.get(row.id) == source != row.scope
        if not given and owners.get(row.id) != row.scope:
            raise NotFound
        if given or each.message_id or each.content_digest or each.sender or each.copy_mark:
            # Hashes under the mailbox's key mean nothing to the organisation.
            known = await hashes(work.ring, each)
            hashed.append([*_values(row).values(), *known.values(), row.id])
        else:
            plain.append([*_values(row).values(), row.id])
        if owners.get(row.id) == source:
            # Also when the mail stays the mailbox's: a try before this one may have given them away and failed.
            moves.append((row.objects, source, row.scope))
    # Before the commit: should that fail, the mailbox, where the objects were sealed, can still open them.
    await work.ring.give(moves)
    await many(work.db, _UPDATE, plain)
    await many(work.db, _UPDATE_HASHED, hashed)


async def hashes(ring: KeyRing, each: Settled) -> dict[str, str]:
    """The keyed hashes of a mail. same_hash: Message-ID and content together make a duplicate (security 7); copy_hash:
    what a copy has even where a list gave it another Message-ID."""
    scope = each.row.scope
    return {
        "message_hash": await ring.fingerprint(scope, "message-id", normal_id(each.message_id)),
        "same_hash": await ring.fingerprint(scope, "same", same(each.message_id, each.content_digest)),
        "sender_hash": await ring.fingerprint(scope, "address", address(each.sender)),
        "copy_hash": await ring.fingerprint(scope, "copy", each.copy_mark),
    }


def same(mail_id: str, content_digest: str) -> str:
    """What is equal for duplicates; "" when there is no content to compare."""
    return f"{normal_id(mail_id)}\0{content_digest}" if content_digest else ""


async def duplicate_of(ring: KeyRing, scope: Scope, mail_id: str, content_digest: str) -> str | None:
    """The id of the first inbound of that scope with this Message-ID and this content."""
    return (await duplicates_of(ring, scope, [(mail_id, content_digest)])).get((mail_id, content_digest))


async def duplicates_of(
    ring: KeyRing, scope: Scope, mails: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], str]:
    """The same for many (Message-ID, content digest); those without one are missing."""
    wanted = {each: await ring.fingerprint(scope, "same", same(*each)) for each in mails}
    first = await _first(scope, "same_hash", wanted.values())
    return {each: first[value] for each, value in wanted.items() if value in first}


async def copies_of(ring: KeyRing, scope: Scope, marks: Collection[str]) -> Mapping[str, str]:
    """By copy mark the id of the first inbound of that scope that has it; those of none are missing."""
    wanted = {each: await ring.fingerprint(scope, "copy", each) for each in marks if each}
    first = await _first(scope, "copy_hash", wanted.values())
    return {each: first[value] for each, value in wanted.items() if value in first}


async def _first(scope: Scope, column: Literal["same_hash", "copy_hash"], hashes: Iterable[str]) -> dict[str, str]:
    """By hash the id of the inbound that came first."""
    wanted = [each for each in hashes if each]
    rows = await among(get_connection("default"), _FIRST[column], wanted, scope) if wanted else []
    return {row[column]: row["id"] for row in rows}


async def unread(limit: int) -> Sequence[InboundRow]:
    """Inbounds that are kept but not read yet, of all scopes, in the order of their arrival."""
    statement = f"{_SELECT} WHERE state = ? ORDER BY kept_at, id LIMIT ?"
    return [_row(row) for row in await run(get_connection("default"), statement, "kept", limit)]


async def listed(scope: Scope, *, state: str, disposition: str, case: str, limit: int) -> Sequence[InboundRow]:
    """Newest first; every condition that is not empty must hold."""
    conditions = {"organisation": scope, "state": state, "disposition": disposition, "case_id": case}
    wanted = {name: value for name, value in conditions.items() if value}
    where = " AND ".join(f"{name} = ?" for name in wanted)
    statement = f"{_SELECT} WHERE {where} ORDER BY kept_at DESC, id DESC LIMIT ?"
    return [_row(row) for row in await run(get_connection("default"), statement, *wanted.values(), limit)]


async def recent_uids(mailbox: str, folder: str, uidvalidity: int, limit: int) -> Sequence[int]:
    """The highest UIDs that were kept whole from that folder, descending."""
    query = InboundTable.filter(mailbox=mailbox, folder=folder, uidvalidity=uidvalidity, uid__gt=0)
    query = query.exclude(problem=INCOMPLETE)
    return [row.uid for row in await query.order_by("-uid").limit(limit).only("id", "uid")]


async def position(mailbox: str, folder: str) -> Position | None:
    """How far the folder was read; None when it never was."""
    row = await PositionTable.get_or_none(organisation=mailbox_scope(mailbox), folder=folder)
    return Position(uidvalidity=row.uidvalidity, last_uid=row.last_uid) if row else None


async def advance(work: Work, mailbox: str, folder: str, position: Position) -> None:
    """Remember how far the folder was read."""
    await run(
        work.db,
        'INSERT INTO "position" (organisation, folder, uidvalidity, last_uid) VALUES (?, ?, ?, ?)'
        " ON CONFLICT (organisation, folder)"
        " DO UPDATE SET uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid RETURNING id",
        mailbox_scope(mailbox),
        folder,
        position.uidvalidity,
        position.last_uid,
    )


def _new(row: InboundRow) -> Row:
    native = f"{row.mailbox}\n{row.folder}\n{row.uidvalidity}\n{row.uid}" if row.uid else None
    return {"id": row.id, "native": native, **dict.fromkeys(_HASHES, ""), **_values(row)}


def _values(row: InboundRow) -> dict[str, object]:
    return {
        "organisation": row.scope,
        "channel": row.channel,
        "mailbox": row.mailbox,
        "folder": row.folder,
        "uidvalidity": row.uidvalidity,
        "uid": row.uid,
        "received_at": row.received_at,
        "kept_at": row.kept_at,
        "objects": " ".join(row.objects),
        "size": row.size,
        "attempts": row.attempts,
        "state": row.state,
        "disposition": row.disposition,
        "kind": row.kind,
        "problem": row.problem[:_PROBLEM],
        "case_id": row.case,
        "safe_due": row.safe_due,
        "settled_at": row.settled_at,
    }


_COLUMNS = (
    "organisation", "channel", "mailbox", "folder", "uidvalidity", "uid", "received_at", "kept_at", "objects", "size",
    "attempts", "state", "disposition", "kind", "problem", "case_id", "safe_due", "settled_at",
)  # fmt: skip
_HASHES = ("message_hash", "same_hash", "sender_hash", "copy_hash")
_SELECT = f"SELECT id, {', '.join(_COLUMNS)} FROM inbound"  # noqa: S608
#: The first one comes last and stays.
_FIRST: Final[Mapping[str, str]] = {
    column: f"SELECT id, {column} FROM inbound WHERE organisation = ? AND {column} IN ({{among}})"  # noqa: S608
    " ORDER BY kept_at DESC, id DESC"
    for column in ("same_hash", "copy_hash")
}
_OWNERS = "SELECT id, organisation, state FROM inbound WHERE id IN ({among}) ORDER BY id {hold}"
#: Of which objects a message is made changes only where the copy of a paper is set apart (`id_copies`): who has read
#: the row before that, and writes it now, must not bring the old ones back. That nothing of it is left may be said.
_OBJECTS = "CASE WHEN ? = '' THEN '' ELSE objects END"
_SET = {name: _OBJECTS if name == "objects" else "?" for name in (*_COLUMNS, *_HASHES)}
_UPDATE = f"UPDATE inbound SET {', '.join(f'{name} = {_SET[name]}' for name in _COLUMNS)} WHERE id = ?"  # noqa: S608
_UPDATE_HASHED = f"UPDATE inbound SET {', '.join(f'{name} = {value}' for name, value in _SET.items())} WHERE id = ?"  # noqa: S608


def _row(row: Mapping[str, Any]) -> InboundRow:
    return InboundRow(
        id=row["id"],
        scope=Scope(row["organisation"]),
        channel=row["channel"],
        mailbox=row["mailbox"],
        folder=row["folder"],
        uidvalidity=row["uidvalidity"],
        uid=row["uid"],
        received_at=instant(row["received_at"]),
        kept_at=instant(row["kept_at"]),
        objects=tuple(row["objects"].split()),
        size=row["size"],
        attempts=row["attempts"],
        state=_STATES[row["state"]],
        disposition=_DISPOSITIONS[row["disposition"]],
        kind=row["kind"],
        problem=row["problem"],
        case=row["case_id"],
        safe_due=day(row["safe_due"]),
        settled_at=instant_or_none(row["settled_at"]),
    )
