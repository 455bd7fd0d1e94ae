"""What `dsarbot register` does."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.hand import Hand, reading
from dsarbot.cli.table import Cell, Column, screen, table
from dsarbot.core.cells import table as csv_table
from dsarbot.core.register import Entry
from dsarbot.desk.register import COLUMNS, as_dict, as_row, read
from dsarbot.errors import TheirInput
from dsarbot.ports import Scope

_COLUMNS: Final = (
    Column(title="Reference"),
    Column(title="Rights", least=6),
    Column(title="Received"),
    Column(title="Due"),
    Column(title="Answered"),
    Column(title="Outcome", least=7),
)
_EARLIEST: Final = 2018


def run(args: argparse.Namespace) -> int:
    """Read, note that somebody took it, print."""

    async def work(hand: Hand) -> int:
        if not _EARLIEST <= args.year <= hand.now.year:
            raise TheirInput(f"--year is from {_EARLIEST} to {hand.now.year}; nothing was printed.")
        keys = hand.person.organisations if args.organisation is None else (args.organisation,)
        lines: list[tuple[str, Entry]] = []
        hidden = unread = 0
        for key in keys:
            place = hand.organisation(key).rules.jurisdiction
            found = await read(hand.app.store, Scope(key), place, year=args.year, staff=hand.person.key)
            lines += [(key, line) for line in found.entries]
            hidden, unread = hidden + found.hidden, unread + found.unread
            async with hand.app.store.transaction() as transaction:
                public: dict[str, str | int | None] = {"year": args.year, "lines": len(found.entries)}
                await transaction.ledger(Scope(key), "register-exported", public, at=hand.now, actor=hand.person.key)
        if args.json:
            print(json.dumps([{"organisation": key, **as_dict(line)} for key, line in lines], ensure_ascii=False))
        elif args.csv:
            rows = ([key, *as_row(line)] for key, line in lines)
            sys.stdout.write(csv_table(("organisation", *COLUMNS), rows))
        else:
            print("\n".join(table(_COLUMNS, [_cells(line) for _, line in lines], screen())))
        shown.hidden(hidden, "case", screen())
        if unread:
            print(f"{unread} of them cannot be opened; dsarbot journal verify says more.", file=sys.stderr)
        return 1 if unread else 0

    return reading(args, work)


def _cells(line: Entry) -> Sequence[Cell]:
    answered = line.answered.isoformat() if line.answered else ""
    return (
        Cell(text=line.reference),
        Cell(text=" + ".join(line.rights)),
        Cell(text=line.received.isoformat()),
        Cell(text=line.due.isoformat() if line.due else ""),
        Cell(text=f"{answered} late" if line.late else answered, tone="late" if line.late else ""),
        Cell(text=line.outcome.value),
    )
