"""`dsarbot cases package`: files that go to the person with the answer, through the portal."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from dsarbot.cli.cases_show import viewed
from dsarbot.cli.hand import Found, Hand, ordering
from dsarbot.cli.redact_work import read_file
from dsarbot.core.case import Case
from dsarbot.core.package import name_of, released_by
from dsarbot.core.packed import Packed
from dsarbot.desk.answer_files import size
from dsarbot.desk.packages import pack, prepared, unpack
from dsarbot.errors import TheirInput
from dsarbot.wiring.scans import guard


def run(args: argparse.Namespace) -> int:
    """List, add, or take out."""
    if args.files and args.take_out is not None:
        raise TheirInput("Name files to add, or --take-out N: not both.")

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        case = found.case
        if args.take_out is not None:
            case = await unpack(
                hand.app.desk, found.organisation, case, _numbered(case, args.take_out).file, actor=hand.person.key
            )
        elif args.files:
            case = await _packed(hand, found, args)
        else:
            await viewed(hand, found, "package")
        print("\n".join(_lines(case)) or "No file lies beside this case.")
        return 0

    return ordering(args, work)


async def _packed(hand: Hand, found: Found, args: argparse.Namespace) -> Case:
    """All of them, or none: each is looked at before the first is kept."""
    ready = [
        await prepared(
            path.name, read_file(path), stripper=hand.app.copier, guard=guard(hand.app.settings),
            accept_rest=args.accept_rest,
        )
        for path in args.files
    ]  # fmt: skip
    case = found.case
    for path, each in zip(args.files, ready, strict=True):
        case = await pack(
            hand.app.desk, found.organisation, case, each, title=args.title, actor=hand.person.key
        )  # fmt: skip
        print(f"{path} is packed. Taken out of it: {', '.join(each.removed) or 'nothing, there was nothing'}.")
    return case


def _numbered(case: Case, number: int) -> Packed:
    if not 1 <= number <= len(case.package):
        raise TheirInput(f"There is no file {number}; there are {len(case.package)}.")
    return case.package[number - 1]


def _lines(case: Case) -> Iterator[str]:
    for number, packed in enumerate(case.package, start=1):
        if packed.gone:
            continue
        letter = released_by(case, packed.file)
        where = f"in letter {letter.id}" if letter else "for the next answer"
        if packed.completed_at is not None:
            where = f"downloaded on {packed.completed_at.date()}"
        title = f"  {packed.title}" if packed.title else ""
        yield f"{number}  {name_of(case, number, packed.kind)}  {size(packed.size, 'en')}  {where}{title}"
