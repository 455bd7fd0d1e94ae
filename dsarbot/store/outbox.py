"""Outbox rows: what must still be sent. At least once, byte-identical; every completion must know its fence."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from dsarbot.errors import Tampered
from dsarbot.ports import Claimed, Ended, Job, JobRow, Scope
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Work
from dsarbot.store.projection import address, domain
from dsarbot.store.sql import among, instant, instant_or_none, many, run
from dsarbot.store.tables import JobTable

JobKind = Literal["letter", "digest", "notice", "copy", "webhook", "discord", "discord-post", "code"]
JobState = Literal["queued", "claimed", "sent", "cancelled", "shunted"]

_KINDS: Mapping[str, JobKind] = {
    "code": "code", "letter": "letter", "digest": "digest", "notice": "notice", "copy": "copy", "webhook": "webhook",
    "discord": "discord", "discord-post": "discord-post",
}  # fmt: skip
_STATES: Mapping[str, JobState] = {
    "queued": "queued", "claimed": "claimed", "sent": "sent", "cancelled": "cancelled", "shunted": "shunted",
}  # fmt: skip
#: What has a round of its own, so that no mail waits for it: webhooks, whose receivers may be slow, and Discord, where
#: answers to people go ahead of what the staff are shown, of which it takes one a second.
Lane = Literal["discord", "discord-post", "webhook"]
_LANES: Mapping[Lane | None, str] = {
    None: "NOT IN ('discord', 'discord-post', 'webhook')", "discord": "= 'discord'",
    "discord-post": "= 'discord-post'", "webhook": "= 'webhook'",
}  # fmt: skip
#: A server's answer names the recipient now and then: it is sealed, and cut.
_ANSWER = 500


async def enqueue(work: Work, job: Job) -> None:
    """A new row; Conflict at the end of the transaction when there is a job of that id."""
    key = new_object_key(job.scope, "job")
    work.made([key])
    envelope = {"recipient": job.recipient, "sender": job.envelope_sender, "message_id": job.message_id}
    row = {
        "id": job.id,
        "organisation": job.scope,
        "kind": job.kind,
        "case_id": job.case,
        "letter": job.letter,
        "object": job.object,
        "key": key.id,
        "automatic": job.automatic,
        "recipient_hash": await work.ring.fingerprint(job.scope, "address", address(job.recipient)),
        "domain_hash": await work.ring.fingerprint(job.scope, "domain", domain(job.recipient)),
        "sealed": key.seal(json.dumps(envelope).encode()),
        "answer": None,
        "state": "queued",
        "due_at": job.due_at,
        "attempts": 0,
        "fence": 0,
        "worker": "",
        "lease_until": 0,
        "first_tried_at": None,
        "ended_at": None,
        "sent_at": None,
    }
    work.add(JobTable, [row])


async def cancel(work: Work, scope: Scope, case_id: str, letter_id: str) -> int:
    """Cancel what is still queued for the case (or one letter of it); how many there were.

    What a worker has claimed is on its way and cannot be called back."""
    await work.write()
    wanted = JobTable.filter(organisation=scope, case_id=case_id, state="queued").using_db(work.db)
    return await (wanted.filter(letter=letter_id) if letter_id else wanted).update(state="cancelled")


_CLAIM = """
UPDATE job SET state = 'claimed', worker = ?, fence = fence + 1, attempts = attempts + 1,
  lease_until = {now} + ?, first_tried_at = COALESCE(first_tried_at, ?)
WHERE id IN (
  SELECT id FROM job
  WHERE ((state = 'queued' AND due_at <= ?) OR (state = 'claimed' AND lease_until < {now})) AND kind {kind}
  ORDER BY due_at, id LIMIT ? {skip})
RETURNING id, organisation, kind, case_id, letter, object, "key", automatic, sealed, due_at, attempts, fence,
  first_tried_at
