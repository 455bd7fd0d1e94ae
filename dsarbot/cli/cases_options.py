"""The options of `dsarbot cases ...`. Nothing heavy is loaded here: this runs for every `--help`.

What is said once about a word (an outcome, a rung) is checked again by the core; here it only gives better messages.
"""

from __future__ import annotations

import argparse
from datetime import date, datetime
from typing import Final

STATUSES: Final = (
    "unconfirmed", "open", "waiting-person", "waiting-party", "answered", "closed", "not-a-request",
)  # fmt: skip
RUNGS: Final = ("R0", "R1", "R2", "R3", "R4", "R5", "R6")
Parser = argparse.ArgumentParser


def none(parser: Parser) -> None:
    """A command without options."""
    del parser


def reference(parser: Parser) -> None:
    """The case an order is for."""
    parser.add_argument("reference", metavar="REF", help="reference of the case, such as DSR-2026-00042-9")


def claims_of(parser: Parser) -> None:
    """A case, and which of its claims are meant."""
    reference(parser)
    parser.add_argument(
        "--claim", metavar="ID", action="append", default=[], help="only this claim (c1, c2, ...); repeatable"
    )


def letter(parser: Parser) -> None:
    """A case and one of its letters."""
    reference(parser)
    parser.add_argument("letter", metavar="LETTER", help="the letter, such as l2")


