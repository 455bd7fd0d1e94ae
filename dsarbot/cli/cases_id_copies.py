"""Copies of identity papers at the desk: listed with their end in sight, opened on record, judged, destroyed."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from dsarbot.cli import case_text, shown
from dsarbot.cli.cases_show import viewed
from dsarbot.cli.hand import Found, Hand, ordering, reading, tell
from dsarbot.core import orders_copies as o
from dsarbot.core.case import Case
from dsarbot.core.identity_copy import IdCopy
from dsarbot.core.identity_copy_row import CopyRow
from dsarbot.core.orders import Order
from dsarbot.desk.alarms_lines import ID_SHOWN
from dsarbot.desk.id_copies_keeper import Keeper
from dsarbot.desk.id_copies_marked import marked
from dsarbot.errors import NotAllowed, NotFound, TheirInput

_SHORTEST: Final = 4
_WHY: Final = {
    "file-name": "its name speaks for a paper",
    "words-of-the-mail": "the message speaks of a paper",
    "words-on-it": "the words on it are those of a paper",
    "machine-readable-zone": "it has a machine-readable zone",
    "same-content": "the same file came elsewhere as a paper",
    "by-hand": "somebody marked it",
}
_CHECKS: Final = {"check-digits": "zone", "expiry": "validity", "birth-date": "birth date"}
_RESULTS: Final = {"probably": "probably agrees", "unknown": "not known"}
_LOOK: Final = "Do not mail, print or keep it; delete the file when you have looked. The copy here dies all the same."


def show(args: argparse.Namespace) -> int:
    """What is there, until when, and what the machine made of it."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        if args.json:
            print(json.dumps([_json(each, found) for each in found.case.copies]))
        elif not found.case.copies:
            print(f"No copy of an identity paper came with {found.case.reference}, as far as anybody has seen.")
        else:
            print("\n".join(line for each in found.case.copies for line in _lines(each, found, hand.now)))
        return 0

    return reading(args, work)


def _lines(copy: IdCopy, found: Found, now: datetime) -> Iterator[str]:
    place, today = found.rules.jurisdiction, shown.today_of(now, found.rules)
    dates = copy.dates(place)
    yield f"{copy.id[:ID_SHOWN]}  {copy.guess}, arrived {shown.moment_of(copy.arrived_at, place, today)}"
    yield f"  {'asked for' if copy.asked else 'not asked for'}; set apart because {_WHY.get(copy.why, copy.why)}"
    if copy.checks:
        yield f"  the machine proposes: {copy.proposal}; {', '.join(map(_check, copy.checks))}"
    if copy.released:
        yield "  released: no identity paper"
    elif copy.verdict is not None:
        yield f"  verdict: {copy.verdict.match}, {copy.verdict.doc_type}, by {copy.verdict.checked_by}"
    elif copy.destroyed_at is None:
        left = dates.delete_by - now
        yield f"  verdict due {shown.near(dates.verdict_due, today)}"
        yield f"  destroyed at the latest {shown.moment_of(dates.delete_by, place, today)} ({_left(left.days)})"
        yield f"  look: dsarbot cases id-open {found.case.reference} {copy.id[:ID_SHOWN]} --out FILE"
    if copy.destroyed_at is not None:
        yield f"  destroyed {shown.moment_of(copy.destroyed_at, place, today)}"
    for each in copy.lingers:
        yield f"  ID copy still at {each}"
        yield f"    once it is gone: dsarbot cases id-gone {found.case.reference} {copy.id[:ID_SHOWN]} --where '{each}'"


def _check(code: str) -> str:
    """``name:agrees:same`` in words."""
    name, result, seen = code.split(":")
    return f"{_CHECKS.get(name, name)} {_RESULTS.get(result, result)} ({seen.replace('-', ' ')})"


def _left(days: int) -> str:
    return "now" if days < 0 else "within a day" if days == 0 else "1 day left" if days == 1 else f"{days} days left"


def _json(copy: IdCopy, found: Found) -> dict[str, object]:
    dates = copy.dates(found.rules.jurisdiction)
    return {
        "id": copy.id,
        "guess": copy.guess,
        "why": copy.why,
        "asked": copy.asked,
        "arrived_at": copy.arrived_at.isoformat(),
        "verdict_due": dates.verdict_due.isoformat(),
        "delete_by": dates.delete_by.isoformat(),
        "proposal": copy.proposal or None,
        "checks": list(copy.checks),
        "verdict": copy.verdict.match if copy.verdict else None,
        "released": copy.released,
        "destroyed_at": copy.destroyed_at.isoformat() if copy.destroyed_at else None,
        "still_at": list(copy.lingers),
    }


