"""Orders about drafted letters: look and approve, edit, discard, posted. Nothing with legal effect leaves unread."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from dsarbot.cli import letter_text, shown
from dsarbot.cli.cases_orders import text_of
from dsarbot.cli.hand import Hand, give, lay_out, ordering, tell
from dsarbot.cli.table import screen
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Letter
from dsarbot.core.presend import Finding, blocking
from dsarbot.errors import NotAllowed, NotFound, TheirInput


def approve(args: argparse.Namespace) -> int:
    """Shows letter and findings, asks, and binds the approval to exactly what was shown."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        letter = chosen(found.case, args.letter)
        findings = found.organisation.check(found.case, letter, hand.now)
        to = screen()
        print("\n".join([*letter_text.page(letter, to), "", *letter_text.findings(findings, to), ""]))
        _demand_known(args.override, findings)
        order = hand.order(
            o.Approve,
            letter=letter.id,
            digest=found.organisation.digest(letter),
            version=found.case.version,
            findings=blocking(findings),
            overrides=tuple(args.override),
            reason=args.reason,
            decided_by=hand.colleague(args.decided_by, found.scope).key if args.decided_by else "",
        )
        open_ones = [rule for rule in order.findings if rule not in order.overrides]
        if not open_ones and not args.yes and not _agreed(letter):
            print("Nothing was sent; the draft stays as it is.")
            return 1
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        print(_approved(letter))
        await lay_out(hand, found, after)
        tell(found, after, hand.now)
        return 0

    return ordering(args, work)


def edit(args: argparse.Namespace) -> int:
    """The text from a file or from the editor; whatever was approved before needs a new approval."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        letter = named(found.case, args.letter)
        form = letter_text.written(found.case, letter)
        text = text_of(args.file) if args.file else _edited(form)
        subject, sections = letter_text.read(text, letter)
        if (subject, sections) == letter_text.read(form, letter):
            print(f"Letter {letter.id} is as before; nothing was changed.")
            return 0
        order = hand.order(o.Edit, letter=letter.id, sections=sections, subject=subject)
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        print(f"Letter {letter.id} changed.")
        await lay_out(hand, found, after)
        print(
            "\n".join(
                letter_text.findings(found.organisation.check(after, after.letter(letter.id), hand.now), screen())
            )
        )
        tell(found, after, hand.now)
        return 0

    return ordering(args, work)


def discard(args: argparse.Namespace) -> int:
    """The letter is not sent; a queued one is taken back."""
    return give(args, lambda hand, _: hand.order(o.Discard, letter=args.letter))


def posted(args: argparse.Namespace) -> int:
    """Only now the paper counts as sent (practice 8)."""
    return give(args, lambda hand, _: hand.order(o.Posted, letter=args.letter, on=args.on, registered=args.registered))


def chosen(case: Case, name: str | None) -> Letter:
    """The letter named, or the only one that waits."""
    if name is not None:
        return named(case, name)
    waiting = [letter for letter in case.letters if shown.to_approve(letter)]
    if len(waiting) == 1:
        return waiting[0]
    if not waiting:
        raise NotFound(f"No letter of {case.reference} waits for approval.")
    found = ", ".join(f"{letter.id} ({letter.moment})" for letter in waiting)
    raise TheirInput(f"Several letters of {case.reference} wait; name one of them: {found}.")


def named(case: Case, name: str) -> Letter:
    """The letter of that id."""
    for letter in case.letters:
        if letter.id == name:
            return letter
    known = ", ".join(letter.id for letter in case.letters) or "none"
    raise NotFound(f"{case.reference} has no letter {name}; it has: {known}.")


def _demand_known(overrides: list[str], findings: tuple[Finding, ...]) -> None:
    if unknown := [each for each in overrides if each not in blocking(findings)]:
        raise TheirInput(f"No finding {', '.join(unknown)} blocks this letter; nothing was sent.")


def _agreed(letter: Letter) -> bool:
    if not sys.stdin.isatty():
        raise TheirInput("Nobody can be asked without a terminal; look at the letter, then add --yes.")
    who = ", ".join(letter.recipient.splitlines())
    question = "Approve this letter for the post" if letter.medium == "post" else "Send this letter"
    return input(f"{question} to {who}? [y/N] ").strip().lower() in ("y", "yes")


def _approved(letter: Letter) -> str:
    if letter.medium == "post":
        return f"Letter {letter.id} approved; print and post it."
    return f"Letter {letter.id} approved and queued; it leaves as soon as the service runs."


def _edited(form: str) -> str:
    """What the editor makes of the form. The file lies in memory where the system offers that, and is removed."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor or not sys.stdin.isatty():
        raise TheirInput("Set EDITOR and use a terminal, or give the new text with --file; nothing was changed.")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    with tempfile.TemporaryDirectory(
        prefix="dsarbot-", dir=runtime if runtime and Path(runtime).is_dir() else None
    ) as at:
        path = Path(at) / "letter.txt"
        path.touch(mode=0o600)
        path.write_text(form, encoding="utf-8")
        try:
            done = subprocess.run([*shlex.split(editor), str(path)], check=False)  # noqa: S603  # the person's editor
        except OSError as error:
            raise TheirInput(f"The editor {editor} does not start ({type(error).__name__}); set EDITOR.") from None
        if done.returncode:
            raise NotAllowed("editor-left", "The editor ended with an error; nothing was changed.")
        return text_of(str(path))
