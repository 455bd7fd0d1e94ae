"""Mending what OCR misread in a machine-readable zone: by the type of the field, proved by its check digit.

A repair of a checked field is made only when the digit then fits and no other repair makes it fit; what could be
repaired in several ways stays as it was read and is named. Where no digit speaks, in names and codes of States, a
character that cannot stand there is replaced by the one that looks like it, and the repair says that nothing
confirms it. G and 6, K and the filler count alike in Doc 9303: no digit tells them apart, so they are never swapped
where both may stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from dsarbot.core.mrz_layout import FILLER, Check, Layout

_TO_DIGIT: Final = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2", "G": "6"}
_TO_LETTER: Final = {"0": "O", "1": "I", "5": "S", "8": "B", "2": "Z", "6": "G"}
_TWINS: Final = {**{letter: _TO_DIGIT[letter] for letter in "OISBZ"}, "0": "O", "1": "I", "5": "S", "8": "B", "2": "Z"}
#: After the given names nothing but fillers may follow; these are what OCR makes of them there.
_AFTER_NAMES: Final = re.compile(r"<<[A-Z0-9<]*?[A-Z]<<([KCSXEL<]+)\Z")
_NAMED: Final = 4
#: Dates first, because only digits stand there; then what they help to prove.
_ORDER: Final = ("birth_date", "expiry_date", "number", "personal_number", "composite")


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """One thing read otherwise than it was printed. column: from 1, none for the length of a line; confirmed: a check
    digit that covers it fits."""

    field: str
    line: int
    column: int | None
    read: str
    meant: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A field that could be repaired in more than one way, and so was not. ways: what it could be, some of them."""

    check: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mended:
    """The zone as it was most probably printed."""

    flat: str
    repairs: tuple[Repair, ...]
    doubts: tuple[Doubt, ...]


def mended(read: str, layout: Layout) -> Mended:
    """The zone with every repair that is safe."""
    flat = _letters(_tail(read, layout), layout)
    doubts = []
    certain: frozenset[int] = frozenset()
    for name in _ORDER:
        check = next((each for each in layout.checks_of(flat) if each.name == name), None)
        if check is None or (name == "composite" and not all(_others(flat, layout))):
            continue
        flat, ways = _checked(flat, layout, check, certain)
        if not check.fits(flat):
            doubts += [Doubt(name, ways)] if ways else []
        elif len(check.readings) == 1:
            certain |= check.covers()
    proved = frozenset(place for each in layout.checks_of(flat) if each.fits(flat) for place in each.covers())
    return Mended(flat, tuple(_repairs(read, flat, layout, proved)), tuple(doubts))


def _others(flat: str, layout: Layout) -> Iterator[bool]:
    """Whether each digit but the last of all fits: that one says nothing about a zone in which another is wrong."""
    return (each.fits(flat) for each in layout.checks_of(flat) if each.name != "composite")


def _tail(flat: str, layout: Layout) -> str:
    """K, C and their like among the fillers behind a name; a zone without the double filler is left alone."""
    if "names" not in layout.fields:
        return flat
    first, end = layout.fields["names"]
    junk = _AFTER_NAMES.search(flat[first:end])
    return flat if junk is None else flat[: end - len(junk[1])] + FILLER * len(junk[1]) + flat[end:]


def _letters(flat: str, layout: Layout) -> str:
    """No digit stands in a name or in the code of a State."""
    kinds = ("letters", "names")
    return "".join(_TO_LETTER.get(c, c) if layout.kind(place) in kinds else c for place, c in enumerate(flat))


def _checked(flat: str, layout: Layout, check: Check, certain: frozenset[int]) -> tuple[str, tuple[str, ...]]:
    """The text with this check repaired, or as it was with the ways that it could be repaired in."""
    open_ = sorted(check.covers() - certain)
    digits = [place for place in open_ if place == check.at or layout.kind(place) == "digits"]
    typed = _with(flat, ((place, _TO_DIGIT.get(flat[place], flat[place])) for place in digits))
    # Typed first: G counts as 6 does, and yet stands in no date.
    for way in (typed, flat):
        if check.fits(way):
            return way, ()
    twins = [(place, twin) for place in open_ if place not in digits for twin in _twins(typed, place, layout)]
    for together in (1, 2):
        ways = [way for some in combinations(twins, together) if check.fits(way := _with(typed, some))]
        # The digit over everything may tell two ways apart, and must not be mended at the cost of another one.
        whole = [way for way in ways if all(each.fits(way) for each in layout.checks_of(way))]
        ways = whole if len(whole) == 1 or check.name == "composite" else ways
        if len(ways) == 1:
            return ways[0], ()
        if ways:
            return flat, tuple(_shown(way, check) for way in ways[:_NAMED])
    return flat, ()


def _twins(flat: str, place: int, layout: Layout) -> Iterator[str]:
    """What else the character could be, where either may stand and the digit would notice."""
    if layout.kind(place) == "mixed" and flat[place] in _TWINS:
        yield _TWINS[flat[place]]
    # A filler stands behind what it fills: before another one, or at the end of its field.
    if flat[place] == "C" and flat[place + 1 : place + 2] in ("", FILLER):
        yield FILLER


def _with(flat: str, changes: Iterable[tuple[int, str]]) -> str:
    characters = list(flat)
    for place, character in changes:
        characters[place] = character
    return "".join(characters)


def _shown(flat: str, check: Check) -> str:
    return "".join(flat[first:end] for first, end in check.readings[0]) + flat[check.at]


def _repairs(read: str, flat: str, layout: Layout, certain: frozenset[int]) -> Iterator[Repair]:
    for place, (before, after) in enumerate(zip(read, flat, strict=True)):
        if before != after:
            line, column = divmod(place, layout.width)
            yield Repair(
                field=layout.field_at(place),
                line=line + 1,
                column=column + 1,
                read=before,
                meant=after,
                confirmed=place in certain,
            )
