"""`dsarbot files`: what came attached to a case or an item, and one of these files to be opened."""

from __future__ import annotations

import argparse
from pathlib import Path

_DESCRIPTION = """\
List the files that came with a case or with a held item, by what they are: their content says so, not their names. Save
one of them to open it: kinds that [attachments] in the configuration does not allow are refused, and where [clamd] is
configured, so is what is infected or could not be checked.
"""
_EPILOG = """\
examples:
  dsarbot files DSR-2026-00042-9
  dsarbot files DSR-2026-00042-9 --save 2 --out letter.pdf
  dsarbot files --item 3f9c01ab
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "files",
        help="what came attached to a case, and one of it to be opened",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("reference", metavar="REF", nargs="?", help="the reference of a case")
    parser.add_argument("--item", metavar="ID", help="instead of a case: an item of dsarbot intake --list")
    parser.add_argument("--save", metavar="N", type=int, help="write the file with this number")
    parser.add_argument("--out", metavar="FILE", type=Path, help="with --save: where to, a new file")
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List, or save one."""
    from dsarbot.cli.files_work import run as work

    return work(args)