"""


async def claim(
    db: BaseDBAsyncClient, ring: KeyRing, *, worker: str, now: datetime, lease_seconds: int, limit: int,
    lane: Lane | None = None,
) -> Sequence[Claimed]:  # fmt: skip
    """Take what is due, and what a lost worker had taken. One statement: nobody else gets the same rows.

    lane: that one alone; None: mail."""
    rows = await run(db, _CLAIM.replace("{kind}", _LANES[lane]), worker, lease_seconds * 1000, now, now, limit)
    keys = await ring.load([row["key"] for row in rows])
    claimed = [_claimed(row, keys) for row in rows]
    return sorted(claimed, key=lambda each: (each.job.due_at, each.job.id))


async def renew(db: BaseDBAsyncClient, worker: str, lease_seconds: int) -> None:
    """What the worker has claimed stays claimed for so long from now; a negative time ends it."""
    statement = "UPDATE job SET lease_until = {now} + ? WHERE state = 'claimed' AND worker = ?"
    await run(db, statement, lease_seconds * 1000, worker)


def _claimed(row: Mapping[str, Any], keys: Mapping[str, ObjectKey]) -> Claimed:
    if row["key"] not in keys:
        raise Tampered(f"the key of outbox row {row['id']} is missing")
    envelope = json.loads(keys[row["key"]].unseal(row["sealed"]))
    job = Job(
        id=row["id"],
        scope=Scope(row["organisation"]),
        kind=_KINDS[row["kind"]],
        object=row["object"],
        recipient=envelope["recipient"],
        envelope_sender=envelope["sender"],
        message_id=envelope["message_id"],
        due_at=instant(row["due_at"]),
        case=row["case_id"],
        letter=row["letter"],
        automatic=bool(row["automatic"]),
    )
    first = instant(row["first_tried_at"])
    return Claimed(job=job, fence=row["fence"], attempts=row["attempts"], first_tried_at=first)


async def finish_all(db: BaseDBAsyncClient, ring: KeyRing, ended: Sequence[Ended]) -> Collection[str]:
    """End the jobs; the ids of those ended. Where somebody else has claimed one since, nothing of it is written."""
    mine = await _mine(db, [each.claimed for each in ended])
    keys = await ring.load(mine.values())
    rows = [
        (each.state, _answer(keys, mine[each.claimed.job.id], each.last), each.at,
         each.at if each.state == "sent" else None, each.claimed.job.id, each.claimed.fence)
        for each in ended
        if each.claimed.job.id in mine
    ]  # fmt: skip
    await many(db, _FINISH, rows)
    return mine.keys()


async def retry(ring: KeyRing, claimed: Claimed, *, due_at: datetime, last: str) -> bool:
    """Give the job back for later; False when somebody else has claimed it since."""
    db = get_connection("default")
    mine = await _mine(db, [claimed])
    keys = await ring.load(mine.values())
    rows = [("queued", _answer(keys, key, last), due_at, job_id, claimed.fence) for job_id, key in mine.items()]
    await many(db, _RETRY, rows)
    return bool(rows)


_FINISH = (
    "UPDATE job SET state = ?, answer = ?, ended_at = ?, sent_at = ?, worker = '', lease_until = 0"
    " WHERE id = ? AND state = 'claimed' AND fence = ?"
)
_RETRY = (
    "UPDATE job SET state = ?, answer = ?, due_at = ?, worker = '', lease_until = 0"
    " WHERE id = ? AND state = 'claimed' AND fence = ?"
)
_MINE = 'SELECT id, "key", fence FROM job WHERE state = ? AND id IN ({among}) ORDER BY id {hold}'


async def _mine(db: BaseDBAsyncClient, claimed: Sequence[Claimed]) -> Mapping[str, str]:
    """Of these jobs those that nobody else has claimed since, with the id of their key."""
    fences = {each.job.id: each.fence for each in claimed}
    rows = await among(db, _MINE, sorted(fences), "claimed")
    return {row["id"]: row["key"] for row in rows if row["fence"] == fences[row["id"]]}


def _answer(keys: Mapping[str, ObjectKey], key_id: str, last: str) -> bytes | None:
    key = keys.get(key_id)
    return key.seal(last[:_ANSWER].encode(), "answer") if key and last else None


async def listed(ring: KeyRing, scope: Scope, *, states: Sequence[str], limit: int) -> Sequence[JobRow]:
    """Rows of the outbox, the latest due first."""
    query = JobTable.filter(organisation=scope)
    if states:
        query = query.filter(state__in=list(states))
    rows = await query.order_by("-due_at", "-id").limit(limit)
    keys = await ring.load([row.key for row in rows if row.answer])
    return [_row(row, keys.get(row.key)) for row in rows]


def _row(row: JobTable, key: ObjectKey | None) -> JobRow:
    return JobRow(
        id=row.id,
        scope=Scope(row.organisation),
        kind=row.kind,
        case=row.case_id,
        letter=row.letter,
        state=_STATES[row.state],
        due_at=row.due_at,
        attempts=row.attempts,
        last=key.unseal(row.answer, "answer").decode() if row.answer and key else "",
        sent_at=row.sent_at,
        first_tried_at=row.first_tried_at,
    )


async def next_due(*, lane: Lane | None = None) -> datetime | None:
    """When the earliest queued job is due; lane: as in `claim`."""
    statement = _NEXT.replace("{kind}", _LANES[lane])
    [row] = await run(get_connection("default"), statement)
    return instant_or_none(row["due_at"])


_NEXT = "SELECT MIN(due_at) AS due_at FROM job WHERE state = 'queued' AND kind {kind}"


async def sent_since(
    ring: KeyRing, scope: Scope, since: datetime, *, recipient: str, domain_name: str, automatic: bool
) -> int:
    """How many were sent since then: to a recipient, to a domain, or at all; only automatic ones if so asked."""
    query = JobTable.filter(organisation=scope, state="sent", sent_at__gte=since)
    if recipient:
        query = query.filter(recipient_hash=await ring.fingerprint(scope, "address", address(recipient)))
    if domain_name:
        query = query.filter(domain_hash=await ring.fingerprint(scope, "domain", domain_name.casefold()))
    return await (query.filter(automatic=True) if automatic else query).count()


async def sent_to(
    ring: KeyRing, scope: Scope, since: datetime, kind: Literal["address", "domain"], values: Collection[str]
) -> Mapping[str, int]:
    """How many automatic ones were sent since then to each of these recipients or domains."""
    normal = address if kind == "address" else str.casefold
    hashes = {value: await ring.fingerprint(scope, kind, normal(value)) for value in values}
    statement = _SENT_TO.replace("{column}", _COUNTED[kind])
    rows = await among(get_connection("default"), statement, hashes.values(), scope, since, "sent", True)
    counted = {row["hash"]: row["number"] for row in rows}
    return {value: counted.get(hashed, 0) for value, hashed in hashes.items()}


_COUNTED = {"address": "recipient_hash", "domain": "domain_hash"}
_SENT_TO = (
    "SELECT {column} AS hash, COUNT(*) AS number FROM job WHERE organisation = ? AND sent_at >= ? AND state = ?"
    " AND automatic = ? AND {column} IN ({among}) GROUP BY {column}"
)
