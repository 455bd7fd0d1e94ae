"""What a store in memory keeps besides cases: inquiries of authorities, and who gets no advertising any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from dsarbot.core.facts_inquiry import InquiryFact
from dsarbot.core.inquiry import Inquiry
from dsarbot.core.parties import Register
from dsarbot.core.suppression import normalised, suppression_hash
from dsarbot.errors import Conflict, NotFound
from dsarbot.ports import InquiryRow, Scope, Suppression, SuppressionRow
from dsarbot.testing.links import MemoryLinkChanges, MemoryLinks
from dsarbot.testing.state import LedgerEntry, State

_SHOWN = 16
Public = Mapping[str, str | int | None]


def _hashed(scope: Scope, value: str) -> str:
    return suppression_hash(f"salt of {scope}", normalised(value))


class MemoryMatters(MemoryLinks):
    """Its part of `MemoryStore`."""

    _state: State

    async def register(self, scope: Scope) -> Register:
        return self._state.registers.get(scope, Register())

    def put_register(self, scope: Scope, register: Register) -> None:
        """From now on the organisation has these parties."""
        self._state.registers[scope] = register

    async def confidential(self, scope: Scope) -> Mapping[str, Collection[str]]:
        cases = (each.case for each in self._state.cases.values())
        return {case.id: case.confidential for case in cases if case.confidential and case.organisation == scope}

    async def inquiry(self, scope: Scope, inquiry_id: str) -> Inquiry:
        known = self._state.inquiries.get(inquiry_id)
        if known is None or known[0].organisation != scope:
            raise NotFound
        return known[0]

    async def inquiries(self, scope: Scope, *, closed: bool = False) -> Sequence[InquiryRow]:
        mine = [
            (facts[-1].at, each)
            for each, facts in self._state.inquiries.values()
            if each.organisation == scope and (each.closed_at is not None) == closed
        ]
        if closed:
            mine.sort(key=lambda one: (one[0], one[1].id), reverse=True)
        else:
            mine.sort(key=lambda one: (one[1].due, one[1].id))
        return [_row(each) for _, each in mine]

    async def suppressed(self, scope: Scope, values: Collection[str]) -> Mapping[str, SuppressionRow]:
        keys = {value: (scope, _hashed(scope, value)) for value in values if normalised(value)}
        return {value: self._state.suppressed[key] for value, key in keys.items() if key in self._state.suppressed}

    async def suppressions(self, scope: Scope) -> Sequence[SuppressionRow]:
        mine = [row for (owner, _), row in self._state.suppressed.items() if owner == scope]
        return sorted(mine, key=lambda row: row.since)

    async def suppression_salt(self, scope: Scope) -> str:
        return f"salt of {scope}"


class MemoryMatterChanges(MemoryLinkChanges):
    """Its part of `MemoryTransaction`."""

    _state: State

    async def save_inquiry(self, scope: Scope, inquiry: Inquiry, facts: Sequence[InquiryFact]) -> None:
        known = self._state.inquiries.get(inquiry.id)
        base = inquiry.version - len(facts)
        if inquiry.organisation != scope or (known is not None and known[0].organisation != scope):
            raise NotFound
        if known is None and base:
            raise NotFound
        earlier = known[1] if known else ()
        others = (each for each, _ in self._state.inquiries.values() if each.id != inquiry.id)
        taken = any((each.organisation, each.reference) == (scope, inquiry.reference) for each in others)
        if taken or base != len(earlier) or {each.cause for each in facts} & {each.cause for each in earlier}:
            raise Conflict
        self._state.inquiries[inquiry.id] = (inquiry, (*earlier, *facts))

    async def suppress(self, scope: Scope, suppression: Suppression) -> bool:
        key = (scope, _hashed(scope, suppression.value))
        if key in self._state.suppressed:
            return False
        self._state.suppressed[key] = SuppressionRow(
            hash=key[1],
            since=suppression.at,
            reason=suppression.reason,
            actor=suppression.actor,
            reference=suppression.reference,
        )
        public = {"entry": key[1][:_SHOWN], "reason": suppression.reason, "case": suppression.reference}
        self._told(scope, "suppression-added", public, at=suppression.at, actor=suppression.actor)
        return True

    async def unsuppress(self, scope: Scope, value: str, *, reason: str, at: datetime, actor: str) -> bool:
        key = (scope, _hashed(scope, value))
        if self._state.suppressed.pop(key, None) is None:
            return False
        public = {"entry": key[1][:_SHOWN], "reason": reason}
        self._told(scope, "suppression-removed", public, at=at, actor=actor)
        return True

    async def expire_suppressions(self, scope: Scope, before: datetime, *, at: datetime, actor: str) -> int:
        old = [key for key, row in self._state.suppressed.items() if key[0] == scope and row.since < before]
        for key in old:
            del self._state.suppressed[key]
        if old:
            public: Public = {"entries": len(old), "before": before.date().isoformat()}
            self._told(scope, "suppression-expired", public, at=at, actor=actor)
        return len(old)

    def _told(self, scope: Scope, kind: str, public: Public, *, at: datetime, actor: str) -> None:
        self._state.ledger.append(LedgerEntry(scope=scope, kind=kind, public=public, at=at, actor=actor))


def _row(inquiry: Inquiry) -> InquiryRow:
    return InquiryRow(
        id=inquiry.id,
        organisation=inquiry.organisation,
        reference=inquiry.reference,
        opened_at=inquiry.opened_at,
        due=inquiry.due,
        closed=inquiry.closed_at is not None,
        version=inquiry.version,
    )
