"""What arrived: one row per inbound, and how far each folder was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from tortoise.exceptions import IntegrityError

from dsarbot.errors import Conflict, NotFound
from dsarbot.ports import Disposition, InboundRow, Position, Scope, mailbox_scope
from dsarbot.store.keys import KeyRing
from dsarbot.store.pending import Work
from dsarbot.store.projection import address
from dsarbot.store.projection import message_id as normal_id
from dsarbot.store.service_tables import PositionTable
from dsarbot.store.sql import run
from dsarbot.store.tables import InboundTable

State = Literal["kept", "settled", "held"]

#: A code or a short sentence.
_PROBLEM = 255
_DISPOSITIONS: dict[str, Disposition] = {name: name for name in get_args(Disposition)}
_STATES: dict[str, State] = {"kept": "kept", "settled": "settled", "held": "held"}


async def get(work: Work, scope: Scope, inbound_id: str) -> InboundRow:
    """The row; NotFound when that scope has none of that id."""
    row = await InboundTable.get_or_none(id=inbound_id, organisation=scope, using_db=work.db)
    if row is None:
        raise NotFound
    return _row(row)


async def add(work: Work, rows: Sequence[InboundRow]) -> None:
    """New rows; Conflict when another process has taken one of these mails already."""
    try:
        await InboundTable.bulk_create([_table(row) for row in rows], using_db=work.db)
    except IntegrityError:
        raise Conflict from None


async def update(work: Work, row: InboundRow, *, message_id: str, content_digest: str, sender: str) -> None:
    """Rewrite the row. A mailbox's inbound may become an organisation's, its objects with it; nothing else moves."""
    values, source = _values(row), mailbox_scope(row.mailbox)
    hashed = await hashes(
        work.ring, row.scope, message_id=message_id, content_digest=content_digest, sender=sender
    )  # fmt: skip
    known = message_id or content_digest or sender
    mine = InboundTable.filter(id=row.id, organisation=row.scope).using_db(work.db)
    if await mine.update(**values, **(hashed if known else {})):
        return
    given = InboundTable.filter(id=row.id, organisation=source, mailbox=row.mailbox).using_db(work.db)
    # Hashes under the mailbox's key mean nothing to the organisation.
    if not await given.update(**values, **hashed):
        raise NotFound
    # Before the commit: should that fail, the mailbox, where the objects were sealed, can still open them.
    await work.ring.give(row.objects, source, row.scope)


async def hashes(
    ring: KeyRing, scope: Scope, *, message_id: str, content_digest: str, sender: str
) -> dict[str, str]:
    """The keyed hashes of a mail. same_hash: Message-ID and content together make a duplicate (security 7)."""
    return {
        "message_hash": await ring.fingerprint(scope, "message-id", normal_id(message_id)),
        "same_hash": await ring.fingerprint(scope, "same", same(message_id, content_digest)),
        "sender_hash": await ring.fingerprint(scope, "address", address(sender)),
    }


def same(mail_id: str, content_digest: str) -> str:
    """What is equal for duplicates; "" when there is no content to compare."""
    return f"{normal_id(mail_id)}\0{content_digest}" if content_digest else ""


async def duplicate_of(ring: KeyRing, scope: Scope, mail_id: str, content_digest: str) -> str | None:
    """The id of the first inbound of that scope with this Message-ID and this content."""
    wanted = await ring.fingerprint(scope, "same", same(mail_id, content_digest))
    if not wanted:
        return None
    found = InboundTable.filter(organisation=scope, same_hash=wanted).order_by("kept_at", "id")
    row = await found.only("id").first()
    return row.id if row else None


async def unread(limit: int) -> Sequence[InboundRow]:
    """Inbounds that are kept but not read yet, of all scopes, in the order of their arrival."""
    return [_row(row) for row in await InboundTable.filter(state="kept").order_by("kept_at", "id").limit(limit)]


async def listed(scope: Scope, *, state: str, disposition: str, case: str, limit: int) -> Sequence[InboundRow]:
    """Newest first; every condition that is not empty must hold."""
    conditions = {"state": state, "disposition": disposition, "case_id": case}
    query = InboundTable.filter(organisation=scope, **{name: value for name, value in conditions.items() if value})
    return [_row(row) for row in await query.order_by("-kept_at", "-id").limit(limit)]


async def recent_uids(mailbox: str, folder: str, uidvalidity: int, limit: int) -> Sequence[int]:
    """The highest UIDs that were kept from that folder, descending."""
    query = InboundTable.filter(mailbox=mailbox, folder=folder, uidvalidity=uidvalidity, uid__gt=0)
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


def _table(row: InboundRow) -> InboundTable:
    native = f"{row.mailbox}\n{row.folder}\n{row.uidvalidity}\n{row.uid}" if row.uid else None
    return InboundTable(
        id=row.id, native=native, message_hash="", same_hash="", sender_hash="", **_values(row)
    )  # fmt: skip


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


def _row(row: InboundTable) -> InboundRow:
    return InboundRow(
        id=row.id,
        scope=Scope(row.organisation),
        channel=row.channel,
        mailbox=row.mailbox,
        folder=row.folder,
        uidvalidity=row.uidvalidity,
        uid=row.uid,
        received_at=row.received_at,
        kept_at=row.kept_at,
        objects=tuple(row.objects.split()),
        size=row.size,
        attempts=row.attempts,
        state=_STATES[row.state],
        disposition=_DISPOSITIONS[row.disposition],
        kind=row.kind,
        problem=row.problem,
        case=row.case_id,
        safe_due=row.safe_due,
        settled_at=row.settled_at,
    )
