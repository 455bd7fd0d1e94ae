"""What people may order about an inquiry, and what follows: facts, or a refusal with its reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import singledispatch
from typing import Literal

from dsarbot.core import facts_inquiry as f
from dsarbot.core.evolve import replace
from dsarbot.core.fact import UNSTAMPED
from dsarbot.core.facts_inquiry import InquiryFact, InquiryOutcome
from dsarbot.core.inquiry import Inquiry
from dsarbot.core.orders import Order
from dsarbot.errors import NotAllowed


@dataclass(frozen=True, kw_only=True)
class OpenInquiry(Order):
    """due: the date that the authority has set; inbound: its letter, where that arrived here ("": it is on paper)."""

    inquiry: str
    reference: str
    organisation: str
    authority: str
    file_number: str
    about: str
    received_at: datetime
    due: date
    inbound: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiveLetter(Order):
    inbound: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class SetDate(Order):
    due: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class LinkCase(Order):
    """The inquiry is about this case as well; from then on nothing of it is destroyed."""

    case: str


@dataclass(frozen=True, kw_only=True)
class UnlinkCase(Order):
    case: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SetDuty(Order):
    text: str
    owner: str
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class DoDuty(Order):
    duty: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteInquiry(Order):
    kind: Literal["work", "decision", "legal-advice"]
    text: str


@dataclass(frozen=True, kw_only=True)
class CloseInquiry(Order):
    outcome: InquiryOutcome
    result: str
    decided_by: str = ""


def decide_inquiry(inquiry: Inquiry | None, order: Order) -> tuple[InquiryFact, ...]:
    """The facts that follow from the order. NotAllowed, with the rule, when it is not possible."""
    if isinstance(order, OpenInquiry):
        facts = _open(order)
    elif inquiry is None:
        raise NotAllowed("no-inquiry", "This order needs an inquiry.")
    elif inquiry.closed_at is not None and not isinstance(order, NoteInquiry | ReceiveLetter):
        raise NotAllowed("inquiry-closed", "This inquiry is closed; a new letter of the authority opens another one.")
    else:
        facts = (_follows(order, inquiry),)
    return tuple(
        replace(fact, at=order.at, actor=order.actor, cause=order.cause) if fact.at == UNSTAMPED else fact
        for fact in facts
    )


def _open(order: OpenInquiry) -> tuple[InquiryFact, ...]:
    if not order.authority.strip() or not order.file_number.strip():
        raise NotAllowed("inquiry-who", "Name the authority and its file number; write 'none given' where it has none.")
    if order.received_at > order.at:
        raise NotAllowed("inquiry-received", "A letter cannot have arrived in the future.")
    opened = f.InquiryOpened(
        inquiry=order.inquiry,
        reference=order.reference,
        organisation=order.organisation,
        received_at=order.received_at,
        due=order.due,
        authority=order.authority,
        file_number=order.file_number,
        about=order.about,
    )
    if not order.inbound:
        return (opened,)
    return (opened, f.InquiryLetterReceived(inbound=order.inbound, received_at=order.received_at))


@singledispatch
def _follows(order: Order, inquiry: Inquiry) -> InquiryFact:  # noqa: ARG001
    raise NotAllowed("no-inquiry-order", f"{type(order).__name__} is no order about an inquiry.")


@_follows.register
def _receive(order: ReceiveLetter, inquiry: Inquiry) -> InquiryFact:
    if order.inbound in {each.inbound for each in inquiry.letters}:
        raise NotAllowed("inquiry-letter", "This letter belongs to the inquiry already.")
    return f.InquiryLetterReceived(inbound=order.inbound, received_at=order.received_at)


@_follows.register
def _date(order: SetDate, inquiry: Inquiry) -> InquiryFact:
    _demand(order.reason, "inquiry-reason", "Say how the authority has set the new date.")
    if order.due == inquiry.due:
        raise NotAllowed("inquiry-date", "That is its date already.")
    return f.InquiryDated(before=inquiry.due, due=order.due, reason=order.reason)


@_follows.register
def _link(order: LinkCase, inquiry: Inquiry) -> InquiryFact:
    if order.case in inquiry.cases:
        raise NotAllowed("inquiry-linked", "This case is linked already.")
    return f.InquiryLinked(case=order.case)


@_follows.register
def _unlink(order: UnlinkCase, inquiry: Inquiry) -> InquiryFact:
    _demand(order.reason, "inquiry-reason", "Say why the inquiry is not about this case.")
    if order.case not in inquiry.cases:
        raise NotAllowed("inquiry-linked", "This case is not linked.")
    return f.InquiryUnlinked(case=order.case, reason=order.reason)


@_follows.register
def _set(order: SetDuty, inquiry: Inquiry) -> InquiryFact:
    _demand(order.text, "inquiry-task", "Say what is to be done.")
    return f.DutySet(duty=f"t{len(inquiry.duties) + 1}", owner=order.owner, due=order.due, text=order.text)


@_follows.register
def _do(order: DoDuty, inquiry: Inquiry) -> InquiryFact:
    if order.duty not in {each.id for each in inquiry.open_duties}:
        found = ", ".join(each.id for each in inquiry.open_duties) or "none"
        raise NotAllowed("inquiry-task", f"There is no open task {order.duty}; open: {found}.")
    return f.DutyDone(duty=order.duty, note=order.note)


@_follows.register
def _note(order: NoteInquiry, inquiry: Inquiry) -> InquiryFact:  # noqa: ARG001
    _demand(order.text, "inquiry-note", "The note is empty.")
    return f.InquiryNoted(kind=order.kind, text=order.text)


@_follows.register
def _close(order: CloseInquiry, inquiry: Inquiry) -> InquiryFact:
    _demand(order.result, "inquiry-result", "Say how it ended, and what was answered when.")
    if left := ", ".join(each.id for each in inquiry.open_duties):
        raise NotAllowed("inquiry-task", f"Tasks are still open: {left}.")
    return f.InquiryClosed(outcome=order.outcome, result=order.result, decided_by=order.decided_by or order.actor)


def _demand(text: str, rule: str, said: str) -> None:
    if not text.strip():
        raise NotAllowed(rule, said)
