"""A scan that a person brings in: read away from the keys, then a case for each letter in it."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

from dsarbot.cli.after import told
from dsarbot.cli.hand import Hand
from dsarbot.desk.organisation import Organisation
from dsarbot.documents.answer import NotRead
from dsarbot.errors import TheirInput
from dsarbot.scans import stack
from dsarbot.scans.taking import Known, Taken, Taking

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
    )


async def taken_in(hand: Hand, organisation: Organisation, raw: bytes, known: Known) -> list[str]:
    """What became of it, in lines. TheirInput when it cannot be parted into its letters."""
    taking = Taking(hand.app.desk, organisation, hand.app.scanner)
    scan = await taking.read(raw, _counted)
    if known.who and len(stack.letters(scan.pages)) > 1:
        raise TheirInput("--who names one person, and these are several letters; nothing was kept.")
    lines: list[str] = []
    try:
        async for taken in taking.take(raw, scan, known):
            lines += _lines(taken, organisation, hand)
    except NotRead as why:
        raise TheirInput(f"its letters cannot be parted ({_UNREAD[why.unread]}); scan them one by one.") from None
    return [*lines, *([f"It was not read: {_UNREAD[scan.unread]}."] if scan.unread else [])]


def _lines(taken: Taken, organisation: Organisation, hand: Hand) -> list[str]:
    if taken.case is None:
        return ["known already: this file was brought in before"]
    day = organisation.rules.jurisdiction.local_date(taken.receipt.at)
    unsure = [] if taken.receipt.sure else [f"Received on {day}? Not sure: {_RECEIPT[taken.receipt.how]}."]
    return [f"kept as {taken.case.reference}", *unsure, *told(None, taken.case, organisation.rules, hand.now)]


def _counted(pages: int) -> None:
    """A page takes seconds: whoever waits sees them pass."""
    if sys.stderr.isatty():
        print(f"\r{pages} pages read ", end="", file=sys.stderr, flush=True)
