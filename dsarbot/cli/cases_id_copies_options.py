"""The options of the commands about copies of identity papers."""

from __future__ import annotations

from dsarbot.cli.cases_options import Parser, reference


def _copy(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("copy", metavar="COPY", help="the copy, by the beginning of its id; see: cases id-copies")


def listing(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON array")


def mark(parser: Parser) -> None:
    reference(parser)
    parser.add_argument(
        "--attachment", metavar="N", type=int, help="the file is a copy of a paper; files are counted from 1"
    )
    parser.add_argument(
        "--message", metavar="N", type=int, default=1, help="of which message of the case, counted from 1; default: 1"
    )
    parser.add_argument("--not-an-id", metavar="COPY", help="take a suspicion back: this copy is no identity paper")
    parser.add_argument("--reason", metavar="TEXT", default="", help="with --not-an-id: what it is instead")


def open_(parser: Parser) -> None:
    _copy(parser)
    parser.add_argument("--out", metavar="FILE", required=True, help="a new file, readable by you alone")


def verdict(parser: Parser) -> None:
    _copy(parser)
    parser.add_argument("--match", choices=("yes", "no", "unclear"), required=True, help="is it this person's paper?")
    parser.add_argument(
        "--type", metavar="KIND", required=True, help="what kind of paper, such as 'passport FRA'; never its number"
    )
    parser.add_argument("--signature", choices=("seen",), help="the signature was compared as well")


def extend(parser: Parser) -> None:
    _copy(parser)
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why the check needs more than seven days")


def gone(parser: Parser) -> None:
    _copy(parser)
    parser.add_argument(
        "--where", metavar="PLACE", required=True, help="the place where it is gone from, as cases id-copies shows it"
    )
