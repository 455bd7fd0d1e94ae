"""The options of the commands in `cases_measures_table`. Nothing heavy is loaded here: this runs for every `--help`."""

from __future__ import annotations

from typing import Final

from dsarbot.cli.cases_options import Parser, claims_of, day, instant, letter, reference

LANGUAGES: Final = ("en", "fr", "de")
ROLES: Final = ("agent", "lawyer", "parent", "guardian", "heir", "executor")


def checklist(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the texts (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def add_right(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("--right", metavar="RIGHT", required=True, help="the right invoked")
    parser.add_argument("--because", metavar="TEXT", required=True, help="what shows it")
    parser.add_argument("--scope", metavar="TEXT", default="", help="of what, where it is not everything")
    parser.add_argument("--marketing", action="store_true", help="an objection to direct marketing")
    parser.add_argument(
        "--from", dest="source", metavar="MESSAGE|INSTANT", default="",
        help="the message that invokes it, as cases show names it, or when it came (default: with the rest)",
    )  # fmt: skip
    parser.add_argument(
        "--party", metavar="KEY", default="", help="who is answerable for it, by a short key (default: we are)"
    )


def tick(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("step", metavar="STEP", help="the step, as checklist names it")
    parser.add_argument("--note", metavar="TEXT", default="", help="who, what, when; some steps need one")
    parser.add_argument("--undo", action="store_true", help="it is not done after all")


def restrict(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--frozen", metavar="TEXT", required=True, help="which data is frozen, and where")
    parser.add_argument("--since", metavar="DATE", type=day, help="first day of the restriction (default: today)")


def announce_lifting(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why it ends; the person is told")
    parser.add_argument("--on", metavar="DATE", type=day, required=True, help="when it ends; ten days ahead or more")


def fee(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--amount", metavar="AMOUNT", required=True, help="such as 12.50")
    parser.add_argument("--currency", metavar="CODE", default="EUR", help="such as CHF (default: %(default)s)")
    parser.add_argument("--basis", metavar="BASIS", required=True, help="further-copies or excessive")
    parser.add_argument("--calculation", metavar="TEXT", required=True, help="how the amount was worked out")
    parser.add_argument("--evidence", metavar="TEXT", default="", help="what shows that the request is excessive")


def fee_settled(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--how", choices=("paid", "waived", "narrowed"), required=True, help="how the fee was settled")


def directive(parser: Parser) -> None:
    claims_of(parser)
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--text", metavar="TEXT", help="what shall become of the data")
    text.add_argument("--file", metavar="FILE", help="the same from a text file; - for standard input")
    parser.add_argument("--consent", metavar="TEXT", required=True, help="what shows the specific consent to it")
    parser.add_argument("--executor", metavar="TEXT", default="", help="who is to carry it out")
    parser.add_argument("--on", metavar="DATE", type=day, help="day of the directive (default: today)")


def on_day(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--on", metavar="DATE", type=day, help="the day (default: today)")


def forwarded(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--proof", metavar="TEXT", required=True, help="what proves that the party has the request")


def ask_mandate(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--role", choices=ROLES, default="", help="as whom they seem to act; the question then fits it")


def represent(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("--role", choices=ROLES, required=True, help="in which role they act")
    parser.add_argument("--name", metavar="NAME", default="", help="who acts")
    parser.add_argument(
        "--address", metavar="ADDRESS", default="", help="their e-mail address (default with --for: whoever wrote)"
    )
    parser.add_argument("--postal", metavar="LINE", action="append", default=[], help="a line of their post address")
    parser.add_argument(
        "--for", dest="for_", metavar="NAME", default="",
        help="for whom they act: whose data it is (default: the person whom the case names)",
    )  # fmt: skip
    parser.add_argument("--for-address", metavar="ADDRESS", default="", help="the e-mail address of that person")
    parser.add_argument(
        "--for-postal", metavar="LINE", action="append", default=[], help="a line of that person's post address"
    )
    parser.add_argument("--mandate", metavar="TEXT", required=True, help="what shows the mandate, and where it is")
    parser.add_argument(
        "--data-to", choices=("person", "representative"), default="person",
        help="who receives the data (default: %(default)s; heirs and executors always do)",
    )  # fmt: skip
    parser.add_argument("--until", metavar="DATE", type=day, help="last day of the mandate")
    parser.add_argument(
        "--right", metavar="RIGHT", action="append", default=[],
        help="a right that the mandate names; repeatable (default: it is about everything)",
    )  # fmt: skip
    parser.add_argument("--company", metavar="TEXT", default="", help="the company that the mandate names")


def reason_of(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why; kept in the journal")


def misdirected(parser: Parser) -> None:
    letter(parser)
    parser.add_argument("--how", metavar="TEXT", required=True, help="how it is known, and whom it reached")
    parser.add_argument(
        "--known", metavar="INSTANT", type=instant, help="since when it is known: 2026-03-02T09:30 (default: now)"
    )


def breach(parser: Parser) -> None:
    letter(parser)
    parser.add_argument("--verdict", choices=("reported", "not-reported"), required=True, help="what was decided")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why; Art. 33(5) wants it on file")
    parser.add_argument("--tell", metavar="TEXT", default="", help="draft a letter that tells the person so (Art. 34)")
    parser.add_argument("--decided-by", metavar="STAFF", default="", help="whose decision it is, if not yours")


def confidential(parser: Parser) -> None:
    reference(parser)
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--staff", metavar="STAFF", action="append", default=[], help="key of a colleague; repeatable")
    who.add_argument("--open", action="store_true", help="an ordinary case again")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why; kept in the journal")
