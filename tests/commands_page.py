"""docs/commands.md, written from the parsers themselves: `python -m tests.commands_page > docs/commands.md`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from dsarbot.cli.main import parser

INTRODUCTION = """# Commands

Written from the parsers themselves (`python -m tests.commands_page > docs/commands.md`; a test compares).
Exit codes: 0 done, 1 a problem was found or the order was refused, 2 wrong use or wrong configuration.

## Words in them

**Status of a claim.** `unconfirmed`: a person must say whether it is a request; the clock runs all the same.
`open`: to be answered. `waiting-person`: a question was sent. `waiting-party`: passed on to whoever is answerable.
`answered`: the answer has left. `closed`: put away. `not-a-request`: dismissed, can be confirmed again.

**Outcome.** `pending`, `granted`, `partly`, `refused`, `nothing-held`, `forwarded`, `withdrawn`.

**Letters.** `acknowledged` (leaves by itself when everything is certain), `identity-asked`, `clarification-asked`,
`extended`, `reminder`, `answered`, `refused`, `closed`, `forwarded`, `fee-asked`, `lifting` (before a restriction
ends), `recalled` (to whom a letter reached by mistake), `breach-told` (to whom it was for), `contested` (an answer is
looked at again), `mandate-asked`, `directives-revoked`; to others: `handed-over`, `desk-told`, `controller-asked`,
`controller-reminded`, `controller-reported`, `controller-questioned`, `processor-instructed`, `recipient-told`. To the
contact on file: `identity-code` (leaves by itself once the question has left), `contact-told` (somebody wants that
contact changed). All but `acknowledged` and `identity-code` wait for `cases approve`.

**Rights.** `access` (Art. 15 GDPR), `rectification` (16), `erasure` (17), `restriction` (18), `portability` (20),
`objection` (21), `automated-decision` (22), `consent-withdrawal` (7(3)), `directives` (Art. 85 of the French data
protection act).
"""


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(_sections(parser(), "dsarbot"))


def commands(whole: argparse.ArgumentParser, path: str) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    """Every command below a parser: its full name, its parser, its one line of help."""
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            lines = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, child in action.choices.items():
                yield f"{path} {name}", child, lines.get(name, "")
                yield from commands(child, f"{path} {name}")


def _sections(whole: argparse.ArgumentParser, path: str) -> Iterator[str]:
    for name, child, line in commands(whole, path):
        yield f"\n## {name}\n\n{_sentence(line or child.description or '')}\n"
        rows = [row for action in child._actions if (row := _row(action))]
        if rows:
            yield "\n| | |\n|---|---|\n" + "".join(rows)
        if child.epilog:
            yield f"\n```\n{child.epilog.strip()}\n```\n"


def _row(action: argparse.Action) -> str:
    if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
        return ""
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    shown = value if isinstance(value, str) else " ".join(value)
    names = ", ".join(f"`{each}`" for each in action.option_strings)
    label = f"{names} {shown}" if names and action.nargs != 0 else names or f"`{shown}`"
    text = (action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%").replace("|", "\\|")
    return f"| {label.replace('|', chr(92) + '|')} | {text} |\n"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "")) and text[-1:] == "." else ".")


if __name__ == "__main__":
    print(page(), end="")
