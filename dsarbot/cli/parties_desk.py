"""What `dsarbot parties` does. A change is checked whole before anything is written, and journalled in keys."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from dsarbot.cli.directory_desk import scope_of
from dsarbot.cli.directory_import import opened
from dsarbot.cli.hand import Hand, ordering, reading
from dsarbot.core.parties import Contract, Party, Register, problems
from dsarbot.core.parties_import import COLUMNS, FLAGS, LISTS, OF_PARTY, SEVERAL, merged, read_rows, refuse, with_line
from dsarbot.errors import NotFound, TheirInput
from dsarbot.ports import Scope

_DELIMITERS: Final = ";,\t"


def import_file(args: argparse.Namespace) -> int:
    """The whole file or nothing."""

    async def work(hand: Hand) -> int:
        with opened(args.file) as file:
            first = file.readline()
            delimiter = max(_DELIMITERS, key=first.count)
            head = next(csv.reader([first], delimiter=delimiter), [])
            lines = csv.reader(file, delimiter=delimiter)
            parties = read_rows(head, [(lines.line_num + 1, row) for row in lines])
        return await _take(hand, args, parties)

    return ordering(args, work)


def add(args: argparse.Namespace) -> int:
    """A party, or one more contract of one that is there."""

    async def work(hand: Hand) -> int:
        cells = _cells(args.set)
        known = (await _register(hand, args)).party(cells.get("party", ""))
        (party,) = read_rows(list(cells), [(1, list(cells.values()))]) if known is None else (with_line(known, cells),)
        return await _take(hand, args, [party])

    return ordering(args, work)


def change(args: argparse.Namespace) -> int:
    """What is named changes; everything else stays."""

    async def work(hand: Hand) -> int:
        register = await _register(hand, args)
        known = _found(register, args.party)
        cells = {**_row(known, known.contracts[0] if known.contracts else None), **_cells(args.set)}
        if cells["party"] != known.key:
            raise TheirInput("A key stays as it is: cases name it. Add a new party instead.")
        if len(known.contracts) > 1 and set(_cells(args.set)) - set(OF_PARTY):
            raise TheirInput(f"{known.key} has {len(known.contracts)} contracts; change them by an import.")
        (party,) = read_rows(list(cells), [(1, list(cells.values()))])
        if len(known.contracts) > 1:
            party = with_line(known, {column: cells[column] for column in OF_PARTY}, contract=False)
        return await _take(hand, args, [party])

    return ordering(args, work)


def check(args: argparse.Namespace) -> int:
    """1 when anything is wrong."""

    async def work(hand: Hand) -> int:
        register = await _register(hand, args)
        found = problems(register)
        print("\n".join(found) or f"{len(register.parties)} parties; nothing is wrong.")
        return 1 if found else 0

    return reading(args, work)


def listed(args: argparse.Namespace) -> int:
    """By key. 1 when there is nobody."""

    async def work(hand: Hand) -> int:
        scope = scope_of(hand, args)
        register = await _register(hand, args)
        await _told(hand, scope, "list")
        if args.json:
            print(json.dumps([asdict(each) for each in register.parties], ensure_ascii=False))
        for each in register.parties if not args.json else ():
            roles = ", ".join(dict.fromkeys(contract.theirs for contract in each.contracts))
            covered = ", ".join(value for contract in each.contracts for _, value in contract.covered)
            print(f"{each.key:<20}  {each.kind:<13}  {roles:<13}  {each.name}  {covered}".rstrip())
        return 0 if register.parties else 1

    return reading(args, work)


def show(args: argparse.Namespace) -> int:
    """Everything about one of them."""

    async def work(hand: Hand) -> int:
        party = _found(await _register(hand, args), args.party)
        await _told(hand, scope_of(hand, args), party.key)
        if args.json:
            print(json.dumps(asdict(party), ensure_ascii=False))
            return 0
        for number, contract in enumerate(party.contracts, start=1):
            print(f"{party.key}, contract {number} of {len(party.contracts)}")
            for column, text in _row(party, contract).items():
                if text:
                    print(f"  {column:<14} {text}")
        return 0

    return reading(args, work)


async def _register(hand: Hand, args: argparse.Namespace) -> Register:
    return await hand.app.store.register(scope_of(hand, args))


def _found(register: Register, key: str) -> Party:
    party = register.party(key)
    if party is None:
        known = ", ".join(each.key for each in register.parties) or "none"
        raise NotFound(f"There is no party {key}; there are: {known}.")
    return party


def _cells(values: Sequence[str]) -> dict[str, str]:
    wrong = [each for each in values if "=" not in each]
    refuse([f"--set {each}: write COLUMN=VALUE" for each in wrong])
    return dict(each.split("=", 1) for each in values)


def _row(party: Party, contract: Contract | None) -> dict[str, str]:
    """The party and its contract as a line of a file has them."""
    cells: dict[str, str] = {}
    for column in COLUMNS:
        name = {"party": "key", "role": "theirs", "our-role": "ours"}.get(column, column.replace("-", "_"))
        value = getattr(party if column in OF_PARTY else contract, name, "")
        if column in LISTS:
            cells[column] = SEVERAL.join(value or ())
        elif column in FLAGS:
            cells[column] = "yes" if value else "no"
        else:
            cells[column] = str(value or "")
    return cells


async def _take(hand: Hand, args: argparse.Namespace, parties: Sequence[Party]) -> int:
    """Preview or write; every mistake of the whole register at once."""
    scope = scope_of(hand, args)
    before = await hand.app.store.register(scope)
    after, changes = merged(before, parties)
    # What was wrong before does not hinder; a file brings nothing more that is.
    refuse([each for each in problems(after) if each not in problems(before)])
    for word, keys in (("new", changes.new), ("changed", changes.changed), ("unchanged", changes.same)):
        if keys:
            print(f"{word}: {', '.join(keys)}")
    if args.dry_run:
        print("Nothing was changed.")
    elif changes.new or changes.changed:
        public = {"new": len(changes.new), "changed": len(changes.changed)}
        await hand.app.store.parties.save(
            scope, after, before=before, public=public, at=hand.now, actor=hand.person.key
        )
    return 0


async def _told(hand: Hand, scope: Scope, what: str) -> None:
    """security 21: viewing content on the command line is journalled as in the console."""
    async with hand.app.store.transaction() as transaction:
        public = {"what": "parties", "party": what}
        await transaction.ledger(scope, "viewed", public, at=hand.now, actor=hand.person.key)
