"""The chain drawn: the person, us, and from left to right whoever was asked; below us who works for us, and recipients.

Pure: boxes and arrows first, then one SVG with classes for a page and plain colours for paper; every text is escaped.
The same facts stand in the report as words.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.core.case import Case
from dsarbot.core.chain import ENDED, Hop, HopState
from dsarbot.core.dates import Language
from dsarbot.desk.dating import short
from dsarbot.desk.digest_words import words

_WIDE, _HIGH, _GAP, _ROW, _EDGE = 168, 58, 150, 92, 8
#: A letter of a label is at most so wide.
_LETTERS: Final = 24
_TONES: Final = {
    "waiting": "#8a5a00", "done": "#1d6b3a", "late": "#a3201d", "quiet": "#555555",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """x, y: of its upper left corner; here: everybody waits for it."""

    x: int
    y: int
    title: str
    note: str
    tone: str
    here: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrow:
    """From one point to another. over, under: what stands on it and below it."""

    x1: int
    y1: int
    x2: int
    y2: int
    over: str
    under: str
    tone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """title: for whoever does not see it."""

    width: int
    height: int
    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def tone_of(hop: Hop) -> str:
    """late, waiting, done or quiet."""
    if hop.state in (HopState.BOUNCED, HopState.SILENT, HopState.NOT_OURS, HopState.GIVEN_UP):
        return "late"
    if hop.state in (HopState.PLANNED, HopState.EXPECTED):
        return "quiet"
    waiting = (HopState.ASKED, HopState.WROTE, HopState.WAITS)
    return "waiting" if hop.state in waiting else "done"


class _Drawing:
    """A picture in the making."""

    def __init__(self, language: Language, zone: str) -> None:
        self._language = language
        self._say = words(language, "chain")
        self._place = ZoneInfo(zone)
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []

    def hop(self, hop: Hop, column: int, row: int, start: tuple[int, int]) -> tuple[int, int]:
        """Its box and the arrow to it; where the next arrow begins."""
        x, y = _EDGE + column * (_WIDE + _GAP), _EDGE + row * _ROW
        waited_for = hop.ours and hop.state in (HopState.ASKED, HopState.PLANNED, HopState.BOUNCED)
        note, tone = self._say.text(f"state.{hop.state}"), tone_of(hop)
        self.boxes.append(Box(x=x, y=y, title=hop.terms.name or hop.terms.party, note=note, tone=tone, here=waited_for))
        over, under = self._day(hop.asked_at), self._day(hop.heard_at)
        middle = y + _HIGH // 2
        self.arrows.append(Arrow(x1=start[0], y1=start[1], x2=x, y2=middle, over=over, under=under, tone=tone))
        return x + _WIDE, middle

    def _day(self, at: datetime | None) -> str:
        return short(at.astimezone(self._place).date(), self._language) if at else ""


def picture(case: Case, language: Language, zone: str, *, us: str = "") -> Picture | None:
    """The picture's values; None where nobody else has a part in the case. us: our name."""
    if not case.chain.hops:
        return None
    say, drawing = words(language, "chain"), _Drawing(language, zone)
    ours = _EDGE + _WIDE + _GAP
    middle = _EDGE + _HIGH // 2
    drawing.boxes += [
        Box(x=_EDGE, y=_EDGE, title=say.text("person"), note="", tone="quiet"),
        Box(x=ours, y=_EDGE, title=us or say.text("us"), note=case.reference, tone="quiet"),
    ]
    drawing.arrows.append(Arrow(x1=_EDGE + _WIDE, y1=middle, x2=ours, y2=middle, over="", under="", tone="quiet"))
    row = 0
    for hop in case.chain.up():
        start = (ours + _WIDE, middle)
        for column, each in enumerate(_line(case.chain.hops, hop), start=2):
            start = drawing.hop(each, column, row, start)
        row += 1
    row = max(row, 1)
    for hop in (each for each in case.chain.hops if each.direction != "up"):
        drawing.hop(hop, 2, row, (ours + _WIDE // 2, _EDGE + _HIGH))
        row += 1
    width = max(each.x for each in drawing.boxes) + _WIDE + _EDGE
    return Picture(
        width=width,
        height=row * _ROW + _EDGE,
        title=say.text("title"),
        boxes=tuple(drawing.boxes),
        arrows=tuple(drawing.arrows),
    )


def _line(hops: Sequence[Hop], hop: Hop) -> list[Hop]:
    """That hop and those behind it."""
    found = [hop]
    while (behind := _behind(hops, found[-1])) is not None and behind not in found:
        found.append(behind)
    return found


def _behind(hops: Sequence[Hop], hop: Hop) -> Hop | None:
    return next((each for each in hops if each.sender == hop.terms.party and set(each.claims) & set(hop.claims)), None)


def svg(found: Picture) -> str:
    """The picture as SVG. Colours are attributes, which a page's own style sheet outdoes."""
    parts = [
        (
            f'<svg class="chain" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {found.width} {found.height}"'
            f' width="{found.width}" height="{found.height}" role="img" font-family="sans-serif" font-size="13">'
        ),
        f"<title>{html.escape(found.title)}</title>",
    ]
    parts += [_arrow(each) for each in found.arrows]
    parts += [_box(each) for each in found.boxes]
    return "".join((*parts, "</svg>"))


def _arrow(each: Arrow) -> str:
    colour, x, y = _TONES[each.tone], each.x2, each.y2
    # From below a box the way goes down first; from its side it goes a little to the right.
    down = each.x1 < x - _GAP
    way = f"M{each.x1} {each.y1}V{y}H{x}" if down else f"M{each.x1} {each.y1}H{each.x1 + 14}V{y}H{x}"
    label = f'<text class="{each.tone}" x="{x - _GAP // 2}" text-anchor="middle" fill="{colour}"'
    return (
        f'<path class="way {each.tone}" d="{way}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        f'<polygon class="tip {each.tone}" points="{x},{y} {x - 9},{y - 5} {x - 9},{y + 5}" fill="{colour}"/>'
        f'{label} y="{y - 7}">{html.escape(each.over)}</text>'
        f'{label} y="{y + 17}">{html.escape(each.under)}</text>'
    )


def _box(each: Box) -> str:
    colour, wide = _TONES[each.tone], "3" if each.here else "1.5"
    return (
        f'<rect class="box {each.tone}" x="{each.x}" y="{each.y}" width="{_WIDE}" height="{_HIGH}" rx="6"'
        f' fill="#ffffff" stroke="{colour}" stroke-width="{wide}"/>'
        f'<text class="name" x="{each.x + 12}" y="{each.y + 24}" font-weight="bold" fill="#1a1a1a">'
        f"{html.escape(_cut(each.title))}</text>"
        f'<text class="note {each.tone}" x="{each.x + 12}" y="{each.y + 44}" fill="{colour}">'
        f"{html.escape(_cut(each.note))}</text>"
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def drawn(case: Case, language: Language, zone: str) -> list[str]:
    """The same for a terminal: a line for each hop, those behind another one indented."""
    say, place = words(language, "chain"), ZoneInfo(zone)
    lines: list[str] = []

    def day(at: datetime | None) -> str:
        return short(at.astimezone(place).date(), language) if at else "-"

    for first in (*case.chain.up(), *(each for each in case.chain.hops if each.direction != "up")):
        for depth, hop in enumerate(_line(case.chain.hops, first)):
            mark = "└▶" if depth else "▶" if hop.direction == "up" else "▽"
            name = f"{hop.id} {hop.terms.name or hop.terms.party} ({hop.terms.party})"
            waits = " ◀" if hop.ours and hop.state not in ENDED and tone_of(hop) == "waiting" else ""
            state = say.text(f"state.{hop.state}")
            lines.append(f"{'   ' * depth}{mark} {name}: {state}  {day(hop.asked_at)} → {day(hop.heard_at)}{waits}")
    for each in case.chain.instructions:
        actions = ", ".join(say.text(f"action.{action}") for action in each.actions)
        lines.append(f"{each.id} {actions}: {say.text(f'instruction_state.{each.state}')} ({each.hop})")
    return lines
