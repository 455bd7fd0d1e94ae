"""What `dsarbot suppression` does: asks the list, filters files, changes it."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from dateutil.relativedelta import relativedelta

from dsarbot.cli.hand import Hand, ordering, reading
from dsarbot.cli.suppression import LEAST_YEARS
from dsarbot.core.suppression import normalised
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import Scope, Suppression

_BATCH: Final = 5000
_DELIMITERS: Final = ";,\t"
#: Between several addresses in one cell, and around them.
_AROUND: Final = str.maketrans(";,<>\"'|", "       ")

Row = list[str]


def _scope(hand: Hand, args: argparse.Namespace) -> Scope:
    if args.organisation:
        return hand.organisation(args.organisation).scope
    if len(hand.person.organisations) == 1:
        return Scope(hand.person.organisations[0])
    known = ", ".join(hand.person.organisations)
    raise TheirInput(f"Each organisation has a list of its own; say --organisation, one of: {known}.")


def check(args: argparse.Namespace) -> int:
    """1 when one of them is on the list."""

    async def work(hand: Hand) -> int:
        wanted = _asked(args.what)
        found = await hand.app.store.suppressed(_scope(hand, args), wanted)
        if args.json:
            lines = [
                {"value": value, "since": row.since.isoformat(), "reason": row.reason, "case": row.reference or None}
                for value, row in found.items()
            ]
            print(json.dumps(lines, ensure_ascii=False))
        else:
            for value, row in found.items():
                case = f", {row.reference}" if row.reference else ""
                print(f"{value}: no advertising since {row.since:%Y-%m-%d} ({row.reason}{case})")
            print(f"{len(found)} of {len(wanted)} on the list.")
        return 1 if found else 0

    return reading(args, work)


def _asked(what: str) -> list[str]:
    """One value, or those of a file, one a line. TheirInput when nothing in it could be on the list."""
    if normalised(what):
        return [what.strip()]
    try:
        lines = Path(what).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError):
        raise TheirInput("That is no address, no telephone number, and no file that can be read as text.") from None
    found = list(dict.fromkeys(line.strip() for line in lines if normalised(line)))
    if not found:
        raise TheirInput("No line of that file is an address or a telephone number.")
    return found


def filtered(args: argparse.Namespace) -> int:
    """Lines whose address is on the list are left out; everything else stays as it was."""

    async def work(hand: Hand) -> int:
        scope = _scope(hand, args)
        counts = dict.fromkeys(("read", "out", "without"), 0)
        with _files(args.file, args.output) as (source, target):
            delimiter = _delimiter(args.file)
            rows, writer = csv.reader(source, delimiter=delimiter), csv.writer(target, delimiter=delimiter)
            head = next(rows, [])
            columns = _columns(head, args.column)
            writer.writerow(head)
            for some in _batches(rows):
                writer.writerows(await _kept(hand, scope, some, columns, counts))
        await _told(hand, scope, counts)
        print(
            f"{counts['read']} lines read: {counts['out']} left out, {counts['read'] - counts['out']} written to"
            f" {args.output}."
        )
        if counts["without"]:
            print(f"{counts['without']} of those written hold no address or number in that column.")
        return 0

    return reading(args, work)


@contextmanager
def _files(source: str, target: str) -> Iterator[tuple[TextIO, TextIO]]:
    """Both open; the result is a new file for this person alone, and is removed again when it cannot be finished."""
    made = False
    try:
        with Path(source).open(encoding="utf-8-sig", newline="") as reading_from:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            made = True
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as writing_to:
                yield reading_from, writing_to
    except BaseException as error:
        if made:
            Path(target).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise TheirInput(f"{error.filename}: {error.strerror}; the result must be a new file.") from None
        if isinstance(error, (UnicodeDecodeError, csv.Error)):
            raise TheirInput(f"{source} is no CSV file in UTF-8.") from None
        raise


async def _kept(
    hand: Hand, scope: Scope, some: Sequence[Row], columns: Sequence[int], counts: dict[str, int]
) -> list[Row]:
    values = [_values(row, columns) for row in some]
    known = await hand.app.store.suppressed(scope, {value for each in values for value in each})
    kept = [row for row, mine in zip(some, values, strict=True) if not any(value in known for value in mine)]
    counts["read"] += len(some)
    counts["out"] += len(some) - len(kept)
    counts["without"] += sum(not mine for mine in values)
    return kept


def _values(row: Row, columns: Sequence[int]) -> list[str]:
    """Everything in those cells that could be on the list: a cell may hold a name, and several addresses."""
    cells = [row[column] for column in columns if column < len(row)]
    words = [word for cell in cells for word in (cell, *cell.translate(_AROUND).split())]
    return [word for word in dict.fromkeys(words) if normalised(word)]


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == _BATCH:
            yield some
            some = []
    if some:
        yield some


def _delimiter(path: str) -> str:
    """The one that stands most often in the line of names."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
    return max(_DELIMITERS, key=first.count)


