"""Programs that talk to us: their keys, what they asked for once, whom we tell of what, and calendars."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tortoise.connection import get_connection

from dsarbot.core.api_keys import ApiKey, ApiScope
from dsarbot.core.webhooks import Event, EventKind, Hook
from dsarbot.errors import Conflict, NotFound, Tampered
from dsarbot.ports import Claimed, Job, Scope
from dsarbot.store import outbox
from dsarbot.store.api_tables import ApiCallTable, ApiKeyTable, CalendarTable, WebhookEventTable, WebhookTable
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Work
from dsarbot.store.sql import insert, run
from dsarbot.store.tables import fits
from dsarbot.store.trouble import translating

#: Kind of the key of a webhook's address and secret.
KIND: Final = "webhook"
#: A call may be repeated for so long; clients give up long before.
CALLS_LIVE: Final = timedelta(hours=48)
#: What was delivered, or given up, is forgotten.
_EVENTS_LIVE: Final = timedelta(days=30)
_FORM: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What was asked for under an Idempotency-Key. mine: begun just now; same: with the same body as now."""

    id: str
    mine: bool
    same: bool
    inbound: str
    case: str
    answer: str
    made_at: datetime


# --- in a transaction of whoever asks ------------------------------------------------------------------------------


async def save_key(work: Work, key: ApiKey) -> None:
    """Written as it is now."""
    values = {
        "organisation": key.organisation,
        "name": key.name,
        "scopes": " ".join(sorted(key.scopes)),
        "made_at": key.made_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "by": key.by,
    }
    await ApiKeyTable.update_or_create(id=key.id, defaults=values, using_db=work.db)


async def save_hook(work: Work, hook: Hook) -> None:
    """A new one."""
    key = new_object_key(Scope(hook.organisation), KIND)
    work.made([key])
    document = json.dumps({"v": _FORM, "url": hook.url, "secret": hook.secret}).encode()
    await WebhookTable.create(
        id=hook.id,
        organisation=hook.organisation,
        events=" ".join(sorted(hook.events)),
        made_at=hook.made_at,
        by=hook.by,
        object=key.id,
        document=key.seal(document),
        using_db=work.db,
    )


async def remove_hook(work: Work, scope: Scope, hook_id: str) -> None:
    """Nobody is told there any more: what still waits for it ends at its next try."""
    if not await WebhookTable.filter(id=hook_id, organisation=scope).using_db(work.db).delete():
        raise NotFound(f"There is no webhook {hook_id} of {scope}.")


async def tell(work: Work, scope: Scope, events: Sequence[Event]) -> None:
    """Into the outbox, for everybody who wants to hear of it."""
    if not events:
        return
    hooks = await WebhookTable.filter(organisation=scope).using_db(work.db).only("id", "events")
    wanted = [(event, [each.id for each in hooks if event.kind in each.events.split()]) for event in events]
    told = [_event_row(event) for event, listeners in wanted if listeners]
    if not told:
        return
    now = max(event.at for event in events)
    await WebhookEventTable.filter(at__lt=now - _EVENTS_LIVE).using_db(work.db).delete()
    await insert(work.db, WebhookEventTable, told)
    for event, listeners in wanted:
        for listener in listeners:
            await outbox.enqueue(work, _job(scope, event, listener))


def _job(scope: Scope, event: Event, hook: str) -> Job:
    return Job(
        id=f"{event.id}-{hook}",
        scope=scope,
        kind="webhook",
        object=event.id,
        recipient=hook,
        envelope_sender="",
        message_id=event.id,
        due_at=event.at,
        automatic=True,
    )


def _event_row(event: Event) -> Mapping[str, object]:
    return {
        "id": event.id,
        "organisation": event.organisation,
        "kind": event.kind.value,
        "case_id": event.case,
        "reference": event.reference,
        "at": event.at,
        "status": event.status,
        "target": event.target,
        "letter": event.letter,
    }


async def note_call(work: Work, scope: Scope, call_id: str, case_id: str) -> None:
    """The case that this call opened. Conflict when a repetition of it was faster."""
    noted = await run(work.db, _NOTE, case_id, call_id, scope)
    if not noted:
        raise Conflict


_NOTE = "UPDATE api_call SET case_id = ? WHERE id = ? AND organisation = ? AND case_id = '' RETURNING id"


async def save_calendar(work: Work, staff: str, token: str, now: datetime) -> None:
    """From now on it is read by that address alone; "" for by none."""
    await CalendarTable.filter(staff=staff).using_db(work.db).delete()
    if token:
        await CalendarTable.create(staff=staff, token=token, made_at=now, using_db=work.db)


