"""Facts: what happened to a case, in the past tense, frozen, accepted in every status. The journal is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dsarbot.core import facts_by_hand, facts_chain, facts_copies, facts_identity, facts_package, facts_rights  # noqa: F401
from dsarbot.core.case import Claim, Letter, Outcome, Person
from dsarbot.core.clock import Dates
from dsarbot.core.fact import Fact, public
from dsarbot.core.facts_inquiry import InquiryFact
from dsarbot.core.letter import Part
from dsarbot.core.triaged import Triaged

IdentityVerified = facts_identity.IdentityVerified

# --- a case and what was written in it -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Fact):
    case: str = public()
    reference: str = public()
    organisation: str = public()
    channel: str = public()
    language: str = public()
    role_hint: str = public(default="")
    urgency: tuple[str, ...] = public(default=())
    automatic_blocked: str = public(default="")
    also: tuple[str, ...] = public(default=())
    triaged: Triaged | None = public(default=None)
    person: Person
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimFound(Fact):
    claim: str = public()
    right: str = public()
    party: str = public()
    received_at: datetime = public()
    certain: bool = public()
    marketing: bool = public(default=False)
    because: tuple[str, ...] = ()
    scope: str = ""


@dataclass(frozen=True, kw_only=True)
class InboundJoined(Fact):
    inbound: str = public()
    received_at: datetime = public()
    how: str = public()
    message_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ProposalMade(Fact):
    proposal: str = public()
    kind: str = public()
    inbound: str = public()
    received_at: datetime = public()
    instant: datetime | None = public(default=None)


@dataclass(frozen=True, kw_only=True)
class ProposalSettled(Fact):
    proposal: str = public()
    accepted: bool = public()


@dataclass(frozen=True, kw_only=True)
class Noted(Fact):
    kind: Literal["work", "decision", "legal-advice"] = public()
    text: str


@dataclass(frozen=True, kw_only=True)
class Assigned(Fact):
    staff: str = public()


@dataclass(frozen=True, kw_only=True)
class PersonCorrected(Fact):
    person: Person


@dataclass(frozen=True, kw_only=True)
class Woke(Fact):
    alarm: str = public()


@dataclass(frozen=True, kw_only=True)
class ClaimConfirmed(Fact):
    claim: str = public()


@dataclass(frozen=True, kw_only=True)
class ClaimDismissed(Fact):
    claim: str = public()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptCorrected(Fact):
    claim: str = public()
    before: datetime = public()
    received_at: datetime = public()
    second: str = public(default="")
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Dated(Fact):
    """The dates of a claim as computed, with the steps that explain them. Never overwritten: a new one follows."""

    claim: str = public()
    dates: Dates = public()
    goal: date | None = public(default=None)


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Fact):
    """A question left for the person; `accepted` says that it pauses the clock (practice 18)."""

    claim: str = public()
    letter: str = public()
    kind: Literal["identity", "clarification"] = public()
    asked_on: date = public()
    accepted: bool = public()
    rung: str = public(default="")
    doubt: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Fact):
    claim: str = public()
    kind: Literal["identity", "clarification"] = public()
    answered_on: date = public()


@dataclass(frozen=True, kw_only=True)
class ClaimExtended(Fact):
    claim: str = public()
    letter: str = public()
    reason: str = public()
    notice_on: date = public()
    until: date = public()


@dataclass(frozen=True, kw_only=True)
class ClaimAnswered(Fact):
    claim: str = public()
    letter: str = public()
    outcome: Outcome = public()
    ground: str = public(default="")
    answered_at: datetime = public()
    late: bool = public()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClaimForwarded(Fact):
    claim: str = public()
    letter: str = public()


@dataclass(frozen=True, kw_only=True)
class ClaimWithdrawn(Fact):
    claim: str = public()
    evidence: str


@dataclass(frozen=True, kw_only=True)
class ClaimClosed(Fact):
    claim: str = public()


@dataclass(frozen=True, kw_only=True)
class ClaimReopened(Fact):
    claim: str = public()
    why: Literal["identity-completed", "contested", "mistake", "instruction"] = public()


@dataclass(frozen=True, kw_only=True)
class ClaimMoved(Fact):
    """The claim goes on in another case (split, merge) or with another organisation; its receipt goes with it."""

    claim: str = public()
    to: str = public()


@dataclass(frozen=True, kw_only=True)
class ClaimTakenOver(Fact):
    """A claim came from another case as it stood there, with its receipt, questions and dates."""

    source: str = public()
    taken: Claim


@dataclass(frozen=True, kw_only=True)
class LetterDrafted(Fact):
    letter: Letter


@dataclass(frozen=True, kw_only=True)
class LetterEdited(Fact):
    letter: Letter


@dataclass(frozen=True, kw_only=True)
class LetterApproved(Fact):
    """Approval binds the bytes, the recipient and the version of the case (security 10). by: who approved it;
    decided_by: whose decision it is; advised_by: who ordered the draft (practice 11)."""

    letter: str = public()
    digest: str = public()
    by: str = public()
    decided_by: str = public(default="")
    advised_by: str = public(default="")
    version: int = public()
    overridden: tuple[str, ...] = public(default=())
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterSent(Fact):
    """message_id: of our own making, and random; written_id: what a colleague's mail program made up."""

    letter: str = public()
    sent_at: datetime = public()
    message_id: str = public(default="")
    registered: str = public(default="")
    written_id: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterCancelled(Fact):
    letter: str = public()
    why: str = public()


@dataclass(frozen=True, kw_only=True)
class LetterReturned(Fact):
    """Not sent after all: the case had moved on, or the bytes were no longer the approved ones."""

    letter: str = public()
    why: str = public()


@dataclass(frozen=True, kw_only=True)
class LetterBounced(Fact):
    letter: str = public()
    status: str = public()
    permanent: bool = public()
    inbound: str = public(default="")


@dataclass(frozen=True, kw_only=True)
class LetterStuck(Fact):
    """The mail server has not accepted it: deferred for long, refused, or given up."""

    letter: str = public()
    why: str = public()


@dataclass(frozen=True, kw_only=True)
class Linked(Fact):
    """named: of a sibling, the other organisation and its reference."""

    case: str = public()
    why: str = public()
    named: str = public(default="")


@dataclass(frozen=True, kw_only=True)
class MergedInto(Fact):
    case: str = public()


@dataclass(frozen=True, kw_only=True)
class Absorbed(Fact):
    """Another case was merged into this one; its reference stays valid."""

    case: str = public()
    reference: str = public()


@dataclass(frozen=True, kw_only=True)
class MovedTo(Fact):
    organisation: str = public()
    case: str = public()


#: Every kind of fact of a case by its name in the journal.
FACTS: dict[str, type[Fact]] = {kind.__name__: kind for kind in Fact.__subclasses__() if kind is not InquiryFact}
