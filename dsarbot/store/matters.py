"""What the store knows besides cases, mails and letters: inquiries, confidential cases, objections to advertising, and
who may log in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from tortoise.connection import get_connection

from dsarbot.core.access import Grant
from dsarbot.core.account import Account, Session
from dsarbot.core.api_keys import ApiKey
from dsarbot.core.case_query import CaseQuery
from dsarbot.core.case_view import View
from dsarbot.core.inquiry import Inquiry
from dsarbot.core.parties import Register
from dsarbot.core.register import Fate
from dsarbot.core.vitals import Vitals
from dsarbot.core.webhooks import Event, Hook
from dsarbot.ports import CaseRow, InquiryRow, Scope, SuppressionRow
from dsarbot.store import accounts, case_lists, case_queue, challenges, inquiries
from dsarbot.store import api as programs
from dsarbot.store import fates as claim_fates
from dsarbot.store import suppressions as suppression_rows
from dsarbot.store import views as saved_views
from dsarbot.store import vitals as instance_vitals
from dsarbot.store.discord_matters import StoreDiscord, TransactionDiscord
from dsarbot.store.keys import KeyRing
from dsarbot.store.link_matters import StoreLinks, TransactionLinks
from dsarbot.store.parties import Parties
from dsarbot.store.pending import Work
from dsarbot.store.trouble import translating


class TransactionMatters(TransactionLinks, TransactionDiscord):
    """Its part of `TortoiseTransaction`."""

    work: Work

    async def held_account(self, staff: str) -> Account:
        return await accounts.held(self.work, staff)

    async def save_account(self, account: Account) -> None:
        await accounts.save(self.work, account)

    async def tell(self, scope: Scope, events: Sequence[Event]) -> None:
        await programs.tell(self.work, scope, events)

    async def note_call(self, scope: Scope, call: str, case: str) -> None:
        await programs.note_call(self.work, scope, call, case)

    async def save_api_key(self, key: ApiKey) -> None:
        await programs.save_key(self.work, key)

    async def save_hook(self, hook: Hook) -> None:
        await programs.save_hook(self.work, hook)

    async def remove_hook(self, scope: Scope, hook: str) -> None:
        await programs.remove_hook(self.work, scope, hook)

    async def save_calendar(self, staff: str, token: str, now: datetime) -> None:
        await programs.save_calendar(self.work, staff, token, now)

    async def save_views(self, staff: str, views: Sequence[View]) -> None:
        await saved_views.save(self.work, staff, views)

    async def open_session(self, session: Session) -> None:
        await accounts.open_session(self.work, session)

    async def prove_session(self, session_id: str, now: datetime) -> None:
        await accounts.prove_session(self.work, session_id, now)

    async def offer_challenge(self, challenge: str, *, purpose: str, bound: str = "", now: datetime) -> None:
        await challenges.offer(self.work, challenge, purpose=purpose, bound=bound, now=now)

    async def take_challenge(self, challenge: str, *, purpose: str, bound: str = "", now: datetime) -> bool:
        return await challenges.take(self.work, challenge, purpose=purpose, bound=bound, now=now)

    async def grant(self, given: Grant) -> None:
        await challenges.grant(self.work, given)

    async def end_grant(self, scope: Scope, grant_id: str, now: datetime) -> bool:
        return await challenges.end_grant(self.work, scope, grant_id, now)


@translating
class StoreMatters(StoreLinks, StoreDiscord):
    """Its part of `TortoiseStore`."""

    ring: KeyRing

    @property
    def api(self) -> programs.Api:
        """Programs that talk to us, and calendars."""
        return programs.Api(self.ring)

    @property
    def parties(self) -> Parties:
        """Who stands between us and the data that we hold for others."""
        return Parties(self.ring)

    async def register(self, scope: Scope) -> Register:
        return await self.parties.register(scope)

    async def confidential(self, scope: Scope) -> Mapping[str, Collection[str]]:
        return await case_lists.confidential(get_connection("default"), scope)

    async def find_rows(self, scope: Scope, query: CaseQuery, limit: int) -> Sequence[CaseRow]:
        """The first of the cases that somebody asks for, without the confidential ones that they may not see."""
        return await case_queue.found(get_connection("default"), scope, query, limit)

    async def count_rows(self, scope: Scope, queries: Sequence[CaseQuery], most: int) -> Sequence[int]:
        """How many cases each of them meets; beyond *most* none is counted."""
        return await case_queue.counted(get_connection("default"), scope, queries, most)

    async def count_held(self, scope: Scope, most: int) -> int:
        """How many inbounds wait for a person; beyond *most* none is counted."""
        return await case_queue.held(get_connection("default"), scope, most)

    async def moved(self, scope: Scope, since: datetime) -> Sequence[tuple[str, int, bool, datetime]]:
        """Cases that changed since then: id, version, whether closed, when."""
        return await case_queue.moved(get_connection("default"), scope, since)

    async def tally(self, scope: Scope, days: Sequence[date]) -> tuple[Mapping[str, int], Sequence[int]]:
        """Open cases by status; and by target up to each of these days and beyond the last."""
        return await case_queue.tally(get_connection("default"), scope, days)

    async def fates(self, scope: Scope, first: datetime, last: datetime, zone: str) -> Sequence[Fate]:
        """What became of the claims that were received then."""
        return await claim_fates.between(get_connection("default"), scope, first, last, zone)

    async def vitals(self) -> Vitals:
        """The numbers of the whole instance, nothing of any person."""
        return await instance_vitals.vitals(get_connection("default"))

    async def views(self, staff: str) -> Sequence[View]:
        return await saved_views.read(self.ring, staff)

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

    async def account_at_the_door(self, staff: str) -> Account:
        return await accounts.at_the_door(self.ring, staff)

    async def accounts(self) -> Sequence[str]:
        return await accounts.listed()

    async def session(self, session_id: str, now: datetime) -> Session | None:
        return await accounts.session(session_id, now)

    async def sessions_of(self, staff: str, now: datetime) -> Sequence[Session]:
        return await accounts.sessions_of(staff, now)

    async def end_session(self, session_id: str, *, staff: str) -> bool:
        return await accounts.end_session(session_id, staff=staff)

    async def end_sessions(self, staff: str, *, but: str = "") -> int:
        return await accounts.end_sessions(staff, but=but)

    async def owner_of_passkey(self, passkey: str) -> str:
        return await accounts.owner_of_passkey(passkey)

    async def grants(self, staff: str, now: datetime) -> Sequence[Grant]:
        return await challenges.grants(staff, now)
