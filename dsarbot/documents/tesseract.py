"""Tesseract as the fast lane for clean scans: a program of the system, asked through pipes by the reading process."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dsarbot.documents.pages import Piece
from dsarbot.documents.raster import DPI, Grey

_PLACES: Final = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"
_LANGUAGES: Final = ("eng", "fra", "deu", "nld", "ltz")
_SECONDS: Final = 60
#: One thread is faster than its default of four on two cores, and costs a third of the processor time.
_ENVIRONMENT: Final = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C"}
#: Words further apart than so many heights of the line stand in different columns.
_GAP: Final = 2.5
_COLUMNS: Final = 12
#: In the first column of its table: a word.
_WORD: Final = "5"


@dataclass(frozen=True, kw_only=True)
class _Word:
    line: tuple[str, ...]
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    text: str


@functools.cache
def languages() -> str:
    """What it is asked to read, as its option says it; "" when it is not installed or knows none of ours."""
    program = shutil.which("tesseract", path=_PLACES)
    if program is None:
        return ""
    told = subprocess.run([program, "--list-langs"], capture_output=True, env=_ENVIRONMENT, check=False, timeout=10)  # noqa: S603
    known = told.stdout.decode("ascii", "replace").split()
    return "+".join(each for each in _LANGUAGES if each in known)


def read(grey: Grey) -> tuple[Piece, ...]:
    """The text of an upright page; nothing when it fails."""
    program = shutil.which("tesseract", path=_PLACES)
    if program is None:
        return ()
    picture = b"P5 %d %d 255\n" % (grey.shape[1], grey.shape[0]) + grey.tobytes()
    command = [program, "stdin", "stdout", "-l", languages(), "--dpi", str(DPI), "tsv"]
    try:
        done = subprocess.run(command, input=picture, capture_output=True, env=_ENVIRONMENT, check=False, timeout=_SECONDS)  # noqa: S603, E501
    except subprocess.TimeoutExpired:
        return ()
    return pieces(done.stdout.decode("utf-8", "replace"))


def pieces(table: str) -> tuple[Piece, ...]:
    """The words of its table, joined where they stand together."""
    found: list[list[_Word]] = []
    for word in filter(None, map(_word, table.splitlines())):
        before = found[-1][-1] if found else None
        if before and before.line == word.line and word.left - before.right < _GAP * (word.bottom - word.top):
            found[-1].append(word)
        else:
            found.append([word])
    return tuple(_joined(each) for each in found)


def _word(row: str) -> _Word | None:
    cells = row.split("\t")
    if len(cells) != _COLUMNS or cells[0] != _WORD or not cells[11].strip():
        return None
    left, top, width, height = (int(each) for each in cells[6:10])
    return _Word(
        line=tuple(cells[2:5]),
        left=left,
        top=top,
        right=left + width,
        bottom=top + height,
        confidence=float(cells[10]) / 100,
        text=cells[11],
    )


def _joined(words: Sequence[_Word]) -> Piece:
    length = sum(len(each.text) for each in words)
    return Piece(
        text=" ".join(each.text for each in words),
        box=(
            min(each.left for each in words),
            min(each.top for each in words),
            max(each.right for each in words),
            max(each.bottom for each in words),
        ),
        confidence=min(max(sum(each.confidence * len(each.text) for each in words) / length, 0.0), 1.0),
    )
