"""A store in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Literal

from dsarbot.case_rows import case_row, to_post
from dsarbot.core.alarms import Alarm
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.errors import NotFound
from dsarbot.ports import INCOMPLETE, CaseRow, InboundRow, Position, Scope
from dsarbot.store.projection import LookupKind, normal
from dsarbot.store.projection import message_id as normal_id
from dsarbot.testing.clock import FrozenClock
from dsarbot.testing.matters import MemoryMatters
from dsarbot.testing.outbox import MemoryOutbox
from dsarbot.testing.state import LedgerEntry, State, case_of
from dsarbot.testing.transaction import MemoryTransaction
from dsarbot.testing.vault import MemoryVault


class MemoryStore(MemoryOutbox, MemoryMatters):
    """A Store in memory. facts(case id) and ledger() show what the journal would hold; `foreign_writes` is what
    `changed` gives: raise it to act as another process."""

    def __init__(self, clock: FrozenClock | None = None) -> None:
        self.vault = MemoryVault()
        self.foreign_writes = 0
        super().__init__()
        self._clock = clock or FrozenClock("2026-01-31T12:00:00+00:00")
        self._state = State()
        self._lock = asyncio.Lock()
        self._beats: dict[str, datetime] = {}
        self._leases: dict[str, tuple[str, datetime]] = {}
        self._anchors: list[tuple[str, str]] = []

    def facts(self, case_id: str) -> tuple[Fact, ...]:
        """What happened to the case, in order."""
        return self._state.facts.get(case_id, ())

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """The organisations' own entries, in order."""
        return tuple(self._state.ledger)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryTransaction]:
        async with self._lock:
            before = self._state.snapshot()
            try:
                yield MemoryTransaction(self._state, self.vault)
            except BaseException:
                self._state = before
                raise

    async def case(self, scope: Scope, case_id: str) -> Case:
        return case_of(self._state, scope, case_id)

    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]:
        found = (self._state.cases.get(each) for each in dict.fromkeys(ids))
        return [each.case for each in found if each and each.case.organisation == scope]

    async def cases_needing_attention(self, scope: Scope, limit: int = 500) -> Sequence[Case]:
        rows = await self.rows(scope, limit=len(self._state.cases))
        return await self.cases(scope, [row.id for row in rows if row.attention][:limit])

    async def cases_to_post(self, scope: Scope, limit: int = 500) -> Sequence[Case]:
        waiting = await self.cases_needing_attention(scope, len(self._state.cases))
        return [case for case in waiting if to_post(case)][:limit]

    async def by_reference(self, scope: Scope, reference: str) -> str | None:
        mine = {each.case.id: each.case for each in self._state.cases.values() if each.case.organisation == scope}
        for case in mine.values():
            if case.reference == reference:
                while case.merged_into in mine:
                    case = mine[case.merged_into]  # noqa: PLW2901
                return case.id
        return next((case.id for case in mine.values() if reference in case.aliases), None)

    async def by_lookup(self, scope: Scope, kind: LookupKind, value: str) -> tuple[str, ...]:
        words = [each for each in normal(kind, value) if each]
        if not words:
            return ()
        found = set.intersection(*(self._known(scope, kind, word) for word in words))
        newest = sorted(found, key=lambda each: (self._state.cases[each].case.opened_at, each), reverse=True)
        return tuple(newest)

    def _known(self, scope: Scope, kind: LookupKind, word: str) -> set[str]:
        pairs = self._state.found_by.items()
        known = {c for (s, lookup), ids in pairs if (s, lookup.kind, lookup.value) == (scope, kind, word) for c in ids}
        if kind == "message-id":
            rows = self._state.inbounds.values()
            known |= {row.case for row in rows if row.scope == scope and row.case and self._mail(row)[0] == word}
        return known

    def _mail(self, row: InboundRow) -> tuple[str, str, str, str]:
        return self._state.mails.get(row.id, ("", "", "", ""))

    async def by_lookups(
        self, scope: Scope, kind: Literal["address", "message-id"], values: Collection[str]
    ) -> Mapping[str, tuple[str, ...]]:
        found = {value: await self.by_lookup(scope, kind, value) for value in values}
        return {value: ids for value, ids in found.items() if ids}

    async def letters_by_message_ids(self, scope: Scope, values: Collection[str]) -> Mapping[str, tuple[str, str]]:
        found = {value: await self.letter_by_message_id(scope, value) for value in values}
        return {value: letter for value, letter in found.items() if letter}

    async def duplicates_of(
        self, scope: Scope, mails: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], str]:  # fmt: skip
        found = {each: await self.duplicate_of(scope, *each) for each in mails}
        return {each: original for each, original in found.items() if original}

    async def letter_by_message_id(self, scope: Scope, message_id: str) -> tuple[str, str] | None:
        wanted = normal_id(message_id)
        for (owner, lookup), ids in self._state.found_by.items():
            if (owner, lookup.kind, lookup.value) == (scope, "message-id", wanted) and lookup.letter:
                return ids[0], lookup.letter
        return None

    async def duplicate_of(self, scope: Scope, message_id: str, content_digest: str) -> str | None:
        wanted = (normal_id(message_id), content_digest)
        same = [r for r in self._state.inbounds.values() if r.scope == scope and self._mail(r)[:2] == wanted]
        return min(same, key=lambda row: (row.kept_at, row.id)).id if same and content_digest else None

    async def copies_of(self, scope: Scope, marks: Collection[str]) -> Mapping[str, str]:
        mine = [each for each in self._state.inbounds.values() if each.scope == scope and self._mail(each)[3] in marks]
        newest = sorted(mine, key=lambda row: (row.kept_at, row.id), reverse=True)
        return {self._mail(row)[3]: row.id for row in newest if self._mail(row)[3]}

    async def rows(
        self, scope: Scope, *, closed: bool = False, limit: int = 1000, after: str = ""
    ) -> Sequence[CaseRow]:
        mine = [each for each in self._state.cases.values() if each.case.organisation == scope]
        if closed:
            mine.sort(key=lambda each: (each.changed_at, each.case.id), reverse=True)
        else:
            mine.sort(key=lambda each: (case_row(each.case).target or date.max, each.case.id))
        rows = [row for row in (case_row(each.case) for each in mine) if row.closed == closed]
        if after:
            ids = [row.id for row in rows]
            if after not in ids:
                raise NotFound
            rows = rows[ids.index(after) + 1 :]
        return rows[:limit]

    async def rows_to_watch(self, scope: Scope, until: date) -> Sequence[CaseRow]:
        rows = await self.rows(scope, limit=len(self._state.cases))
        return [row for row in rows if row.attention or (row.target is not None and row.target <= until)]

    async def alarms(self, scope: Scope, *, ended: bool = False, limit: int = 1000) -> Sequence[Alarm]:
        mine = [alarm for (owner, _), alarm in self._state.alarms.items() if owner == scope]
        if ended:
            over = [(each.ended_at, each.id, each) for each in mine if each.ended_at is not None]
            return [each for _, _, each in sorted(over, key=lambda one: one[:2], reverse=True)][:limit]
        waiting = [each for each in mine if each.ended_at is None]
        return sorted(waiting, key=lambda each: (each.raised_at, each.id))[:limit]

    async def due_for_wake(self, now: datetime, limit: int = 100) -> Sequence[tuple[Scope, str]]:
        due = [(each.wake_at, each.case) for each in self._state.cases.values() if each.wake_at is not None]
        first = sorted((wake_at, case.id, case.organisation) for wake_at, case in due if wake_at <= now)
        return [(Scope(organisation), case_id) for _, case_id, organisation in first[:limit]]

    async def next_wake(self) -> datetime | None:
        return min((each.wake_at for each in self._state.cases.values() if each.wake_at), default=None)

    async def position(self, mailbox: str, folder: str) -> Position | None:
        return self._state.positions.get((mailbox, folder))

    async def recent_uids(self, mailbox: str, folder: str, uidvalidity: int, limit: int = 500) -> Sequence[int]:
        place = (mailbox, folder, uidvalidity)
        rows = self._state.inbounds.values()
        whole = [row for row in rows if row.uid and row.problem != INCOMPLETE]
        kept = {row.uid for row in whole if (row.mailbox, row.folder, row.uidvalidity) == place}
        return sorted(kept, reverse=True)[:limit]

    async def inbound(self, scope: Scope, inbound_id: str) -> InboundRow:
        row = self._state.inbounds.get(inbound_id)
        if row is None or row.scope != scope:
            raise NotFound
        return row

    async def unread_inbounds(self, limit: int = 50) -> Sequence[InboundRow]:
        unread = [row for row in self._state.inbounds.values() if row.state == "kept"]
        return sorted(unread, key=lambda row: (row.kept_at, row.id))[:limit]

    async def inbounds(
        self, scope: Scope, *, state: str = "", disposition: str = "", case: str = "", limit: int = 200
    ) -> Sequence[InboundRow]:
        rows = [
            row
            for row in self._state.inbounds.values()
            if row.scope == scope
            and state in ("", row.state)
            and disposition in ("", row.disposition)
            and case in ("", row.case)
        ]
        return sorted(rows, key=lambda row: (row.kept_at, row.id), reverse=True)[:limit]

    async def remembered(self, name: str) -> str:
        return self._state.remembered.get(name, "")

    async def changed(self) -> int:
        return self.foreign_writes

    async def beat(self, process: str, what: str, now: datetime) -> None:
        del process
        self._beats[what] = now

    async def beats(self) -> Mapping[str, datetime]:
        return dict(self._beats)

    async def newest_entry(self) -> datetime | None:
        instants = [each.changed_at for each in self._state.cases.values()] + [e.at for e in self._state.ledger]
        return max(instants, default=None)

    async def lease(self, name: str, holder: str, seconds: int) -> bool:
        owner, until = self._leases.get(name, (holder, datetime.min.replace(tzinfo=UTC)))
        if owner != holder and until > self._clock():
            return False
        self._leases[name] = (holder, self._clock() + timedelta(seconds=seconds))
        return True

    async def anchor(self, now: datetime) -> tuple[int, str] | None:
        del now
        moved = repr((sorted((c.case.id, c.case.version) for c in self._state.cases.values()), self._state.ledger))
        if (self._state.cases or self._state.ledger) and (not self._anchors or self._anchors[-1][0] != moved):
            before = self._anchors[-1][1] if self._anchors else ""
            self._anchors.append((moved, sha256((before + moved).encode()).hexdigest()))
        return (len(self._anchors), self._anchors[-1][1]) if self._anchors else None
