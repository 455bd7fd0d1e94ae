"""Days off: which days are no working days, by law (`Calendar`) and in one office (`TeamCalendar`).

The public holidays come from the `holidays` library, amended by data, because a parliament may add or remove a
day before a release of the library knows it. `Calendar.version` names both, so that a stored date can be explained
years later. A team's closures never move a legal date; they only move reminders to an earlier day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

import holidays
from holidays.holiday_base import HolidayBase
from holidays.version import __version__ as library_version

from dsarbot.core.dates import Language

DAY: Final = timedelta(days=1)
WEEKEND: Final = frozenset({5, 6})
"""Saturday and Sunday, as `date.weekday` numbers them."""

_COUNTRY_FILES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AT": "austria",
        "BE": "belgium",
        "CH": "switzerland",
        "DE": "germany",
        "FR": "france",
        "GB": "united_kingdom",
        "LU": "luxembourg",
        "NL": "netherlands",
    }
)
_LONGEST_CLOSURE: Final = 366


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnualDay:
    """A holiday of every year on a fixed day, with its name in each language."""

    month: int
    day: int
    names: tuple[tuple[Language, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Amendments:
    """What data changes in the library's calendar: single days added (with a name) and single days removed."""

    added: tuple[tuple[date, str], ...] = ()
    removed: tuple[date, ...] = ()

    def __or__(self, other: Amendments) -> Amendments:
        """Both together, in one order, each once: the order in a file must not change a calendar's version."""
        return Amendments(
            added=tuple(sorted({*self.added, *other.added})),
            removed=tuple(sorted({*self.removed, *other.removed})),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The working days of one jurisdiction: no Saturday, no Sunday, no public holiday.

    `country` and `subdivision` are the library's codes; a calendar without a country has only its `annual` days.
    """

    country: str | None = None
    subdivision: str | None = None
    annual: tuple[AnnualDay, ...] = ()
    amendments: Amendments = field(default_factory=Amendments)

    @property
    def version(self) -> str:
        """Library, its version, the calendar in it and a hash of everything that data changed."""
        place = "-".join(part for part in (self.country, self.subdivision) if part)
        source = f"holidays {library_version} {place}" if place else "own days"
        changes = repr((self.annual, self.amendments)).encode()
        return f"{source} +{hashlib.sha256(changes).hexdigest()[:8]}"

    def is_working_day(self, day: date) -> bool:
        """Neither weekend nor public holiday."""
        return day.weekday() not in WEEKEND and self.holiday_name(day) is None

    def next_working_day(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """The day itself if it is a working day, else the last one before it."""
        while not self.is_working_day(day):
            day -= DAY
        return day

    def add_working_days(self, day: date, number: int) -> date:
        """So many working days after the day, or before it when `number` is negative; 0 gives the day itself."""
        step = DAY if number > 0 else -DAY
        for _ in range(abs(number)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def holiday_name(self, day: date, language: Language = "en") -> str | None:
        """The holiday's name, as near to the language as the library has it; None on any other day."""
        # What data adds wins over what it removes: a day can be taken away and given back under another name.
        for added, name in self.amendments.added:
            if added == day:
                return name
        if day in self.amendments.removed:
            return None
        for annual in self.annual:
            if (annual.month, annual.day) == (day.month, day.day):
                return dict(annual.names)[language]
        if self.country is None:
            return None
        return _public_holidays(self.country, self.subdivision, day.year, language).get(day)

    def holidays_between(self, first: date, last: date) -> tuple[tuple[date, str], ...]:
        """Public holidays from `first` to `last`, both included, weekends or not, with English names."""
        days = (first + DAY * offset for offset in range((last - first).days + 1))
        return tuple((day, name) for day in days if (name := self.holiday_name(day)) is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamCalendar:
    """When somebody is in the office: the calendar of the place, less closures (first and last day, both closed).

    `weekend` holds the weekdays the office is closed, Monday = 0.
    """

    calendar: Calendar
    closures: tuple[tuple[date, date], ...] = ()
    weekend: frozenset[int] = WEEKEND

    def is_office_day(self, day: date) -> bool:
        """Somebody is there."""
        return (
            day.weekday() not in self.weekend
            and self.calendar.holiday_name(day) is None
            and not any(first <= day <= last for first, last in self.closures)
        )

    def last_office_day_before_or_on(self, day: date) -> date:
        """The last day on which somebody is there; the day itself if the office is closed for a whole year."""
        for offset in range(_LONGEST_CLOSURE):
            if self.is_office_day(day - DAY * offset):
                return day - DAY * offset
        return day

    def office_days_before(self, day: date, number: int) -> date:
        """The office day that lies `number` office days before the day."""
        for _ in range(number):
            day = self.last_office_day_before_or_on(day - DAY)
        return day


@cache
def _country_class(country: str) -> type[HolidayBase]:
    """The library's class of one country, loaded from its own file.

    The public way in imports all 250 countries and their lunar calendars for each one asked (0.4 s without
    bytecode, most of what `dsarbot due` may take). A test compares the two ways day by day.
    """
    name = _COUNTRY_FILES[country]
    path = Path(holidays.__path__[0], "countries", f"{name}.py")
    loader = SourceFileLoader(f"{__name__}.{name}", str(path))
    module = module_from_spec(ModuleSpec(loader.name, loader, origin=str(path)))
    loader.exec_module(module)
    return cast("type[HolidayBase]", getattr(module, country))


@cache
def _public_holidays(country: str, subdivision: str | None, year: int, language: Language) -> Mapping[date, str]:
    """One year of one calendar. A language the library lacks for a country falls back to the country's own."""
    cls = _country_class(country)
    tongue = next((tag for tag in cls.supported_languages if tag.startswith(language)), cls.default_language)
    days = cls(years=year, subdiv=subdivision, expand=False, language=tongue)
    return MappingProxyType({day: name for day, name in days.items() if day.year == year})
