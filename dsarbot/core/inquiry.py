"""An inquiry of a supervisory authority: an object of its own (practice 23), folded from its facts. Pure.

It has the authority's file number and the authority's own date; no month rule runs for it, and no letter is ever
written for it by itself. The cases it is about are linked, and nothing of them is destroyed while it is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import singledispatch

from dsarbot.core import facts_inquiry as f
from dsarbot.core.case import Note
from dsarbot.core.evolve import replace
from dsarbot.core.facts_inquiry import InquiryFact, InquiryOutcome


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One thing that somebody has to do for the answer. owner: a staff key; done_by "": it is not done yet."""

    id: str
    text: str
    owner: str
    due: date | None = None
    done_at: datetime | None = None
    done_by: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Received:
    """A letter of the authority that arrived. inbound: its id among what arrived."""

    inbound: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """due: the authority's own date; cases: ids of the cases it is about; `version` is the sequence number of its last
    fact, as it is for a case."""

    id: str
    reference: str
    organisation: str
    authority: str
    file_number: str
    about: str
    received_at: datetime
    opened_at: datetime
    due: date
    version: int = 0
    cases: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()
    letters: tuple[Received, ...] = ()
    notes: tuple[Note, ...] = ()
    outcome: InquiryOutcome | None = None
    result: str = ""
    decided_by: str = ""
    closed_at: datetime | None = None

    @property
    def open_duties(self) -> tuple[Duty, ...]:
        return tuple(each for each in self.duties if not each.done_by)


def apply_inquiry(inquiry: Inquiry | None, fact: InquiryFact) -> Inquiry:
    """The inquiry once the fact is known. ValueError when a stream does not begin with its opening."""
    if isinstance(fact, f.InquiryOpened):
        return Inquiry(
            id=fact.inquiry,
            reference=fact.reference,
            organisation=fact.organisation,
            authority=fact.authority,
            file_number=fact.file_number,
            about=fact.about,
            received_at=fact.received_at,
            opened_at=fact.at,
            due=fact.due,
            version=1,
        )
    if inquiry is None:
        raise ValueError("an inquiry begins with its opening")
    return replace(_change(fact, inquiry), version=inquiry.version + 1)


def fold_inquiry(facts: Iterable[InquiryFact]) -> Inquiry:
    """The inquiry that these facts make. ValueError for none."""
    inquiry: Inquiry | None = None
    for fact in facts:
        inquiry = apply_inquiry(inquiry, fact)
    if inquiry is None:
        raise ValueError("an inquiry begins with its opening")
    return inquiry


@singledispatch
def _change(fact: InquiryFact, inquiry: Inquiry) -> Inquiry:  # noqa: ARG001
    raise TypeError(f"{type(fact).__name__} is no fact of an inquiry")


@_change.register
def _letter(fact: f.InquiryLetterReceived, inquiry: Inquiry) -> Inquiry:
    received = Received(inbound=fact.inbound, received_at=fact.received_at)
    return replace(inquiry, letters=(*inquiry.letters, received))


@_change.register
def _dated(fact: f.InquiryDated, inquiry: Inquiry) -> Inquiry:
    return replace(inquiry, due=fact.due)


@_change.register
def _linked(fact: f.InquiryLinked, inquiry: Inquiry) -> Inquiry:
    return replace(inquiry, cases=(*inquiry.cases, fact.case))


@_change.register
def _unlinked(fact: f.InquiryUnlinked, inquiry: Inquiry) -> Inquiry:
    return replace(inquiry, cases=tuple(each for each in inquiry.cases if each != fact.case))


@_change.register
def _duty_set(fact: f.DutySet, inquiry: Inquiry) -> Inquiry:
    duty = Duty(id=fact.duty, text=fact.text, owner=fact.owner, due=fact.due)
    return replace(inquiry, duties=(*inquiry.duties, duty))


@_change.register
def _duty_done(fact: f.DutyDone, inquiry: Inquiry) -> Inquiry:
    return _on_duty(inquiry, fact.duty, lambda d: replace(d, done_at=fact.at, done_by=fact.actor, note=fact.note))


def _on_duty(inquiry: Inquiry, duty: str, changed: Callable[[Duty], Duty]) -> Inquiry:
    return replace(inquiry, duties=tuple(changed(each) if each.id == duty else each for each in inquiry.duties))


@_change.register
def _noted(fact: f.InquiryNoted, inquiry: Inquiry) -> Inquiry:
    note = Note(at=fact.at, actor=fact.actor, kind=fact.kind, text=fact.text)
    return replace(inquiry, notes=(*inquiry.notes, note))


@_change.register
def _closed(fact: f.InquiryClosed, inquiry: Inquiry) -> Inquiry:
    return replace(
        inquiry, outcome=fact.outcome, result=fact.result, decided_by=fact.decided_by, closed_at=fact.at
    )  # fmt: skip
