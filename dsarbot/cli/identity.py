"""`dsarbot identity`: a paper looked at for a person. It proposes; who is who is decided by people."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dsarbot.cli.mrz import day, local_day, text_of

if TYPE_CHECKING:
    from dsarbot.core.identity_check import Check, Examination
    from dsarbot.core.names import Reason

_EPILOG: Final = """\
examples:
  dsarbot identity check paper.txt --name "Anna Maria Eriksson" --birth 1974-08-12
  dsarbot identity check - --name "Anna Maria Eriksson" --json
"""
_LABELS: Final = {
    "check-digits": "Check digits", "expiry": "Validity", "name": "Name", "birth-date": "Birth date",
}  # fmt: skip
_SAID: Final = {
    ("check-digits", "no-zone"): "no machine-readable zone is visible, as it should be; never ask for it",
    ("check-digits", "wrong-digits"): "the zone is not as it must be; look at it with dsarbot mrz",
    ("check-digits", "repaired"): "all agree, after repairs; compare them with the paper",
    ("check-digits", "right"): "all agree",
    ("expiry", "look-at-it"): "look at the paper",
    ("expiry", "issue-only"): "the zone of this card does not say; look at the paper",
    ("expiry", "unreadable"): "it cannot be read; look at the paper",
    ("expiry", "expired"): "the paper has ended; it still shows who somebody is, a person decides",
    ("expiry", "valid"): "still valid",
    ("name", "not-given"): "nothing to compare with; give --name",
    ("name", "script"): "written in another alphabet; a person must compare",
    ("name", "same"): "the same name",
    ("name", "probably"): "probably the same name",
    ("name", "different"): "another name",
    ("name", "seen"): "every word of it stands on the paper",
    ("name", "not-seen"): "not every word of it was found on the paper",
    ("birth-date", "not-given"): "nothing to compare with; give --birth",
    ("birth-date", "unreadable"): "it cannot be read; look at the paper",
    ("birth-date", "same"): "the same date",
    ("birth-date", "partly"): "as far as the zone says it, the same date",
    ("birth-date", "other-date"): "another date",
    ("birth-date", "seen"): "the date stands on the paper",
    ("birth-date", "not-seen"): "the date was not found on the paper",
}
_WHY: Final = {
    "particle": "only one of them has",
    "title": "form of address left out",
    "umlaut": "an umlaut may have been dropped",
    "initial": "an initial",
    "cut": "the paper had no room for all of",
    "spelling": "one letter differs",
    "fewer-given-names": "only on the paper",
    "part-of-surname": "part of the surname, only on the paper",
    "more-on-file": "only in the name given",
    "married-name": "name used or name of birth, not on the paper",
    "surname": "no such surname in the name given",
    "other-surname": "the surnames differ",
    "given-names": "no given name agrees",
    "other-given-names": "the given names differ",
    "only-surname": "only the surname agrees",
    "script": "cannot be compared",
}
_PROPOSALS: Final = {
    "yes": "it is this person's paper",
    "no": "the paper and the person differ; look, and ask before you decide",
    "unclear": "a person must look",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `identity` and its commands."""
    parser = subparsers.add_parser("identity", help="check an identity paper", description="Check an identity paper.")
    commands = parser.add_subparsers(dest="identity_command", required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="check digits, validity, name and birth date of a paper; a person decides",
        description="Compare a paper with the person on file. Nothing is stored; a person decides.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("file", metavar="FILE", help="a text file with the zone or the visible words; -: standard input")
    check.add_argument("--name", metavar="NAME", default="", help="the person's name, as on file")
    check.add_argument("--birth", metavar="DATE", type=day, help="the person's birth date, if it is known")
    check.add_argument("--today", metavar="DATE", type=day, help="check as on that day (default: today)")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the examination: 0 when everything agrees, 1 when a person must look, 2 when there is no text."""
    from dsarbot.core.identity_check import examine
    from dsarbot.core.mrz import parse

    text, today = text_of(args.file, "dsarbot identity check"), args.today or local_day()
    found = examine(parse(text, today), text, today, name=args.name, birth=args.birth)
    print(_json(found) if args.json else "\n".join(_shown(found)))
    return 0 if found.proposal == "yes" else 1


def _json(found: Examination) -> str:
    checks = [
        {
            "check": check.name,
            "result": check.result,
            "code": check.code,
            "why": [{"code": reason.code, "words": reason.words} for reason in check.why],
        }
        for check in found.checks
    ]
    return json.dumps({"doc_type": found.doc_type, "proposal": found.proposal, "checks": checks}, ensure_ascii=False)


def _shown(found: Examination) -> Iterator[str]:
    yield f"Proposal: {found.proposal.upper()} - {_PROPOSALS[found.proposal]}"
    yield f"  {'Paper':<13} {found.doc_type}"
    for check in found.checks:
        yield f"  {_LABELS[check.name]:<13} {_said(check)}"
        yield from (f"  {'':<13} {_reason(each)}" for each in check.why)
    yield "Keep the verdict, not the paper: match, type of paper, who checked, when. Never its number."


def _said(check: Check) -> str:
    return f"{check.result}: {_SAID[check.name, check.code]}"


def _reason(reason: Reason) -> str:
    return f"{_WHY[reason.code]}: {', '.join(reason.words)}" if reason.words else _WHY[reason.code]