def _columns(head: Row, wanted: Sequence[str]) -> list[int]:
    names = [name.strip().casefold() for name in head]
    if missing := [each for each in wanted if each.casefold() not in names]:
        raise TheirInput(f"There is no column {', '.join(missing)}; there are: {', '.join(head) or 'none'}.")
    return [names.index(each.casefold()) for each in wanted]


async def _told(hand: Hand, scope: Scope, counts: dict[str, int]) -> None:
    """That a list was filtered, and when, is what shows that the objections were heeded."""
    public: dict[str, str | int | None] = {"lines": counts["read"], "left_out": counts["out"]}
    async with hand.app.store.transaction() as transaction:
        await transaction.ledger(scope, "suppression-filtered", public, at=hand.now, actor=hand.person.key)


def export(args: argparse.Namespace) -> int:
    """Hashes with their dates; how they are made stands in docs/operations.md."""

    async def work(hand: Hand) -> int:
        scope = _scope(hand, args)
        rows = await hand.app.store.suppressions(scope)
        async with hand.app.store.transaction() as transaction:
            public: dict[str, str | int | None] = {"entries": len(rows), "salt": str(args.salt)}
            await transaction.ledger(scope, "suppression-exported", public, at=hand.now, actor=hand.person.key)
        if args.salt:
            print(await hand.app.store.suppression_salt(scope))
            return 0
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("hmac_sha256", "since", "reason", "case"))
        writer.writerows((row.hash, row.since.isoformat(), row.reason, row.reference) for row in rows)
        return 0

    return ordering(args, work)


def add(args: argparse.Namespace) -> int:
    """By hand: somebody on the telephone, a list of before, an objection without an address."""

    async def work(hand: Hand) -> int:
        scope = _scope(hand, args)
        _demand(args.value)
        reference = (await hand.find(args.case)).case.reference if args.case else ""
        made = Suppression(
            value=args.value, reason=args.reason, at=hand.now, actor=hand.person.key, reference=reference
        )
        async with hand.app.store.transaction() as transaction:
            new = await transaction.suppress(scope, made)
        print("It is on the list now." if new else "It was on the list already; the first date stays.")
        return 0

    return ordering(args, work)


def remove(args: argparse.Namespace) -> int:
    """Whoever objected may change their mind; the journal keeps who took them off, and why."""

    async def work(hand: Hand) -> int:
        scope = _scope(hand, args)
        _demand(args.value)
        async with hand.app.store.transaction() as transaction:
            gone = await transaction.unsuppress(
                scope, args.value, reason=args.reason, at=hand.now, actor=hand.person.key
            )
        if not gone:
            raise NotAllowed("not-suppressed", "It is not on the list.")
        print("It is off the list.")
        return 0

    return ordering(args, work)


def expire(args: argparse.Namespace) -> int:
    """The list's own retention, apart from that of the cases."""
    if args.years < LEAST_YEARS:
        raise TheirInput(f"An objection is kept for {LEAST_YEARS} years at least; nothing was changed.")

    async def work(hand: Hand) -> int:
        scope = _scope(hand, args)
        before = hand.now - relativedelta(years=args.years)
        async with hand.app.store.transaction() as transaction:
            gone = await transaction.expire_suppressions(scope, before, at=hand.now, actor=hand.person.key)
        print(f"{gone} of before {before:%Y-%m-%d} {'is' if gone == 1 else 'are'} off the list.")
        return 0

    return ordering(args, work)


def _demand(value: str) -> None:
    if not normalised(value):
        raise TheirInput("That is neither an e-mail address nor a telephone number.")
