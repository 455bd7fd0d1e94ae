"""Once per recipient and local date, also after a restart, also with two processes (invariant 8).

What makes it once is `digest_once` inside the transaction that puts the mail into the outbox. The beats are only a
note to oneself: they save gathering everything again at each round, and say when the last digest left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dsarbot.desk.digest import build
from dsarbot.desk.digest_desk import Colleague, DigestDesk
from dsarbot.desk.digest_facts import Digest, DigestInput
from dsarbot.desk.digest_gather import CasesWithLetters, gather
from dsarbot.errors import Conflict, TheirInput
from dsarbot.ports import Blob, Job, Store, Vault

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What sending a digest needs beside the facts. changed: wakes the outbox; actor: of the ledger entry."""

    store: Store
    vault: Vault
    cases_with_letters: CasesWithLetters
    new_id: Callable[[], str]
    changed: Callable[[], None] = lambda: None
    actor: str = "service"


def beat_name(desk: DigestDesk, reader: str) -> str:
    """Under which name `Store.beats` says when this reader's last digest was put into the outbox."""
    return f"digest:{desk.organisation.key}:{reader}"


async def send_due(desks: Iterable[DigestDesk], sending: Sending, now: datetime) -> int:
    """Send what is due and was not sent: a digest missed while the service was down leaves the same day.

    Returns how many mails were put into the outbox."""
    beats = await sending.store.beats()
    sent = 0
    for desk in desks:
        # An hour that the clock skips in spring, or has twice in autumn, still comes once: instants are compared.
        if now >= desk.due_at(desk.day(now)) and any(_unsent(desk, each, beats, now) for each in desk.readers):
            sent += await send(desk, sending, now)
    return sent


async def unserved(desk: DigestDesk, store: Store, now: datetime) -> list[Colleague]:
    """The readers who have not got today's digest."""
    beats = await store.beats()
    return [each for each in desk.readers if _unsent(desk, each, beats, now)]


async def send(desk: DigestDesk, sending: Sending, now: datetime) -> int:
    """Send today's digest now to every reader who has not got it; how many mails were put into the outbox.

    A reader who cannot be served now is tried again in the next round, and keeps nobody else from getting it."""
    readers = await unserved(desk, sending.store, now)
    if not readers:
        return 0
    facts = await facts_at(desk, sending, now, now=now)
    digest = build(facts, desk.language, now)
    sent = 0
    for reader in readers:
        try:
            sent += await _put(desk, reader, digest=digest, facts=facts, sending=sending, now=now)
        except (Conflict, TheirInput) as why:
            log.error("No digest for %s: %s", reader.key, type(why).__name__, extra={"action": "digest_failed"})
            continue
        note = beat_name(desk, reader.key)
        await sending.store.beat(note, note, now)
    if sent:
        sending.changed()
        log.info("%d digests for %s", sent, desk.organisation.key, extra={"action": "digest_enqueued"})
    return sent


async def facts_at(desk: DigestDesk, sending: Sending, at: datetime, *, now: datetime) -> DigestInput:
    """The facts of the digest as of *at*, witnessed by an anchor of *now* (journal 6: before each digest)."""
    store = sending.store
    return await gather(
        store,
        desk,
        now=at,
        cases_with_letters=sending.cases_with_letters,
        since=_last(desk, await store.beats(), at),
        anchor=await _anchored(store, now),
        # practice 12: for a mail that several people read, every confidential case is a number.
        confidential=frozenset(await store.confidential(desk.organisation.scope)),
    )


async def _anchored(store: Store, now: datetime) -> tuple[int, str] | None:
    """The newest anchor. Conflict when another process was anchoring the very same moves: then it is there."""
    try:
        return await store.anchor(now)
    except Conflict:
        return await store.anchor(now)


async def _put(
    desk: DigestDesk, reader: Colleague, *, digest: Digest, facts: DigestInput, sending: Sending, now: datetime
) -> bool:
    organisation = desk.organisation
    message_id = organisation.new_message_id()
    blob = Blob(id=sending.new_id(), kind="letter", data=desk.compose(digest, reader.address, message_id, now))
    # Bytes first (security 4): what the outbox will send is durable before the row that refers to it.
    await sending.vault.keep(organisation.scope, [blob])
    async with sending.store.transaction() as transaction:
        first = await transaction.digest_once(organisation.scope, facts.day, reader.key)
        if first:
            await transaction.enqueue(
                Job(
                    id=sending.new_id(),
                    scope=organisation.scope,
                    kind="digest",
                    object=blob.id,
                    recipient=reader.address,
                    envelope_sender=organisation.envelope_sender,
                    message_id=message_id,
                    due_at=now,
                )
            )
            await transaction.ledger(
                organisation.scope,
                "digest-sent",
                {
                    "day": facts.day.isoformat(),
                    "recipient": reader.key,
                    "late": facts.late.total,
                    "due": facts.due.total,
                    "anchor": facts.anchor.number if facts.anchor else None,
                },
                at=now,
                actor=sending.actor,
            )
    if not first:
        # Another process was quicker; what this one wrote is needed by nobody.
        await sending.vault.destroy(organisation.scope, [blob.id], rule="digest-sent-before", actor=sending.actor)
    return first


def _unsent(desk: DigestDesk, reader: Colleague, beats: Mapping[str, datetime], now: datetime) -> bool:
    last = beats.get(beat_name(desk, reader.key))
    return last is None or desk.day(last) != desk.day(now)


def _last(desk: DigestDesk, beats: Mapping[str, datetime], now: datetime) -> datetime | None:
    """When the last digest of an earlier day left."""
    known = (beats.get(beat_name(desk, each.key)) for each in desk.readers)
    return max((at for at in known if at and desk.day(at) < desk.day(now)), default=None)
