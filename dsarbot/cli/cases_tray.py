"""`dsarbot cases tray`: letters that are approved and that nobody has posted yet. Paper counts as sent once posted."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.hand import Hand, reading
from dsarbot.cli.table import Cell, Column, Screen, screen, table
from dsarbot.core.guarding import addressee
from dsarbot.desk.people import initials
from dsarbot.paper.tray import Unposted

_COLUMNS: Final = (
    Column(title="Reference"),
    Column(title="Letter"),
    Column(title="Kind", least=6),
    Column(title="Who"),
    Column(title="Written"),
    Column(title="Age"),
    Column(title="PDF", least=6),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One letter. written, today: local days where it is answered; folder: the organisation's tray."""

    found: Unposted
    folder: Path
    written: date
    today: date

    @property
    def age(self) -> str:
        """How long it has been waiting."""
        days = (self.today - self.written).days
        return "today" if not days else "1 day" if days == 1 else f"{days} days"


def run(args: argparse.Namespace) -> int:
    """Print the list, the oldest first."""

    async def work(hand: Hand) -> int:
        keys = hand.person.organisations if args.organisation is None else (hand.organisation(args.organisation).key,)
        lines = [line for key in keys for line in await _lines(hand, key)]
        lines.sort(key=lambda line: (line.written, line.found.case.reference))
        if args.json:
            print(json.dumps([_json(line) for line in lines], ensure_ascii=False))
        else:
            _print(lines, screen())
        return 0

    return reading(args, work)


async def _lines(hand: Hand, key: str) -> Sequence[Line]:
    tray, place = hand.app.trays[key], hand.app.organisations[key].rules.jurisdiction
    return [
        Line(
            found=each,
            folder=tray.folder.path,
            written=place.local_date(each.letter.drafted_at or each.case.opened_at),
            today=place.local_date(hand.now),
        )
        for each in await tray.listed()
        if each.case.visible_to(hand.person.key)
    ]


def _print(lines: Sequence[Line], to: Screen) -> None:
    if not lines:
        empty = "No letter waits to be posted. An approved letter by post stands here until `dsarbot cases posted`."
        print(empty, file=sys.stdout if to.terminal else sys.stderr)
        return
    if to.terminal:
        print(f"{len(lines)} {'letter' if len(lines) == 1 else 'letters'} to print and post, the oldest first")
    print("\n".join(table(_COLUMNS, [_cells(line) for line in lines], to)))
    if to.terminal:
        print("\n".join(["", *_remarks(lines)]))


def _remarks(lines: Sequence[Line]) -> Iterator[str]:
    """Where the files lie, why one is missing, and what to do after the way to the post office."""
    yield from dict.fromkeys(f"Tray: {line.folder}" for line in lines if line.found.file)
    yield from dict.fromkeys(f"Missing: {line.found.trouble}" for line in lines if line.found.trouble)
    first = lines[0].found
    yield f"Posted? dsarbot cases posted {first.case.reference} {first.letter.id} --on DATE [--registered NO]"


def _cells(line: Line) -> list[Cell]:
    found = line.found
    return [
        Cell(text=found.case.reference, tone="strong"),
        Cell(text=found.letter.id),
        Cell(text=shown.letter_name(found.letter)),
        Cell(text=initials(addressee(found.case, found.letter.moment))),
        Cell(text=shown.day(line.written, line.today), plain=line.written.isoformat()),
        Cell(text=line.age, plain=str((line.today - line.written).days)),
        Cell(text="in the tray" if found.file else "missing", tone="" if found.file else "late", plain=_path(line)),
    ]


def _path(line: Line) -> str:
    return str(line.folder / line.found.file) if line.found.file else ""


def _json(line: Line) -> dict[str, object]:
    found = line.found
    return {
        "reference": found.case.reference,
        "organisation": found.case.organisation,
        "letter": found.letter.id,
        "moment": found.letter.moment,
        "initials": initials(addressee(found.case, found.letter.moment)),
        "written": line.written.isoformat(),
        "days": (line.today - line.written).days,
        "file": _path(line) or None,
        "trouble": found.trouble or None,
    }
