"""Numbers as a picture of bars: pure, and of the same numbers as the table beneath it, for whoever does not see it.

Each bar has its number beside it; a series is told by its pattern as well as by its colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 1000
_TOP, _PLOT, _FOOT = 44, 180, 28
#: Of a letter of a label at most.
_LETTER: Final = 7.6
_ROW: Final = 30
_GAP: Final = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """numbers: one for each label; name: in words; kind: how it is drawn (first, second, third)."""

    name: str
    kind: str
    numbers: Sequence[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rect:
    """A bar, or the sample of a series."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """anchor: start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    strong: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A whole picture. base: where the bars of columns stand, None for rows."""

    height: int
    rects: tuple[Rect, ...]
    texts: tuple[Text, ...]
    base: float | None = None


def columns(labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Bars that stand beside each other, for months."""
    most = max((number for each in series for number in each.numbers), default=0) or 1
    slot, base = WIDTH / max(len(labels), 1), _TOP + _PLOT
    width = min((slot - _GAP) / max(len(series), 1), 40)
    rects, texts = _legend(series)
    for place, label in enumerate(labels):
        middle = place * slot + slot / 2
        texts.append(Text(x=round(middle, 1), y=base + 20, text=label))
        left = middle - width * len(series) / 2
        for at, each in enumerate(series):
            number, x = each.numbers[place], left + at * width
            height = round((_PLOT - 20) * number / most, 1)
            if number:
                rects.append(_bar(x, base - height, width - 2, height, each.kind))
                texts.append(Text(x=round(x + (width - 2) / 2, 1), y=round(base - height - 4, 1), text=str(number)))
    return Chart(height=base + _FOOT, rects=tuple(rects), texts=tuple(texts), base=base)


def rows(labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Bars that lie below each other, for words of any length."""
    most = max((number for each in series for number in each.numbers), default=0) or 1
    wide = min(max((len(label) for label in labels), default=0) * _LETTER + _GAP, WIDTH / 2)
    room, thick = WIDTH - wide - 60, (_ROW - 6) / max(len(series), 1)
    rects, texts = _legend(series)
    for place, label in enumerate(labels):
        top = _TOP + place * (_ROW + 6)
        texts.append(Text(x=0, y=top + 18, text=label, anchor="start"))
        for at, each in enumerate(series):
            number, y = each.numbers[place], top + at * thick
            length = round(room * number / most, 1)
            rects.append(_bar(wide, y, max(length, 1), thick - 1, each.kind))
            texts.append(
                Text(x=round(wide + length + 6, 1), y=round(y + thick - 1, 1), text=str(number), anchor="start")
            )
    return Chart(height=_TOP + len(labels) * (_ROW + 6), rects=tuple(rects), texts=tuple(texts))


def _bar(x: float, y: float, width: float, height: float, kind: str) -> Rect:
    return Rect(x=round(x, 1), y=round(y, 1), width=round(width, 1), height=round(height, 1), kind=kind)


def _legend(series: Sequence[Series]) -> tuple[list[Rect], list[Text]]:
    """What each kind of bar means, in one line on top."""
    rects, texts, x = list[Rect](), list[Text](), 0.0
    for each in series:
        rects.append(_bar(x, 6, 14, 14, each.kind))
        texts.append(Text(x=x + 20, y=18, text=each.name, anchor="start"))
        x += 20 + len(each.name) * _LETTER + 24
    return rects, texts
