"""Where each field of a machine-readable zone stands, as tables, and the check digit of ICAO Doc 9303.

A zone is handled as one text, its lines joined: the tables count in that text, from 0. Parts 4 to 7 of Doc 9303 give
TD3, TD1, TD2 and the visas; the French national identity card of 1988 to 2021 has a layout of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Format = Literal["TD1", "TD2", "TD3", "FRA", "MRV-A", "MRV-B"]
#: What may stand in a field: letters, digits, either, or the words of a name. Everywhere `<` fills.
Kind = Literal["letters", "digits", "mixed", "names"]
Span = tuple[int, int]

FILLER: Final = "<"
_VALUES: Final = {**{str(n): n for n in range(10)}, **{chr(55 + n): n for n in range(10, 36)}, FILLER: 0}
_WEIGHTS: Final = (7, 3, 1)


def check_digit(text: str) -> str:
    """Doc 9303 part 3, 4.9: weights 7, 3, 1 repeated, the remainder of the sum divided by 10."""
    return str(sum(_VALUES[each] * _WEIGHTS[place % 3] for place, each in enumerate(text)) % 10)


@dataclass(frozen=True, slots=True)
class Check:
    """One check digit. at: where it stands; readings: what it may be computed over, each a way of joining spans;
    blank: a filler instead of the digit is right where nothing is to be checked."""

    name: str
    at: int
    readings: tuple[tuple[Span, ...], ...]
    blank: bool = False

    def fits(self, flat: str) -> bool:
        """Whether the digit agrees with what it checks."""
        if self.blank and flat[self.at] == FILLER:
            return not joined(flat, self.readings[0]).strip(FILLER)
        return any(check_digit(joined(flat, spans)) == flat[self.at] for spans in self.readings)

    def covers(self) -> frozenset[int]:
        """Every place that the digit speaks of, and its own."""
        return frozenset({self.at, *(p for spans in self.readings for first, end in spans for p in range(first, end))})


@dataclass(frozen=True, slots=True)
class Layout:
    """One format. names: lines (from 0) that end with a name and fillers; kinds: what stands where, for all places
    that are not `mixed`; looks: a quick test, generous to misread characters; overflow: where a document number of
    more than nine characters goes on."""

    format: Format
    lines: int
    width: int
    names: tuple[int, ...]
    fields: Mapping[str, Span]
    kinds: tuple[tuple[Span, Kind], ...]
    checks: tuple[Check, ...]
    looks: re.Pattern[str]
    overflow: Span | None = None

    @property
    def size(self) -> int:
        """All characters of the zone."""
        return self.lines * self.width

    def kind(self, place: int) -> Kind:
        """What may stand at that place."""
        return next((kind for (first, end), kind in self.kinds if first <= place < end), "mixed")

    def field(self, flat: str, name: str) -> str:
        """The characters of a field, fillers included; empty where the format has no such field."""
        first, end = self.fields.get(name, (0, 0))
        return flat[first:end]

    def field_at(self, place: int) -> str:
        """The name of the field to which a place belongs, or of the check digit that stands there."""
        for name, (first, end) in self.fields.items():
            if first <= place < end:
                return name
        return next((f"{check.name} check digit" for check in self.checks if check.at == place), "optional data")

    def checks_of(self, flat: str) -> tuple[Check, ...]:
        """The check digits of this very zone: a long number carries its own elsewhere."""
        return tuple(self._long(flat) or each if each.name == "number" else each for each in self.checks)

    def _long(self, flat: str) -> Check | None:
        """Doc 9303 part 5, 4.2.2 note j (part 6 likewise): of a number with more than nine characters the first nine
        stand in the field, a filler instead of the check digit; the rest begins the optional data, with the digit.

        The digit is computed without that filler by part 11, but some States count it: both readings are known, and
        specimens of Belgian cards exist for either."""
        if self.overflow is None:
            return None
        number, start = self.fields["number"], self.overflow[0]
        rest = flat[start : self.overflow[1]].split(FILLER, 1)[0]
        if flat[number[1]] != FILLER or flat[number[1] - 1] == FILLER or len(rest) < 2:
            return None
        end = start + len(rest) - 1
        return Check("number", end, ((number, (start, end)), ((number[0], number[1] + 1), (start, end))))


def joined(flat: str, spans: tuple[Span, ...]) -> str:
    """Several spans as one text."""
    return "".join(flat[first:end] for first, end in spans)


# What OCR makes of a digit, and of a date with unknown parts. Of two dates one may be misread beyond that.
_D = "[0-9OQDILSBZG]"
_DATE = "[0-9OQDILSBZG<]{6}"
_EITHER = f"(?:{_DATE}{_D}.{{8}}|.{{8}}{_DATE}{_D})"
#: No other paper of two lines of 36 begins so: the French cards since 2021 are TD1.
_FRANCE = "[I1]DFRA"


def _travel(format_: Format, width: int, looks: str, *checks: Check, optional: Span) -> Layout:
    """TD2, TD3 and visas: names fill the first line, the second one holds the rest in the same order."""
    second = width
    at = {"number": second, "nationality": second + 10, "birth": second + 13, "expiry": second + 21}
    return Layout(
        format=format_,
        lines=2,
        width=width,
        names=(0,),
        fields={
            "document_code": (0, 2),
            "issuer": (2, 5),
            "names": (5, width),
            "number": (at["number"], at["number"] + 9),
            "nationality": (at["nationality"], at["nationality"] + 3),
            "birth_date": (at["birth"], at["birth"] + 6),
            "sex": (second + 20, second + 21),
            "expiry_date": (at["expiry"], at["expiry"] + 6),
        },
        kinds=(
            ((0, 1), "letters"),
            ((2, 5), "letters"),
            ((5, width), "names"),
            ((at["nationality"], at["nationality"] + 3), "letters"),
            ((at["birth"], at["birth"] + 7), "digits"),
            ((at["expiry"], at["expiry"] + 7), "digits"),
            *(((each.at, each.at + 1), "digits") for each in checks),
        ),
        checks=(
            Check("number", second + 9, (((at["number"], at["number"] + 9),),)),
            Check("birth_date", second + 19, (((at["birth"], at["birth"] + 6),),)),
            Check("expiry_date", second + 27, (((at["expiry"], at["expiry"] + 6),),)),
            *checks,
        ),
        looks=re.compile(looks),
        overflow=optional if format_ == "TD2" else None,
    )


def _second(width: int, first: str) -> str:
    """A document code, and in the second line a date where one belongs."""
    return rf"{first}.{{{width + 12}}}{_EITHER}"


TD3: Final = _travel(
    "TD3",
    44,
    _second(44, "[A-UW-Z]"),
    Check("personal_number", 86, (((72, 86),),), blank=True),
    Check("composite", 87, (((44, 54), (57, 64), (65, 87)),)),
    optional=(72, 86),
)
TD2: Final = _travel(
    "TD2",
    36,
    _second(36, f"(?!{_FRANCE})[A-UW-Z1]"),
    Check("composite", 71, (((36, 46), (49, 56), (57, 71)),)),
    optional=(64, 71),
)
MRV_A: Final = _travel("MRV-A", 44, _second(44, "V"), optional=(72, 88))
MRV_B: Final = _travel("MRV-B", 36, _second(36, "V"), optional=(64, 72))
TD1: Final = Layout(
    format="TD1",
    lines=3,
    width=30,
    names=(2,),
    fields={
        "document_code": (0, 2),
        "issuer": (2, 5),
        "number": (5, 14),
        "birth_date": (30, 36),
        "sex": (37, 38),
        "expiry_date": (38, 44),
        "nationality": (45, 48),
        "names": (60, 90),
    },
    kinds=(
        ((0, 1), "letters"),
        ((2, 5), "letters"),
        ((30, 37), "digits"),
        ((38, 45), "digits"),
        ((45, 48), "letters"),
        ((59, 60), "digits"),
        ((60, 90), "names"),
    ),
    checks=(
        Check("number", 14, (((5, 14),),)),
        Check("birth_date", 36, (((30, 36),),)),
        Check("expiry_date", 44, (((38, 44),),)),
        Check("composite", 59, (((5, 30), (30, 37), (38, 45), (48, 59)),)),
    ),
    looks=re.compile(rf"[A-Z1].{{29}}{_EITHER}.{{14}}{_D}"),
    overflow=(15, 30),
)
#: Number: year and month of issue (4), department (3), serial number (5). The last digit checks both lines.
FRA: Final = Layout(
    format="FRA",
    lines=2,
    width=36,
    names=(0,),
    fields={
        "document_code": (0, 2),
        "issuer": (2, 5),
        "surname": (5, 30),
        "office": (30, 36),
        "number": (36, 48),
        "given_names": (49, 63),
        "birth_date": (63, 69),
        "sex": (70, 71),
    },
    kinds=(
        ((0, 5), "letters"),
        ((5, 30), "names"),
        ((36, 40), "digits"),
        ((43, 49), "digits"),
        ((49, 63), "names"),
        ((63, 70), "digits"),
        ((71, 72), "digits"),
    ),
    checks=(
        Check("number", 48, (((36, 48),),)),
        Check("birth_date", 69, (((63, 69),),)),
        Check("composite", 71, (((0, 71),),)),
    ),
    looks=re.compile(rf"{_FRANCE}.{{31}}(?:{_D}{{4}}.{{3}}{_D}{{6}}|.{{27}}{_DATE}{_D})"),
)
LAYOUTS: Final = (FRA, TD1, TD2, TD3, MRV_A, MRV_B)
