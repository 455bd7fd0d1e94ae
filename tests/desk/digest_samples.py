"""A desk with a digest, and a store in memory that knows just enough for one. Every person is invented."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

import handlers
from dsarbot.core.alarms import Alarm
from dsarbot.core.calendars import TeamCalendar
from dsarbot.core.case import Case, Claim, Letter, LetterStatus, Moment, Outcome, Person, Purpose, Section, Status
from dsarbot.core.clock import compute
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.rules import Rules
from dsarbot.desk.digest_desk import Colleague, DigestDesk
from dsarbot.desk.digest_facts import Digest
from dsarbot.desk.digest_send import Sending
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotFound
from dsarbot.ports import Blob, CaseRow, InboundRow, InquiryRow, Job, JobRow, Scope, Store, Vault

FR = jurisdiction("FR")
TODAY = date(2026, 11, 24)
#: 07:30 in Paris.
NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
ORG = Scope("example")


def organisation(key: str = "example", closures: tuple[tuple[date, date], ...] = ()) -> Organisation:
    numbers = itertools.count(1)
    return Organisation(
        key=key,
        name="Nordlicht",
        rules=Rules(
            organisation=key,
            jurisdiction=FR,
            rights=handlers.by_slug(),
            team=TeamCalendar(calendar=FR.calendar, closures=closures),
        ),
        compose=lambda case, draft, letter_id, now: letter(letter_id),
        render=lambda case, letter, message_id, now: b"",
        check=lambda case, letter, now: (),
        digest=lambda letter: "",
        new_message_id=lambda: f"<{next(numbers)}@{key}.example.org>",
        prefix="DSR",
        envelope_sender=f"privacy@{key}.example.org",
    )


ANNA = Colleague(key="anna", name="Anna Beispill", address="anna@example.org")
BRUNO = Colleague(key="bruno", name="Bruno Beispill", address="bruno@example.org")


def compose(digest: Digest, address: str, message_id: str, now: datetime) -> bytes:
    return f"To: {address}\nMessage-ID: {message_id}\nSubject: {digest.subject}\n\n{digest.text}".encode()


def desk(*, closures: tuple[tuple[date, date], ...] = (), people: Sequence[Colleague] = (ANNA, BRUNO)) -> DigestDesk:
    return DigestDesk(
        organisation=organisation(closures=closures),
        name="Beispielwolke GmbH",
        zone="Europe/Paris",
        at=time(7, 30),
        language="en",
        owner="anna",
        deputy="bruno",
        recipients=("anna", "bruno"),
        colleagues={each.key: each for each in people},
        compose=compose,
    )


def letter(letter_id: str = "l1", **changes: object) -> Letter:
    made = Letter(
        id=letter_id,
        moment=Moment.ANSWERED,
        claims=("c1",),
        language="fr",
        medium="mail",
        recipient="someone@example.net",
        subject="Réponse",
        sections=(Section(key="body", text="Bonjour"),),
        purpose=Purpose(),
        status=LetterStatus.DRAFTED,
        drafted_at=NOW - timedelta(days=2),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def case(number: int, *, status: Status = Status.OPEN, received: datetime = NOW, **changes: object) -> Case:
    claim = Claim(
        id="c1", right="access", party="example", received_at=received, status=status, dates=compute(received, FR)
    )
    made = Case(
        id=f"case{number:06d}",
        reference=f"DSR-2026-{number:05d}-X",
        organisation="example",
        channel="mail",
        language="fr",
        opened_at=received,
        person=Person(name="Jeanne Fictive", address="jeanne@example.net"),
        claims=(claim,),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def row(number: int, days: int | None = 20, **changes: object) -> CaseRow:
    """A row whose target is so many days after `TODAY`."""
    made = CaseRow(
        id=f"case{number:06d}",
        organisation="example",
        reference=f"DSR-2026-{number:05d}-X",
        status=Status.OPEN,
        outcome=Outcome.PENDING,
        rights=("access",),
        language="fr",
        channel="mail",
        received_at=NOW - timedelta(days=10),
        opened_at=NOW - timedelta(days=10),
        target=None if days is None else TODAY + timedelta(days=days),
        safe_due=None,
        assignee="",
        closed=False,
        version=1,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def row_of(some: Case) -> CaseRow:
    claim = some.claims[0]
    return row(
        int(some.id[4:]),
        id=some.id,
        reference=some.reference,
        status=claim.status,
        rights=(claim.right,),
        target=claim.dates.target if claim.dates else None,
        received_at=claim.received_at,
        opened_at=some.opened_at,
        assignee=some.assignee,
    )


def held(number: int = 1, **changes: object) -> InboundRow:
    made = InboundRow(
        id=f"inbound{number}",
        scope=ORG,
        channel="mail",
        mailbox="privacy",
        received_at=NOW - timedelta(days=4),
        kept_at=NOW - timedelta(days=4),
        objects=(),
        size=1,
        state="held",
        disposition="held",
        kind="unreadable",
        safe_due=TODAY + timedelta(days=26),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def job(number: int = 1, **changes: object) -> JobRow:
    made = JobRow(
        id=f"job{number}", scope=ORG, kind="letter", case="", letter="", state="queued",
        due_at=NOW - timedelta(minutes=1), attempts=0, last="", sent_at=None,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass
class Memory:
    """The parts of Store, Transaction and Vault that a digest touches."""

    listed: list[CaseRow] = field(default_factory=list)
    documents: dict[str, Case] = field(default_factory=dict)
    arrived: list[InboundRow] = field(default_factory=list)
    outbox: list[JobRow] = field(default_factory=list)
    signs: dict[str, datetime] = field(default_factory=dict)
    alarmed: list[Alarm] = field(default_factory=list)
    newest: tuple[int, str] | None = (118, "ab" * 32)
    begun: set[tuple[str, date, str]] = field(default_factory=set)
    kept: dict[str, bytes] = field(default_factory=dict)
    enqueued: list[Job] = field(default_factory=list)
    entries: list[tuple[str, str, Mapping[str, str | int | None]]] = field(default_factory=list)
    matters: list[InquiryRow] = field(default_factory=list)
    confided: dict[Scope, dict[str, Sequence[str]]] = field(default_factory=dict)
    opened: int = 0

    def add(self, *cases: Case) -> None:
        self.documents |= {each.id: each for each in cases}
        self.listed += map(row_of, cases)

    async def case(self, scope: Scope, case_id: str) -> Case:
        self.opened += 1
        if case_id not in self.documents:
            raise NotFound
        return self.documents[case_id]

    async def rows(
        self, scope: Scope, *, closed: bool = False, limit: int = 1000, after: str = ""
    ) -> Sequence[CaseRow]:
        ordered = sorted(
            (r for r in self.listed if r.organisation == scope), key=lambda r: (r.target or date.max, r.id)
        )
        ids = [each.id for each in ordered]
        start = ids.index(after) + 1 if after else 0
        return ordered[start : start + limit]

    async def inbounds(
        self, scope: Scope, *, state: str = "", disposition: str = "", case: str = "", limit: int = 200
    ) -> Sequence[InboundRow]:
        return [each for each in self.arrived if each.scope == scope and each.state == state][:limit]

    async def jobs(self, scope: Scope, *, states: Sequence[str] = (), limit: int = 200) -> Sequence[JobRow]:
        return [each for each in self.outbox if each.state in states][:limit]

    async def alarms(self, scope: Scope, *, ended: bool = False, limit: int = 1000) -> Sequence[Alarm]:
        return [each for each in self.alarmed if each.organisation == scope][:limit]

    async def inquiries(self, scope: Scope, *, closed: bool = False) -> Sequence[InquiryRow]:
        return [each for each in self.matters if each.organisation == scope and each.closed == closed]

    async def confidential(self, scope: Scope) -> Mapping[str, Sequence[str]]:
        return self.confided.get(scope, {})

    async def beats(self) -> Mapping[str, datetime]:
        return dict(self.signs)

    async def beat(self, process: str, what: str, now: datetime) -> None:
        self.signs[what] = now

    async def anchor(self, now: datetime) -> tuple[int, str] | None:
        return self.newest

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Memory]:
        begun, enqueued, entries = set(self.begun), list(self.enqueued), list(self.entries)
        try:
            yield self
        except BaseException:
            self.begun, self.enqueued, self.entries = begun, enqueued, entries
            raise

    async def digest_once(self, scope: Scope, day: date, recipient: str) -> bool:
        if (scope, day, recipient) in self.begun:
            return False
        self.begun.add((scope, day, recipient))
        return True

    async def enqueue(self, job: Job) -> None:
        assert job.object in self.kept, "bytes first"
        self.enqueued.append(job)

    async def ledger(
        self, scope: Scope, kind: str, public: Mapping[str, str | int | None], *, at: datetime, actor: str
    ) -> None:
        self.entries.append((scope, kind, public))

    async def keep(self, scope: Scope, blobs: Sequence[Blob]) -> None:
        self.kept |= {each.id: bytes(each.data) for each in blobs}

    async def destroy(self, scope: Scope, object_ids: Sequence[str], *, rule: str, actor: str) -> None:
        for each in object_ids:
            del self.kept[each]

    @property
    def store(self) -> Store:
        return cast("Store", self)

    @property
    def vault(self) -> Vault:
        return cast("Vault", self)

    async def with_letters(self, scope: Scope) -> Sequence[Case]:
        return list(self.documents.values())

    def sending(self) -> Sending:
        numbers = itertools.count(len(self.kept) * 2 + 1)
        return Sending(
            store=self.store,
            vault=self.vault,
            cases_with_letters=self.with_letters,
            new_id=lambda: f"object-{next(numbers):08d}",
        )