def mark(args: argparse.Namespace) -> int:
    """One of the two: a file is one, or a copy is none."""
    if (args.attachment is None) == (args.not_an_id is None):
        raise TheirInput("Say either --attachment N (it is a copy of a paper) or --not-an-id COPY (it is none).")
    if args.not_an_id is not None:
        return _ordered(
            args, args.not_an_id, lambda hand, copy: hand.order(o.ReleaseCopy, copy=copy.id, reason=args.reason)
        )

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        row = await _marked(hand, found, args.message, args.attachment)
        after = await hand.app.desk.order(
            found.scope,
            found.case.id,
            hand.order(o.MarkCopy, copy=row.id, inbound=row.inbound, arrived_at=row.arrived_at),
        )
        await Keeper(hand.app.copies).end(row.id, row.inbound)
        tell(found, after, hand.now)
        print(f"Set apart: dsarbot cases id-copies {found.case.reference}")
        return 0

    return ordering(args, work)


async def _marked(hand: Hand, found: Found, message: int, attachment: int) -> CopyRow:
    """The row of that file, to be set apart whatever a machine would say of it."""
    originals = await case_text.originals(hand, found)
    if not 1 <= message <= len(originals):
        raise TheirInput(f"The case has {len(originals)} messages, counted from 1; there is no number {message}.")
    store = hand.app.store
    return await marked(store.id_copies, store.vault, originals[message - 1].row, attachment)


def open_copy(args: argparse.Namespace) -> int:
    """security 21: recorded before anybody sees it."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        copy = _named(found.case, args.copy)
        row = next(
            (each for each in await hand.app.store.id_copies.of_inbound(copy.inbound) if each.id == copy.id), None
        )
        content = await hand.app.copies.content(row) if row is not None and row.object else None
        if content is None:
            raise NotAllowed(
                "copy-destroyed", "This copy cannot be opened: it is destroyed, released or not set apart."
            )
        await viewed(hand, found, f"id-copy:{copy.id}")
        path = Path(args.out)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
        except OSError as error:
            raise TheirInput(f"{path} cannot be written ({error.strerror}); name a new file.") from None
        print(f"{path} written. {_LOOK}")
        return 0

    return ordering(args, work)


def verdict(args: argparse.Namespace) -> int:
    """Recorded, and carried out before the command ends; mailboxes are cleaned by the service."""
    return _ordered(
        args,
        args.copy,
        lambda hand, copy: hand.order(
            o.JudgeCopy, copy=copy.id, match=args.match, doc_type=args.type, signature=bool(args.signature)
        ),
    )


def extend(args: argparse.Namespace) -> int:
    """Once."""
    return _ordered(
        args, args.copy, lambda hand, copy: hand.order(o.ExtendCopy, copy=copy.id, reason=args.reason)
    )  # fmt: skip


def gone(args: argparse.Namespace) -> int:
    """A person has removed it, or made sure that it is not there."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        copy = _named(found.case, args.copy)
        order = hand.order(o.TickCopy, copy=copy.id, place=args.where)
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        rows = hand.app.store.id_copies
        for each in await rows.places([copy.id]):
            if each.place == args.where:
                await rows.put_place(replace(each, ticked_by=hand.person.key))
        tell(found, after, hand.now)
        return 0

    return ordering(args, work)


def _ordered(args: argparse.Namespace, start: str, make: Callable[[Hand, IdCopy], Order]) -> int:
    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        copy = _named(found.case, start)
        after = await hand.app.desk.order(found.scope, found.case.id, make(hand, copy))
        await Keeper(hand.app.copies).end(copy.id, copy.inbound)
        case = await hand.app.store.case(found.scope, after.id)
        tell(found, case, hand.now)
        print("\n".join(_lines(_named(case, copy.id), found, hand.now)))
        return 0

    return ordering(args, work)


def _named(case: Case, start: str) -> IdCopy:
    """The one copy whose id begins so."""
    if len(start) < _SHORTEST:
        raise TheirInput(f"Give at least {_SHORTEST} characters of the copy's id.")
    meant = [each for each in case.copies if each.id.startswith(start.lower())]
    if not meant:
        raise NotFound(f"{case.reference} has no copy {start}; see: dsarbot cases id-copies {case.reference}")
    if len(meant) > 1:
        raise TheirInput(f"{len(meant)} copies begin with {start}; give more of the id.")
    return meant[0]
