"""Hand-overs that wait to be stored: facts, ends of jobs and jobs for copies, in one transaction for many letters."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dsarbot.core import facts as f
from dsarbot.core.case import Case
from dsarbot.desk.handle import Desk, Task
from dsarbot.ports import Claimed, Ended, Job, Transaction

log = logging.getLogger(__name__)

#: So many letters, or so long after the first of them, and they are stored.
_MOST = 200
_LONGEST = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class _HandOver:
    """said: the relay's answer; at: when it came; case: as it was at the last look, None when nobody looked."""

    claimed: Claimed
    said: str
    at: datetime
    case: Case | None = None

    @property
    def job(self) -> Job:
        return self.claimed.job


class HandOvers:
    """What the relay has accepted and the store does not know yet. files_copy: whether a copy of it is to be filed."""

    def __init__(self, desk: Desk, *, files_copy: Callable[[Job], bool]) -> None:
        self._desk = desk
        self._files_copy = files_copy
        self._waiting: list[_HandOver] = []
        self._storing = asyncio.Lock()

    def has(self, job: Job) -> bool:
        """Whether a letter of the same case waits here: what the store says of that case is out of date then."""
        return any((each.job.scope, each.job.case) == (job.scope, job.case) for each in self._waiting if job.case)

    def add(self, claimed: Claimed, said: str, at: datetime, case: Case | None = None) -> None:
        """The relay has accepted it at that instant."""
        self._waiting.append(_HandOver(claimed=claimed, said=said, at=at, case=case))

    async def accept(self, claimed: Claimed, said: str, case: Case | None) -> None:
        """The relay has accepted it just now."""
        now = self._desk.clock()
        self.add(claimed, said, now, case)
        if len(self._waiting) >= _MOST or now - self._waiting[0].at >= _LONGEST:
            await self.store()

    async def store(self) -> None:
        """Store all of them. When that fails they are still here, for the next try."""
        async with self._storing:
            some = list(self._waiting)
            if not some:
                return
            tasks = [
                Task(scope=each.job.scope, case=each.job.case, thing=_sent(each)) for each in some if _of_case(each)
            ]

            async def ends(transaction: Transaction) -> None:
                await self._end(transaction, some)

            await self._desk.handle(tasks, also=ends, read=[each.case for each in some if each.case])
            del self._waiting[: len(some)]
            await self._desk.store.forget_handed_over([each.claimed for each in some])
            log.info("%d messages handed over", len(some), extra={"action": "handed_over"})

    async def _end(self, transaction: Transaction, some: list[_HandOver]) -> None:
        ended = [Ended(claimed=each.claimed, state="sent", last=each.said, at=each.at) for each in some]
        finished = await transaction.finish_jobs(ended)
        for each in some:
            # Whoever has claimed it since ends it, and sees to the copy.
            if _of_case(each) and each.job.id in finished and self._files_copy(each.job):
                copy = replace(each.job, id=f"{each.job.id}-copy", kind="copy", due_at=each.at, automatic=False)
                await transaction.enqueue(copy)


def _of_case(each: _HandOver) -> bool:
    return each.job.kind == "letter"


def _sent(each: _HandOver) -> f.LetterSent:
    return f.LetterSent(
        at=each.at,
        actor="service",
        cause=f"sent:{each.job.id}",
        letter=each.job.letter,
        sent_at=each.at,
        message_id=each.job.message_id,
    )
