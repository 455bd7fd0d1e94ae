"""What the store knows besides cases, mails and letters: inquiries, confidential cases, objections to advertising, and
who may log in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from tortoise.connection import get_connection

from dsarbot.core.account import Account, Session
from dsarbot.core.inquiry import Inquiry
from dsarbot.ports import InquiryRow, Scope, SuppressionRow
from dsarbot.store import accounts, case_lists, inquiries
from dsarbot.store import suppressions as suppression_rows
from dsarbot.store.keys import KeyRing
from dsarbot.store.pending import Work
from dsarbot.store.trouble import translating


class TransactionMatters:
    """Its part of `TortoiseTransaction`."""

    work: Work

    async def held_account(self, staff: str) -> Account:
        return await accounts.held(self.work, staff)

    async def save_account(self, account: Account) -> None:
        await accounts.save(self.work, account)

    async def open_session(self, session: Session) -> None:
        await accounts.open_session(self.work, session)

    async def prove_session(self, session_id: str, now: datetime) -> None:
        await accounts.prove_session(self.work, session_id, now)


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

    async def account(self, staff: str) -> Account:
        return await accounts.read(self.ring, staff)

    async def accounts(self) -> Sequence[str]:
        return await accounts.listed()

    async def session(self, session_id: str, now: datetime) -> Session | None:
        return await accounts.session(session_id, now)

    async def end_session(self, session_id: str) -> None:
        await accounts.end_session(session_id)

    async def end_sessions(self, staff: str) -> int:
        return await accounts.end_sessions(staff)
