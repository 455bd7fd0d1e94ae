"""`dsarbot cases checklist`: for each right, what is to be done, what the answer holds, and why it could be refused."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from dsarbot.cli import shown
from dsarbot.cli.case_json import iso
from dsarbot.cli.cases_show import viewed
from dsarbot.cli.hand import Found, Hand, reading
from dsarbot.cli.table import Screen, screen
from dsarbot.core.case import Claim
from dsarbot.core.dating import local_day
from dsarbot.core.presend_answer import named, waits_for
from dsarbot.core.rights import Right, Step, right_of
from dsarbot.errors import NotFound

_WIDEST = 100


def run(args: argparse.Namespace) -> int:
    """Print it."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        known = {claim.id: claim for claim in found.case.claims}
        if unknown := [each for each in args.claim if each not in known]:
            raise NotFound(f"The case has no claim {', '.join(unknown)}; it has: {', '.join(known)}.")
        meant = [known[each] for each in dict.fromkeys(args.claim)] or list(known.values())
        await viewed(hand, found, "checklist")
        if args.json:
            lists = [_json(claim, found, args.language) for claim in meant]
            print(json.dumps({"reference": found.case.reference, "claims": lists}, ensure_ascii=False))
        else:
            to = screen()
            print("\n".join(line for claim in meant for line in _lines(claim, found, args.language, to)))
        return 0

    return reading(args, work)


def aim(step: Step, claim: Claim, found: Found) -> date:
    """Our own aim for the step."""
    place = found.rules.jurisdiction
    return place.calendar.add_working_days(local_day(claim.received_at, found.rules), step.days)


def _lines(claim: Claim, found: Found, language: str, to: Screen) -> Iterator[str]:
    right, width = right_of(claim, found.rules.rights), min(to.width, _WIDEST)
    about = f": {claim.scope}" if claim.scope else ""
    yield to.paint(f"{claim.id} {named(claim)}{about} (Art. {right.article})", "strong")
    for other in waits_for(claim, right, found.case) if claim in found.case.active else ():
        yield f"  ! Answer {other.id} {named(other)} first: once this is done, nothing is left to give."
    for implied in right.implies:
        yield f"  May come with it: {implied.right} (Art. {implied.article})."
    done = {each.step: each for each in claim.done}
    for step in right.steps:
        mark = "✓" if step.slug in done else "○"
        day = shown.day(aim(step, claim, found), found.case.opened_at.date())
        yield f"  {mark} {step.slug:<16} {step.owner:<9} by {day}{'  (before the answer)' if step.gate else ''}"
        yield from _wrapped(step.text[language], width)
        if step.slug in done and done[step.slug].note:
            yield from _wrapped(f"{done[step.slug].actor}: {done[step.slug].note}", width)
    yield "  The answer holds:"
    for item in right.holds:
        when = {"perhaps": "if it applies", "partly": "if something is withheld"}.get(item.when, "")
        yield f"    {item.slug:<22} Art. {item.article}{f'  ({when})' if when else ''}"
        yield from _wrapped(item.text[language], width)
    yield "  It may be refused for:" if right.grounds else "  It cannot be refused."
    for ground in right.grounds:
        yield f"    {ground.slug:<22} Art. {ground.article}{'  (second person)' if ground.second else ''}"
        yield from _wrapped(ground.evidence[language], width)
    yield ""


def _wrapped(text: str, width: int) -> Sequence[str]:
    return textwrap.wrap(text, width=width, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _json(claim: Claim, found: Found, language: str) -> Mapping[str, Any]:
    right: Right = right_of(claim, found.rules.rights)
    done = {each.step: each for each in claim.done}
    return {
        "claim": claim.id,
        "right": claim.right,
        "marketing": claim.marketing,
        "scope": claim.scope or None,
        "steps": [
            {
                "step": step.slug,
                "owner": step.owner,
                "aim": iso(aim(step, claim, found)),
                "before_the_answer": step.gate,
                "text": step.text[language],
                "done_at": iso(done[step.slug].at) if step.slug in done else None,
                "done_by": done[step.slug].actor if step.slug in done else None,
                "note": done[step.slug].note or None if step.slug in done else None,
            }
            for step in right.steps
        ],
        "holds": [
            {"item": item.slug, "article": item.article, "when": item.when, "text": item.text[language]}
            for item in right.holds
        ],
        "grounds": [
            {"ground": g.slug, "article": g.article, "second_person": g.second, "evidence": g.evidence[language]}
            for g in right.grounds
        ],
    }
