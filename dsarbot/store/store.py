"""TortoiseStore: the Store of ports.py, put together from its parts. Nothing is decided here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from dsarbot.core.alarms import Alarm
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.core.facts_inquiry import InquiryFact
from dsarbot.core.inquiry import Inquiry
from dsarbot.ports import (
    CaseRow,
    Change,
    Claimed,
    Ended,
    InboundRow,
    Job,
    JobRow,
    Position,
    Scope,
    Settled,
    Suppression,
)
from dsarbot.store import alarms as alarm_rows
from dsarbot.store import anchors, case_lists, cases, changes, inbounds, inquiries, journal, leases, lookups, outbox
from dsarbot.store import suppressions as suppression_rows
from dsarbot.store.directory import Directory
from dsarbot.store.handed_over import HandedOver
from dsarbot.store.id_copies import IdCopies
from dsarbot.store.keys import KeyRing
from dsarbot.store.matters import StoreMatters, TransactionMatters
from dsarbot.store.pending import Work
from dsarbot.store.projection import LookupKind
from dsarbot.store.sql import instant_or_none, run
from dsarbot.store.trouble import translated, translating
from dsarbot.store.vault import FileVault


class TortoiseTransaction(TransactionMatters):
    """The Transaction of ports.py."""

    def __init__(self, work: Work) -> None:
        self.work = work

    async def case(self, scope: Scope, case_id: str) -> Case:
        return await cases.load(self.work, scope, case_id)

    async def handled(self, scope: Scope, case_id: str, cause: str) -> bool:
        return await cases.handled(self.work, scope, case_id, cause)

    async def save(self, scope: Scope, case: Case, facts: Sequence[Fact], *, wake_at: datetime | None) -> Case:
        return await cases.save(self.work, scope, case, facts, wake_at=wake_at)

    async def save_all(self, changes: Sequence[Change]) -> Sequence[bool]:
        return await cases.save_all(self.work, changes)

    async def next_number(self, scope: Scope, year: int, *, count: int = 1) -> int:
        return await leases.next_number(self.work, scope, year, count)

    async def inbound(self, scope: Scope, inbound_id: str) -> InboundRow:
        return await inbounds.get(self.work.db, scope, inbound_id)

    async def add_inbounds(self, rows: Sequence[InboundRow]) -> None:
        await inbounds.add(self.work, rows)

    async def update_inbound(
        self, row: InboundRow, *, message_id: str = "", content_digest: str = "", sender: str = ""
    ) -> None:
        await inbounds.update_all(
            self.work, [Settled(row=row, message_id=message_id, content_digest=content_digest, sender=sender)]
        )

    async def update_inbounds(self, settled: Sequence[Settled]) -> None:
        await inbounds.update_all(self.work, settled)

    async def count_attempts(self, rows: Sequence[InboundRow]) -> None:
        await inbounds.count_attempts(self.work, [row.id for row in rows])

    async def advance(self, mailbox: str, folder: str, position: Position) -> None:
        await inbounds.advance(self.work, mailbox, folder, position)

    async def enqueue(self, job: Job) -> None:
        await outbox.enqueue(self.work, job)

    async def finish_jobs(self, ended: Sequence[Ended]) -> Collection[str]:
        return await outbox.finish_all(self.work.db, self.work.ring, ended)

    async def cancel_jobs(self, scope: Scope, case_id: str, letter_id: str = "") -> int:
        return await outbox.cancel(self.work, scope, case_id, letter_id)

    async def ledger(
        self, scope: Scope, kind: str, public: Mapping[str, str | int | None], *, at: datetime, actor: str
    ) -> None:
        await journal.append_to_ledger(self.work.db, scope, kind, public, at=at, actor=actor)

    async def digest_once(self, scope: Scope, day: date, recipient: str) -> bool:
        return await leases.digest_once(self.work, scope, day, recipient)

    async def raise_alarms(self, scope: Scope, alarms: Sequence[Alarm]) -> tuple[str, ...]:
        return await alarm_rows.raise_all(self.work.db, scope, alarms)

    async def move_alarms(self, scope: Scope, alarms: Sequence[Alarm]) -> None:
        await alarm_rows.move(self.work.db, scope, alarms)

    async def acknowledge_alarm(self, scope: Scope, alarm_id: str, *, by: str, at: datetime) -> bool:
        return await alarm_rows.acknowledge(self.work.db, scope, alarm_id, by=by, at=at)

    async def forget_alarms(self, scope: Scope, before: datetime) -> int:
        return await alarm_rows.forget(self.work.db, scope, before)

    async def save_inquiry(self, scope: Scope, inquiry: Inquiry, facts: Sequence[InquiryFact]) -> None:
        await inquiries.save(self.work, scope, inquiry, facts)

    async def suppress(self, scope: Scope, suppression: Suppression) -> bool:
        return await suppression_rows.add(self.work, scope, suppression)

    async def unsuppress(self, scope: Scope, value: str, *, reason: str, at: datetime, actor: str) -> bool:
        return await suppression_rows.remove(self.work, scope, value, reason=reason, at=at, actor=actor)

    async def expire_suppressions(self, scope: Scope, before: datetime, *, at: datetime, actor: str) -> int:
        return await suppression_rows.expire(self.work, scope, before, at=at, actor=actor)

    async def remember(self, name: str, value: str) -> None:
        await leases.remember(self.work, name, value)


@translating
class TortoiseStore(StoreMatters):
    """The Store of ports.py on SQLite or PostgreSQL; made by `database.open_store`."""

    def __init__(self, ring: KeyRing, vault: FileVault, handed_over: HandedOver) -> None:
        self.ring = ring
        self.vault = vault
        self.handed_over = handed_over
        self.directory = Directory(ring, vault)
        self.id_copies = IdCopies(ring)
        self._changes = changes.Changes()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[TortoiseTransaction]:
        """One transaction. Conflict when the database itself had to choose between two."""
        with translated():
            async with in_transaction("default") as db:
                work = Work(db, self.ring)
                yield TortoiseTransaction(work)
                await work.flush()

    async def case(self, scope: Scope, case_id: str) -> Case:
        return await cases.read(self.ring, scope, case_id)

    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]:
        return await case_lists.opened(self.ring, scope, ids)

    async def cases_needing_attention(self, scope: Scope, limit: int = 500) -> Sequence[Case]:
        return await case_lists.needing_attention(self.ring, scope, limit)

    async def cases_to_post(self, scope: Scope, limit: int = 500) -> Sequence[Case]:
        return await case_lists.with_letters_to_post(self.ring, scope, limit)

    async def by_reference(self, scope: Scope, reference: str) -> str | None:
        return await cases.by_reference(scope, reference)

    async def by_lookup(self, scope: Scope, kind: LookupKind, value: str) -> tuple[str, ...]:
        return await lookups.by_lookup(self.ring, scope, kind, value)

    async def by_lookups(
        self, scope: Scope, kind: Literal["address", "message-id"], values: Collection[str]
    ) -> Mapping[str, tuple[str, ...]]:
        return await lookups.by_lookups(self.ring, scope, kind, values)

    async def letters_by_message_ids(self, scope: Scope, values: Collection[str]) -> Mapping[str, tuple[str, str]]:
        return await lookups.letters_by_message_ids(self.ring, scope, values)

    async def duplicates_of(
        self, scope: Scope, mails: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], str]:  # fmt: skip
        return await inbounds.duplicates_of(self.ring, scope, mails)

    async def letter_by_message_id(self, scope: Scope, message_id: str) -> tuple[str, str] | None:
        return await lookups.letter_by_message_id(self.ring, scope, message_id)

    async def duplicate_of(self, scope: Scope, message_id: str, content_digest: str) -> str | None:
        return await inbounds.duplicate_of(self.ring, scope, message_id, content_digest)

    async def copies_of(self, scope: Scope, marks: Collection[str]) -> Mapping[str, str]:
        return await inbounds.copies_of(self.ring, scope, marks)

    async def rows(
        self, scope: Scope, *, closed: bool = False, limit: int = 1000, after: str = ""
    ) -> Sequence[CaseRow]:
        return await case_lists.listed(get_connection("default"), scope, closed=closed, limit=limit, after=after)

    async def rows_to_watch(self, scope: Scope, until: date) -> Sequence[CaseRow]:
        return await case_lists.to_watch(get_connection("default"), scope, until)

    async def alarms(self, scope: Scope, *, ended: bool = False, limit: int = 1000) -> Sequence[Alarm]:
        return await alarm_rows.listed(scope, ended=ended, limit=limit)

    async def due_for_wake(self, now: datetime, limit: int = 100) -> Sequence[tuple[Scope, str]]:
        return await cases.due_for_wake(now, limit)

    async def next_wake(self) -> datetime | None:
        return await cases.next_wake()

    async def position(self, mailbox: str, folder: str) -> Position | None:
        return await inbounds.position(mailbox, folder)

    async def recent_uids(self, mailbox: str, folder: str, uidvalidity: int, limit: int = 500) -> Sequence[int]:
        return await inbounds.recent_uids(mailbox, folder, uidvalidity, limit)

    async def inbound(self, scope: Scope, inbound_id: str) -> InboundRow:
        return await inbounds.get(get_connection("default"), scope, inbound_id)

    async def unread_inbounds(self, limit: int = 50) -> Sequence[InboundRow]:
        return await inbounds.unread(limit)

    async def inbounds(
        self, scope: Scope, *, state: str = "", disposition: str = "", case: str = "", limit: int = 200
    ) -> Sequence[InboundRow]:
        return await inbounds.listed(scope, state=state, disposition=disposition, case=case, limit=limit)

    async def claim_jobs(self, worker: str, now: datetime, lease_seconds: int, limit: int = 20) -> Sequence[Claimed]:
        self.handed_over.take_over(now)
        db = get_connection("default")
        claimed = await outbox.claim(
            db, self.ring, worker=worker, now=now, lease_seconds=lease_seconds, limit=limit
        )  # fmt: skip
        known = self.handed_over.known([each.job.id for each in claimed])
        return [replace(each, handed_over_at=known.get(each.job.id)) for each in claimed] if known else claimed

    async def renew_claims(self, worker: str, lease_seconds: int) -> None:
        await outbox.renew(get_connection("default"), worker, lease_seconds)

    async def release_claims(self, worker: str) -> None:
        await outbox.renew(get_connection("default"), worker, -1)

    async def note_handed_over(self, claimed: Claimed, at: datetime) -> None:
        self.handed_over.note(claimed.job.id, at)

    async def forget_handed_over(self, claimed: Sequence[Claimed]) -> None:
        self.handed_over.forget([each.job.id for each in claimed])

    async def finish_job(
        self, claimed: Claimed, *, state: Literal["sent", "cancelled", "shunted"], last: str, now: datetime
    ) -> bool:
        ended = Ended(claimed=claimed, state=state, last=last, at=now)
        return bool(await outbox.finish_all(get_connection("default"), self.ring, [ended]))

    async def retry_job(self, claimed: Claimed, *, due_at: datetime, last: str, now: datetime) -> bool:  # noqa: ARG002
        return await outbox.retry(self.ring, claimed, due_at=due_at, last=last)

    async def jobs(self, scope: Scope, *, states: Sequence[str] = (), limit: int = 200) -> Sequence[JobRow]:
        return await outbox.listed(self.ring, scope, states=states, limit=limit)

    async def next_job_due(self) -> datetime | None:
        return await outbox.next_due()

    async def sent_since(
        self, scope: Scope, since: datetime, *, recipient: str = "", domain: str = "", automatic: bool = True
    ) -> int:
        return await outbox.sent_since(
            self.ring, scope, since, recipient=recipient, domain_name=domain, automatic=automatic
        )

    async def sent_to(
        self, scope: Scope, since: datetime, kind: Literal["address", "domain"], values: Collection[str]
    ) -> Mapping[str, int]:
        return await outbox.sent_to(self.ring, scope, since, kind, values)

    async def remembered(self, name: str) -> str:
        return await leases.remembered(name)

    async def changed(self) -> int:
        return await self._changes.number(get_connection("default"))

    async def beat(self, process: str, what: str, now: datetime) -> None:
        await leases.beat(get_connection("default"), process, what, now)

    async def beats(self) -> Mapping[str, datetime]:
        return await leases.beats()

    async def newest_entry(self) -> datetime | None:
        [row] = await run(get_connection("default"), "SELECT MAX(at) AS at FROM entry")
        return instant_or_none(row["at"])

    async def lease(self, name: str, holder: str, seconds: int) -> bool:
        return await leases.take(get_connection("default"), name, holder, seconds)

    async def anchor(self, now: datetime) -> tuple[int, str] | None:
        async with self.transaction() as transaction:
            return await anchors.anchor(transaction.work.db, now)
