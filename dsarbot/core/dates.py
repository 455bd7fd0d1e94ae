"""Calendar arithmetic on plain dates, and dates as a person reads them.

It exists so that the clock has no arithmetic of its own: months are added in one place, with the rule beside it.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final, Literal

Language = Literal["en", "fr", "de"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr", "de")

_WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
}


def add_months(day: date, months: int) -> date:
    """The same day number so many months later, or the last day of a month that has no such day.

    Always add the whole number of months to the first day: 31 January + 1 + 2 months would be 28 April.
    """
    # Regulation (EEC, Euratom) 1182/71 Art. 3(2)(c): a period in months ends with the day that "falls on the
    # same date"; if that day "does not occur in the last month", with "the last day of that month".
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def long_date(day: date, language: Language = "en") -> str:
    """A date in words: ``Tuesday 7 April 2026``, ``mardi 7 avril 2026``, ``Dienstag, 7. April 2026``."""
    weekday, month = _WEEKDAYS[language][day.weekday()], _MONTHS[language][day.month - 1]
    if language == "de":
        return f"{weekday}, {day.day}. {month} {day.year}"
    # French writes the first of a month as an ordinal: "1er avril".
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{weekday} {number} {month} {day.year}"
