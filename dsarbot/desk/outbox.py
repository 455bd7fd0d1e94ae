"""The outbox: at least once, byte-identical, under the same Message-ID (security 12). State changes exactly once.

A job is claimed under a lease and a fence, the finished bytes are handed to the relay, and what came of it is a fact
of the case, stored before the job is finished: a crash in between sends the same bytes again and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from dsarbot.core import facts as f
from dsarbot.core.case import DONE, Case, LetterStatus
from dsarbot.core.fact import Fact
from dsarbot.core.presend import blocking
from dsarbot.desk.handle import Desk, Task
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import ChannelDown
from dsarbot.ports import Claimed, Job

log = logging.getLogger(__name__)

LEASE_SECONDS = 300
_HALF_A_LEASE = timedelta(seconds=LEASE_SECONDS / 2)
#: RFC 5321 4.5.4.1: retries over days. practice 16: a queue that gives up after five days says so before that.
_PAUSES = (60, 300, 900, 3600, 3600, 10_800, 21_600)
_GIVE_UP = timedelta(days=5)
_LONG = timedelta(hours=12)


class Outcome(Protocol):
    """What the relay said of one message (channels.smtp_types.Outcome)."""

    @property
    def kind(self) -> Literal["accepted", "refused", "deferred", "ambiguous"]: ...
    @property
    def enhanced(self) -> str | None: ...
    @property
    def slug(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """How one organisation's mail leaves: hand it to the relay, file a copy in its Sent folder (None: not kept)."""

    send: Callable[[Job, bytes], Awaitable[Outcome]]
    file: Callable[[Job, bytes, datetime], Awaitable[None]] | None = None


