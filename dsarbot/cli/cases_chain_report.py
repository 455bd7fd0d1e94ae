"""`dsarbot cases chain`: the chain of a case as text, as a report for a controller's file, and as a picture."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Final

from dsarbot.cli.case_text import originals
from dsarbot.cli.cases_show import viewed, written
from dsarbot.cli.hand import Found, Hand, reading
from dsarbot.desk.chain_picture import drawn, picture, svg
from dsarbot.desk.chain_report import Evidence, as_json, as_letter
from dsarbot.desk.dating import known
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.store.rebuild import facts_of

_MANY: Final = 10_000


def run(args: argparse.Namespace) -> int:
    """Looking is journalled, as with every content."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        line = await _line(hand, found, args)
        await viewed(hand, found, "chain")
        print(line)
        return 0

    return reading(args, work)


async def _line(hand: Hand, found: Found, args: argparse.Namespace) -> str:
    case, zone = found.case, found.rules.jurisdiction.zone
    if args.json:
        return json.dumps(as_json(case, await evidence(hand, found)), ensure_ascii=False)
    if not case.chain.hops:
        raise NotAllowed("no-chain", f"Nobody else has a part in {case.reference}.")
    if args.svg:
        drawing = picture(case, "en", zone, us=found.organisation.name)
        return _kept(args.svg, svg(drawing).encode() if drawing else b"")
    if args.pdf:
        language = known(case.language, "en")
        letter = as_letter(case, await evidence(hand, found), language, hand.now)
        drawing = picture(case, language, zone, us=found.organisation.name)
        press = hand.app.trays[found.scope].press
        return _kept(args.pdf, await press.printed(case, letter, picture=svg(drawing) if drawing else ""))
    return "\n".join(drawn(case, "en", zone))


def _kept(name: str, data: bytes) -> str:
    try:
        written(Path(name), data)
    except OSError as error:
        raise TheirInput(f"{name} cannot be written ({error.strerror}); name a new file.") from None
    return f"{name} written. This copy is yours to delete: the retention of the case does not reach it."


async def evidence(hand: Hand, found: Found) -> Evidence:
    """Journal, hashes of what arrived, answers of the mail server."""
    jobs = await hand.app.store.jobs(found.scope, limit=_MANY)
    return Evidence(
        facts=await facts_of(hand.app.store.ring, found.case.id) or (),
        hashes={
            each.joined.inbound: hashlib.sha256(each.raw).hexdigest()
            for each in await originals(hand, found)
            if each.raw is not None
        },
        answers={each.letter: each.last for each in jobs if each.case == found.case.id and each.last},
        rights=tuple(dict.fromkeys(claim.right for claim in found.case.claims)),
    )
