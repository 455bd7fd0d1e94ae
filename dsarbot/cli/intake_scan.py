"""A scan that a person brings in: read away from the keys, then a case for each letter in it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from dsarbot.cli.after import told
from dsarbot.cli.hand import Hand, reading
from dsarbot.cli.items import find
from dsarbot.desk.ocr import TO_BE_READ
from dsarbot.desk.organisation import Organisation
from dsarbot.documents.answer import NotRead
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import InboundRow
from dsarbot.scans import another_copy as another
from dsarbot.scans import stack
from dsarbot.scans.attachments import LEASE
from dsarbot.scans.taking import Known, Taken, Taking
from dsarbot.wiring.scans import guard as viruses

#: The first and the last page of each letter, as a person says.
Ranges = Sequence[tuple[int, int]]

#: A mail has few pictures, and a page takes seconds.
_LEASE_SECONDS: Final = 600
_UNREAD: Final = {
    "encrypted": "it opens only with a password",
    "no-text": "no text was found in it",
    "broken": "it is damaged",
    "too-large": "it is too large",
    "too-long": "that took too long",
    "too-many-pages": "it has too many pages",
    "no-ocr": "what reads pictures is not installed; pip install 'dsarbot[ocr]'",
    "unsupported": "it is no PDF, TIFF, JPEG, PNG or HEIC file",
}
_RECEIPT: Final = {
    "stamp": "a stamp on it seems to say so; check it",
    "letter": "that is the date of the letter; name the day on which it came",
    "scan": "that is today; name the day on which it came",
}


def known_of(args: argparse.Namespace, name: str, *, actor: str, received: datetime | None) -> Known:
    """What the options say of it, and where it lies."""
    return Known(
        name=Path(name).name,
        place=str(Path(name).absolute()),
        actor=actor,
        received=received,
        registered=args.registered,
        who=args.who or "",
        postal=tuple(line.strip() for line in (args.reach or "").split(";") if line.strip()),
        rights=tuple(args.right),
        language=args.language,
    )


async def taken_in(
    hand: Hand, organisation: Organisation, raw: bytes, known: Known, *, ranges: Ranges = ()
) -> list[str]:
    """What became of it, in lines. TheirInput when it cannot be parted into its letters. ranges: the pages of each."""
    taking = Taking(hand.app.desk, organisation, hand.app.scanner, hand.app.scan_papers)
    await _demand_clean(hand, raw)
    scan = await taking.read(raw, _counted)
    letters = stack.parted(scan.pages, ranges) if ranges else stack.letters(scan.pages)
    if known.who and len(letters) > 1:
        raise TheirInput("--who names one person, and these are several letters; nothing was kept.")
    lines: list[str] = []
    try:
        async for taken in taking.take(raw, scan, known, ranges=ranges):
            lines += _lines(taken, organisation, hand)
    except NotRead as why:
        raise TheirInput(f"its letters cannot be parted ({_UNREAD[why.unread]}); scan them one by one.") from None
    return [*lines, *([f"It was not read: {_UNREAD[scan.unread]}."] if scan.unread else [])]


async def _demand_clean(hand: Hand, raw: bytes) -> None:
    guard = viruses(hand.app.settings)
    found = await guard.check(raw) if guard else None
    if found and found.how == "infected":
        raise TheirInput(f"ClamAV has found a virus in it ({found.name}); nothing was kept. Ask for another copy.")
    if found and found.how == "unchecked":
        raise TheirInput("clamd does not answer, so nobody looked for viruses; see dsarbot doctor. Nothing was kept.")


def _lines(taken: Taken, organisation: Organisation, hand: Hand) -> list[str]:
    if taken.case is None:
        return ["known already: this file was brought in before"]
    day = organisation.rules.jurisdiction.local_date(taken.receipt.at)
    unsure = [] if taken.receipt.sure else [f"Received on {day}? Not sure: {_RECEIPT[taken.receipt.how]}."]
    return [f"kept as {taken.case.reference}", *unsure, *told(None, taken.case, organisation.rules, hand.now)]


async def read_pictures(hand: Hand, organisation: Organisation, row: InboundRow) -> None:
    """What the pictures of a mail file say, at once; where the service is just reading some, it reads these, too."""
    async with hand.app.store.transaction() as transaction:
        row = await transaction.inbound(organisation.scope, row.id)
    holder = f"{LEASE}:{row.id}"
    if row.kind == TO_BE_READ and await hand.app.store.lease(LEASE, holder, _LEASE_SECONDS):
        await hand.app.attachments.read(row)
        await hand.app.store.lease(LEASE, holder, 0)


async def taken_as_scan(hand: Hand, row: InboundRow) -> list[str]:
    """A person says that a mail is from the scanner: its letters become cases. What became of it, in lines."""
    await hand.app.attachments.read(row)
    async with hand.app.store.transaction() as transaction:
        after = await transaction.inbound(row.scope, row.id)
    if after.state == "held":
        return [f"Item {row.id[:8]} is still held ({after.problem or 'clamd does not answer; see dsarbot doctor'})."]
    return [f"The letters in item {row.id[:8]} were taken in: dsarbot cases list, dsarbot intake --list"]


def another_copy(args: argparse.Namespace) -> int:
    """Drafts in three languages, for a person to choose and to send."""

    async def work(hand: Hand) -> int:
        row = await find(hand, args.another_copy)
        if row.problem not in another.HELPS:
            raise NotAllowed("opened", f"Item {row.id[:8]} is not held because a file could not be opened.")
        organisation = hand.organisation(row.scope)
        day = organisation.rules.jurisdiction.local_date(row.received_at)
        print(another.drafts(row.problem, received=day, organisation=organisation.name), end="")
        return 0

    return reading(args, work)


def _counted(pages: int) -> None:
    """A page takes seconds: whoever waits sees them pass."""
    if sys.stderr.isatty():
        print(f"\r{pages} pages read ", end="", file=sys.stderr, flush=True)
