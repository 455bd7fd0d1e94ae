"""What the store knows besides cases, mails and letters: inquiries, confidential cases, objections to advertising."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tortoise.connection import get_connection

from dsarbot.core.inquiry import Inquiry
from dsarbot.ports import InquiryRow, Scope, SuppressionRow
from dsarbot.store import case_lists, inquiries
from dsarbot.store import suppressions as suppression_rows
from dsarbot.store.keys import KeyRing
from dsarbot.store.trouble import translating


@translating
class StoreMatters:
    """Its part of `TortoiseStore`."""

    ring: KeyRing

    async def confidential(self, scope: Scope) -> Mapping[str, Collection[str]]:
        return await case_lists.confidential(get_connection("default"), scope)

    async def inquiry(self, scope: Scope, inquiry_id: str) -> Inquiry:
        return await inquiries.read(self.ring, scope, inquiry_id)

    async def inquiries(self, scope: Scope, *, closed: bool = False) -> Sequence[InquiryRow]:
        return await inquiries.listed(scope, closed=closed)

    async def suppressed(self, scope: Scope, values: Collection[str]) -> Mapping[str, SuppressionRow]:
        return await suppression_rows.known(self.ring, scope, values)

    async def suppressions(self, scope: Scope) -> Sequence[SuppressionRow]:
        return await suppression_rows.listed(get_connection("default"), scope)

    async def suppression_salt(self, scope: Scope) -> str:
        return await suppression_rows.salt(self.ring, scope)
