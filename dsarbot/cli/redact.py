"""`dsarbot redact`: a copy for others, in which parts are covered for good."""

from __future__ import annotations

import argparse
from pathlib import Path

_DESCRIPTION = """\
Make a copy of a PDF, TIFF, JPEG, PNG or HEIC file in which parts are covered, for people who may see the rest
(Art. 15(4) GDPR). The copy is a PDF of pictures: no text, no layers, nothing about the file comes along. It is read
again before it is written, and nothing is written when something that should be covered can still be found.

Places are counted from the upper left corner of the page as it is shown, in millimetres, or in points (1/72 inch) with
--unit pt. A photograph or a scan that is no PDF counts as a page whose longer side is 297 mm.
"""
_EPILOG = """\
examples:
  dsarbot redact contract.pdf --word 'Marie Dupont' --word 48213907 --out copy.pdf
  dsarbot redact letter.jpg --box 1:20,45,80,6 --box 1:20,250,60,10 --out copy.pdf --preview look/
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "redact",
        help="a copy of a file with parts covered, for others",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="PDF, TIFF, JPEG, PNG or HEIC; it is not changed")
    parser.add_argument(
        "--box",
        metavar="PAGE:X,Y,W,H",
        action="append",
        default=[],
        help="cover this part of a page: its left and upper edge, width and height; repeatable",
    )
    parser.add_argument(
        "--word",
        metavar="WORDS",
        action="append",
        default=[],
        help="cover these words wherever they stand, also in pictures, whatever their accents; repeatable",
    )
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the copy, a new PDF file")
    parser.add_argument("--unit", choices=("mm", "pt"), default="mm", help="of --box (default: %(default)s)")
    parser.add_argument("--preview", metavar="FOLDER", type=Path, help="also write each page as a JPEG, to look at")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Nothing is overwritten."""
    from dsarbot.cli.redact_work import run as work

    return work(args)
