"""Inquiries of authorities at the desk: numbered, opened from what arrived, linked to cases (practice 23).

What an order says about the inquiry, and what it means for its cases, is written in one transaction: no case is
linked without its retention being held, none is let go while another inquiry holds it.
"""

from __future__ import annotations

from dataclasses import replace

from dsarbot.core import facts_inquiry as f
from dsarbot.core import facts_rights as r
from dsarbot.core import reference
from dsarbot.core.fact import Fact
from dsarbot.core.facts_inquiry import InquiryFact
from dsarbot.core.inquiry import Inquiry, apply_inquiry
from dsarbot.core.orders import Order
from dsarbot.core.orders_inquiry import decide_inquiry
from dsarbot.desk.handle import Desk, Settled, Task
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import InboundRow, InquiryRow, Scope, Store, Transaction

#: All organisations of an instance number their inquiries in one row: a reference is looked up by what is printed.
_NUMBERS = Scope("inquiries")


async def next_reference(desk: Desk, organisation: Organisation) -> str:
    """The next reference. A gap is allowed, a double is not."""
    year = organisation.rules.jurisdiction.local_date(desk.clock()).year
    async with desk.store.transaction() as transaction:
        return reference.make_inquiry(year, await transaction.next_number(_NUMBERS, year))


async def order(
    desk: Desk, scope: Scope, before: Inquiry | None, given: Order, row: InboundRow | None = None
) -> Inquiry:
    """Carry the order out. *row*: the letter that it takes in. NotAllowed when it is refused; nothing has changed."""
    facts = decide_inquiry(before, given)
    after = before
    for fact in facts:
        after = apply_inquiry(after, fact)
    assert after is not None  # noqa: S101  # every decision has a fact
    inquiry = after

    async def write(transaction: Transaction) -> None:
        await transaction.save_inquiry(scope, inquiry, facts)

    tasks = [
        Task(scope=scope, case=case, thing=thing) for fact in facts for case, thing in _for_cases(fact, inquiry, given)
    ]
    settled = [Settled(row=_taken(row, scope, desk))] if row else []
    await desk.handle(tasks, settled, together=True, also=write)
    return inquiry


async def find(store: Store, scope: Scope, wanted: str) -> InquiryRow | None:
    """The inquiry with that reference."""
    for closed in (False, True):
        for row in await store.inquiries(scope, closed=closed):
            if row.reference == wanted:
                return row
    return None


def _for_cases(fact: InquiryFact, inquiry: Inquiry, given: Order) -> list[tuple[str, Fact]]:
    """What a fact of the inquiry means for cases."""
    at, actor, cause = given.at, given.actor, given.cause
    held = r.RetentionHeld(at=at, actor=actor, cause=cause, inquiry=inquiry.reference)
    released = r.RetentionReleased(at=at, actor=actor, cause=cause, inquiry=inquiry.reference)
    match fact:
        case f.InquiryLinked():
            return [(fact.case, held)]
        case f.InquiryUnlinked():
            return [(fact.case, released)]
        case f.InquiryClosed():
            return [(case, released) for case in inquiry.cases]
        case _:
            return []


def _taken(row: InboundRow, scope: Scope, desk: Desk) -> InboundRow:
    return replace(
        row,
        scope=scope,
        state="settled",
        disposition="inquiry",
        kind="authority",
        problem="",
        safe_due=None,
        settled_at=desk.clock(),
    )