# --- outside ---------------------------------------------------------------------------------------------------------


@translating
class Api:
    """What is read of all this, and calls, which are written on their own."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    async def key(self, key_id: str) -> ApiKey | None:
        """By the hash of the key; also one that is over."""
        row = await ApiKeyTable.get_or_none(id=key_id)
        return _key(row) if row else None

    async def keys(self, scope: Scope) -> Sequence[ApiKey]:
        """All that are kept, the oldest first."""
        return [_key(row) for row in await ApiKeyTable.filter(organisation=scope).order_by("made_at", "id")]

    async def begin_call(self, scope: Scope, *, who: str, key: str, body: bytes, inbound: str, now: datetime) -> Call:
        """Note a call, or find the one that was noted under the same Idempotency-Key of the same program."""
        call_id = await self._ring.fingerprint(scope, "api-call", f"{who}\0{key}")
        hashed = await self._ring.fingerprint(scope, "api-body", body.hex())
        db = get_connection("default")
        await run(db, "DELETE FROM api_call WHERE made_at < ?", now - CALLS_LIVE)
        row = {
            "id": call_id, "organisation": scope, "body": hashed, "inbound": inbound, "case_id": "", "answer": "",
            "made_at": now,
        }  # fmt: skip
        await insert(db, ApiCallTable, [row], may_be_there=True)
        found = await ApiCallTable.get(id=call_id)
        return Call(
            id=call_id,
            mine=found.inbound == inbound,
            same=found.body == hashed,
            inbound=found.inbound,
            case=found.case_id,
            answer=found.answer,
            made_at=found.made_at,
        )

    async def finish_call(self, scope: Scope, call_id: str, answer: str) -> None:
        """What was said to it is said again whenever it is repeated."""
        await ApiCallTable.filter(id=call_id, organisation=scope).update(answer=answer)

    async def hooks(self, scope: Scope) -> Sequence[Hook]:
        """All of that organisation."""
        rows = await WebhookTable.filter(organisation=scope).order_by("made_at", "id")
        keys = await self._ring.load([row.object for row in rows])
        return [_hook(row, keys.get(row.object)) for row in rows]

    async def hook(self, scope: Scope, hook_id: str) -> Hook | None:
        """None when it was removed."""
        row = await WebhookTable.get_or_none(id=hook_id, organisation=scope)
        return _hook(row, (await self._ring.load([row.object])).get(row.object)) if row else None

    async def event(self, scope: Scope, event_id: str) -> Event | None:
        """None when it was forgotten."""
        row = await WebhookEventTable.get_or_none(id=event_id, organisation=scope)
        return _event(row) if row else None

    async def claim_jobs(self, worker: str, now: datetime, lease_seconds: int, limit: int) -> Sequence[Claimed]:
        """Webhooks that are due, as `Store.claim_jobs` takes everything else."""
        db = get_connection("default")
        return await outbox.claim(
            db, self._ring, worker=worker, now=now, lease_seconds=lease_seconds, limit=limit, lane="webhook"
        )  # fmt: skip

    async def next_job_due(self) -> datetime | None:
        """When the next of them is."""
        return await outbox.next_due(lane="webhook")

    async def calendar_of(self, token: str) -> str:
        """Whose calendar has the address with that hash, "" for nobody's."""
        row = await CalendarTable.get_or_none(token=token) if fits(CalendarTable, "token", token) else None
        return row.staff if row else ""

    async def has_calendar(self, staff: str) -> bool:
        return await CalendarTable.filter(staff=staff).exists()


def _key(row: ApiKeyTable) -> ApiKey:
    return ApiKey(
        id=row.id,
        organisation=row.organisation,
        name=row.name,
        scopes=frozenset(ApiScope(each) for each in row.scopes.split()),
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        by=row.by,
    )


def _hook(row: WebhookTable, key: ObjectKey | None) -> Hook:
    if key is None:
        raise Tampered(f"the key of webhook {row.id} is missing")
    said: dict[str, Any] = json.loads(key.unseal(row.document))
    return Hook(
        id=row.id,
        organisation=row.organisation,
        url=said["url"],
        secret=said["secret"],
        events=frozenset(EventKind(each) for each in row.events.split()),
        made_at=row.made_at,
        by=row.by,
    )


def _event(row: WebhookEventTable) -> Event:
    return Event(
        id=row.id,
        organisation=row.organisation,
        kind=EventKind(row.kind),
        case=row.case_id,
        reference=row.reference,
        at=row.at,
        status=row.status,
        target=row.target,
        letter=row.letter,
    )
