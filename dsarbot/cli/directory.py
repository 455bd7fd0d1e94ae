"""`dsarbot directory`: what the systems of an organisation have on file about people, to know who is asking."""

from __future__ import annotations

import argparse
from typing import Final

from dsarbot.cli.cases_options import day

#: Why somebody is taken out: codes, because they stand in the clear in the journal.
REMOVED: Final = ("erased", "mistake", "left", "other")
BY: Final = ("mail", "customer-number", "discord", "name")
_EPILOG: Final = """\
examples:
  dsarbot directory import customers.csv --organisation example --source crm --dry-run
  dsarbot directory search jeanne@example.org
  dsarbot directory add --name "Jeanne Martin" --mail jeanne@example.org --source crm --since 2019-04-01
  dsarbot directory seen 3f9c01ab --kind mail --value jeanne@example.org --source crm --on 2026-03-02
Columns of the file (UTF-8, first line names them): name, mail, postal, phone, customer-number, discord, birth-date,
professional (yes or no), since (in use from that day), and fact:NAME for what could be asked, such as
fact:last-invoice. Several values in one cell are separated by |. See docs/identity.md.
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "directory",
        help="who is on file: import, look up, add, remove",
        description="The customer directory: contacts and facts on file, each with its source and date. It is sealed,"
        " and it only proposes: people decide who is asking.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _import(_action(actions, "import", "take a CSV file in: new people and values; nothing is deleted"))
    search = _action(actions, "search", "who is on file with this address, number or name?")
    search.add_argument("value", metavar="VALUE", help="a mail address, customer number, Discord id or name")
    search.add_argument("--by", choices=BY, help="what it is (default: tried in this order)")
    search.add_argument("--json", action="store_true", help="print a JSON array")
    show = _action(actions, "show", "everything on file about one person, with sources and dates")
    _person(show)
    show.add_argument("--json", action="store_true", help="print one JSON object")
    _add(_action(actions, "add", "put a person on file by hand, as seen in a system"))
    _seen(_action(actions, "seen", "a value was looked at in its source today: it proves again"))
    remove = _action(actions, "remove", "forget a person: the entry is destroyed for good")
    _person(remove)
    remove.add_argument("--reason", choices=REMOVED, required=True, help="why; kept in the journal")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=does, description=f"{does[:1].upper()}{does[1:]}.")
    parser.add_argument("--organisation", metavar="KEY", help="whose directory (default: your only organisation)")
    parser.set_defaults(run=_run)
    return parser


def _person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person", metavar="ID", help="as `directory search` prints it; its beginning is enough")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.csv", help="UTF-8, with a line of column names; - for standard input")
    parser.add_argument("--source", metavar="NAME", required=True, help="the system it comes from, such as crm")
    parser.add_argument("--date", metavar="DATE", type=day, help="day on which it was taken there (default: today)")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add(parser: argparse.ArgumentParser) -> None:
    for name, says in (
        ("name", "as on file"), ("mail", "address; repeatable"), ("postal", "address in one line; repeatable"),
        ("phone", "number; repeatable"), ("customer-number", "number; repeatable"), ("discord", "user id; repeatable"),
        ("birth-date", "1980-05-17"),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", metavar="TEXT", action="append", default=[], help=says)
    parser.add_argument("--professional", choices=("yes", "no"), help="whether it is a business customer")
    parser.add_argument("--source", metavar="NAME", required=True, help="the system in which you see it")
    parser.add_argument("--on", metavar="DATE", type=day, help="day on which you looked (default: today)")
    parser.add_argument("--since", metavar="DATE", type=day, help="in use there since that day, if it says so")


def _seen(parser: argparse.ArgumentParser) -> None:
    _person(parser)
    parser.add_argument("--kind", metavar="KIND", required=True, help="mail, postal, phone, customer-number, ...")
    parser.add_argument("--value", metavar="TEXT", required=True, help="the value that you saw")
    parser.add_argument("--source", metavar="NAME", required=True, help="the system in which you saw it")
    parser.add_argument("--on", metavar="DATE", type=day, help="day on which you looked (default: today)")


def _run(args: argparse.Namespace) -> int:
    from dsarbot.cli import directory_desk as desk
    from dsarbot.cli import directory_import

    return {
        "import": directory_import.run,
        "search": desk.search,
        "show": desk.show,
        "add": desk.add,
        "seen": desk.seen,
        "remove": desk.remove,
    }[args.action](args)
