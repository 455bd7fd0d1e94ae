"""The last look before a letter leaves: is it still wanted, and may it go (security 10 and 13)?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from dsarbot.core import facts as f
from dsarbot.core.case import DONE, Case, LetterStatus
from dsarbot.core.presend import blocking
from dsarbot.desk.handed_over import HandOvers
from dsarbot.desk.handle import Desk, Task
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import Job, Scope

#: So long what was read of a case counts as its present state; a relay that takes longer has it read again.
_FRESH = timedelta(milliseconds=250)
#: So many cases are read together: what is read too far ahead is no longer fresh when its letter's turn comes.
_AHEAD = 40


class LastLook:
    """Looks at many cases in one reading, and again at all that remain when that is no longer fresh."""

    def __init__(self, desk: Desk, handed: HandOvers) -> None:
        self._desk = desk
        self._handed = handed
        self._jobs: list[Job] = []
        self._cases: dict[tuple[Scope, str], Case] = {}
        self._read_at: datetime | None = None
        self._to_address: Counter[tuple[Scope, str]] = Counter()
        self._to_domain: Counter[tuple[Scope, str]] = Counter()

    async def begin(self, jobs: Sequence[Job]) -> None:
        """The jobs of one round, in the order in which they will be asked about."""
        self._jobs = [job for job in jobs if job.kind == "letter"]
        self._read_at = None
        self._to_address.clear()
        self._to_domain.clear()
        now = self._desk.clock()
        for scope in dict.fromkeys(job.scope for job in self._jobs):
            mine = [job.recipient for job in self._jobs if job.automatic and job.scope == scope]
            store, domains = self._desk.store, {_domain(each) for each in mine}
            addresses = await store.sent_to(
                scope, now - timedelta(days=1), "address", {each.casefold() for each in mine}
            )
            self._to_address.update({(scope, each): number for each, number in addresses.items()})
            sent = await store.sent_to(scope, now - timedelta(hours=1), "domain", domains)
            self._to_domain.update({(scope, each): number for each, number in sent.items()})

    def sent(self, job: Job) -> None:
        """The relay has taken it: it counts for the caps from now on."""
        if job.automatic:
            self._to_address[job.scope, job.recipient.casefold()] += 1
            self._to_domain[job.scope, _domain(job.recipient)] += 1

    def seen(self, job: Job) -> Case | None:
        """The case as it was when it was last looked at."""
        return self._cases.get((job.scope, job.case))

    def sent_at(self, job: Job) -> datetime | None:
        """When the letter left, if it has."""
        case = self.seen(job)
        return case.letter(job.letter).sent_at if case else None

    async def not_any_more(self, job: Job) -> str:
        """Why the letter must not leave now, "" when it may."""
        case = await self._case(job)
        organisation = self._desk.organisations[job.scope]
        letter = case.letter(job.letter)
        if letter.status == LetterStatus.SENT:
            return "sent"
        if letter.status == LetterStatus.CANCELLED:
            return "cancelled"
        why = self._stale(case, job, organisation) or self._capped(job, organisation)
        if why:
            now, cause = self._desk.clock(), f"returned:{job.id}"
            returned = f.LetterReturned(at=now, actor="service", cause=cause, letter=job.letter, why=why)
            await self._desk.handle([Task(scope=job.scope, case=job.case, thing=returned)])
        return why

    async def _case(self, job: Job) -> Case:
        now, known = self._desk.clock(), self._cases.get((job.scope, job.case))
        fresh = self._read_at is not None and now - self._read_at < _FRESH
        if self._handed.has(job):
            # Another letter of this case has just left, which may have made this one superfluous.
            await self._handed.store()
            fresh = False
        if not fresh or known is None:
            await self._read(job)
            self._read_at = now
            known = self._cases.get((job.scope, job.case))
        # One that does not open with the others says why when asked for alone.
        return known or await self._desk.store.case(job.scope, job.case)

    async def _read(self, job: Job) -> None:
        """The cases of this job and of some after it."""
        if job in self._jobs:
            self._jobs = self._jobs[self._jobs.index(job) :]
        some = self._jobs[:_AHEAD]
        self._cases = {
            (scope, case.id): case
            for scope in dict.fromkeys(each.scope for each in some)
            for case in await self._desk.store.cases(scope, [each.case for each in some if each.scope == scope])
        }

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

    def _capped(self, job: Job, organisation: Organisation) -> str:
        """security 13: caps for automatic letters only; they never hold an approved one."""
        if not job.automatic:
            return ""
        to_address = self._to_address[job.scope, job.recipient.casefold()]
        to_domain = self._to_domain[job.scope, _domain(job.recipient)]
        full = to_address >= organisation.cap_per_address_day or to_domain >= organisation.cap_per_domain_hour
        return "cap" if full else ""


def _domain(recipient: str) -> str:
    return recipient.rpartition("@")[2].casefold()
