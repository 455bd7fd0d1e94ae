"""What a store in memory remembers."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from dsarbot.core.alarms import Alarm
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.core.facts_inquiry import InquiryFact
from dsarbot.core.inquiry import Inquiry
from dsarbot.core.links import Link, Visit
from dsarbot.core.parties import Register
from dsarbot.core.webhooks import Event
from dsarbot.errors import NotFound
from dsarbot.ports import Claimed, Ended, InboundRow, Job, Position, Scope, SuppressionRow
from dsarbot.store.projection import Lookup


@dataclass(frozen=True, kw_only=True)
class CaseState:
    case: Case
    wake_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class JobState:
    job: Job
    state: Literal["queued", "claimed", "sent", "cancelled", "shunted"] = "queued"
    due_at: datetime
    attempts: int = 0
    fence: int = 0
    worker: str = ""
    lease_until: datetime | None = None
    first_tried_at: datetime | None = None
    last: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """An entry of an organisation's own stream."""

    scope: Scope
    kind: str
    public: Mapping[str, str | int | None]
    at: datetime
    actor: str


@dataclass(kw_only=True)
class State:
    """Everything that a transaction may undo. Values are frozen, so a copy of the containers is a snapshot."""

    cases: dict[str, CaseState] = field(default_factory=dict)
    registers: dict[str, Register] = field(default_factory=dict)
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    found_by: dict[tuple[Scope, Lookup], tuple[str, ...]] = field(default_factory=dict)
    inbounds: dict[str, InboundRow] = field(default_factory=dict)
    mails: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)
    positions: dict[tuple[str, str], Position] = field(default_factory=dict)
    jobs: dict[str, JobState] = field(default_factory=dict)
    numbers: dict[tuple[Scope, int], int] = field(default_factory=dict)
    digests: set[tuple[Scope, date, str]] = field(default_factory=set)
    ledger: list[LedgerEntry] = field(default_factory=list)
    remembered: dict[str, str] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)
    calls: dict[tuple[Scope, str], str] = field(default_factory=dict)
    alarms: dict[tuple[Scope, str], Alarm] = field(default_factory=dict)
    inquiries: dict[str, tuple[Inquiry, tuple[InquiryFact, ...]]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    suppressed: dict[tuple[Scope, str], SuppressionRow] = field(default_factory=dict)

    def held(self, claimed: Claimed) -> JobState | None:
        """The job, as long as nobody else has claimed it since."""
        job = self.jobs.get(claimed.job.id)
        return job if job and (job.state, job.fence) == ("claimed", claimed.fence) else None

    def finish(self, ended: Ended) -> bool:
        """False when somebody else has it."""
        job = self.held(ended.claimed)
        if job is None:
            return False
        sent_at = ended.at if ended.state == "sent" else None
        self.jobs[job.job.id] = replace(job, state=ended.state, last=ended.last, sent_at=sent_at)
        return True

    def snapshot(self) -> State:
        return State(**{name: copy.copy(value) for name, value in vars(self).items()})


def case_of(state: State, scope: Scope, case_id: str) -> Case:
    known = state.cases.get(case_id)
    if known is None or known.case.organisation != scope:
        raise NotFound
    return known.case