def listing(parser: Parser) -> None:
    parser.add_argument("--organisation", metavar="KEY", help="only this organisation")
    parser.add_argument("--closed", action="store_true", help="closed cases instead, newest first")
    parser.add_argument("--status", metavar="STATUS", choices=STATUSES, help=f"one of: {', '.join(STATUSES)}")
    parser.add_argument("--right", metavar="RIGHT", help="only cases with this right, such as erasure")
    parser.add_argument(
        "--mine", action="store_true", help="assigned to you, or to nobody in an organisation that you own"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array")


def show(parser: Parser) -> None:
    reference(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--why", action="store_true", help="only the dates of every claim, each step explained")
    what.add_argument("--text", action="store_true", help="the messages as they arrived")
    what.add_argument("--letter", metavar="LETTER", help="one letter as text")
    what.add_argument("--save", metavar="FOLDER", help="write the messages, as they arrived, into a folder")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--html", action="store_true", help="with --letter: as HTML")
    form.add_argument("--source", action="store_true", help="with --letter: as `cases edit --file` reads it")
    form.add_argument("--pdf", metavar="FILE", help="with --letter: as on paper, into this file; drafts are marked")
    form.add_argument("--json", action="store_true", help="print one JSON object")


def tray(parser: Parser) -> None:
    parser.add_argument("--organisation", metavar="KEY", help="only this organisation")
    parser.add_argument("--json", action="store_true", help="print a JSON array")


def confirm(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument(
        "--right", metavar="RIGHT", action="append", default=[], help="the right really invoked; repeatable"
    )


def not_a_request(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, for the journal")


def clarify(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--about", metavar="TEXT", required=True, help="what is unclear")
    parser.add_argument(
        "--large", action="store_true", help="a large quantity of data (recital 63); only then the clock pauses"
    )


def clarified(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--on", metavar="DATE", type=day, required=True, help="day on which the answer arrived")


def extend(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument(
        "--reason", metavar="REASON", required=True, help="complexity or number; the law knows no other"
    )
    parser.add_argument("--detail", metavar="TEXT", required=True, help="what makes it so; the person is told")


def refuse(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--ground", metavar="GROUND", required=True, help="the ground in law")
    parser.add_argument("--detail", metavar="TEXT", required=True, help="why it applies here; the person is told")
    parser.add_argument("--evidence", metavar="TEXT", default="", help="what shows it; some grounds need it on file")


def answer(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--outcome", metavar="OUTCOME", required=True, help="granted, partly or nothing-held")
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--detail", metavar="TEXT", help="what was done or found")
    text.add_argument("--file", metavar="FILE", help="the same from a text file; - for standard input")
    parser.add_argument("--ground", metavar="GROUND", default="", help="on what a partial answer withholds something")
    parser.add_argument("--evidence", metavar="TEXT", default="", help="what shows that the ground applies")
    parser.add_argument(
        "--holds", metavar="ITEM", action="append", default=[],
        help="this item of the checklist stands in the text or in what is enclosed; all for every one, of which "
        "approve then names what the letter itself does not say; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--part", metavar="NAME=WHAT", action="append", default=[],
        help="one category of data: given, or the ground on which it is withheld; then perhaps ': why'; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--result", metavar="CLAIM=OUTCOME", action="append", default=[],
        help="another outcome for one claim, such as c2=partly:legal-obligation or c3=refused:GROUND; repeatable",
    )  # fmt: skip


def answered_by_hand(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--message", metavar="ID", required=True, help="the mail, as cases show names it")
    parser.add_argument("--outcome", metavar="OUTCOME", required=True, help="granted, partly, nothing-held or refused")
    parser.add_argument("--ground", metavar="GROUND", default="", help="the ground in law of a refusal, also in part")


def forward(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--to", metavar="TEXT", required=True, help="the party it was passed on to")


def approve(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("letter", metavar="LETTER", nargs="?", help="the letter; may be left out when only one waits")
    parser.add_argument(
        "--override", metavar="RULE", action="append", default=[], help="set this finding aside; repeatable"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why a finding is set aside; kept in the journal")
    parser.add_argument("--decided-by", metavar="STAFF", default="", help="whose decision it is, if not yours")
    parser.add_argument("--yes", action="store_true", help="do not ask; needed without a terminal")


def edit(parser: Parser) -> None:
    letter(parser)
    parser.add_argument("--file", metavar="FILE", help="the new text, as `cases show --letter --source` prints it")


def posted(parser: Parser) -> None:
    letter(parser)
    parser.add_argument("--on", metavar="DATE", type=day, required=True, help="day on which it was posted")
    parser.add_argument("--registered", metavar="NO", default="", help="number of the registered letter")


def note(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("text", metavar="TEXT", help="what to write down")
    parser.add_argument(
        "--kind",
        choices=("work", "decision", "legal-advice"),
        default="work",
        help="legal-advice never enters a dossier or the register",
    )


def settle(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("proposal", metavar="PROPOSAL", help="the proposal, such as p1")
    parser.add_argument(
        "verdict", choices=("accept", "decline"), help="whether it was right; acting on it is an order of its own"
    )
    parser.add_argument("--scope", metavar="TEXT", default="", help="of what, for a right that another one brings up")


def assign(parser: Parser) -> None:
    parser.add_argument("reference", metavar="REF", nargs="?", help="reference of the case")
    parser.add_argument("staff", metavar="STAFF", nargs="?", help="key of the member of staff")
    parser.add_argument("--all-from", metavar="STAFF", help="every open case of this colleague")
    parser.add_argument("--to", metavar="STAFF", help="with --all-from: who takes them over")


def received(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument(
        "--at", metavar="INSTANT", type=instant, required=True, help="2026-03-02T09:30, local time; or a date"
    )
    parser.add_argument("--evidence", metavar="TEXT", required=True, help="what shows it")
    parser.add_argument("--second", metavar="STAFF", default="", help="who agrees; needed for a later receipt")


def withdraw(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--evidence", metavar="TEXT", required=True, help="how it is known that the person wants it")


def reopen(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument(
        "--why",
        required=True,
        choices=("identity-completed", "contested", "mistake"),
        help="the proof came after all; the person contests the answer; it was closed by mistake",
    )


def merge(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("into", metavar="INTO_REF", help="the case that goes on")


def split(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("--claim", metavar="ID", action="append", required=True, help="this claim leaves; repeatable")


def move(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("--organisation", metavar="KEY", required=True, help="the organisation that is answerable")


def day(text: str) -> date:
    """An ISO date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date; write 2026-03-05") from None


def instant(text: str) -> datetime:
    """An ISO date or date and time; naive where no offset is given, the local time of the establishment is meant."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no ISO date or date and time; write 2026-03-05 or 2026-03-05T10:00"
        ) from None
