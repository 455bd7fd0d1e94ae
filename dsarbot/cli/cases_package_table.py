"""The command of `dsarbot cases` about files that go to the person with the answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dsarbot.cli.cases_command import Command
from dsarbot.cli.cases_options import Parser, reference


def options(parser: Parser) -> None:
    """Files to be added, or one to be taken out; neither lists them."""
    reference(parser)
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="put these files beside the case")
    parser.add_argument("--title", metavar="TEXT", default="", help="what they hold, as the letter will call it")
    parser.add_argument("--accept-rest", action="store_true", help="what cannot be taken out of a file may stay")
    parser.add_argument("--take-out", metavar="N", type=int, help="destroy the file with this number instead")


PACKAGE: Final[Sequence[Command]] = (
    Command(
        name="package",
        help="files for the person, without what they say of themselves: in the next answer and in the portal",
        example="package DSR-2026-00042-9 export.json contract.pdf --title 'Your customer record'",
        does="cases_package:run",
        options=options,
    ),
)
