"""Dates as mail programs print them above a quoted message, in French, English, German (and numbers).

Such a date was typed by a program of somebody else, in somebody else's time zone: a proposal for a person, never proof.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from dsarbot.reading.headers import parse_date

_MONTHS = (
    ("janvier", "january", "januar", "jänner", "janv", "jan"),
    ("février", "fevrier", "february", "februar", "févr", "fevr", "feb"),
    ("mars", "march", "märz", "mär", "mar"),
    ("avril", "april", "avr", "apr"),
    ("mai", "may"),
    ("juin", "june", "juni", "jun"),
    ("juillet", "july", "juli", "juil", "jul"),
    ("août", "aout", "august", "aug"),
    ("septembre", "september", "sept", "sep"),
    ("octobre", "october", "oktober", "oct", "okt"),
    ("novembre", "november", "nov"),
    ("décembre", "decembre", "december", "dezember", "déc", "dec", "dez"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WORDS = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:er|st|nd|rd|th)?\.?\s+({_WORDS})\b\.?,?\s+(\d{{4}})", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b({_WORDS})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
_TIME = re.compile(r"\b(\d{1,2})\s?[:h]\s?(\d{2})(?::(\d{2}))?(?:\s?([ap])\.?m\b\.?)?", re.IGNORECASE)
_ZONE = re.compile(r"(?:(?:UTC|GMT)\s?([+\u2212-])\s?(\d{1,2})(?::?(\d{2}))?|([+-])(\d{2}):?(\d{2})\b)")


def parse_quoted_date(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The instant (UTC) of "lundi 3 novembre 2025 10:12", "November 3, 2025 at 10:12 AM", ... or None.

    ``zone`` is assumed where the text names none.
    """
    text = " ".join(text[:200].replace("\u202f", " ").split())
    day = _day(text)
    if day is None:
        return parse_date(text)
    time = _TIME.search(text)
    hour, minute = (int(time[1]), int(time[2])) if time else (0, 0)
    if time and time[4]:
        hour = hour % 12 + (12 if time[4].lower() == "p" else 0)
    try:
        written = datetime(*day, hour, minute, int(time[3] or 0) if time else 0, tzinfo=_zone(text, zone))
        return written.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> tuple[int, int, int] | None:
    if match := _DAY_FIRST.search(text):
        return int(match[3]), _MONTH[match[2].lower()], int(match[1])
    if match := _MONTH_FIRST.search(text):
        return int(match[3]), _MONTH[match[1].lower()], int(match[2])
    if match := _ISO.search(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _NUMBERS.search(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        # Day first, as in France and Germany; a second number above 12 can only be an American day.
        return (year, first, second) if second > 12 else (year, second, first)
    return None


def _zone(text: str, default: tzinfo) -> tzinfo:
    match = _ZONE.search(text)
    if match is None:
        return UTC if re.search(r"\b(?:UTC|GMT|Z)\b", text) else default
    sign, hours, minutes = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset >= timedelta(hours=24):
        return default
    return timezone(offset if sign == "+" else -offset)
