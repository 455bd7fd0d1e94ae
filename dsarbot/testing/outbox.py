"""The outbox of a store in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from dsarbot.ports import Claimed, Ended, JobRow, Scope
from dsarbot.store.projection import address
from dsarbot.store.projection import domain as domain_of
from dsarbot.testing.clock import FrozenClock
from dsarbot.testing.state import JobState, State


class MemoryOutbox:
    """Its part of `MemoryStore`. handed_over: what a worker that died is to have handed to the relay, and when."""

    _state: State
    _clock: FrozenClock

    def __init__(self) -> None:
        self.handed_over: dict[str, datetime] = {}

    async def claim_jobs(
        self, worker: str, now: datetime, lease_seconds: int, limit: int = 20
    ) -> Sequence[Claimed]:  # fmt: skip
        clock = self._clock()
        due = [each for each in self._state.jobs.values() if _claimable(each, now, clock)]
        claimed = []
        for each in sorted(due, key=lambda each: (each.due_at, each.job.id))[:limit]:
            mine = replace(
                each,
                state="claimed",
                attempts=each.attempts + 1,
                fence=each.fence + 1,
                worker=worker,
                lease_until=clock + timedelta(seconds=lease_seconds),
                first_tried_at=each.first_tried_at or now,
            )
            self._state.jobs[each.job.id] = mine
            job = replace(each.job, due_at=each.due_at)
            claimed.append(
                Claimed(
                    job=job,
                    fence=mine.fence,
                    attempts=mine.attempts,
                    first_tried_at=mine.first_tried_at,
                    handed_over_at=self.handed_over.get(job.id),
                )
            )
        return claimed

    async def finish_job(
        self, claimed: Claimed, *, state: Literal["sent", "cancelled", "shunted"], last: str, now: datetime
    ) -> bool:
        return self._state.finish(Ended(claimed=claimed, state=state, last=last, at=now))

    async def renew_claims(self, worker: str, lease_seconds: int) -> None:
        until = self._clock() + timedelta(seconds=lease_seconds)
        for job_id, each in self._state.jobs.items():
            if (each.state, each.worker) == ("claimed", worker):
                self._state.jobs[job_id] = replace(each, lease_until=until)

    async def release_claims(self, worker: str) -> None:
        await self.renew_claims(worker, -1)

    async def note_handed_over(self, claimed: Claimed, at: datetime) -> None:
        self.handed_over[claimed.job.id] = at

    async def forget_handed_over(self, claimed: Sequence[Claimed]) -> None:
        for each in claimed:
            self.handed_over.pop(each.job.id, None)

    async def retry_job(self, claimed: Claimed, *, due_at: datetime, last: str, now: datetime) -> bool:
        del now
        held = self._state.held(claimed)
        if held is None:
            return False
        self._state.jobs[claimed.job.id] = replace(held, state="queued", due_at=due_at, last=last)
        return True

    async def jobs(self, scope: Scope, *, states: Sequence[str] = (), limit: int = 200) -> Sequence[JobRow]:
        mine = [j for j in self._state.jobs.values() if j.job.scope == scope and (not states or j.state in states)]
        return [_job_row(each) for each in sorted(mine, key=lambda j: (j.due_at, j.job.id), reverse=True)[:limit]]

    async def next_job_due(self) -> datetime | None:
        return min((each.due_at for each in self._state.jobs.values() if each.state == "queued"), default=None)

    async def sent_since(
        self, scope: Scope, since: datetime, *, recipient: str = "", domain: str = "", automatic: bool = True
    ) -> int:
        return sum(
            each.state == "sent"
            and each.sent_at is not None
            and each.sent_at >= since
            and each.job.scope == scope
            and (each.job.automatic or not automatic)
            and address(recipient) in ("", address(each.job.recipient))
            and domain.casefold() in ("", domain_of(each.job.recipient))
            for each in self._state.jobs.values()
        )

    async def sent_to(
        self, scope: Scope, since: datetime, kind: Literal["address", "domain"], values: Collection[str]
    ) -> Mapping[str, int]:
        if kind == "address":
            return {each: await self.sent_since(scope, since, recipient=each) for each in values}
        return {each: await self.sent_since(scope, since, domain=each) for each in values}


def _claimable(each: JobState, now: datetime, clock: datetime) -> bool:
    if each.state == "queued":
        return each.due_at <= now
    return each.state == "claimed" and each.lease_until is not None and each.lease_until < clock


def _job_row(each: JobState) -> JobRow:
    return JobRow(
        id=each.job.id,
        scope=each.job.scope,
        kind=each.job.kind,
        case=each.job.case,
        letter=each.job.letter,
        state=each.state,
        due_at=each.due_at,
        attempts=each.attempts,
        last=each.last,
        sent_at=each.sent_at,
        first_tried_at=each.first_tried_at,
    )
