"""Dates as mail programs print them above a quoted message: French, English, German, Dutch, Italian, Spanish, numbers.

Such a date was typed by a program of somebody else, in somebody else's time zone: a proposal for a person, never proof.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from dsarbot.reading.headers import parse_date

_MONTHS = (
    ("janvier", "january", "januar", "jänner", "januari", "gennaio", "enero", "janeiro", "janv", "jan", "gen", "ene"),
    (
        "février",
        "fevrier",
        "february",
        "februar",
        "februari",
        "febbraio",
        "febrero",
        "fevereiro",
        "févr",
        "fevr",
        "feb",
    ),
    ("mars", "march", "märz", "maart", "marzo", "março", "mär", "mar", "mrt"),
    ("avril", "april", "aprile", "abril", "avr", "apr", "abr"),
    ("mai", "may", "mei", "maggio", "mayo", "maio", "mag"),
    ("juin", "june", "juni", "giugno", "junio", "junho", "jun", "giu"),
    ("juillet", "july", "juli", "luglio", "julio", "julho", "juil", "jul", "lug"),
    ("août", "aout", "august", "augustus", "agosto", "aug", "ago"),
    ("septembre", "september", "settembre", "septiembre", "setembro", "sept", "sep", "set"),
    ("octobre", "october", "oktober", "ottobre", "octubre", "outubro", "oct", "okt", "ott", "out"),
    ("novembre", "november", "noviembre", "novembro", "nov"),
    ("décembre", "decembre", "december", "dezember", "dicembre", "diciembre", "dezembro", "déc", "dec", "dez", "dic"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WORDS = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:er|st|nd|rd|th)?\.?\s+(?:de\s+)?({_WORDS})\b\.?,?\s+(?:de\s+)?(\d{{4}})", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"\b({_WORDS})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"\b(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\b")
_TIME = re.compile(
    r"\b(\d{1,2})(?:\s?[:h]\s?|\.(?=\d{2} uhr))(\d{2})(?::(\d{2}))?(?:\s?([ap])\.?m\b\.?)?", re.IGNORECASE
)
#: Hours east of Greenwich for what programs print instead of an offset.
_NAMED = {"CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "WET": 0, "WEST": 1, "EST": -5, "EDT": -4, "PST": -8, "PDT": -7}
_NAMED_ZONE = re.compile(rf"\b({'|'.join(_NAMED)})\b")
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
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        year += 2000 if year < 100 else 0
        # Day first, as in France and Germany; a second number above 12 can only be an American day.
        return (year, first, second) if second > 12 else (year, second, first)
    return None


def _zone(text: str, default: tzinfo) -> tzinfo:
    # "03-11-2025" holds no offset.
    text = _NUMBERS.sub("", _ISO.sub("", text))
    match = _ZONE.search(text)
    if match is None and (named := _NAMED_ZONE.search(text)):
        return timezone(timedelta(hours=_NAMED[named[1]]))
    if match is None:
        return UTC if re.search(r"\b(?:UTC|GMT|Z)\b", text) else default
    sign, hours, minutes = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset >= timedelta(hours=24):
        return default
    return timezone(offset if sign == "+" else -offset)
