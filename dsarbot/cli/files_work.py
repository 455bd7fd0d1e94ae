"""The work of `dsarbot files`: read from the vault, judged by content, looked at for viruses, and only then written."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from dsarbot.cli.cases_show import viewed
from dsarbot.cli.hand import Hand, reading
from dsarbot.cli.items import find
from dsarbot.cli.redact_work import write_file
from dsarbot.desk.alarms_lines import ID_SHOWN
from dsarbot.desk.outgoing_files import CameFile, Rules, judged, of_mail
from dsarbot.desk.packages import CHANNEL
from dsarbot.errors import Gone, NotAllowed, NotFound, TheirInput
from dsarbot.ports import InboundRow
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join
from dsarbot.wiring.scans import guard


def run(args: argparse.Namespace) -> int:
    """List the files, or write one."""
    if bool(args.reference) == bool(args.item):
        raise TheirInput("Name a case, or an item with --item.")
    if (args.save is None) != (args.out is None):
        raise TheirInput("--save says which file, --out where to: give both.")

    async def work(hand: Hand) -> int:
        rows = await _rows(hand, args)
        files = [each for row in rows for each in await _files(hand, row)]
        if args.save is not None:
            await _save(hand, files, args)
        elif args.json:
            print(json.dumps([_json(number, each) for number, each in enumerate(files, start=1)]))
        else:
            lines = [_line(number, each) for number, each in enumerate(files, start=1)]
            print("\n".join(lines or ["No file came with it."]))
        return 0

    return reading(args, work)


async def _rows(hand: Hand, args: argparse.Namespace) -> Sequence[InboundRow]:
    """The oldest first. Looking at what came is journalled (security 21)."""
    if args.item:
        row = await find(hand, args.item)
        if row.case:
            # practice 12: whether this person may see the case, its reference says.
            raise NotAllowed("has-a-case", f"Item {row.id[:ID_SHOWN]} belongs to a case; name its reference instead.")
        async with hand.app.store.transaction() as transaction:
            public = {"inbound": row.id, "what": "file"}
            await transaction.ledger(row.scope, "viewed", public, at=hand.now, actor=hand.person.key)
        return [row]
    found = await hand.find(args.reference)
    await viewed(hand, found, "file")
    rows = await hand.app.store.inbounds(found.scope, case=found.case.id, limit=1000)
    # What goes to the person did not come: dsarbot cases package shows it.
    return [row for row in reversed(rows) if row.channel != CHANNEL]


async def _files(hand: Hand, row: InboundRow) -> list[CameFile]:
    settings = hand.app.settings.attachments
    rules = Rules(allow=settings.allow, largest=settings.largest_mb * 1024 * 1024)
    try:
        if row.channel == "post":
            # The original is first; what a machine has read in it is no file that came.
            original = await hand.app.store.vault.open(row.scope, row.objects[0])
            return [judged("letter on paper", bytes(original), rules)]
        skeleton, *leaves = await hand.app.store.vault.open_all(row.scope, row.objects)
    except (Gone, NotFound, IndexError):
        return [judged("destroyed", None, rules)]
    return list(of_mail(parse(join(skeleton, leaves)), rules))


async def _save(hand: Hand, files: Sequence[CameFile], args: argparse.Namespace) -> None:
    if not 1 <= args.save <= len(files):
        raise TheirInput(f"There is no file {args.save}; there are {len(files)}. List them without --save.")
    chosen = files[args.save - 1]
    if chosen.refused or chosen.content is None:
        raise NotAllowed("attachment-kind", f"File {args.save} is not opened: {chosen.refused}.")
    viruses = guard(hand.app.settings)
    looked = await viruses.check(chosen.content) if viruses else None
    if looked and looked.how == "infected":
        raise NotAllowed("infected", f"File {args.save} is not opened: ClamAV has found {looked.name} in it.")
    if looked and looked.how == "unchecked":
        raise NotAllowed("unchecked", f"File {args.save} is not opened: clamd does not answer; see dsarbot doctor.")
    write_file(args.out, chosen.content)
    print(f"{args.out} written ({chosen.kind}).")
    print("This copy is yours to delete: the retention of the case does not reach it.")


def _line(number: int, each: CameFile) -> str:
    size = f"{len(each.content) / 1024:.0f} KiB" if each.content is not None else "-"
    refused = f"; not opened: {each.refused}" if each.refused else ""
    return f"{number}  {each.kind}  {size}  {_harmless(each.name)}{refused}"


def _json(number: int, each: CameFile) -> dict[str, object]:
    size = len(each.content) if each.content is not None else None
    return {"number": number, "name": each.name, "kind": each.kind, "size": size, "refused": each.refused or None}


def _harmless(name: str) -> str:
    """A name from outside, on one line of a terminal."""
    return "".join(sign for sign in name if sign.isprintable())[:80] or "without a name"
