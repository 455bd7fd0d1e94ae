"""The webhooks of the outbox: at least once, in a round of their own, so that no letter waits for another system."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, Protocol

from dsarbot.desk.claims import CLAIM_SECONDS, GIVE_UP, HALF_A_LEASE, ROUND, pause, renewed
from dsarbot.desk.outbox import Outcome
from dsarbot.ports import Claimed, Job, Store

#: How a webhook ends; whatever else is said of it, it is tried again.
_ENDED: Final[Mapping[str, Literal["sent", "shunted"]]] = {"accepted": "sent", "refused": "shunted"}

#: Delivers one; None when nobody waits for it any more.
Tell = Callable[[Job], Awaitable[Outcome | None]]


class WebhookJobs(Protocol):
    """Those jobs of the outbox (store.api.Api)."""

    async def claim_jobs(self, worker: str, now: datetime, lease_seconds: int, limit: int) -> Sequence[Claimed]: ...


class Webhooks:
    """Delivers what is due. tell: None: no other system is told anything. worker: a name that no other living process,
    and nothing else in this one, has; whatever a dead one of that name had claimed is taken up again at once."""

    def __init__(
        self, store: Store, jobs: WebhookJobs, tell: Tell | None, *, clock: Callable[[], datetime], worker: str
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._tell = tell
        self._clock = clock
        self._worker = worker
        #: Claims of this name may stand that nobody works on: of a dead process, or of a round that was broken off.
        self._orphans = True

    async def deliver(self) -> int:
        """Carry out the jobs that are due, side by side by receiver; how many were taken up."""
        if self._orphans:
            await self._store.release_claims(self._worker)
        self._orphans = True
        now = self._clock()
        claimed = await self._jobs.claim_jobs(self._worker, now, CLAIM_SECONDS, ROUND)
        groups: dict[tuple[str, str], list[Claimed]] = {}
        for each in claimed:
            groups.setdefault((each.job.scope, each.job.recipient), []).append(each)
        if groups:
            async with renewed(self._store, self._worker):
                tasks = (self._told(each, now) for each in groups.values())
                ended = await asyncio.gather(*tasks, return_exceptions=True)
            for trouble in ended:
                if isinstance(trouble, BaseException):
                    raise trouble
        self._orphans = False
        return len(claimed)

    async def _told(self, group: Sequence[Claimed], now: datetime) -> None:
        """What one system wants to hear, in its order; after the first failure the rest is tried later, too."""
        failed = ""
        for each in group:
            reached = self._clock()
            if failed:
                await self._again(each, failed)
            elif reached - now > HALF_A_LEASE:
                # One that is slow has used up the time; meanwhile something new may wait for the others.
                await self._store.retry_job(each, due_at=reached, last="not-reached", now=reached)
            else:
                failed = await self._once(each)

    async def _once(self, each: Claimed) -> str:
        """One delivery; why it failed, "" when this job has ended."""
        outcome = await self._tell(each.job) if self._tell else None
        if outcome is None:
            await self._finish(each, "cancelled", "nobody-waits")
        elif outcome.kind in _ENDED:
            await self._finish(each, _ENDED[outcome.kind], outcome.slug)
        else:
            await self._again(each, outcome.slug)
            return outcome.slug
        return ""

    async def _again(self, claimed: Claimed, said: str) -> None:
        now = self._clock()
        if now - (claimed.first_tried_at or now) >= GIVE_UP:
            await self._finish(claimed, "shunted", said)
        else:
            await self._store.retry_job(claimed, due_at=now + pause(claimed), last=said, now=now)

    async def _finish(self, claimed: Claimed, state: Literal["sent", "cancelled", "shunted"], said: str) -> None:
        await self._store.finish_job(claimed, state=state, last=said, now=self._clock())
