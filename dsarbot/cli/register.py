"""`dsarbot register`: the register of requests of a year (GDPR 5(2)), one line for each case, naming nobody."""

from __future__ import annotations

import argparse


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "register",
        help="the register of requests of a year (GDPR 5(2))",
        description="One line for each case that was received in the year: what was asked, when it came, was due and "
        "was answered, how it ended and why. It names nobody.",
        epilog="example:\n  dsarbot register --year 2026 --csv > register-2026.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--year", metavar="Y", type=int, required=True, help="the year of receipt")
    parser.add_argument("--organisation", metavar="KEY", help="whose (default: each that you work for)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print a JSON array")
    form.add_argument("--csv", action="store_true", help="print CSV, safe to open in a spreadsheet")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from dsarbot.cli.register_run import run

    return run(args)
