"""What a store in memory keeps of links, and of the visits behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dsarbot.core.links import Link, Purpose, Visit, forgotten_before
from dsarbot.errors import NotFound
from dsarbot.ports import Scope
from dsarbot.store.projection import address as normal
from dsarbot.testing.state import State


class MemoryLinks:
    """Its part of `MemoryStore`."""

    _state: State

    async def link(self, scope: Scope, link_id: str) -> Link | None:
        return _link(self._state, scope, link_id)

    async def links(self, scope: Scope, case_id: str) -> Sequence[Link]:
        mine = [each for each in self._state.links.values() if (each.organisation, each.case) == (scope, case_id)]
        return sorted(mine, key=lambda each: (each.made_at, each.id))

    async def sweep_links(self, now: datetime) -> int:
        _forget_visits(self._state, now)
        old = [each.id for each in self._state.links.values() if each.expires_at <= forgotten_before(now)]
        for link_id in old:
            del self._state.links[link_id]
        return len(old)

    async def visit(self, scope: Scope, visit_id: str, now: datetime) -> Visit | None:
        found = self._state.visits.get(visit_id)
        if found is None or found.organisation != scope or not found.alive(now):
            return None
        self._state.visits[visit_id] = replace(found, seen_at=now)
        return found

    async def end_visit(self, scope: Scope, visit_id: str) -> None:
        if await self.visit(scope, visit_id, self._state.visits[visit_id].seen_at):
            del self._state.visits[visit_id]


class MemoryLinkChanges:
    """Its part of `MemoryTransaction`."""

    _state: State

    async def add_links(self, new: Sequence[Link]) -> None:
        self._state.links |= {each.id: each for each in new}

    async def held_link(self, scope: Scope, link_id: str) -> Link | None:
        return _link(self._state, scope, link_id)

    async def links_to(self, scope: Scope, address: str) -> Sequence[Link]:
        known = (each for each in self._state.links.values() if each.organisation == scope and normal(address))
        return sorted(
            (each for each in known if normal(each.address) == normal(address)), key=lambda each: each.id
        )  # fmt: skip

    async def save_link(self, link: Link) -> None:
        if _link(self._state, Scope(link.organisation), link.id) is None:
            raise NotFound
        self._state.links[link.id] = link
        if link.revoked_at is not None:
            _end_visits(self._state, link.id)

    async def revoke_links(
        self,
        scope: Scope,
        case_id: str,
        *,
        at: datetime,
        purpose: Purpose | None = None,
        party: str | None = None,
        note: str | None = None,
    ) -> int:
        meant = [
            each
            for each in self._state.links.values()
            if (each.organisation, each.case, each.revoked_at) == (scope, case_id, None)
            and purpose in (None, each.purpose)
            and party in (None, each.party)
            and note in (None, each.note)
        ]
        for each in meant:
            self._state.links[each.id] = replace(each, revoked_at=at)
            _end_visits(self._state, each.id)
        return len(meant)

    async def open_visit(self, visit: Visit) -> None:
        _forget_visits(self._state, visit.opened_at)
        self._state.visits[visit.id] = visit


def _link(state: State, scope: Scope, link_id: str) -> Link | None:
    found = state.links.get(link_id)
    return found if found is not None and found.organisation == scope else None


def _end_visits(state: State, link_id: str) -> None:
    for each in [each.id for each in state.visits.values() if each.link == link_id]:
        del state.visits[each]


def _forget_visits(state: State, now: datetime) -> None:
    for each in [each.id for each in state.visits.values() if not each.alive(now)]:
        del state.visits[each]
