"""The options of the commands about who is asking. Nothing heavy is loaded here: this runs for every `--help`."""

from __future__ import annotations

import argparse
from typing import Final

from dsarbot.cli.cases_options import RUNGS, claims_of, day, reference

HARMS: Final = ("low", "normal", "high")
ROLES: Final = ("person", "employee", "staff", "agent", "lawyer", "parent", "heir")
RECORDS: Final = ("one", "several", "former", "identifier")
MEANS: Final = (
    "code", "facts", "login", "account", "live", "copy", "letter", "mandate", "personnel-office", "other",
)  # fmt: skip
Parser = argparse.ArgumentParser


def hints(parser: Parser) -> None:
    """What a person adds to what the case and the directory say."""
    parser.add_argument("--person", metavar="ID", default="", help="which person of the directory is meant")
    parser.add_argument(
        "--customer-number", metavar="NUMBER", default="", help="that the request names, to find them in the directory"
    )
    parser.add_argument("--role", choices=ROLES, help="who writes, if not the person (default: as recorded)")
    parser.add_argument("--record", choices=RECORDS, help="what the files hold, if the directory does not say")


def identity(parser: Parser) -> None:
    claims_of(parser)
    hints(parser)
    parser.add_argument("--doubt", metavar="TEXT", default="", help="the reasonable doubt, if there is one")
    parser.add_argument("--harm", choices=HARMS, help="record what a mix-up would do here; needs --because")
    parser.add_argument("--because", metavar="TEXT", default="", help="why more or less harm than usual")
    parser.add_argument(
        "--revoke-code", metavar="TEXT", default="", help="the code that was sent opens nothing any more; why"
    )
    parser.add_argument(
        "--language", choices=("en", "fr", "de"), default="en", help="of the reasons (default: en)"
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def ask(parser: Parser) -> None:
    claims_of(parser)
    hints(parser)
    parser.add_argument("--doubt", metavar="TEXT", required=True, help="the reasonable doubt, in a sentence")
    parser.add_argument(
        "--rung", metavar="RUNG", help="R1 to R6, several joined as R2+R3 (default: what the ladder proposes)"
    )
    parser.add_argument("--override", metavar="TEXT", default="", help="why more is asked than the ladder proposes")


def verify(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("--rung", choices=RUNGS, help="what was proved (default: R3 with --fact)")
    parser.add_argument("--how", metavar="TEXT", default="", help="how it was checked")
    parser.add_argument("--means", choices=MEANS, help="by what (default: what the rung usually takes)")
    parser.add_argument("--on", metavar="DATE", type=day, help="day on which the proof arrived (default: today)")
    parser.add_argument(
        "--fact", metavar="KIND[=VALUE]", action="append", default=[],
        help="compare with the directory, such as customer-number; without a value it is asked for unseen; repeatable",
    )  # fmt: skip
    parser.add_argument("--facts-file", metavar="FILE", help="the same from a file, one KIND=VALUE a line; - for input")
    hints(parser)


def on_file(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("--contact", metavar="TEXT", required=True, help="the mail or postal address, or the number")
    parser.add_argument(
        "--kind", choices=("mail", "postal", "phone"), help="what it is (default: mail with an @, else postal)"
    )
    parser.add_argument("--seen-in", metavar="SYSTEM", required=True, help="the system in which it stands")
    parser.add_argument("--on", metavar="DATE", type=day, help="day on which you looked (default: today)")
    parser.add_argument("--since", metavar="DATE", type=day, help="in use there since that day, if it says so")


def contact_change(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("--old", metavar="ADDRESS", required=True, help="the mail address on file so far; it is told")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="what the request wants changed")
