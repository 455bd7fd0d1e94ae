"""`dsarbot cases list`: what is due, in the order of its target."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.hand import Hand, reading
from dsarbot.cli.table import Cell, Column, Screen, screen, table
from dsarbot.core.case import DONE, Person
from dsarbot.desk.people import initials
from dsarbot.ports import CaseRow, Scope

_NARROW: Final = (
    Column(title="Reference"),
    Column(title="Organisation", short="Org", least=5),
    Column(title="Rights", least=6),
    Column(title="Who"),
    Column(title="Target"),
    Column(title="Left"),
    Column(title="State"),
)
#: With more width, what a narrow terminal has no room for.
_WIDE: Final = (*_NARROW, Column(title="Received"), Column(title="Channel"), Column(title="Assigned", least=6))
_WIDE_FROM: Final = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One case of the list; received, today: local days where it is answered."""

    row: CaseRow
    person: Person
    received: date
    today: date


def run(args: argparse.Namespace) -> int:
    """Print the list."""

    async def work(hand: Hand) -> int:
        found = [line for key in _keys(hand, args.organisation) for line in await _lines(hand, key, args)]
        # practice 12: for everybody else a confidential case is a number.
        lines = [line for line in found if line.row.visible_to(hand.person.key)]
        if not args.closed:
            lines.sort(key=lambda line: (line.row.target or date.max, line.row.reference))
        if args.json:
            print(json.dumps([_json(line) for line in lines], ensure_ascii=False))
        else:
            _print(lines, args, screen())
        shown.hidden(len(found) - len(lines), "case", screen())
        return 0

    return reading(args, work)


def _keys(hand: Hand, wanted: str | None) -> Sequence[str]:
    return hand.person.organisations if wanted is None else (hand.organisation(wanted).key,)


async def _lines(hand: Hand, key: str, args: argparse.Namespace) -> list[Line]:
    scope, owner = Scope(key), hand.app.settings.organisation(key).owner
    place = hand.app.organisations[key].rules.jurisdiction
    today = place.local_date(hand.now)
    mine = (hand.person.key, "" if owner == hand.person.key else hand.person.key)
    rows = [
        row
        for row in await hand.app.store.rows(scope, closed=args.closed)
        if args.status in (None, row.status)
        and (args.right is None or args.right in row.rights)
        and (not args.mine or row.assignee in mine)
    ]
    cases = await hand.app.store.cases(scope, [row.id for row in rows if row.visible_to(hand.person.key)])
    persons = {case.id: case.person for case in cases}
    return [
        # A case that will not open keeps its line: its dates run on.
        Line(row=row, person=persons.get(row.id, Person()), received=place.local_date(row.received_at), today=today)
        for row in rows
    ]


def _print(lines: Sequence[Line], args: argparse.Namespace, to: Screen) -> None:
    if not lines:
        print(_empty(args), file=sys.stdout if to.terminal else sys.stderr)
        return
    wide = not to.terminal or to.width >= _WIDE_FROM
    columns = _WIDE if wide else _NARROW
    rows = [_cells(line)[: len(columns)] for line in lines]
    if to.terminal:
        count = f"{len(lines)} {'closed' if args.closed else 'open'} {'case' if len(lines) == 1 else 'cases'}"
        order = "newest first" if args.closed else "sorted by target"
        print(f"{count}, {order}")
    print("\n".join(table(columns, rows, to)))


def _empty(args: argparse.Namespace) -> str:
    if args.status or args.right or args.mine or args.organisation:
        return "No case matches. Leave out an option to see more."
    if args.closed:
        return "No closed case yet. A case stands here once it was answered and put away (dsarbot cases close REF)."
    return (
        "No open case. A request that arrives by mail stands here within a minute of its arrival while"
        " `dsarbot run` is running; bring one in by hand with `dsarbot intake FILE --organisation KEY`."
    )


def _cells(line: Line) -> list[Cell]:
    row, today = line.row, line.today
    word, tone = shown.state(row.status)
    running = row.status not in DONE and row.target is not None
    target = row.target if running else None
    alarm = shown.urgency(target, today)
    return [
        Cell(text=row.reference, tone="strong"),
        Cell(text=row.organisation),
        Cell(text=", ".join(row.rights) or "-", plain=",".join(row.rights)),
        Cell(text=initials(line.person)),
        Cell(text=shown.day(target, today) if target else "-", tone=alarm, plain=str(target or "")),
        Cell(text=shown.left(target, today) if target else "-", tone=alarm, plain=_days(target, today)),
        Cell(text=word, tone=tone, plain=row.status),
        Cell(text=shown.day(line.received, today), plain=row.received_at.isoformat()),
        Cell(text=row.channel),
        Cell(text=row.assignee or "-", plain=row.assignee),
    ]


def _days(target: date | None, today: date) -> str:
    return "" if target is None else str((target - today).days)


def _json(line: Line) -> dict[str, object]:
    row = line.row
    return {
        "reference": row.reference,
        "organisation": row.organisation,
        "rights": list(row.rights),
        "initials": initials(line.person),
        "target": None if row.target is None else row.target.isoformat(),
        "safe_due": None if row.safe_due is None else row.safe_due.isoformat(),
        "days_left": None if row.target is None else (row.target - line.today).days,
        "status": row.status,
        "outcome": row.outcome,
        "language": row.language,
        "channel": row.channel,
        "received_at": row.received_at.isoformat(),
        "assignee": row.assignee or None,
        "closed": row.closed,
    }
