"""`dsarbot hand-over`: content notices and demands for disclosure go to whoever decides them (practice 24)."""

from __future__ import annotations

import argparse

_EPILOG = """\
examples:
  dsarbot hand-over 3f9c01ab --to abuse
  dsarbot hand-over 3f9c01ab --to dpo --organisation example
  dsarbot hand-over 3f9c01ab --to anna
Who gets it is told by mail where to look, and nothing of its content. Where personal data is meant, open a case from it
as well: dsarbot intake --take ID --organisation KEY --right erasure, then dsarbot cases forward.
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "hand-over",
        help="give a held content notice or demand for disclosure to whoever decides it",
        description="Give a held item to the abuse desk, the data protection officer or a colleague, the same day.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("item", metavar="ID", help="the held item; the beginning of its id is enough")
    parser.add_argument(
        "--to", metavar="WHO", required=True, help="abuse (the address of the configuration), dpo (the owner), or a"
        " colleague's key",
    )  # fmt: skip
    parser.add_argument("--organisation", metavar="KEY", help="whose abuse desk (default: whose item it is)")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from dsarbot.cli.hand_over_desk import hand_over

    return hand_over(args)
