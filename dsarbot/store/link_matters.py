"""Links and visits, as transactions and stores offer them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dsarbot.core.links import Link, Purpose, Visit
from dsarbot.ports import Scope
from dsarbot.store import links
from dsarbot.store.keys import KeyRing
from dsarbot.store.pending import Work
from dsarbot.store.trouble import translating


class TransactionLinks:
    """Its part of `TortoiseTransaction`."""

    work: Work

    async def add_links(self, new: Sequence[Link]) -> None:
        await links.add(self.work, new)

    async def held_link(self, scope: Scope, link_id: str) -> Link | None:
        return await links.held(self.work, scope, link_id)

    async def links_to(self, scope: Scope, address: str) -> Sequence[Link]:
        return await links.held_by_address(self.work, scope, address)

    async def save_link(self, link: Link) -> None:
        await links.save(self.work, link)

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
        return await links.revoke(self.work, scope, case_id, at=at, purpose=purpose, party=party, note=note)

    async def open_visit(self, visit: Visit) -> None:
        await links.open_visit(self.work, visit)


@translating
class StoreLinks:
    """Its part of `TortoiseStore`."""

    ring: KeyRing

    async def link(self, scope: Scope, link_id: str) -> Link | None:
        return await links.read(self.ring, scope, link_id)

    async def links(self, scope: Scope, case_id: str) -> Sequence[Link]:
        return await links.listed(self.ring, scope, case_id)

    async def sweep_links(self, now: datetime) -> int:
        return await links.sweep(self.ring, now)

    async def visit(self, scope: Scope, visit_id: str, now: datetime) -> Visit | None:
        return await links.visit(scope, visit_id, now)

    async def end_visit(self, scope: Scope, visit_id: str) -> None:
        await links.end_visit(scope, visit_id)
