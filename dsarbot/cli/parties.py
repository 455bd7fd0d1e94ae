"""`dsarbot parties`: customers, resellers, sub-processors and recipients, and the contracts with them."""

from __future__ import annotations

import argparse

_EPILOG = """\
examples:
  dsarbot parties import parties.csv --dry-run
  dsarbot parties add --set party=acme --set "name=Acme SARL" --set kind=customer --set contact=dpo@acme.example \\
    --set instructs=ceo@acme.example --set domains=acme.example --set "services=web hosting"
  dsarbot parties set acme --set forward-hours=24 --set notice=full --set may-name=yes
  dsarbot parties check
The file has a line per contract; its columns are those that --set takes: party, name, kind (customer, reseller,
sub-processor, recipient, group), language, contact, postal, instructs, brands, role, our-role, through, services,
domains, networks, invoices, notice (neutral, full, none-until-authorised), uses (SERVICE=KEY), forward-hours,
reminders, days, backup-days, may-name, direct, id-copies, cooling. Several values in one cell are separated by |.
See docs/chain.md.
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "parties",
        help="customers, resellers, sub-processors, recipients: import, look up, change, check",
        description="Who stands between us and data that we hold for others, and what the contracts say.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    import_ = _action(actions, "import", "take a CSV file in: one line per contract; who is not in it stays")
    import_.add_argument("file", metavar="FILE.csv", help="UTF-8, with a line of column names; - for standard input")
    import_.add_argument("--dry-run", action="store_true", help="only say what would change")
    listing = _action(actions, "list", "every party, with its role and what it covers")
    listing.add_argument("--json", action="store_true", help="print a JSON array")
    show = _action(actions, "show", "one party with its contracts and contacts")
    show.add_argument("party", metavar="KEY", help="as `dsarbot parties list` prints it")
    show.add_argument("--json", action="store_true", help="print one JSON object")
    add = _action(actions, "add", "one more party, or one more contract of a party")
    _values(add)
    change = _action(actions, "set", "change a party, and its only contract")
    change.add_argument("party", metavar="KEY", help="as `dsarbot parties list` prints it")
    _values(change)
    _action(actions, "check", "everything that is wrong in the register")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=does, description=f"{does[:1].upper()}{does[1:]}.")
    parser.add_argument("--organisation", metavar="KEY", help="whose (default: your only organisation)")
    parser.set_defaults(run=_run)
    return parser


def _values(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", metavar="COLUMN=VALUE", action="append", default=[], required=True, help="repeatable; as in a file"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")


def _run(args: argparse.Namespace) -> int:
    from dsarbot.cli import parties_desk as desk

    return {
        "import": desk.import_file,
        "list": desk.listed,
        "show": desk.show,
        "add": desk.add,
        "set": desk.change,
        "check": desk.check,
    }[args.action](args)
