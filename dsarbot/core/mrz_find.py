"""Finding machine-readable zones in any text: quoted, spaced, lower case, in one line, with other text around.

Each line is looked at a fixed number of times, so that a text of any length costs time in proportion to it.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dsarbot.core.mrz_layout import FILLER, LAYOUTS, Layout

#: How many fillers OCR may lose or invent in a line that must be mended by them.
_SLACK: Final = 6
_CHUNK: Final = re.compile(r"[A-Z0-9<]{6,}")
_SPACE: Final = re.compile(r"\s+")
_RUNS: Final = re.compile(r"<+")
#: Signs that OCR and keyboards put for the filler; the doubled ones stand for one filler or for two.
_SINGLE: Final = str.maketrans(dict.fromkeys("‹＜〈❮≺", FILLER))
_DOUBLE: Final = "«≪《"
_KEPT: Final = 4

#: A text of the right length, and the lines (from 1) whose length was another, with it.
_Sized = tuple[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """A text that may be a zone. resized: lines (from 1) whose fillers were counted anew, with the length read; signs:
    other signs were read as fillers."""

    layout: Layout
    flat: str
    resized: tuple[tuple[int, int], ...] = ()
    signs: bool = False

    @property
    def agreeing(self) -> int:
        """How many check digits fit as it stands: the visas have fewer, and so rank by what does not fit."""
        checks = self.layout.checks_of(self.flat)
        return sum(each.fits(self.flat) for each in checks) * 2 - len(checks)


def zones(text: str) -> tuple[Found, ...]:
    """The likeliest zones of a text, the best first; each text and format once."""
    plain = text.translate(_SINGLE).upper()
    signs = plain != text.upper()
    readings = [plain]
    if any(sign in plain for sign in _DOUBLE):
        readings = [plain.translate({ord(sign): fill for sign in _DOUBLE}) for fill in (FILLER * 2, FILLER)]
        signs = True
    every = (found for reading in readings for found in _windows(_lines(reading), signs))
    best = heapq.nlargest(_KEPT, every, key=lambda found: (found.agreeing, -len(found.resized)))
    return tuple({(found.layout.format, found.flat): found for found in reversed(best)}.values())[::-1]


def _lines(text: str) -> list[str]:
    """What could be lines of a zone. A space is OCR's doing: none belongs there."""
    longest = max(layout.size for layout in LAYOUTS) + _SLACK
    return [
        chunk for line in text.splitlines() for chunk in _CHUNK.findall(_SPACE.sub("", line)) if len(chunk) <= longest
    ]


def _windows(lines: list[str], signs: bool) -> Iterator[Found]:
    for start in range(len(lines)):
        for layout in LAYOUTS:
            for flat, resized in (
                *_run_together(layout, lines[start]),
                *_on_lines(layout, lines[start : start + layout.lines]),
            ):
                if layout.looks.match(flat):
                    yield Found(layout, flat, resized, signs)


def _run_together(layout: Layout, line: str) -> Iterator[_Sized]:
    """All lines as one. If its length is wrong, fillers may be missing in any place that has some."""
    missing = layout.size - len(line)
    if missing == 0:
        yield line, ()
    elif abs(missing) <= _SLACK:
        for run in _RUNS.finditer(line):
            if len(run[0]) + missing > 0:
                yield _refilled(line, run, missing), ((1, len(line)),)


def _on_lines(layout: Layout, lines: list[str]) -> Iterator[_Sized]:
    sizes = (len(line) for place, line in enumerate(lines) if place not in layout.names)
    if len(lines) < layout.lines or any(abs(size - layout.width) > _SLACK for size in sizes):
        return
    sized = [
        _name_line(line, layout.width) if place in layout.names else _in_the_longest_run(line, layout.width)
        for place, line in enumerate(lines)
    ]
    whole = [line for line in sized if line is not None]
    if len(whole) == layout.lines:
        changed = ((place, len(line)) for place, line in enumerate(lines, 1) if len(line) != layout.width)
        yield "".join(whole), tuple(changed)


def _name_line(line: str, width: int) -> str | None:
    """A name ends with fillers, and OCR loses count of them or sees none of them at all."""
    if len(line) <= width:
        runs = max((len(run) for run in _RUNS.findall(line)), default=0)
        return _in_the_longest_run(line, width) if line[-1] != FILLER and runs > 2 else line.ljust(width, FILLER)
    return line[:width] if not line[width:].strip(FILLER) else _in_the_longest_run(line, width)


def _in_the_longest_run(line: str, width: int) -> str | None:
    """The line with as many fillers more or fewer as it needs, put where most of them stand."""
    missing = width - len(line)
    if missing == 0:
        return line
    run = max(_RUNS.finditer(line), key=lambda each: len(each[0]), default=None)
    if run is None or abs(missing) > _SLACK or len(run[0]) + missing < 1:
        return None
    return _refilled(line, run, missing)


def _refilled(line: str, run: re.Match[str], missing: int) -> str:
    return line[: run.start()] + FILLER * (len(run[0]) + missing) + line[run.end() :]
