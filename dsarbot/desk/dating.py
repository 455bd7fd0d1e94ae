"""Dates as people write them, with the weekday and the distance, in the language of whoever reads them.

The long form stands in letters ("Tuesday 5 January 2027"), the short one in lists ("Tue 5 January (in 12 days)").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.units import format_unit

from dsarbot.core.dates import LANGUAGES, Language, long_date
from dsarbot.desk.typography import NO_BREAK

_LOCALES: Final[Mapping[Language, str]] = {"en": "en_GB", "fr": "fr_FR", "de": "de_DE"}
_SHORT: Final[Mapping[Language, str]] = {"en": "EEE d MMMM", "fr": "EEE d MMMM", "de": "EEE, d. MMMM"}
_DAY_AND_MONTH: Final = re.compile(r"\b(\d{1,2}(?:er|\.)?) ")
_TODAY: Final[Mapping[Language, str]] = {"en": "today", "fr": "aujourd’hui", "de": "heute"}
_AHEAD: Final[Mapping[Language, str]] = {"en": "in {days}", "fr": "dans {days}", "de": "in {days}"}
_LATE: Final[Mapping[Language, str]] = {"en": "{days} late", "fr": "{days} de retard", "de": "seit {days} überfällig"}


def known(language: str, fallback: Language = "en") -> Language:
    """*language* where dates can be written in it, else the fallback."""
    return next((each for each in LANGUAGES if each == language), fallback)


@cache
def locale(language: Language) -> Locale:
    """The locale of numbers and short dates."""
    return Locale.parse(_LOCALES[language])


def local_day(instant: datetime, zone: str) -> date:
    """The day it is in that zone at an instant; ValueError for an instant without a zone of its own."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant} needs a time zone")
    return instant.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=256)
def long(day: date, language: Language) -> str:
    """``Tuesday 5 January 2027``, ``mardi 5 janvier 2027``, ``Dienstag, 5. Januar 2027``.

    The day stays on one line with its month."""
    return _DAY_AND_MONTH.sub(rf"\1{NO_BREAK}", long_date(day, language))


def short(day: date, language: Language) -> str:
    """``Tue 5 January``, ``mar. 5 janvier``, ``Di., 5. Januar``."""
    text = format_date(day, _SHORT[language], locale=locale(language))
    # French writes the first of a month as an ordinal.
    return text.replace(" 1 ", " 1er ", 1) if language == "fr" and day.day == 1 else text


def distance(day: date, today: date, language: Language) -> str:
    """How far off a due date is: ``in 12 days``, ``today``, ``3 days late``."""
    days = (day - today).days
    if days == 0:
        return _TODAY[language]
    count = abs(days)
    # German needs the dative after "in" and "seit"; Babel's units are nominative.
    if language == "de":
        text = "einem Tag" if count == 1 else f"{count} Tagen"
    else:
        text = format_unit(count, "duration-day", locale=locale(language))
    return (_AHEAD if days > 0 else _LATE)[language].format(days=text)


def with_distance(day: date, today: date, language: Language) -> str:
    """``Tue 5 January (in 12 days)``."""
    return f"{short(day, language)} ({distance(day, today, language)})"


@lru_cache(maxsize=128)
def years(count: int, language: Language) -> str:
    """``5 years``, ``5 ans``, ``5 Jahre``."""
    return format_unit(count, "duration-year", locale=locale(language))


def listed(items: Sequence[str], language: Language) -> str:
    """``a, b and c``."""
    return format_list(list(items), locale=locale(language))
