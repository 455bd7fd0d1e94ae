"""The timeline of a case as a picture: an axis from receipt to its last date, flags that never overlap, pauses, days
off and today. Everything in it stands in a table beside it for whoever does not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from dsarbot.desk.timeline import Days, Event
from dsarbot.web.screen import Say

WIDTH: Final = 1000
#: Of the axis within the picture, so that what stands at its ends is not cut.
_LEFT, _RIGHT = 8, 992
_ROW: Final = 20
#: A letter of the label's size at most so wide; a label is never narrower than it is drawn.
_LETTER: Final = 7.6
_GAP: Final = 12
#: More rows would push the axis out of sight.
_ROWS: Final = 6
_TRIES: Final = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """x: of its day; at, anchor: of the label; y: of the label's foot."""

    x: float
    at: float
    anchor: str
    y: int
    label: str
    strong: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """From where to where, across the axis. label: what it is."""

    x: float
    width: float
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """axis: the height of the line; rows: the same facts as day and words."""

    height: int
    axis: int
    flags: tuple[Flag, ...]
    stops: tuple[Box, ...]
    off: tuple[Box, ...]
    today: float | None
    rows: tuple[tuple[date, str, bool], ...]


def picture(days: Days, say: Say) -> Picture:
    """The picture of these days, in the viewer's words."""
    labels = [(event, ", ".join(_word(slug, say) for slug in event.slugs)) for event in days.events]
    placed = _placed(days, labels, say)
    axis = (max((each.level for each in placed), default=0) + 1) * _ROW + 8
    width = _day_width(days)
    return Picture(
        height=axis + 36,
        axis=axis,
        flags=tuple(
            Flag(
                x=each.x,
                at=each.start if each.anchor == "start" else each.end,
                anchor=each.anchor,
                y=axis - 8 - each.level * _ROW,
                label=each.words,
                strong=each.event.strong,
            )
            for each in placed
        ),
        stops=tuple(
            Box(x=_x(each.first, days), width=max(_x(each.last, days) - _x(each.first, days), 2),
                label=say(f"timeline.pause_{each.kind}"))
            for each in days.stops
        ),
        off=tuple(Box(x=_x(day, days) - width / 2, width=width) for day in sorted(days.off)) if width >= 4 else (),
        today=_x(days.today, days) if days.first <= days.today <= days.last else None,
        rows=tuple((event.day, label, event.strong) for event, label in labels),
    )  # fmt: skip


def _x(day: date, days: Days) -> float:
    span = max((days.last - days.first).days, 1)
    inside = min(max(day, days.first), days.last)
    return round(_LEFT + (inside - days.first).days * (_RIGHT - _LEFT) / span, 1)


def _day_width(days: Days) -> float:
    return (_RIGHT - _LEFT) / max((days.last - days.first).days, 1)


def _word(slug: str, say: Say) -> str:
    kind, _, what = slug.partition(":")
    return say.letter(what) if kind == "sent" else say(f"timeline.{slug.replace(':', '_')}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Label:
    """start, end: how far it reaches; x: of the line from it down to its day; level: its row, 0 next to the axis."""

    event: Event
    words: str
    x: float
    start: float
    end: float
    anchor: str
    level: int

    def leaves_free(self, other: _Label) -> bool:
        """Whether neither is on the other, nor in the way of its line."""
        if self.level == other.level:
            return self.end + _GAP <= other.start or other.end + _GAP <= self.start
        upper, lower = (self, other) if self.level > other.level else (other, self)
        return not lower.start < upper.x < lower.end


def _placed(days: Days, labels: Sequence[tuple[Event, str]], say: Say) -> list[_Label]:
    """Each in the lowest row in which it is free, to the right of its day or to the left. First those that can only run
    to the left; then from the right, so that a label rarely lies in the way of a line that is still to come."""
    made = [_ways(event, f"{words} · {say.short(event.day)}", days) for event, words in labels]
    ordered = sorted(made, key=lambda ways: (ways[0].anchor == "start", -ways[0].x))
    return _tried(ordered, [], Tries(left=_TRIES)) or [
        replace(ways[0], level=n % _ROWS) for n, ways in enumerate(ordered)
    ]


class Tries:
    """How often a label may still be put somewhere: a crowded picture is drawn badly rather than late."""

    def __init__(self, *, left: int) -> None:
        self.left = left


def _tried(wanted: Sequence[Sequence[_Label]], found: list[_Label], tries: Tries) -> list[_Label] | None:
    """Places for all of them beside those that were found; what leads nowhere is taken back."""
    if not wanted:
        return found
    for label in (replace(way, level=level) for level in range(_ROWS) for way in wanted[0]):
        tries.left -= 1
        if tries.left < 0:
            return None
        if all(label.leaves_free(other) for other in found):
            whole = _tried(wanted[1:], [*found, label], tries)
            if whole is not None:
                return whole
    return None


def _ways(event: Event, words: str, days: Days) -> list[_Label]:
    """To the right where there is room, to the left where there is."""
    x, width = _x(event.day, days), len(words) * _LETTER
    right = _Label(event=event, words=words, x=x, start=x, end=x + width, anchor="start", level=0)
    left = replace(right, start=x - width, end=x, anchor="end")
    fitting = [each for each in (right, left) if each.start >= 0 and each.end <= WIDTH]
    return fitting or [replace(right, start=0.0, end=min(width, WIDTH))]
