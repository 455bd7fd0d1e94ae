"""The one module that loads typst (80 MB): it is imported when the first letter is printed, see `press`.

Same data, same bytes: only the fonts inside typst are used besides those of the given folders, and the instant in the
file is the letter's day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

import typst

from dsarbot.paper.errors import Unprintable

#: ISO 19005-2 level A for keeping, ISO 14289-1 for people who have it read to them.
STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
#: What typst says of a sign that no font has; it quotes the sign.
_NO_PICTURE: Final = re.compile(r'(?:the text|the codepoint) `"(.*?)"`')
_NO_ROOM: Final = "does-not-fit-the-window"


def typeset(data: str, day: date, program: Path, fonts: Sequence[Path] = ()) -> bytes:
    """The PDF. Unprintable when it cannot be made of this letter."""
    try:
        made = typst.compile(
            program,
            root=program.parent,
            font_paths=list(fonts),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"letter": data},
            pdf_standards=STANDARDS,
            timestamp=datetime.combine(day, time(), UTC),
        )
    except typst.TypstError as error:
        raise Unprintable(_why(str(error))) from None
    return bytes(made)


def _why(said: str) -> str:
    """In our own words: typst's may quote the letter."""
    if _NO_ROOM in said:
        return "The address does not fit into the window of an envelope; shorten it."
    if found := _NO_PICTURE.search(said):
        signs = ", ".join(dict.fromkeys(_code(sign) for sign in re.findall(r"\\u\{[0-9a-f]+\}|.", found[1])))
        return f"No font has a picture for {signs}; write it in other letters, or add a font (docs/operations.md)."
    return "The letter could not be set; please report this."


def _code(sign: str) -> str:
    return f"U+{sign[3:-1].upper():0>4}" if len(sign) > 1 else f"U+{ord(sign):04X}"
