"""What arrived and is no case: listed, taken in, or left."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.after import told
from dsarbot.cli.case_json import iso
from dsarbot.cli.hand import Hand, ordering, reading
from dsarbot.cli.intake_scan import taken_as_scan
from dsarbot.cli.items import demand_takeable, find, scopes
from dsarbot.cli.table import Cell, Column, screen, table
from dsarbot.desk import by_hand
from dsarbot.desk.alarms_lines import ID_SHOWN
from dsarbot.desk.ocr import FROM_THE_SCANNER
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import InboundRow

_COLUMNS: Final = (
    Column(title="Id"),
    Column(title="Received"),
    Column(title="Where", least=6),
    Column(title="Kind", least=6),
    Column(title="Problem", least=6),
    Column(title="If a request, due by"),
)


def show(args: argparse.Namespace) -> int:
    """Items of one kind, the most urgent first."""
    wanted = "ordinary" if args.ordinary else "automatic" if args.automatic else "held"

    async def work(hand: Hand) -> int:
        keys = None if args.organisation is None else (hand.organisation(args.organisation).key,)
        rows = [
            row for scope in scopes(hand, keys) for row in await hand.app.store.inbounds(scope, disposition=wanted)
        ]
        rows.sort(key=lambda row: (row.safe_due or row.received_at.date(), row.received_at), reverse=wanted != "held")
        if args.json:
            print(json.dumps([_json(row) for row in rows]))
            return 0
        _print(rows, hand, wanted)
        return 0

    return reading(args, work)



def _print(rows: Sequence[InboundRow], hand: Hand, wanted: str) -> None:
    to = screen()
    if not rows:
        print(_EMPTY[wanted], file=sys.stdout if to.terminal else sys.stderr)
        return
    if to.terminal:
        order = "most urgent first" if wanted == "held" else "newest first"
        print(f"{len(rows)} {wanted} {'item' if len(rows) == 1 else 'items'}, {order}")
    print("\n".join(table(_COLUMNS, [_cells(row, hand) for row in rows], to)))
    if to.terminal:
        print("A request: dsarbot intake --take ID --organisation KEY")
        print("A message to a case: dsarbot intake --take ID --case REF")
        print("None: dsarbot intake --leave ID")


_EMPTY: Final = {
    "held": "Nothing is held. What cannot be read, assigned or decided without a person would stand here.",
    "ordinary": "No ordinary mail yet. What was taken for no request would stand here, and can be taken in.",
    "automatic": "Nothing automatic yet. Newsletters, absence notes and reports would stand here.",
}


def _cells(row: InboundRow, hand: Hand) -> list[Cell]:
    organisation = hand.app.organisations.get(row.scope) or next(iter(hand.app.organisations.values()))
    today = shown.today_of(hand.now, organisation.rules)
    due = row.safe_due
    return [
        Cell(text=row.id[:ID_SHOWN], tone="strong", plain=row.id),
        Cell(text=_ago(row, organisation, today), plain=row.received_at.isoformat()),
        Cell(text="/".join(each for each in (row.mailbox or row.channel, _folder(row, hand)) if each)),
        Cell(text=row.kind or "-", plain=row.kind),
        Cell(text=row.problem or "-", plain=row.problem),
        Cell(text=shown.near(due, today) if due else "-", tone=shown.urgency(due, today), plain=str(due or "")),
    ]


def _ago(row: InboundRow, organisation: Organisation, today: date) -> str:
    """practice 4: the days already gone."""
    place = organisation.rules.jurisdiction
    days = (today - place.local_date(row.received_at)).days
    if days <= 0:
        return shown.moment_of(row.received_at, place, today)
    return f"{shown.day(place.local_date(row.received_at), today)}, {days} {'day' if days == 1 else 'days'} ago"


def _folder(row: InboundRow, hand: Hand) -> str:
    """Named where it is not the one that everybody looks into."""
    watched = hand.app.settings.mailbox(row.mailbox).folder if row.mailbox else row.folder
    return "" if row.folder == watched else row.folder


def _json(row: InboundRow) -> dict[str, object]:
    return {
        "id": row.id,
        "scope": row.scope,
        "channel": row.channel,
        "mailbox": row.mailbox or None,
        "folder": row.folder or None,
        "received_at": iso(row.received_at),
        "disposition": row.disposition,
        "kind": row.kind or None,
        "problem": row.problem or None,
        "safe_due": iso(row.safe_due),
        "size": row.size,
    }


def take(args: argparse.Namespace) -> int:
    """A person says that it is a request."""

    async def work(hand: Hand) -> int:
        row = await find(hand, args.take)
        if args.case:
            return await _give(hand, row, args.case)
        organisation = hand.organisation(args.organisation)
        demand_takeable(row, organisation, hand)
        _demand_rights(args.right, organisation)
        if row.kind == FROM_THE_SCANNER:
            print("\n".join(await taken_as_scan(hand, row)))
            return 0
        if row.channel == "post":
            case = await by_hand.take_kept(hand.app.desk, organisation, row, rights=args.right, actor=hand.person.key)
        else:
            reference = await hand.app.intake.take_in(row, organisation, actor=hand.person.key, rights=args.right)
            case_id = await hand.app.store.by_reference(organisation.scope, reference)
            case = await hand.app.store.case(organisation.scope, case_id or "")
        print(f"{case.reference} opened for {organisation.key}.")
        print("\n".join(told(None, case, organisation.rules, hand.now)))
        return 0

    return ordering(args, work)


async def _give(hand: Hand, row: InboundRow, reference: str) -> int:
    found = await hand.find(reference)
    demand_takeable(row, found.organisation, hand)
    case = await by_hand.give_to_case(hand.app.desk, row, found.organisation, found.case, actor=hand.person.key)
    print(f"Item {row.id[:ID_SHOWN]} belongs to {case.reference} now.")
    print("\n".join(told(case, case, found.rules, hand.now)))
    return 0


def leave(args: argparse.Namespace) -> int:
    """A person says that it is none."""

    async def work(hand: Hand) -> int:
        row = await find(hand, args.leave)
        if row.state != "held":
            raise NotAllowed("not-held", f"Item {row.id[:ID_SHOWN]} is not held ({row.disposition}).")
        await by_hand.leave(hand.app.desk, row, reason=args.reason, actor=hand.person.key)
        print(f"Item {row.id[:ID_SHOWN]} is ordinary now ({args.reason}); it was not destroyed.")
        print(f"Take it back: dsarbot intake --take {row.id[:ID_SHOWN]} --organisation KEY")
        return 0

    return ordering(args, work)



def _demand_rights(rights: Sequence[str], organisation: Organisation) -> None:
    if unknown := [each for each in rights if each not in organisation.rules.rights]:
        known = ", ".join(sorted(organisation.rules.rights))
        raise TheirInput(f"There is no right {', '.join(unknown)}; there are: {known}. Nothing was changed.")
