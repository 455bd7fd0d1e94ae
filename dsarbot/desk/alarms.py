"""One look at everything that somebody must hear of: raise, end, climb, tell. Done every minute by one process.

The service that looks may itself be what is broken; for that there is `dsarbot watch`, which needs nothing of this.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.core.alarms import Alarm, Cause, People, climb, compare, may_write, unheard
from dsarbot.desk.alarms_causes import (
    Limits,
    Signs,
    of_dates,
    of_forged,
    of_handing,
    of_held,
    of_inquiries,
    of_service,
    soonest_unwarned,
)
from dsarbot.desk.alarms_chain import of_chain
from dsarbot.desk.alarms_copies import CopyRows, of_copies, standing
from dsarbot.desk.alarms_letters import LAST_CALL, of_letters
from dsarbot.desk.digest_around import team_of
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_send import Sending
from dsarbot.desk.notices import Reader, notice
from dsarbot.errors import TheirInput
from dsarbot.ports import Blob, CaseRow, InboundRow, Job, Scope, mailbox_scope

log = logging.getLogger(__name__)

#: All of them: what is cut off here would be raised again, or never end.
MOST: Final = 100_000
_MOST_HELD: Final = 10_000
_MOST_SHUNTED: Final = 500
#: law 6: everything has an end. So long one can look up what was raised, climbed and acknowledged.
KEPT: Final = timedelta(days=90)


class Alarms:
    """The alarms of all organisations. started: since when this process runs: what is older says nothing of it."""

    def __init__(
        self,
        desks: Iterable[DigestDesk],
        sending: Sending,
        *,
        limits: Limits,
        pause: timedelta,
        started: datetime,
        copies: CopyRows | None = None,
    ) -> None:
        self._desks = tuple(desks)
        self._sending = sending
        self._limits = limits
        self._pause = pause
        self._started = started
        self._copies = copies
        self._swept: date | None = None
        #: What the letters of a case gave, as of its version and day: documents are opened when they have changed.
        self._letters: dict[str, _Letters] = {}

    async def look(self, now: datetime) -> int:
        """Compare what stands with what is known; how many alarms were raised."""
        signs = await self._signs()
        raised = 0
        for desk in self._desks:
            causes = await self._causes(desk, signs, now)
            raised += await self._compare(desk, causes, now)
            await self._tell(desk, now)
        await self._sweep(now)
        return raised

    async def _sweep(self, now: datetime) -> None:
        """Once a day: alarms that ended long ago are forgotten. One that begins anew is raised as any other."""
        if self._swept == now.date():
            return
        async with self._sending.store.transaction() as transaction:
            for desk in self._desks:
                await transaction.forget_alarms(desk.organisation.scope, now - KEPT)
        self._swept = now.date()

    async def _signs(self) -> Signs:
        store = self._sending.store
        unread = await store.unread_inbounds(1)
        return Signs(
            started=self._started,
            beats=await store.beats(),
            oldest_job=await store.next_job_due(),
            unread=unread[0] if unread else None,
        )

    async def _causes(self, desk: DigestDesk, signs: Signs, now: datetime) -> list[Cause]:
        store, scope, team = self._sending.store, desk.organisation.scope, team_of(desk)
        scopes = (scope, *(mailbox_scope(key) for key in desk.mailboxes))
        today = desk.day(now)
        rows = await store.rows_to_watch(scope, soonest_unwarned(today, team))
        held: list[InboundRow] = []
        for each in scopes:
            held += await store.inbounds(each, state="held", limit=_MOST_HELD)
        signs = replace(signs, shunted=await store.jobs(scope, states=("shunted",), limit=_MOST_SHUNTED))
        return [
            *of_dates(rows, held, desk=desk, team=team, now=now),
            *of_inquiries(await store.inquiries(scope), desk=desk, team=team, now=now),
            *of_handing(held, desk=desk, team=team, now=now),
            *of_held(held, self._limits.held, now),
            *of_forged(held),
            *of_service(signs, self._limits, desk=desk, scopes=frozenset(scopes), now=now),
            *await self._of_letters(scope, rows, today),
            *await self._of_copies(desk, now),
        ]

    async def _of_copies(self, desk: DigestDesk, now: datetime) -> list[Cause]:
        """Copies of identity papers that wait for a verdict, or still are where they must not be."""
        if self._copies is None:
            return []
        every = await standing(desk.organisation.scope, self._copies, self._sending.store)
        return list(of_copies(every, desk.organisation.rules.jurisdiction, now))

    async def _of_letters(self, scope: Scope, rows: Sequence[CaseRow], today: date) -> list[Cause]:
        """Cases in whose letters something waits, and those whose extension notice must have left by now."""
        last_call = today + LAST_CALL
        wanted = [row for row in rows if row.attention or (row.safe_due is not None and row.safe_due <= last_call)]
        ids = {row.id for row in wanted}
        changed = [row.id for row in wanted if not self._knows(row, today)]
        opened = await self._sending.store.cases(scope, changed) if changed else ()
        # Only what is watched now is kept in mind.
        kept = {each: seen for each, seen in self._letters.items() if seen.scope != scope or each in ids}
        self._letters = kept | {
            case.id: _Letters(
                scope=scope, version=case.version, day=today, causes=(*of_letters(case, today), *of_chain(case))
            )
            for case in opened
        }
        return [cause for row in wanted if row.id in self._letters for cause in self._letters[row.id].causes]

    def _knows(self, row: CaseRow, today: date) -> bool:
        seen = self._letters.get(row.id)
        return seen is not None and (seen.version, seen.day) == (row.version, today)

    async def _compare(self, desk: DigestDesk, causes: Sequence[Cause], now: datetime) -> int:
        store, scope = self._sending.store, desk.organisation.scope
        changes = compare(
            await store.alarms(scope, limit=MOST),
            causes,
            organisation=desk.organisation.key,
            now=now,
            new_id=self._sending.new_id,
        )
        if not changes.raised and not changes.ended:
            return 0
        async with store.transaction() as transaction:
            await transaction.move_alarms(scope, changes.ended)
            raised = await transaction.raise_alarms(scope, changes.raised)
        if raised:
            kinds = ", ".join(sorted({alarm.kind for alarm in changes.raised if alarm.id in raised}))
            log.warning("%d alarms of %s: %s", len(raised), scope, kinds, extra={"action": "alarm_raised"})
        return len(raised)

    async def _tell(self, desk: DigestDesk, now: datetime) -> None:
        """Climb, then write to everybody who must hear of something and has not."""
        store, zone, team = self._sending.store, ZoneInfo(desk.zone), team_of(desk)
        before = await store.alarms(desk.organisation.scope, limit=MOST)
        climbed = [climb(alarm, now, team=team, zone=zone) for alarm in before]
        told = {alarm.id: alarm for alarm in climbed}
        people = people_of(desk, desk.day(now))
        confided = await store.confidential(desk.organisation.scope)
        mails = []
        for key, alarms in unheard(climbed, people, confided).items():
            hidden = {case for case, staff in confided.items() if key not in staff}
            if mail := await self._mail(desk, key, alarms, hidden, now):
                mails.append(mail)
                told |= {each.id: replace(each, told=(*each.told, key)) for each in (told[one.id] for one in alarms)}
        moved = [told[alarm.id] for alarm in before if told[alarm.id] != alarm]
        if moved:
            await self._put(desk, mails, moved, now)

    async def _mail(
        self, desk: DigestDesk, key: str, alarms: Sequence[Alarm], hidden: AbstractSet[str], now: datetime
    ) -> _Mail | None:
        """The notice for one reader, unless it has to wait for its time."""
        last = await self._sending.store.remembered(_note(desk, key))
        if not may_write(alarms, datetime.fromisoformat(last) if last else None, now, self._pause):
            return None
        colleague = desk.colleagues[key]
        written = notice(alarms, desk, Reader(key=key, owner=desk.owner), hidden=hidden, now=now)
        message_id = desk.organisation.new_message_id()
        try:
            raw = desk.compose(written, colleague.address, message_id, now)
        except TheirInput as why:
            log.error("No notice for %s: %s", key, type(why).__name__, extra={"action": "notice_failed"})
            return None
        return _Mail(key=key, address=colleague.address, message_id=message_id, blob=self._blob(raw))

    def _blob(self, raw: bytes) -> Blob:
        return Blob(id=self._sending.new_id(), kind="letter", data=raw)

    async def _put(self, desk: DigestDesk, mails: Sequence[_Mail], moved: Sequence[Alarm], now: datetime) -> None:
        """That somebody was told is written in the same transaction as the mail that tells them."""
        scope = desk.organisation.scope
        if mails:
            # Bytes first (security 4): what the outbox will send is durable before the row that refers to it.
            await self._sending.vault.keep(scope, [mail.blob for mail in mails])
        async with self._sending.store.transaction() as transaction:
            await transaction.move_alarms(scope, moved)
            for mail in mails:
                await transaction.remember(_note(desk, mail.key), now.isoformat())
                await transaction.enqueue(
                    Job(
                        id=self._sending.new_id(),
                        scope=scope,
                        kind="notice",
                        object=mail.blob.id,
                        recipient=mail.address,
                        envelope_sender=desk.organisation.envelope_sender,
                        message_id=mail.message_id,
                        due_at=now,
                    )
                )
        if mails:
            self._sending.changed()
            log.info("%d notices for %s", len(mails), scope, extra={"action": "notice_enqueued"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Letters:
    """What the letters of a case gave when it had that version, on that day."""

    scope: Scope
    version: int
    day: date
    causes: tuple[Cause, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mail:
    """A notice ready to leave. key: of its reader."""

    key: str
    address: str
    message_id: str
    blob: Blob


def people_of(desk: DigestDesk, today: date) -> People:
    """Who answers for the organisation today."""
    here = [each for each in desk.colleagues.values() if each.here]
    return People(
        owner=desk.owner,
        deputy=desk.deputy,
        escalation=desk.escalation,
        present=frozenset(each.key for each in here if each.away_until(today) is None),
        reachable=frozenset(each.key for each in here if each.address),
    )


def _note(desk: DigestDesk, key: str) -> str:
    """Under which name it is remembered when somebody last got a notice."""
    return f"notice:{desk.organisation.key}:{key}"
