"""`dsarbot suppression`: who objected to advertising (GDPR 21(3)), asked before every mailing and every import."""

from __future__ import annotations

import argparse

#: Codes, because they stand in the clear in the journal.
ADDED = ("objection", "unsubscribed", "complaint", "imported", "other")
#: An objection that is forgotten sooner is as good as ignored.
LEAST_YEARS = 3
REMOVED = ("consent-given", "entered-by-mistake", "address-changed-hands", "other")
_EPILOG = """\
examples:
  dsarbot suppression check jeanne@example.org
  dsarbot suppression filter contacts.csv --column email -o clean.csv
  dsarbot suppression add jeanne@example.org --reason unsubscribed
  dsarbot suppression export > hashes.csv
Only keyed hashes are kept, so the list cannot be read: it can be asked. It outlives the cases it came from.
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "suppression",
        help="who objected to advertising: ask, filter a list, add",
        description="The list of those who get no advertising any more. Answers to objections fill it by themselves.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = _action(actions, "check", "is this address, or one in this file, on the list? (exit 1: yes)")
    check.add_argument("what", metavar="ADDRESS|FILE", help="an address, a telephone number, or a file with one a line")
    check.add_argument("--json", action="store_true", help="print a JSON array of those that are")
    _filter_options(_action(actions, "filter", "leave out the lines of a CSV file whose address is on the list"))
    export = _action(actions, "export", "the hashes as CSV, for a program that filters by itself")
    export.add_argument("--salt", action="store_true", help="print the salt of the hashes instead; keep it like a key")
    add = _action(actions, "add", "put somebody on the list")
    add.add_argument("value", metavar="ADDRESS", help="an e-mail address or a telephone number")
    add.add_argument("--reason", choices=ADDED, required=True, help="why; kept in the journal")
    add.add_argument("--case", metavar="REF", help="the case it follows from")
    remove = _action(actions, "remove", "take somebody off the list")
    remove.add_argument("value", metavar="ADDRESS", help="an e-mail address or a telephone number")
    remove.add_argument("--reason", choices=REMOVED, required=True, help="why; kept in the journal")
    expire = _action(actions, "expire", "end the retention of what was put on the list long ago")
    expire.add_argument(
        "--years", metavar="N", type=int, required=True, help=f"so many years ago or longer; at least {LEAST_YEARS}"
    )


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=does, description=f"{does[:1].upper()}{does[1:]}.")
    parser.add_argument("--organisation", metavar="KEY", help="whose list (default: your only organisation)")
    parser.set_defaults(run=_run)
    return parser


def _filter_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="IN.csv", help="UTF-8, with a line of column names")
    parser.add_argument("--column", metavar="NAME", action="append", required=True, help="where addresses or numbers"
                        " stand; repeatable")  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="OUT.csv", required=True, help="the lines that may be used; a new file"
    )


def _run(args: argparse.Namespace) -> int:
    from dsarbot.cli import suppression_list

    return {
        "check": suppression_list.check,
        "filter": suppression_list.filtered,
        "export": suppression_list.export,
        "add": suppression_list.add,
        "remove": suppression_list.remove,
        "expire": suppression_list.expire,
    }[args.action](args)
