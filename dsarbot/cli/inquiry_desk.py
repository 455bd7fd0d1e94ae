"""What `dsarbot inquiry` does."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dsarbot.cli import inquiry_page, shown
from dsarbot.cli.hand import Found, Hand, ordering, reading
from dsarbot.cli.items import demand_takeable
from dsarbot.cli.items import find as find_item
from dsarbot.cli.table import Cell, Column, screen, table
from dsarbot.core import orders_inquiry as q
from dsarbot.core.inquiry import Inquiry
from dsarbot.core.orders import Order
from dsarbot.desk import inquiries
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotFound, TheirInput
from dsarbot.ports import InboundRow, InquiryRow, Scope

_COLUMNS: Final = (
    Column(title="Reference"),
    Column(title="Organisation", short="Org", least=5),
    Column(title="Date"),
    Column(title="Left"),
    Column(title="Opened"),
)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """An inquiry as it stands, with its organisation."""

    scope: Scope
    inquiry: Inquiry
    organisation: Organisation


async def _find(hand: Hand, reference: str) -> Matter:
    """In this person's organisations; NotFound otherwise."""
    for key in hand.person.organisations:
        row = await inquiries.find(hand.app.store, Scope(key), reference.strip().upper())
        if row is not None:
            inquiry = await hand.app.store.inquiry(Scope(key), row.id)
            return Matter(scope=Scope(key), inquiry=inquiry, organisation=hand.organisation(key))
    raise NotFound(f"There is no inquiry {reference.strip()} in your organisations.")


# --- look --------------------------------------------------------------------------------------------------------


def _list(args: argparse.Namespace) -> int:
    async def work(hand: Hand) -> int:
        keys = hand.person.organisations if args.organisation is None else (hand.organisation(args.organisation).key,)
        rows = [row for key in keys for row in await hand.app.store.inquiries(Scope(key), closed=args.closed)]
        rows.sort(key=lambda row: (row.opened_at if args.closed else row.due, row.reference), reverse=args.closed)
        if args.json:
            print(json.dumps([_json(row) for row in rows]))
            return 0
        to = screen()
        if not rows:
            said = "No closed inquiry." if args.closed else "No authority asks anything at the moment."
            print(said, file=sys.stdout if to.terminal else sys.stderr)
            return 0
        print("\n".join(table(_COLUMNS, [_cells(row, hand) for row in rows], to)))
        return 0

    return reading(args, work)


def _cells(row: InquiryRow, hand: Hand) -> list[Cell]:
    today = shown.today_of(hand.now, hand.app.organisations[row.organisation].rules)
    tone = "" if row.closed else shown.urgency(row.due, today)
    place = hand.app.organisations[row.organisation].rules.jurisdiction
    return [
        Cell(text=row.reference, tone="strong"),
        Cell(text=row.organisation),
        Cell(text=shown.day(row.due, today), tone=tone, plain=row.due.isoformat()),
        Cell(text="closed" if row.closed else shown.left(row.due, today), tone=tone),
        Cell(text=shown.day(place.local_date(row.opened_at), today), plain=row.opened_at.isoformat()),
    ]


def _json(row: InquiryRow) -> dict[str, object]:
    return {
        "reference": row.reference,
        "organisation": row.organisation,
        "due": row.due.isoformat(),
        "opened_at": row.opened_at.isoformat(),
        "closed": row.closed,
    }


def _show(args: argparse.Namespace) -> int:
    async def work(hand: Hand) -> int:
        matter = await _find(hand, args.reference)
        cases = await hand.app.store.cases(matter.scope, matter.inquiry.cases)
        # practice 12: for everybody else a confidential case is a number, here as well.
        seen = [case.reference for case in cases if case.visible_to(hand.person.key)]
        view = inquiry_page.View(
            inquiry=matter.inquiry,
            rules=matter.organisation.rules,
            now=hand.now,
            cases=seen,
            hidden=len(matter.inquiry.cases) - len(seen),
            names={each.key: each.name for each in hand.app.settings.staff},
        )
        async with hand.app.store.transaction() as transaction:
            # security 21: viewing content on the command line is journalled as in the console.
            public = {"inquiry": matter.inquiry.id, "what": "inquiry"}
            await transaction.ledger(matter.scope, "viewed", public, at=hand.now, actor=hand.person.key)
        print(json.dumps(inquiry_page.as_json(view), ensure_ascii=False) if args.json else "\n".join(
            inquiry_page.page(view, screen())))  # fmt: skip
        return 0

    return reading(args, work)


# --- order -------------------------------------------------------------------------------------------------------