class Outbox:
    """Delivers what is due; `deliver` is called when something changed or the next job is due."""

    def __init__(self, desk: Desk, outgoing: Mapping[str, Outgoing], *, worker: str) -> None:
        self._desk = desk
        self._outgoing = outgoing
        self._worker = worker

    async def deliver(self) -> int:
        """Carry out the jobs that are due; how many were taken up."""
        now = self._desk.clock()
        claimed = await self._desk.store.claim_jobs(self._worker, now, LEASE_SECONDS)
        for each in claimed:
            reached = self._desk.clock()
            if reached - now > _HALF_A_LEASE:
                # A relay that hangs has used up the time: what was not reached is given back before its lease ends.
                await self._desk.store.retry_job(each, due_at=reached, last="not-reached", now=reached)
                continue
            await self._carry_out(each)
        return len(claimed)

    async def _carry_out(self, claimed: Claimed) -> None:
        job = claimed.job
        if job.kind == "copy":
            await self._file(claimed)
            return
        if job.kind == "letter" and (why := await self._not_any_more(job)):
            await self._finish(claimed, "sent" if why == "sent" else "cancelled", why)
            return
        raw = await self._desk.vault.open(job.scope, job.object)
        outcome = await self._outgoing[job.scope].send(job, raw)
        said = " ".join(each for each in (outcome.kind, outcome.enhanced or "", outcome.slug) if each)
        log.info("Job %s: %s", job.id, said, extra={"action": "handed_over", "job": job.id})
        if outcome.kind == "accepted":
            await self._accepted(claimed, said)
        elif outcome.kind == "refused":
            await self._stuck(job, f"refused {outcome.enhanced or ''}".strip())
            await self._finish(claimed, "shunted", said)
        else:
            await self._again(claimed, said)

    async def _not_any_more(self, job: Job) -> str:
        """Why the letter must not leave now, "" when it may: looked at again at hand-over (security 10)."""
        case = await self._desk.store.case(job.scope, job.case)
        organisation = self._desk.organisations[job.scope]
        letter = case.letter(job.letter)
        if letter.status == LetterStatus.SENT:
            return "sent"
        if letter.status == LetterStatus.CANCELLED:
            return "cancelled"
        why = self._stale(case, job, organisation) or await self._capped(job, organisation)
        if why:
            now, cause = self._desk.clock(), f"returned:{job.id}"
            await self._tell(job, f.LetterReturned(at=now, actor="service", cause=cause, letter=job.letter, why=why))
        return why

    def _stale(self, case: Case, job: Job, organisation: Organisation) -> str:
        letter = case.letter(job.letter)
        claims = [case.claim(each) for each in letter.claims]
        if letter.automatic:
            # Somebody said "not a request" or answered while the acknowledgement waited: it has nothing to say.
            return "overtaken" if all(claim.status in DONE for claim in claims) else ""
        if letter.status != LetterStatus.APPROVED:
            return "not-approved"
        if organisation.digest(letter) != letter.digest or letter.recipient != job.recipient:
            return "approval-mismatch"
        blocked = set(blocking(organisation.check(case, letter, self._desk.clock()))) - set(letter.overridden)
        return f"pre-send: {', '.join(sorted(blocked))}" if blocked else ""

    async def _capped(self, job: Job, organisation: Organisation) -> str:
        """security 13: caps for automatic letters only; they never hold an approved one."""
        if not job.automatic:
            return ""
        store, now = self._desk.store, self._desk.clock()
        to_address = await store.sent_since(job.scope, now - timedelta(days=1), recipient=job.recipient)
        domain = job.recipient.rpartition("@")[2]
        to_domain = await store.sent_since(job.scope, now - timedelta(hours=1), domain=domain)
        full = to_address >= organisation.cap_per_address_day or to_domain >= organisation.cap_per_domain_hour
        return "cap" if full else ""

    async def _accepted(self, claimed: Claimed, said: str) -> None:
        job, now = claimed.job, self._desk.clock()
        if job.kind == "letter":
            sent = f.LetterSent(
                at=now,
                actor="service",
                cause=f"sent:{job.id}",
                letter=job.letter,
                sent_at=now,
                message_id=job.message_id,
            )
            await self._tell(job, sent)
        if self._outgoing[job.scope].file and job.kind == "letter":
            async with self._desk.store.transaction() as transaction:
                await transaction.enqueue(replace(job, id=f"{job.id}-copy", kind="copy", due_at=now, automatic=False))
        await self._finish(claimed, "sent", said)

    async def _file(self, claimed: Claimed) -> None:
        """A copy of what was sent goes into the Sent folder under our Message-ID; tried like a letter."""
        job = claimed.job
        filer = self._outgoing[job.scope].file
        if filer is None:
            await self._finish(claimed, "cancelled", "no-sent-folder")
            return
        try:
            await filer(job, await self._desk.vault.open(job.scope, job.object), self._desk.clock())
        except ChannelDown as why:
            await self._again(claimed, type(why).__name__)
            return
        await self._finish(claimed, "sent", "filed")

    async def _again(self, claimed: Claimed, said: str) -> None:
        now = self._desk.clock()
        waiting = now - (claimed.first_tried_at or now)
        if waiting >= _GIVE_UP:
            await self._stuck(claimed.job, "given-up")
            await self._finish(claimed, "shunted", said)
            return
        if waiting >= _LONG:
            await self._stuck(claimed.job, "deferred-12h")
        pause = _PAUSES[min(claimed.attempts, len(_PAUSES)) - 1]
        await self._desk.store.retry_job(claimed, due_at=now + timedelta(seconds=pause), last=said, now=now)

    async def _stuck(self, job: Job, why: str) -> None:
        if job.kind == "letter":
            now, cause = self._desk.clock(), f"stuck:{job.id}:{why}"
            await self._tell(job, f.LetterStuck(at=now, actor="service", cause=cause, letter=job.letter, why=why))

    async def _tell(self, job: Job, fact: Fact) -> None:
        await self._desk.handle([Task(scope=job.scope, case=job.case, thing=fact)])

    async def _finish(self, claimed: Claimed, state: Literal["sent", "cancelled", "shunted"], said: str) -> None:
        await self._desk.store.finish_job(claimed, state=state, last=said, now=self._desk.clock())
