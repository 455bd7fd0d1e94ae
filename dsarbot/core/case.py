"""The values a case is made of. All frozen: a change is a new value, made by `apply` and nothing else.

A case is one matter of one person; a claim is one right towards one answerable party. The case's own state is the
projection of its claims (`summary`): there is no second place where it could say something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from dsarbot.core.chain import Chain
from dsarbot.core.clock import Dates, Pause
from dsarbot.core.identity_copy import IdCopy
from dsarbot.core.letter import UNSENT, Letter, LetterStatus, Moment, Outcome, Part, Purpose, Section
from dsarbot.core.measures import Breach, Charge, Directive, Done, Person, Representative, Restriction
from dsarbot.core.packed import Packed
from dsarbot.core.proofs import Proofs

__all__ = [
    "DONE", "UNSENT", "Case", "Claim", "Joined", "Letter", "LetterStatus", "Moment", "Note", "Outcome", "Person",
    "Proposal", "Purpose", "Question", "Section", "Status", "Summary", "summary",
]  # fmt: skip


class Status(StrEnum):
    """Where a claim stands."""

    UNCONFIRMED = "unconfirmed"
    OPEN = "open"
    WAITING_PERSON = "waiting-person"
    WAITING_PARTY = "waiting-party"
    ANSWERED = "answered"
    CLOSED = "closed"
    NOT_A_REQUEST = "not-a-request"


#: Claims on which nobody has to act any more.
DONE = frozenset({Status.ANSWERED, Status.CLOSED, Status.NOT_A_REQUEST})


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question sent to the person. It opens a pause only when `accepted` (practice 18)."""

    kind: Literal["identity", "clarification"]
    letter: str
    asked_on: date
    accepted: bool
    answered_on: date | None = None

    @property
    def pause(self) -> Pause:
        return Pause(kind=self.kind, asked_on=self.asked_on, answered_on=self.answered_on)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One right towards one answerable party, with its own clock input, status and outcome.

    scope: of what, where it is not all (the purpose objected to); done: steps of its checklist; parts: of its answer;
    contested_at: since when the person contests the answer; passed_on: what proves that the party has it;
    contract_days: within which a contract wants it done, where a customer asked for it (0: no such time)."""

    id: str
    right: str
    party: str
    received_at: datetime
    status: Status = Status.UNCONFIRMED
    outcome: Outcome = Outcome.PENDING
    marketing: bool = False
    because: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    extended_on: date | None = None
    extension_letter: str = ""
    answered_at: datetime | None = None
    late: bool = False
    dates: Dates | None = None
    goal: date | None = None
    scope: str = ""
    done: tuple[Done, ...] = ()
    parts: tuple[Part, ...] = ()
    contested_at: datetime | None = None
    passed_on: str = ""
    restriction: Restriction | None = None
    charge: Charge | None = None
    directives: tuple[Directive, ...] = ()
    contract_days: int = 0

    @property
    def pauses(self) -> tuple[Pause, ...]:
        return tuple(q.pause for q in self.questions if q.accepted)

    def open_question(self, kind: str | None = None) -> Question | None:
        """The latest question (of that kind) still without an answer."""
        for question in reversed(self.questions):
            if question.answered_on is None and kind in (None, question.kind):
                return question
        return None


@dataclass(frozen=True, kw_only=True)
class Note:
    """What somebody wrote down. Legal advice never enters dossier or register (practice 12)."""

    at: datetime
    actor: str
    kind: Literal["work", "decision", "legal-advice"]
    text: str


@dataclass(frozen=True, kw_only=True)
class Joined:
    """One message of the case. message_id: its own, so that our letters can answer it ("" if none); recipient: to whom
    staff wrote it by hand, at `received_at` ("": it came from outside); trouble: why such a mail came back."""

    inbound: str
    received_at: datetime
    how: str
    message_id: str = ""
    recipient: str = ""
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Something a message asks for that only a person may make happen (security 6). instant: what it proposes."""

    id: str
    kind: str
    inbound: str
    received_at: datetime
    settled: bool = False
    instant: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sibling:
    """The case of another organisation that got the same mail (practice 5). named: that organisation and its reference;
    nothing else of it is known here."""

    case: str
    named: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One matter of one person. `version` is the journal sequence number of its last fact; `also` names the other
    organisations that got the same mail, with their references: one acknowledgement speaks for all (practice 5);
    `confidential` names the staff who alone may see it, nobody when it is an ordinary case (practice 12); `holds`: open
    inquiries of an authority about it, during which nothing of it is destroyed (practice 23)."""

    id: str
    reference: str
    organisation: str
    channel: str
    language: str
    opened_at: datetime
    person: Person
    subject: str = ""
    version: int = 0
    claims: tuple[Claim, ...] = ()
    letters: tuple[Letter, ...] = ()
    notes: tuple[Note, ...] = ()
    inbounds: tuple[Joined, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    alarms: tuple[str, ...] = ()
    rung: str = ""
    role_hint: str = ""
    urgency: tuple[str, ...] = ()
    assignee: str = ""
    automatic_blocked: str = ""
    also: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    merged_into: str = ""
    moved_to: str = ""
    representative: Representative | None = None
    confidential: tuple[str, ...] = ()
    breaches: tuple[Breach, ...] = ()
    holds: tuple[str, ...] = ()
    copies: tuple[IdCopy, ...] = ()
    package: tuple[Packed, ...] = ()
    proofs: Proofs = field(default_factory=Proofs)
    chain: Chain = field(default_factory=Chain)

    def claim(self, claim_id: str) -> Claim:
        """The claim of that id; KeyError when there is none."""
        return {claim.id: claim for claim in self.claims}[claim_id]

    def letter(self, letter_id: str) -> Letter:
        """The letter of that id; KeyError when there is none."""
        return {letter.id: letter for letter in self.letters}[letter_id]

    @property
    def frozen(self) -> tuple[Breach, ...]:
        """Misdirected letters about which nobody has decided: until then nothing leaves (practice 8)."""
        return tuple(each for each in self.breaches if not each.verdict)

    def visible_to(self, staff: str) -> bool:
        """practice 12: a confidential case is seen by those whom it names."""
        return not self.confidential or staff in self.confidential

    @property
    def active(self) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.status not in DONE)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a list shows of a case: the most urgent open claim speaks for it."""

    status: Status
    outcome: Outcome
    rights: tuple[str, ...]
    target: date | None
    received_at: datetime
    closed: bool


def summary(case: Case) -> Summary:
    """The projection of the claims: status and target of the most urgent open one, else of the last done."""
    ranked = sorted(case.claims, key=_urgency)
    first = ranked[0]
    return Summary(
        status=first.status,
        outcome=first.outcome,
        rights=tuple(dict.fromkeys(claim.right for claim in case.claims if claim.status != Status.NOT_A_REQUEST))
        or (first.right,),
        target=first.dates.target if first.dates and first.status not in DONE else None,
        received_at=min(claim.received_at for claim in case.claims),
        closed=all(claim.status in (Status.CLOSED, Status.NOT_A_REQUEST) for claim in case.claims),
    )


_DONE_ORDER = {Status.ANSWERED: 1, Status.CLOSED: 2, Status.NOT_A_REQUEST: 3}


def _urgency(claim: Claim) -> tuple[int, date, str]:
    return (_DONE_ORDER.get(claim.status, 0), claim.dates.target if claim.dates else date.max, claim.id)