def _open(args: argparse.Namespace) -> int:
    async def work(hand: Hand) -> int:
        row = await find_item(hand, args.item) if args.item else None
        organisation = _asked(hand, args.organisation, row)
        if row is not None:
            demand_takeable(row, organisation, hand)
        cases = [await _case(hand, reference, organisation.scope) for reference in args.case]
        order = hand.order(
            q.OpenInquiry,
            inquiry=hand.app.desk.new_id(),
            reference=await inquiries.next_reference(hand.app.desk, organisation),
            organisation=organisation.key,
            authority=args.authority,
            file_number=args.file_number,
            about=args.about,
            received_at=row.received_at if row else _on_paper(args.received, organisation) or hand.now,
            due=args.due,
            inbound=row.id if row else "",
        )
        opened = await inquiries.order(hand.app.desk, organisation.scope, None, order, row)
        for found in cases:
            linked = hand.order(q.LinkCase, case=found.case.id)
            opened = await inquiries.order(hand.app.desk, organisation.scope, opened, linked)
        print(f"{opened.reference} opened for {organisation.key}.")
        _tell(opened, organisation, hand)
        return 0

    return ordering(args, work)


def _on_paper(when: datetime | None, organisation: Organisation) -> datetime | None:
    return when.replace(tzinfo=when.tzinfo or organisation.rules.jurisdiction.tz) if when else None


def _asked(hand: Hand, key: str | None, row: InboundRow | None) -> Organisation:
    """The organisation named, else the one whose item it is, else the only one."""
    if key is not None:
        return hand.organisation(key)
    if row is not None and row.scope in hand.person.organisations:
        return hand.organisation(row.scope)
    if row is None and len(hand.person.organisations) == 1:
        return hand.organisation(hand.person.organisations[0])
    raise TheirInput(f"Say whom the authority asks: --organisation, one of {', '.join(hand.person.organisations)}.")


async def _case(hand: Hand, reference: str, scope: Scope) -> Found:
    found = await hand.find(reference)
    if found.scope != scope:
        raise TheirInput(f"{found.case.reference} is a case of {found.scope}, the inquiry one of {scope}.")
    return found


def _link(args: argparse.Namespace) -> int:
    if bool(args.case) == bool(args.item) or (args.remove and not args.case):
        raise TheirInput("Name one thing: --case REF, perhaps with --remove, or --item ID.")

    async def work(hand: Hand) -> int:
        matter = await _find(hand, args.reference)
        row = await find_item(hand, args.item) if args.item else None
        order: Order
        if row is not None:
            demand_takeable(row, matter.organisation, hand)
            order = hand.order(q.ReceiveLetter, inbound=row.id, received_at=row.received_at)
        else:
            case = (await _case(hand, args.case, matter.scope)).case
            order = (
                hand.order(q.UnlinkCase, case=case.id, reason=args.reason)
                if args.remove
                else hand.order(q.LinkCase, case=case.id)
            )
        after = await inquiries.order(hand.app.desk, matter.scope, matter.inquiry, order, row)
        _tell(after, matter.organisation, hand)
        return 0

    return ordering(args, work)


def _give(args: argparse.Namespace, make: Callable[[Hand, Matter], Order]) -> int:
    async def work(hand: Hand) -> int:
        matter = await _find(hand, args.reference)
        after = await inquiries.order(hand.app.desk, matter.scope, matter.inquiry, make(hand, matter))
        _tell(after, matter.organisation, hand)
        return 0

    return ordering(args, work)


def _date(args: argparse.Namespace) -> int:
    return _give(args, lambda hand, _: hand.order(q.SetDate, due=args.due, reason=args.reason))


def _task(args: argparse.Namespace) -> int:
    return _give(
        args,
        lambda hand, matter: hand.order(
            q.SetDuty, text=args.text, owner=_colleague(hand, args.to, matter), due=args.by
        ),
    )


def _done(args: argparse.Namespace) -> int:
    return _give(args, lambda hand, _: hand.order(q.DoDuty, duty=args.task, note=args.note))


def _note(args: argparse.Namespace) -> int:
    return _give(args, lambda hand, _: hand.order(q.NoteInquiry, kind=args.kind, text=args.text))


def _close(args: argparse.Namespace) -> int:
    return _give(
        args,
        lambda hand, matter: hand.order(
            q.CloseInquiry,
            outcome=args.outcome,
            result=args.result,
            decided_by=_colleague(hand, args.decided_by, matter),
        ),
    )


def _colleague(hand: Hand, key: str | None, matter: Matter) -> str:
    return hand.colleague(key, matter.scope).key if key else hand.person.key


def _tell(inquiry: Inquiry, organisation: Organisation, hand: Hand) -> None:
    today = shown.today_of(hand.now, organisation.rules)
    if inquiry.closed_at is not None:
        print(f"{inquiry.reference} is closed: {inquiry.outcome}. Its cases may be forgotten again in their time.")
        return
    tasks = len(inquiry.open_duties)
    said = f"{tasks} open task{'' if tasks == 1 else 's'}, {len(inquiry.cases)} linked"
    print(f"{inquiry.reference}: the authority's date is {shown.near(inquiry.due, today)}; {said}.")


ACTIONS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "open": _open,
    "list": _list,
    "show": _show,
    "link": _link,
    "date": _date,
    "task": _task,
    "done": _done,
    "note": _note,
    "close": _close,
}
