"""Letters as values: their occasion, their sections, and what sending one will mean for its claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


class Outcome(StrEnum):
    """What became of a claim."""

    PENDING = "pending"
    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    NOTHING_HELD = "nothing-held"
    FORWARDED = "forwarded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Section:
    """One named part of a letter; the pre-send check works on keys, so it survives editing."""

    key: str
    text: str


class Moment(StrEnum):
    """The occasion of a letter."""

    ACKNOWLEDGED = "acknowledged"
    IDENTITY_ASKED = "identity-asked"
    IDENTITY_CODE = "identity-code"
    CONTACT_TOLD = "contact-told"
    CLARIFICATION_ASKED = "clarification-asked"
    EXTENDED = "extended"
    REMINDER = "reminder"
    ANSWERED = "answered"
    REFUSED = "refused"
    CLOSED = "closed"
    FORWARDED = "forwarded"
    FEE_ASKED = "fee-asked"
    LIFTING = "lifting"
    RECALLED = "recalled"
    MANDATE_ASKED = "mandate-asked"
    CONTESTED = "contested"
    DIRECTIVES_REVOKED = "directives-revoked"
    BREACH_TOLD = "breach-told"
    HANDED_OVER = "handed-over"
    DESK_TOLD = "desk-told"
    CONTROLLER_ASKED = "controller-asked"
    CONTROLLER_REMINDED = "controller-reminded"
    CONTROLLER_REPORTED = "controller-reported"
    CONTROLLER_QUESTIONED = "controller-questioned"
    PROCESSOR_INSTRUCTED = "processor-instructed"
    RECIPIENT_TOLD = "recipient-told"


#: Letters to a contact on file, wherever the request came from.
TO_FILE = frozenset({Moment.IDENTITY_CODE, Moment.CONTACT_TOLD})
#: Letters to others than the person: parties of the chain (law 4.6), recipients (GDPR 19), our own desk (practice 24).
TO_PARTIES = frozenset({
    Moment.DESK_TOLD, Moment.CONTROLLER_ASKED, Moment.CONTROLLER_REMINDED, Moment.CONTROLLER_REPORTED,
    Moment.CONTROLLER_QUESTIONED, Moment.PROCESSOR_INSTRUCTED, Moment.RECIPIENT_TOLD,
})  # fmt: skip


#: Texts that an order gives for places of a letter to a party (`Purpose.slots`).
SLOTS = ("systems", "files", "actions", "exceptions", "backups", "sub-processors", "who", "what")

#: Letters that go to others than whoever writes in the case: no link to the case stands in them.
NOT_LINKED = TO_FILE | TO_PARTIES | {Moment.RECALLED}


#: In `Answer.holds` and `Purpose.holds`: everything on the checklists of the rights, said in one word.
ALL = "all"


class LetterStatus(StrEnum):
    """Where a letter stands."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    SENT = "sent"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"


#: Letters that have not left and still may.
UNSENT = frozenset({LetterStatus.DRAFTED, LetterStatus.APPROVED, LetterStatus.RETURNED})


@dataclass(frozen=True, kw_only=True)
class Part:
    """One category of data, or one item, of an answer: given, or withheld on a ground. detail: what was done with it,
    or until when and why it is kept."""

    name: str
    given: bool
    ground: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What an answer says to one claim."""

    claim: str
    outcome: Outcome
    ground: str = ""
    detail: str = ""
    evidence: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fee:
    """A fee (GDPR 12(5)(a), 15(3)). amount: in cents; basis: of `rights.FEES`; calculation: how it came about."""

    amount: int
    currency: str
    basis: str
    calculation: str


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What sending a letter will mean for its claims. Only the fields of its moment are filled.

    doubt, rung, contact: identity question (why there is doubt; the rungs asked for; the address on file to which a
    code goes).
    large: a clarification of a large quantity of data (recital 63), the only kind that may pause.
    reason, detail, until: extension; lifting of a restriction; reason as well of what is handed over (its kind) and of
    a mandate asked for (the role somebody says they have). fee: what is asked. party: forwarded to.
    outcome, ground, detail, evidence: answer or refusal as a whole; results: to each claim, where they differ or have
    parts; holds: items of the rights' checklists that the drafter says stand in the text or in what is enclosed.
    question: the letter a reminder reminds of, or whose code this is. to: whom it is for, when it is not the person.
    hop: the step of the chain that it is about. slots: texts for places of the template, by their names.
    files: of the case, which the letter lists as ready in the portal.
    by: who ordered the letter and so advised it (a second person must approve some).
    """

    doubt: str = ""
    rung: str = ""
    contact: str = ""
    large: bool = False
    reason: str = ""
    detail: str = ""
    until: date | None = None
    outcome: Outcome = Outcome.PENDING
    ground: str = ""
    evidence: str = ""
    results: tuple[Result, ...] = ()
    holds: tuple[str, ...] = ()
    fee: Fee | None = None
    party: str = ""
    question: str = ""
    to: str = ""
    hop: str = ""
    files: tuple[str, ...] = ()
    slots: tuple[tuple[str, str], ...] = ()
    by: str = ""

    def result_of(self, claim: str) -> Result:
        """What the letter says to that claim: its own result, else that of the letter."""
        whole = Result(
            claim=claim, outcome=self.outcome, ground=self.ground, detail=self.detail, evidence=self.evidence
        )
        return next((each for each in self.results if each.claim == claim), whole)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An outgoing letter of a case. Text is text: it is never rendered again as a template (security 10).
    inbound: the mail that staff wrote by hand and that this letter is ("": the desk wrote it)."""

    id: str
    moment: Moment
    claims: tuple[str, ...]
    language: str
    medium: Literal["mail", "post"]
    recipient: str
    subject: str
    sections: tuple[Section, ...]
    purpose: Purpose
    automatic: bool = False
    status: LetterStatus = LetterStatus.DRAFTED
    drafted_at: datetime | None = None
    approved_by: str = ""
    decided_by: str = ""
    digest: str = ""
    overridden: tuple[str, ...] = ()
    sent_at: datetime | None = None
    trouble: str = ""
    inbound: str = ""

    @property
    def unposted(self) -> bool:
        """practice 8: approved, for the post, and nobody has said yet that it was posted."""
        return self.medium == "post" and self.status == LetterStatus.APPROVED and self.sent_at is None
