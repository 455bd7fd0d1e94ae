"""Plain tables for a terminal: they fit its width, colour is only an addition, and a pipe gets tab-separated lines.

No library is loaded for this: lists must come up at once.
"""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TextIO

Tone = Literal["", "late", "soon", "waiting", "done", "unsure", "strong", "faint"]

#: Eight-colour codes, readable on dark and light; every tone stands beside a word that says the same.
_CODES: Final[Mapping[Tone, str]] = {
    "late": "1;31",
    "soon": "33",
    "waiting": "34",
    "done": "32",
    "unsure": "35",
    "strong": "1",
    "faint": "2",
}
_GAP: Final = "  "
_FALLBACK: Final = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """Where text goes. width: columns; terminal: a person is looking; colour: codes are welcome."""

    width: int = _FALLBACK
    terminal: bool = False
    colour: bool = False

    def paint(self, text: str, tone: Tone) -> str:
        """The text in its tone, where colour is welcome."""
        return f"\033[{_CODES[tone]}m{text}\033[0m" if self.colour and tone else text


def screen(stream: TextIO | None = None, environ: Mapping[str, str] = os.environ) -> Screen:
    """What standard output is. NO_COLOR with any value switches colour off (no-color.org)."""
    terminal = (stream or sys.stdout).isatty()
    width = shutil.get_terminal_size((_FALLBACK, 24)).columns if terminal else _FALLBACK
    colour = terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return Screen(width=width, terminal=terminal, colour=colour)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """least: how narrow it may become (0: never narrower than what stands in it); right: numbers.
    short: the title on a terminal, where room is scarce."""

    title: str
    short: str = ""
    least: int = 0
    right: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """plain: what a pipe gets instead of the text, such as an ISO date."""

    text: str
    tone: Tone = ""
    plain: str | None = None


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], to: Screen) -> Iterator[str]:
    """The lines of a table with its heading."""
    if not to.terminal:
        yield "\t".join(column.title.lower() for column in columns)
        yield from ("\t".join(_flat(cell) for cell in row) for row in rows)
        return
    widths = _widths(columns, rows, to.width)
    yield to.paint(_line([column.short or column.title for column in columns], columns, widths), "faint")
    for row in rows:
        texts = [to.paint(_fit(cell.text, width, column.right), cell.tone)
                 for cell, width, column in zip(row, widths, columns, strict=True)]  # fmt: skip
        yield _GAP.join(texts).rstrip()


def _flat(cell: Cell) -> str:
    text = cell.text if cell.plain is None else cell.plain
    return " ".join(text.split())


def _line(texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    return _GAP.join(_fit(t, w, c.right) for t, w, c in zip(texts, widths, columns, strict=True)).rstrip()


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int) -> list[int]:
    """As wide as the widest cell; where the line is too long, the widest column that may shrink does, bit by bit."""
    found = [max(cells(c.short or c.title), *(cells(row[n].text) for row in rows), 0) for n, c in enumerate(columns)]
    while sum(found) + len(_GAP) * (len(found) - 1) > width:
        room = {n: found[n] for n, column in enumerate(columns) if column.least and found[n] > column.least}
        if not room:
            break
        found[max(room, key=lambda n: room[n])] -= 1
    return found


def _fit(text: str, width: int, right: bool) -> str:
    text = cropped(text, width)
    pad = " " * (width - cells(text))
    return pad + text if right else text + pad


def cropped(text: str, width: int) -> str:
    """The text in at most *width* columns; what is left out shows as an ellipsis. Never a control character."""
    text = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    if cells(text) <= width:
        return text
    kept = ""
    for char in text:
        if cells(kept) + cells(char) > width - 1:
            break
        kept += char
    return kept.rstrip() + "…"


def cells(text: str) -> int:
    """How many columns a text takes: combining marks none, wide characters two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
