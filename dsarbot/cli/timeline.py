"""The timeline of a case in box characters: from receipt to its last date, with flags, pauses, days off and today.

Labels never overlap: each takes the lowest row in which it and its line to the axis are free. Nothing is said by the
picture alone; the same dates stand in words beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dsarbot.cli.table import cells, cropped

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """Something on a day; the strong one is the date that people work to."""

    day: date
    label: str
    strong: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A pause: its first and last day."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """first, last: the ends of the axis. off: days on which nobody works; shown where a day has a column."""

    first: date
    last: date
    today: date
    flags: tuple[Flag, ...]
    pauses: tuple[Band, ...] = ()
    off: frozenset[date] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Block:
    """The labels of one column, one above the other."""

    column: int
    lines: tuple[str, ...]

    @property
    def longest(self) -> int:
        return max(cells(line) for line in self.lines)


#: So many rows above the axis; what finds no place there shares a label with its neighbour.
_LEVELS: Final = 8


def draw(timeline: Timeline, width: int) -> list[str]:
    """The lines of the picture, none longer than *width*; at least two labels' width is needed to be useful."""
    columns = {_column(flag.day, timeline, width) for flag in timeline.flags}
    canvas = _labels(_blocks(timeline, width), width)
    axis = _axis(timeline, columns, width)
    below = _below(timeline, width)
    return ["".join(row).rstrip() for row in (*canvas, axis, *below)]


def _column(day: date, timeline: Timeline, width: int) -> int:
    span = max((timeline.last - timeline.first).days, 1)
    inside = min(max(day, timeline.first), timeline.last)
    return round((inside - timeline.first).days * (width - 1) / span)


def _blocks(timeline: Timeline, width: int) -> list[_Block]:
    """In the order of their columns."""
    found: dict[int, list[str]] = {}
    for flag in sorted(timeline.flags, key=lambda flag: flag.day):
        found.setdefault(_column(flag.day, timeline, width), []).append(cropped(flag.label, width))
    return [_Block(column=column, lines=tuple(lines)) for column, lines in found.items()]


def _labels(blocks: list[_Block], width: int) -> list[list[str]]:
    """The rows above the axis, top first. A block without a place joins its neighbour, and all are placed again."""
    while True:
        rows: list[list[str]] = []
        lost = next((block for block in _order(blocks, width) if not _placed(rows, block, width)), None)
        if lost is None:
            return rows[::-1]
        at = max(blocks.index(lost), 1)
        left, right = blocks[at - 1], blocks[at]
        blocks = [*blocks[: at - 1], _Block(column=left.column, lines=left.lines + right.lines), *blocks[at + 1 :]]


def _order(blocks: Sequence[_Block], width: int) -> list[_Block]:
    """First those at the right end, whose labels lie to the left of their lines; then the others from the right, so
    that a label never lies in the way of a line that is still to come."""
    at_end = [block for block in blocks if block.column + block.longest > width]
    return [*at_end, *(block for block in reversed(blocks) if block not in at_end)]


def _placed(rows: list[list[str]], block: _Block, width: int) -> bool:
    to_the_left = max(0, block.column + 1 - block.longest)
    starts = [block.column] if block.column + block.longest <= width else []
    for start in (*starts, to_the_left):
        for level in range(_LEVELS):
            if _free(rows, block, start=start, level=level):
                _put(rows, block, start=start, level=level, width=width)
                return True
    return False


def _free(rows: Sequence[Sequence[str]], block: _Block, *, start: int, level: int) -> bool:
    for n, row in enumerate(rows[: level + len(block.lines)]):
        # One blank on both sides keeps two labels apart.
        end = start + block.longest + 1
        span = row[max(start - 1, 0) : end] if n >= level else row[block.column : block.column + 1]
        if any(char != " " for char in span):
            return False
    return True


def _put(rows: list[list[str]], block: _Block, *, start: int, level: int, width: int) -> None:
    while len(rows) < level + len(block.lines):
        rows.append([" "] * width)
    for row in rows[:level]:
        row[block.column] = "│"
    for row, line in zip(rows[level:], reversed(block.lines), strict=False):
        _write(row, start, line)


def _write(row: list[str], start: int, text: str) -> None:
    row[start : start + len(text)] = list(text)


def _axis(timeline: Timeline, columns: Iterable[int], width: int) -> list[str]:
    span = (timeline.last - timeline.first).days
    # Days off are drawn only where a day has a column of its own; else they would hide the rest.
    off = timeline.off if span < width else frozenset()
    axis = []
    for column in range(width):
        day = timeline.first + _DAY * round(column * span / max(width - 1, 1))
        paused = any(pause.first <= day <= pause.last for pause in timeline.pauses)
        axis.append("░" if paused else "╌" if day in off else "─")
    strong = {_column(flag.day, timeline, width) for flag in timeline.flags if flag.strong}
    for column in columns:
        axis[column] = "╋" if column in strong else "┴"
    return axis


def _below(timeline: Timeline, width: int) -> list[list[str]]:
    if not timeline.first <= timeline.today <= timeline.last:
        return []
    column, word = _column(timeline.today, timeline, width), "today"
    row = [" "] * width
    row[column] = "▲"
    before = column + 2 + len(word) > width
    _write(row, column - len(word) - 1 if before else column + 2, word)
    return [row]
