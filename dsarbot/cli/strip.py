"""`dsarbot strip`: a file that goes out with an answer, without what it says of its author, places and times."""

from __future__ import annotations

import argparse
from pathlib import Path

_DESCRIPTION = """\
Make a copy of a file that is sent out with an answer, without what the file says about itself: title, author,
programs and times of a PDF, EXIF and places of photographs, properties of Word, Excel, PowerPoint and OpenDocument
files. What is shown stays as it is. What cannot be taken out without changing that, such as comments or tracked
changes, is named, and nothing is written until you say that it may stay.
"""
_EPILOG = """\
examples:
  dsarbot strip export.xlsx --out to-send.xlsx
  dsarbot strip contract.docx --out to-send.docx --accept-rest
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "strip",
        help="a copy of a file without its metadata, to be sent out",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the file; it is not changed")
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the copy, a new file")
    parser.add_argument("--accept-rest", action="store_true", help="what cannot be taken out may stay in the copy")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Nothing is overwritten."""
    from dsarbot.cli.strip_work import run as work

    return work(args)
