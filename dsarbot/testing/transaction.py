"""A transaction on a store in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from dsarbot.core.alarms import Alarm
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.core.webhooks import Event
from dsarbot.errors import Conflict, NotFound
from dsarbot.ports import Change, Ended, InboundRow, Job, Position, Scope, Settled, mailbox_scope
from dsarbot.store.projection import address, demand_code, lookups
from dsarbot.store.projection import message_id as normal_id
from dsarbot.testing.matters import MemoryMatterChanges
from dsarbot.testing.state import CaseState, JobState, LedgerEntry, State, case_of
from dsarbot.testing.vault import MemoryVault


class MemoryTransaction(MemoryMatterChanges):
    """The Transaction of ports.py on a MemoryStore."""

    def __init__(self, state: State, vault: MemoryVault) -> None:
        self._state = state
        self._vault = vault

    async def case(self, scope: Scope, case_id: str) -> Case:
        return case_of(self._state, scope, case_id)

    async def handled(self, scope: Scope, case_id: str, cause: str) -> bool:
        known = self._state.cases.get(case_id)
        mine = known is not None and known.case.organisation == scope
        return mine and any(fact.cause == cause for fact in self._state.facts[case_id])

    async def save(self, scope: Scope, case: Case, facts: Sequence[Fact], *, wake_at: datetime | None) -> Case:
        known, base = self._state.cases.get(case.id), case.version - len(facts)
        if case.organisation != scope or (base and (known is None or known.case.organisation != scope)):
            raise NotFound
        earlier = self._state.facts.get(case.id, ())
        if base != (known.case.version if known else 0) or self._taken(case, facts, earlier):
            raise Conflict
        changed_at = max((known.changed_at if known else facts[0].at, *(fact.at for fact in facts)))
        self._state.cases[case.id] = CaseState(case=case, wake_at=wake_at, changed_at=changed_at)
        self._state.facts[case.id] = (*earlier, *facts)
        for lookup in lookups(facts):
            ids = self._state.found_by.get((scope, lookup), ())
            self._state.found_by[scope, lookup] = ids if case.id in ids else (*ids, case.id)
        return case

    async def save_all(self, changes: Sequence[Change]) -> Sequence[bool]:
        return [await self._save_once(each) for each in changes]

    async def _save_once(self, change: Change) -> bool:
        if change.cause and change.base and await self.handled(change.scope, change.case.id, change.cause):
            return False
        await self.save(change.scope, change.case, change.facts, wake_at=change.wake_at)
        return True

    def _taken(self, case: Case, facts: Sequence[Fact], earlier: Sequence[Fact]) -> bool:
        """A cause that was handled already, or a reference that is another case's."""
        if {fact.cause for fact in facts} & {fact.cause for fact in earlier}:
            return True
        others = (each.case for each in self._state.cases.values() if each.case.id != case.id)
        return any((o.organisation, o.reference) == (case.organisation, case.reference) for o in others)

    async def next_number(self, scope: Scope, year: int, *, count: int = 1) -> int:
        last = self._state.numbers[scope, year] = self._state.numbers.get((scope, year), 0) + count
        return last - count + 1

    async def inbound(self, scope: Scope, inbound_id: str) -> InboundRow:
        row = self._state.inbounds.get(inbound_id)
        if row is None or row.scope != scope:
            raise NotFound
        return row

    async def add_inbounds(self, rows: Sequence[InboundRow]) -> None:
        for row in rows:
            taken = {_native(each) for each in self._state.inbounds.values() if each.uid}
            if row.id in self._state.inbounds or _native(row) in taken:
                raise Conflict
            self._state.inbounds[row.id] = row

    async def update_inbound(
        self, row: InboundRow, *, message_id: str = "", content_digest: str = "", sender: str = ""
    ) -> None:
        self._settle(Settled(row=row, message_id=message_id, content_digest=content_digest, sender=sender))

    def _settle(self, each: Settled) -> None:
        row, before = each.row, self._state.inbounds.get(each.row.id)
        if before is None or before.scope not in {row.scope, mailbox_scope(before.mailbox)}:
            raise NotFound
        self._state.inbounds[row.id] = row
        known = (normal_id(each.message_id), each.content_digest, address(each.sender), each.copy_mark)
        if any(known) or before.scope != row.scope:
            self._state.mails[row.id] = known
        self._vault.give(row.objects, before.scope, row.scope)

    async def update_inbounds(self, settled: Sequence[Settled]) -> None:
        for each in settled:
            if each.unread and self._state.inbounds[each.row.id].state != "kept":
                raise Conflict
            self._settle(each)

    async def count_attempts(self, rows: Sequence[InboundRow]) -> None:
        for row in rows:
            before = self._state.inbounds[row.id]
            self._state.inbounds[row.id] = replace(before, attempts=before.attempts + 1)

    async def advance(self, mailbox: str, folder: str, position: Position) -> None:
        self._state.positions[mailbox, folder] = position

    async def enqueue(self, job: Job) -> None:
        if job.id in self._state.jobs:
            raise Conflict
        self._state.jobs[job.id] = JobState(job=job, due_at=job.due_at)

    async def finish_jobs(self, ended: Sequence[Ended]) -> Collection[str]:
        return {each.claimed.job.id for each in ended if self._state.finish(each)}

    async def cancel_jobs(self, scope: Scope, case_id: str, letter_id: str = "") -> int:
        wanted = [
            each
            for each in self._state.jobs.values()
            if (each.job.scope, each.job.case, each.state) == (scope, case_id, "queued")
            and letter_id in ("", each.job.letter)
        ]
        for each in wanted:
            self._state.jobs[each.job.id] = replace(each, state="cancelled")
        return len(wanted)

    async def ledger(
        self, scope: Scope, kind: str, public: Mapping[str, str | int | None], *, at: datetime, actor: str
    ) -> None:
        self._state.ledger.append(LedgerEntry(scope=scope, kind=kind, public=dict(public), at=at, actor=actor))

    async def digest_once(self, scope: Scope, day: date, recipient: str) -> bool:
        key = (scope, day, address(recipient))
        first = key not in self._state.digests
        self._state.digests.add(key)
        return first

    async def raise_alarms(self, scope: Scope, alarms: Sequence[Alarm]) -> tuple[str, ...]:
        raised = []
        for alarm in alarms:
            known = self._state.alarms.get((scope, alarm.key))
            if known is None or known.ended_at is not None:
                self._state.alarms[scope, alarm.key] = alarm
                raised.append(alarm.id)
        return tuple(raised)

    async def move_alarms(self, scope: Scope, alarms: Sequence[Alarm]) -> None:
        for alarm in alarms:
            known = self._state.alarms.get((scope, alarm.key))
            if known is not None and known.id == alarm.id:
                self._state.alarms[scope, alarm.key] = replace(
                    known, level=alarm.level, climbed_at=alarm.climbed_at, told=alarm.told, ended_at=alarm.ended_at
                )

    async def acknowledge_alarm(self, scope: Scope, alarm_id: str, *, by: str, at: datetime) -> bool:
        found = [key for key, each in self._state.alarms.items() if key[0] == scope and each.id == alarm_id]
        waiting = [key for key in found if self._state.alarms[key].waits]
        for key in waiting:
            self._state.alarms[key] = replace(self._state.alarms[key], acknowledged_by=by, acknowledged_at=at)
        return bool(waiting)

    async def forget_alarms(self, scope: Scope, before: datetime) -> int:
        over = [
            key
            for key, each in self._state.alarms.items()
            if key[0] == scope and each.ended_at is not None and each.ended_at < before
        ]
        for key in over:
            del self._state.alarms[key]
        return len(over)

    async def tell(self, scope: Scope, events: Sequence[Event]) -> None:
        self._state.told += [each for each in events if each.organisation == scope]

    async def note_call(self, scope: Scope, call: str, case: str) -> None:
        if self._state.calls.setdefault((scope, call), case) != case:
            raise Conflict

    async def remember(self, name: str, value: str) -> None:
        demand_code(name, value)
        self._state.remembered[name] = value


def _native(row: InboundRow) -> tuple[str, str, int, int]:
    return row.mailbox, row.folder, row.uidvalidity, row.uid
