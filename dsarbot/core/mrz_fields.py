"""What the fields of a machine-readable zone say: dates with their century, names in their parts, the number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dsarbot.core.mrz_layout import FILLER, Layout

_MONTHS: Final = range(1, 13)
_DATE: Final = re.compile(r"(\d\d)(\d\d|<<)(\d\d|<<)\Z")
_FILLERS_READ_AS_LETTERS: Final = re.compile(r"KKK|CCC|[A-Z]{2}(?:[KC]<|<[KC])[A-Z]{2}")
_DIGIT: Final = re.compile(r"\d")
#: Doc 9303 part 3, 4.8: M, F, or a filler for what is neither or not said, which papers show as X.
_SEXES: Final = {"M": "M", "F": "F", FILLER: "X", "X": "X"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """The fields by their names in the JSON. Dates are ISO 8601, without the day or the month where the zone leaves
    them open; None where the format has no such field or it cannot be read."""

    document_code: str = ""
    issuer: str = ""
    number: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    given_names: str = field(default="", repr=False)
    nationality: str = ""
    birth_date: str | None = field(default=None, repr=False)
    sex: str | None = None
    expiry_date: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something that a person should know. code: what it is; field: where; fatal: the zone is not as it must be."""

    code: str
    field: str
    text: str
    fatal: bool = True


def fields_of(flat: str, layout: Layout, today: date) -> Fields:
    """What the zone says."""
    surname, given_names = _names(flat, layout)
    ended = _expiry(layout.field(flat, "expiry_date"), today)
    issuer = _bare(layout.field(flat, "issuer"))
    return Fields(
        document_code=_bare(layout.field(flat, "document_code")),
        issuer=issuer,
        number=_number(flat, layout),
        surname=surname,
        given_names=given_names,
        # The French card has no such field; only nationals hold one.
        nationality=_bare(layout.field(flat, "nationality")) if "nationality" in layout.fields else issuer,
        birth_date=_birth(layout.field(flat, "birth_date"), _latest_birth(flat, layout, ended, today)),
        sex=_SEXES.get(layout.field(flat, "sex")),
        expiry_date=ended,
    )


def problems_of(flat: str, layout: Layout, fields: Fields) -> Iterator[Problem]:
    """What is wrong with the fields, check digits apart."""
    for name in ("birth_date", "expiry_date"):
        read = layout.field(flat, name)
        if read.strip(FILLER) and getattr(fields, name) is None:
            yield Problem(code="not-a-date", field=name, text=f"{read} is no date")
    if fields.sex is None:
        yield Problem(code="sex", field="sex", text=f"{layout.field(flat, 'sex')} is none of M, F and <")
    letters = {"document_code": fields.document_code[:1], "issuer": fields.issuer, "nationality": fields.nationality}
    for name, read in (*letters.items(), ("surname", fields.surname), ("given_names", fields.given_names)):
        if _DIGIT.search(read):
            yield Problem(code="letters", field=name, text="letters stand here, and a digit was read")
    yield from _problems_of_names(flat, layout, fields)


def _problems_of_names(flat: str, layout: Layout, fields: Fields) -> Iterator[Problem]:
    if not fields.surname:
        yield Problem(code="no-name", field="surname", text="the zone names nobody")
    # No digit proves a name: what may be fillers there is said and left.
    names = f"{fields.surname} {fields.given_names}" if fields.given_names else layout.field(flat, "names")
    if _FILLERS_READ_AS_LETTERS.search(names):
        text = "not repaired: a K or C beside a filler may be one too, and part surname and given names"
        yield Problem(code="ambiguous-repair", field="names", text=text, fatal=False)
    if _cut(flat, layout):
        yield Problem(
            code="name-cut", field="names", text="the names fill their field and may have been cut", fatal=False
        )


def _names(flat: str, layout: Layout) -> tuple[str, str]:
    """Doc 9303 part 3, 4.6: two fillers end the primary identifier, one parts two words."""
    if "names" not in layout.fields:
        return _words(layout.field(flat, "surname")), _words(layout.field(flat, "given_names"))
    primary, _, secondary = layout.field(flat, "names").partition(FILLER * 2)
    return _words(primary), _words(secondary)


def _cut(flat: str, layout: Layout) -> bool:
    return any(layout.field(flat, name)[-1:] not in ("", FILLER) for name in ("names", "surname", "given_names"))


def _words(read: str) -> str:
    return " ".join(read.replace(FILLER, " ").split())


def _bare(read: str) -> str:
    return read.rstrip(FILLER)


def _number(flat: str, layout: Layout) -> str:
    """The whole number, the rest of a long one included; a filler within it stands for a space or a hyphen."""
    check = next(each for each in layout.checks_of(flat) if each.name == "number")
    return _words("".join(flat[first:end] for first, end in check.readings[0]))


def _latest_birth(flat: str, layout: Layout, ended: str | None, today: date) -> date:
    """Nobody is born after today, nor after the paper was issued or has ended."""
    if layout.format == "FRA":
        issued = _past(layout.field(flat, "number")[:4] + FILLER * 2, today)
        return min(today, _last_day(issued)) if issued else today
    return min(today, _last_day(ended)) if ended else today


def _birth(read: str, latest: date) -> str | None:
    return _past(read, latest)


def _past(read: str, latest: date) -> str | None:
    """The last date with these two digits of a year that is not after `latest`."""
    century = latest.year // 100 * 100
    possible = (_iso(read, century - back) for back in (0, 100))
    return next((day for day in possible if day is not None and _first_day(day) <= latest), None)


def _expiry(read: str, today: date) -> str | None:
    """The date with these two digits that is nearest to today: no paper is valid for fifty years."""
    century = today.year // 100 * 100
    possible = [day for year in (century - 100, century, century + 100) if (day := _iso(read, year)) is not None]
    return min(possible, key=lambda day: abs(_first_day(day) - today), default=None)


def _iso(read: str, century: int) -> str | None:
    """`740812` of the century 1900 is 1974-08-12; fillers leave day, or month and day, open."""
    parts = _DATE.match(read)
    if parts is None:
        return None
    year, month, day = f"{century + int(parts[1])}", parts[2], parts[3]
    if month == FILLER * 2:
        return year if day == FILLER * 2 else None
    if day == FILLER * 2:
        return f"{year}-{month}" if int(month) in _MONTHS else None
    try:
        return date.fromisoformat(f"{year}-{month}-{day}").isoformat()
    except ValueError:
        return None


def _first_day(iso: str) -> date:
    return date.fromisoformat(iso + "-01-01"[: 10 - len(iso)])


def _last_day(iso: str) -> date:
    """Generous by some days where the day is open: it only keeps a birth from lying decades later."""
    return date.fromisoformat(f"{iso[:4]}-12-31") if len(iso) < 10 else date.fromisoformat(iso)
