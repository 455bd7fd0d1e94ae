"""`dsarbot cases show`: one case, its dates, its letters, its messages. Looking at content is journalled."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

from dsarbot.cli import case_page, case_policy, case_text, letter_text
from dsarbot.cli.case_json import as_json
from dsarbot.cli.case_page import View
from dsarbot.cli.cases_letters import named
from dsarbot.cli.hand import Found, Hand, reading
from dsarbot.cli.table import screen
from dsarbot.core.case import Case, Letter
from dsarbot.desk import looking
from dsarbot.errors import NotFound, TheirInput


def run(args: argparse.Namespace) -> int:
    """Print what the options ask for."""
    if (args.html or args.source or args.pdf) and not args.letter:
        raise TheirInput("--html, --source and --pdf say how to print a letter; name it with --letter.")

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        what = f"letter:{args.letter}" if args.letter else "text" if args.text else "file" if args.save else "case"
        lines = await _lines(hand, found, args)
        await viewed(hand, found, what)
        print("\n".join(lines))
        return 0

    return reading(args, work)


async def viewed(hand: Hand, found: Found, what: str) -> None:
    """This person looks, here and now."""
    await looking.viewed(
        hand.app.store, found.scope, found.case.id, what, by="terminal", at=hand.now, actor=hand.person.key
    )


async def _lines(hand: Hand, found: Found, args: argparse.Namespace) -> Sequence[str]:
    to = screen()
    if args.pdf:
        return [await _pdf(hand, found, named(found.case, args.letter), Path(args.pdf))]
    if args.letter:
        return _letter(found.case, args)
    if args.text:
        originals = await case_text.originals(hand, found)
        return [line for each in originals for line in (*case_text.text(each, found, hand, to), "")]
    if args.save:
        return _saved(await case_text.originals(hand, found), found, Path(args.save))
    view = await view_of(hand, found)
    if args.json:
        return [json.dumps(as_json(view), ensure_ascii=False)]
    return list(case_page.why(view, to) if args.why else case_page.page(view, to))


def _letter(case: Case, args: argparse.Namespace) -> Sequence[str]:
    letter = named(case, args.letter)
    if args.source:
        return [letter_text.written(case, letter)]
    if args.html:
        return [letter_text.html(letter)]
    if args.json:
        sections = {section.key: section.text for section in letter.sections}
        shown = {"id": letter.id, "moment": letter.moment, "status": letter.status, "recipient": letter.recipient}
        return [json.dumps({**shown, "subject": letter.subject, "sections": sections}, ensure_ascii=False)]
    return list(letter_text.page(letter, screen()))


async def _pdf(hand: Hand, found: Found, letter: Letter, path: Path) -> str:
    """The letter as on paper, in a file for this person alone; nothing is overwritten."""
    pdf = await hand.app.trays[found.scope].printed(found.case, letter)
    try:
        written(path, pdf)
    except OSError as error:
        raise TheirInput(f"{path} cannot be written ({error.strerror}); name a new file.") from None
    return f"{path} written. This copy is yours to delete: the retention of the case does not reach it."


def written(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def _saved(originals: Sequence[case_text.Original], found: Found, folder: Path) -> Sequence[str]:
    """Files with names of our own making, readable by this person alone; nothing is overwritten."""
    lines = []
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, each in enumerate(originals, start=1):
            if each.raw is None:
                lines.append(f"message {number}: {each.why}")
                continue
            path = folder / f"{found.case.reference}-{number}{each.suffix}"
            written(path, each.raw)
            lines.append(str(path))
    except OSError as error:
        raise TheirInput(f"{folder} cannot be written to ({error.strerror}); name an empty folder.") from None
    return [*lines, "These copies are yours to delete: the retention of the case does not reach them."]


async def view_of(hand: Hand, found: Found) -> View:
    """Everything the page shows."""
    store, case = hand.app.store, found.case
    waiting = [each for each in case.letters if case_page.waits(each)]
    rows = {row.id: row for row in await store.inbounds(found.scope, case=case.id)}
    settings = hand.app.settings
    return View(
        case=case,
        rules=found.rules,
        now=hand.now,
        inbounds=rows,
        findings={each.id: found.organisation.check(case, each, hand.now) for each in waiting},
        links=[await _reference(hand, found, each) for each in case.links],
        names={each.key: each.name for each in settings.staff},
        owner=settings.organisation(found.scope).owner,
        policy=case_policy.warnings(hand, found),
    )


async def _reference(hand: Hand, found: Found, case_id: str) -> str:
    try:
        case = await hand.app.store.case(found.scope, case_id)
    except NotFound:
        # practice 5: of a sibling its organisation and reference are known, and nothing else.
        named = (each.named for each in found.case.siblings if each.case == case_id)
        return next(named, "a case of another organisation")
    return case.reference if case.visible_to(hand.person.key) else "a confidential case"
