"""The steps of a date as sentences, in the reader's language.

A step keeps its rule and its values, not only its text: the journal stores English, a screen, a letter or a
terminal renders the same step in French or German.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from dsarbot.core.dates import Language, long_date
from dsarbot.core.jurisdictions import Jurisdiction

_UNITS: Final[Mapping[str, Mapping[Language, tuple[str, str]]]] = MappingProxyType(
    {
        "m": {"en": ("month", "months"), "fr": ("mois", "mois"), "de": ("Monat", "Monate")},
        "d": {"en": ("day", "days"), "fr": ("jour", "jours"), "de": ("Tag", "Tage")},
    }
)
_QUESTIONS: Final[Mapping[str, Mapping[Language, str]]] = MappingProxyType(
    {
        "identity": {"en": "Question about identity", "fr": "Question d'identité", "de": "Frage zur Identität"},
        "clarification": {
            "en": "Question about scope",
            "fr": "Question de précision",
            "de": "Frage zum Umfang",
        },
    }
)


def sentence(rule: str, values: Mapping[str, str], place: Jurisdiction, language: Language = "en") -> str:
    """The step in one sentence. Values: ISO dates, `span` and `count` as ``3m`` or ``30d``, `kind`, `off`."""
    words = {key: _word(key, value, place, language) for key, value in values.items()}
    return _templates()[rule][language].format_map(words)


def _word(key: str, value: str, place: Jurisdiction, language: Language) -> str:
    match key:
        case "source":
            return place.source(value, language)
        case "span" | "count":
            return _amount(value, language)
        case "question":
            return _QUESTIONS[value][language]
        case "off":
            return ", ".join(_day_off(date.fromisoformat(day), place, language) for day in value.split())
        case "time" | "zone" | "number":
            return value
        case _:
            return long_date(date.fromisoformat(value), language)


def _amount(value: str, language: Language) -> str:
    """``3m`` -> 3 months; 0 takes the singular in French, the plural elsewhere."""
    number = int(value[:-1])
    singular, plural = _UNITS[value[-1]][language]
    return f"{number} {singular if number == 1 or (number == 0 and language == 'fr') else plural}"


def _day_off(day: date, place: Jurisdiction, language: Language) -> str:
    name = place.calendar.holiday_name(day, language)
    return f"{long_date(day, language)} ({name})" if name else long_date(day, language)


@cache
def _templates() -> Mapping[str, Mapping[Language, str]]:
    return MappingProxyType(tomllib.loads(files(__package__).joinpath("clock.toml").read_text("utf-8")))
