"""What happens to an inquiry of an authority: facts of a stream of its own, marked and sealed like those of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args

from dsarbot.core.fact import Fact, public

InquiryOutcome = Literal[
    "no-further-action", "complaint-rejected", "warning", "reprimand", "order", "fine", "withdrawn", "other"
]
OUTCOMES: Final[tuple[str, ...]] = get_args(InquiryOutcome)


@dataclass(frozen=True, kw_only=True)
class InquiryFact(Fact):
    """A fact of an inquiry; the table of moves of claims knows none of them."""


@dataclass(frozen=True, kw_only=True)
class InquiryOpened(InquiryFact):
    inquiry: str = public()
    reference: str = public()
    organisation: str = public()
    received_at: datetime = public()
    due: date = public()
    authority: str
    file_number: str
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class InquiryLetterReceived(InquiryFact):
    inbound: str = public()
    received_at: datetime = public()


@dataclass(frozen=True, kw_only=True)
class InquiryDated(InquiryFact):
    """The authority has set another date. before: the one that it takes the place of."""

    before: date = public()
    due: date = public()
    reason: str


@dataclass(frozen=True, kw_only=True)
class InquiryLinked(InquiryFact):
    case: str = public()


@dataclass(frozen=True, kw_only=True)
class InquiryUnlinked(InquiryFact):
    case: str = public()
    reason: str


@dataclass(frozen=True, kw_only=True)
class DutySet(InquiryFact):
    duty: str = public()
    owner: str = public()
    due: date | None = public(default=None)
    text: str


@dataclass(frozen=True, kw_only=True)
class DutyDone(InquiryFact):
    duty: str = public()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class InquiryNoted(InquiryFact):
    kind: Literal["work", "decision", "legal-advice"] = public()
    text: str


@dataclass(frozen=True, kw_only=True)
class InquiryClosed(InquiryFact):
    """How it ended. decided_by: whose decision the answer to the authority was; the actor advised (practice 11)."""

    outcome: InquiryOutcome = public()
    decided_by: str = public(default="")
    result: str


#: Every kind of fact of an inquiry by its name in the journal.
INQUIRY_FACTS: Final[dict[str, type[InquiryFact]]] = {
    kind.__name__: kind for kind in InquiryFact.__subclasses__()
}  # fmt: skip
