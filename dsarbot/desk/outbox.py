"""The outbox: at least once, byte-identical, under the same Message-ID (security 12). State changes exactly once.

A job is claimed under a lease and a fence, the finished bytes are handed to the relay, and what came of it is a fact
of the case, stored together with the end of the job. In a backlog sending goes on while hand-overs wait to be stored
in one transaction; each is noted at once where the death of the process does not reach it, so that a killed service
repeats at most the letter it was sending (docs/decisions/0008).
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from dsarbot.core import facts as f
from dsarbot.core.codes import DIGITS_LIVE
from dsarbot.core.fact import Fact
from dsarbot.desk.claims import CLAIM_SECONDS, GIVE_UP, HALF_A_LEASE, ROUND, pause, renewed
from dsarbot.desk.handed_over import HandOvers
from dsarbot.desk.handle import Desk, Task
from dsarbot.desk.last_look import LastLook
from dsarbot.errors import ChannelDown, Gone, NotFiled, NotFound, Tampered
from dsarbot.ports import Claimed, Ended, Job

log = logging.getLogger(__name__)

#: How many messages are opened together.
_OPENED = 20
#: What the relay is given.
_MAILS = frozenset({"letter", "digest", "notice", "code"})
#: How many copies are filed together.
_FILED = 50
_LONG = timedelta(hours=12)


class Outcome(Protocol):
    """What the relay said of one message (channels.smtp_types.Outcome)."""

    @property
    def kind(self) -> Literal["accepted", "refused", "deferred", "ambiguous"]: ...
    @property
    def enhanced(self) -> str | None: ...
    @property
    def slug(self) -> str: ...


#: A message that was sent: its job, its bytes, and when.
Sent = tuple[Job, bytes, datetime]
Filer = Callable[[Sequence[Sent]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """How one organisation's mail leaves: hand it to the relay, file copies in its Sent folder (None: not kept).

    file: NotFiled names those that were refused, the others are filed; any other ChannelDown: none of them counts."""

    send: Callable[[Job, bytes], Awaitable[Outcome]]
    file: Filer | None = None


class Outbox:
    """Delivers what is due; `deliver` is called when something changed or the next job is due."""

    def __init__(self, desk: Desk, outgoing: Mapping[str, Outgoing], *, worker: str) -> None:
        """worker: a name that no other living process has. Whatever a dead one of that name had claimed is taken up
        again at once."""
        self._desk = desk
        self._outgoing = outgoing
        self._worker = worker
        self._handed = HandOvers(desk, files_copy=lambda job: outgoing[job.scope].file is not None)
        self._look = LastLook(desk, self._handed)
        #: Claims of this name may stand that nobody works on: of a dead process, or of a round that was broken off.
        self._orphans = True
        desk.before_judging(self._handed.store)

    async def deliver(self) -> int:
        """Carry out the jobs that are due; how many were taken up."""
        # What a round before this one has sent and could not store comes first.
        await self._handed.store()
        if self._orphans:
            await self._desk.store.release_claims(self._worker)
        self._orphans = True
        now = self._desk.clock()
        claimed = await self._desk.store.claim_jobs(self._worker, now, CLAIM_SECONDS, ROUND)
        if claimed:
            async with renewed(self._desk.store, self._worker):
                await self._store_handed_over(claimed)
                mine = [each for each in claimed if each.job.kind in _MAILS and each.handed_over_at is None]
                await self._carry_out(mine, now)
                await self._file([each for each in claimed if each.job.kind == "copy"])
                await self._handed.store()
        self._orphans = False
        return len(claimed)

    async def _store_handed_over(self, claimed: Sequence[Claimed]) -> None:
        """What a process that died had handed over: stored before anything leaves, or the caps would not count it."""
        for each in claimed:
            if each.handed_over_at is not None:
                self._handed.add(each, "accepted", each.handed_over_at)
        await self._handed.store()

    async def _carry_out(self, claimed: Sequence[Claimed], now: datetime) -> None:
        await self._look.begin([each.job for each in claimed])
        for start in range(0, len(claimed), _OPENED):
            some = claimed[start : start + _OPENED]
            raws = await self._opened([each.job for each in some])
            for each in some:
                reached = self._desk.clock()
                if reached - now > HALF_A_LEASE:
                    # A relay that hangs has used up the time: what was not reached is given back.
                    await self._desk.store.retry_job(each, due_at=reached, last="not-reached", now=reached)
                else:
                    await self._send(each, raws.get(each.job.id))

    async def _opened(self, jobs: Sequence[Job]) -> dict[str, bytes]:
        """The bytes of many messages at once, by job; those that do not open are missing and keep no other from it."""
        found: dict[str, bytes] = {}
        for scope in dict.fromkeys(job.scope for job in jobs):
            mine = [job for job in jobs if job.scope == scope]
            try:
                data = await self._desk.vault.open_all(scope, [job.object for job in mine])
                found |= {job.id: each for job, each in zip(mine, data, strict=True)}
            except (Gone, NotFound, Tampered):
                for job in mine:
                    with contextlib.suppress(Gone, NotFound, Tampered):
                        found[job.id] = await self._desk.vault.open(scope, job.object)
        return found

    async def _send(self, claimed: Claimed, raw: bytes | None) -> None:
        job = claimed.job
        if job.kind == "letter" and (why := await self._look.not_any_more(job)):
            if why == "sent":
                # Somebody else has sent it and could not end the job: that, and the copy, are left to us.
                self._handed.add(claimed, why, self._look.sent_at(job) or self._desk.clock())
            else:
                await self._finish(claimed, "cancelled", why)
            return
        if job.kind == "code" and self._desk.clock() - job.due_at >= DIGITS_LIVE:
            # It opens nothing any more, and whoever waited for it has asked for another one.
            await self._finish(claimed, "cancelled", "expired")
            return
        if raw is None:
            await self._unreadable(claimed)
            return
        outcome = await self._outgoing[job.scope].send(job, raw)
        if outcome.kind == "accepted":
            # Nothing comes between the relay's word and this note.
            await self._desk.store.note_handed_over(claimed, self._desk.clock())
        said = " ".join(each for each in (outcome.kind, outcome.enhanced or "", outcome.slug) if each)
        if outcome.kind == "accepted":
            # Told of together, when it is stored: the journal names each of them.
            self._look.sent(job)
            await self._handed.accept(claimed, said, self._look.seen(job))
            return
        log.info("Job %s: %s", job.id, said, extra={"action": "not_handed_over", "job": job.id})
        if outcome.kind == "refused":
            await self._stuck(job, f"refused {outcome.enhanced or ''}".strip())
            await self._finish(claimed, "shunted", said)
        else:
            await self._again(claimed, said)

    async def _file(self, claimed: Sequence[Claimed]) -> None:
        """Copies of what was sent go into the Sent folder under our Message-ID; tried like letters."""
        filed: list[Claimed] = []
        for scope in dict.fromkeys(each.job.scope for each in claimed):
            mine = [each for each in claimed if each.job.scope == scope]
            filer = self._outgoing[scope].file
            if filer is None:
                for each in mine:
                    await self._finish(each, "cancelled", "no-sent-folder")
                continue
            for start in range(0, len(mine), _FILED):
                filed += await self._filed(mine[start : start + _FILED], filer)
        if filed:
            now = self._desk.clock()
            async with self._desk.store.transaction() as transaction:
                await transaction.finish_jobs(
                    [Ended(claimed=each, state="sent", last="filed", at=now) for each in filed]
                )  # fmt: skip

    async def _filed(self, claimed: Sequence[Claimed], filer: Filer) -> Sequence[Claimed]:
        """Those that lie in the folder now; the others are tried again later."""
        raws = await self._opened([each.job for each in claimed])
        for each in claimed:
            if each.job.id not in raws:
                await self._unreadable(each)
        whole = [each for each in claimed if each.job.id in raws]
        try:
            # The copy became due when its letter left.
            await filer([(each.job, raws[each.job.id], each.job.due_at) for each in whole])
        except ChannelDown as why:
            # One letter that the folder refuses holds up no other.
            left = [each for each in whole if not isinstance(why, NotFiled) or each.job.message_id in why.message_ids]
            for each in left:
                await self._again(each, type(why).__name__)
            return [each for each in whole if each not in left]
        return whole

    async def _unreadable(self, claimed: Claimed) -> None:
        """Its bytes are gone, were changed, or lie on a disk that is not there: nothing leaves but what was approved, a
        person is told, the other letters go on, and this one is tried like one that the relay defers."""
        job = claimed.job
        log.error("Job %s: its bytes do not open", job.id, extra={"action": "job_unreadable", "job": job.id})
        await self._stuck(job, "unreadable")
        await self._again(claimed, "unreadable")

    async def _again(self, claimed: Claimed, said: str) -> None:
        now = self._desk.clock()
        waiting = now - (claimed.first_tried_at or now)
        if waiting >= GIVE_UP:
            await self._stuck(claimed.job, "given-up")
            await self._finish(claimed, "shunted", said)
            return
        if waiting >= _LONG:
            await self._stuck(claimed.job, "deferred-12h")
        await self._desk.store.retry_job(claimed, due_at=now + pause(claimed), last=said, now=now)

    async def _stuck(self, job: Job, why: str) -> None:
        if job.kind == "letter":
            now, cause = self._desk.clock(), f"stuck:{job.id}:{why}"
            await self._note(job, f.LetterStuck(at=now, actor="service", cause=cause, letter=job.letter, why=why))

    async def _note(self, job: Job, fact: Fact) -> None:
        await self._desk.handle([Task(scope=job.scope, case=job.case, thing=fact)])

    async def _finish(self, claimed: Claimed, state: Literal["sent", "cancelled", "shunted"], said: str) -> None:
        await self._desk.store.finish_job(claimed, state=state, last=said, now=self._desk.clock())
