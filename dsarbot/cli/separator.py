"""`dsarbot separator`: the sheet that parts letters in one stack of a scanner."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from dsarbot.documents.sheet import pdf
from dsarbot.errors import TheirInput


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "separator",
        help="a sheet to lay between letters before they are scanned",
        description=(
            "Write a page to be printed and laid between the letters of a stack: each of them becomes a case of its"
            " own. The sheet itself is not kept and can be used again."
        ),
        epilog="example:\n  dsarbot separator --pdf separator.pdf",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--pdf", metavar="FILE", type=Path, default=Path("separator.pdf"), help="the file (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Nothing is overwritten."""
    try:
        with os.fdopen(os.open(args.pdf, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as file:
            file.write(pdf())
    except OSError as error:
        raise TheirInput(f"{args.pdf} cannot be written ({error.strerror}); name a new file.") from None
    print(f"{args.pdf} written. Print it, and lay it between two letters.")
    return 0
