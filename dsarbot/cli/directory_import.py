"""`dsarbot directory import`: a file of customers, read whole before anything changes."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final, TextIO

from dsarbot.cli.directory_desk import looked_on, new_ids, scope_of, today_at
from dsarbot.cli.hand import Hand, ordering
from dsarbot.core.directory_import import Imported, Row, taken
from dsarbot.desk.directory_look import read_rows, source_of
from dsarbot.errors import TheirInput
from dsarbot.store.directory import Public

_SHOWN: Final = 8
_MOST: Final = 20


def run(args: argparse.Namespace) -> int:
    """practice 29: what an import says proposes; it is never the proof itself once it is old."""

    async def work(hand: Hand) -> int:
        scope = scope_of(hand, args)
        today = today_at(hand, scope)
        on, source = looked_on(args.date, today), source_of(args.source)
        rows = _rows(args.file, today)
        directory = hand.app.store.directory
        found = taken(rows, await directory.every(scope), source=source, on=on, new_ids=new_ids())
        if not args.dry_run:
            public: Public = {"lines": len(rows), "new": found.new, "again": found.again, "added": found.added}
            await directory.save(
                scope, found.entries, what="directory-imported", public=public, at=hand.now, actor=hand.person.key
            )
        if args.json:
            print(json.dumps(_as_json(found, rows, dry=args.dry_run), ensure_ascii=False))
        else:
            print("\n".join(_told(found, rows, dry=args.dry_run)))
        return 0

    return ordering(args, work)


def _rows(name: str, today: date) -> tuple[Row, ...]:
    with opened(name) as file:
        return read_rows(file, today)


@contextmanager
def opened(name: str) -> Iterator[TextIO]:
    try:
        if name == "-":
            yield sys.stdin
        else:
            with Path(name).open(encoding="utf-8-sig", newline="") as file:
                yield file
    except OSError as error:
        raise TheirInput(f"{name}: {error.strerror}; nothing was changed.") from None
    except (UnicodeDecodeError, csv.Error):
        raise TheirInput(f"{name} is no CSV file in UTF-8; nothing was changed.") from None


def _told(found: Imported, rows: Sequence[Row], *, dry: bool) -> Iterator[str]:
    would = "would be " if dry else ""
    yield (
        f"Lines read: {len(rows)}. People {would}new: {found.new}; {would}seen again: {found.again},"
        f" with {found.added} values {would}added."
    )
    for each in found.differences[:_MOST]:
        yield f"  line {each.line}: {each.kind + ' ' if each.kind else ''}{each.what} ({each.person[:_SHOWN]})"
    if len(found.differences) > _MOST:
        yield f"  ... and {len(found.differences) - _MOST} more that differ; --json names all"
    if found.differences:
        yield "Nothing of that was removed. Look with: dsarbot directory show ID"
    if dry:
        yield "Nothing was changed."


def _as_json(found: Imported, rows: Sequence[Row], *, dry: bool) -> dict[str, Any]:
    return {
        "lines": len(rows),
        "new": found.new,
        "again": found.again,
        "added": found.added,
        "differences": [
            {"line": each.line, "person": each.person, "kind": each.kind or None, "what": each.what}
            for each in found.differences
        ],
        "dry_run": dry,
    }
