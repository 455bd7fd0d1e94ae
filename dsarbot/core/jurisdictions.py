"""Whose law counts the days: the rule rows of `jurisdictions.toml` as frozen values.

The law differs by establishment, not by person, and a DPO must be able to read and correct it without reading
code. So every figure, holiday and authority is data, with the mark of how far it was checked beside it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from dsarbot.core.calendars import Amendments, AnnualDay, Calendar
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.errors import TheirInput

Kind = Literal["identity", "clarification"]
Effect = Literal["suspend", "suspend-soft", "soft", "restart", "exclude", "none"]

_TABLE: Final = "jurisdictions.toml"
_NO_CHANGES: Final = Amendments()


class UnknownJurisdiction(TheirInput):
    """No rules are known under this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        listed = ", ".join(codes())
        also = ", ".join(f"{alias} = {canonical}" for alias, canonical in sorted(_aliases().items()))
        super().__init__(f"unknown jurisdiction {code!r}; known are {listed} (also {also})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """To whom a person may complain. `names` by language; `languages` are those it works in (ISO 639-1)."""

    names: tuple[tuple[str, str], ...]
    address: tuple[str, ...]
    url: str
    languages: tuple[str, ...]

    def name(self, language: str = "en") -> str:
        """The name in this language, else the first one written: the authority's own."""
        return dict(self.names).get(language, self.names[0][1])


@dataclass(frozen=True, kw_only=True, slots=True)
class Jurisdiction:
    """The rules of one place. `court` is the key of the letters' sentence on judicial remedies."""

    code: str
    zone: str
    base: Literal["month", "30-days"]
    extension: int
    identity: Literal["suspend", "suspend-soft", "restart", "none"]
    clarification: Literal["suspend", "soft", "exclude", "none"]
    statutory: frozenset[Kind]
    safe_roll: bool
    calendar: Calendar
    authority: Authority
    court: str
    sources: Mapping[str, Mapping[str, str]] = field(hash=False, repr=False)

    @property
    def tz(self) -> ZoneInfo:
        """The establishment's time zone."""
        return ZoneInfo(self.zone)

    @property
    def statutory_suspension(self) -> bool:
        """A statute, not only guidelines, lets at least one kind of question stop the clock."""
        return bool(self.statutory)

    def local_date(self, instant: datetime) -> date:
        """The day it is at the establishment; a naive instant is refused, because it names no day."""
        if instant.utcoffset() is None:
            raise ValueError(f"{instant} needs a time zone")
        return instant.astimezone(self.tz).date()

    def effect(self, kind: Kind) -> Effect:
        """What an accepted question of this kind does to the period."""
        return self.identity if kind == "identity" else self.clarification

    def source(self, key: str, language: Language = "en") -> str:
        """The provision that a step of this kind rests on, as a lawyer of that language cites it."""
        return self.sources[key][language]


def codes() -> tuple[str, ...]:
    """Every code with rules of its own, in the order of the table; cantons after their country."""
    return tuple(_rows())


def jurisdiction(code: str, *, closures: Amendments = _NO_CHANGES) -> Jurisdiction:
    """The rules under a code or one of its aliases, in any case; `closures` amends its public holidays.

    Raises UnknownJurisdiction, which lists all codes.
    """
    wanted = code.strip().upper()
    canonical = _aliases().get(wanted, wanted)
    row = _rows().get(canonical)
    if row is None:
        raise UnknownJurisdiction(code)
    return _build(canonical, row, closures)


def _build(code: str, row: Mapping[str, Any], closures: Amendments) -> Jurisdiction:
    return Jurisdiction(
        code=code,
        zone=row["zone"],
        base=row["base"],
        extension=row["extension"],
        identity=row["identity"],
        clarification=row["clarification"],
        statutory=frozenset(row["statutory"]),
        safe_roll=row["safe_roll"],
        calendar=_calendar(row, closures),
        authority=_authority(row["authority"]),
        court=row["court"],
        sources=MappingProxyType(row["sources"]),
    )


def _calendar(row: Mapping[str, Any], closures: Amendments) -> Calendar:
    place = row.get("holidays", {})
    own = Amendments(
        added=tuple((each["date"], each["name"]) for each in row.get("added", ())),
        removed=tuple(row.get("removed", ())),
    )
    return Calendar(
        country=place.get("country"),
        subdivision=place.get("subdivision"),
        annual=tuple(
            AnnualDay(
                month=each["month"],
                day=each["day"],
                names=tuple((language, each[language]) for language in LANGUAGES),
            )
            for each in row["annual"]
        ),
        amendments=own | closures,
    )


def _authority(row: Mapping[str, Any]) -> Authority:
    return Authority(
        names=tuple(row["name"].items()),
        address=tuple(row["address"]),
        url=row["url"],
        languages=tuple(row["languages"]),
    )


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    """All rows with what they inherit; a table's `subdivisions` become rows of their own."""
    return MappingProxyType(complete(tomllib.loads(files(__package__).joinpath(_TABLE).read_text("utf-8"))))


@cache
def _aliases() -> Mapping[str, str]:
    """Alias -> code. An alias also stands before a part: UK-SCT is GB-SCT."""
    short = {alias: code for code, row in _rows().items() for alias in row.get("aliases", ())}
    parts = {
        f"{alias}{code.removeprefix(short[alias])}": code
        for alias in short
        for code in _rows()
        if code.startswith(f"{short[alias]}-")
    }
    return MappingProxyType({**short, **parts})


def complete(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The tables as written -> rows with every key: inherited ones filled in, subdivisions spelled out."""
    rows: dict[str, dict[str, Any]] = {}
    for code, table in tables.items():
        parent = {key: value for key, value in rows.get(table.get("inherits", ""), {}).items() if key != "aliases"}
        # An authority and the sources are themselves tables: a row may override one line of them.
        nested = {key: {**parent.get(key, {}), **table.get(key, {})} for key in ("authority", "sources")}
        rows[code] = {**parent, **table, **nested}
        for part in rows[code].pop("subdivisions", ()):
            place = {**rows[code]["holidays"], "subdivision": part}
            rows[f"{code}-{part}"] = {**rows[code], "holidays": place}
    return rows
