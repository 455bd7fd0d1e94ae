"""The steps of a date as sentences, in the reader's language.

A step keeps its rule and its values, not only its text: the journal stores English, a screen, a letter or a
terminal renders the same step in French or German.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
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
_AT: Final[Mapping[Language, str]] = MappingProxyType({"en": " at ", "fr": " à ", "de": " um "})
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
    """The step in one sentence.

    Values by key: `source` (a key of jurisdictions.toml), `span` and `count` (``3m``, ``30d``), `question` (a kind of
    pause), `off` (ISO dates), `when` (local minute), `zone`, `number`; every other one is an ISO date.
    """
    words = {key: _word(key, value, place, language) for key, value in values.items()}
    return _templates()[rule][language].format_map(words)


def _word(key: str, value: str, place: Jurisdiction, language: Language) -> str:
    match key:
        case "source":
            word = place.source(value, language)
        case "span" | "count":
            word = _amount(value, language)
        case "question":
            word = _QUESTIONS[value][language]
        case "off":
            word = ", ".join(_day_off(date.fromisoformat(day), place, language) for day in value.split())
        case "zone" | "number":
            word = value
        case "when":
            word = _moment(datetime.fromisoformat(value), language)
        case _:
            word = long_date(date.fromisoformat(value), language)
    return word


def _amount(value: str, language: Language) -> str:
    """``3m`` -> 3 months; 0 takes the singular in French, the plural elsewhere."""
    number = int(value[:-1])
    singular, plural = _UNITS[value[-1]][language]
    return f"{number} {singular if number == 1 or (number == 0 and language == 'fr') else plural}"


def _moment(when: datetime, language: Language) -> str:
    """Day and minute; midnight sharp is how a receipt known only by its day is written."""
    day = long_date(when.date(), language)
    return day if when.time() == time.min else f"{day}{_AT[language]}{when:%H:%M}"


def _day_off(day: date, place: Jurisdiction, language: Language) -> str:
    name = place.calendar.holiday_name(day, language)
    return f"{long_date(day, language)} ({name})" if name else long_date(day, language)


@cache
def _templates() -> Mapping[str, Mapping[Language, str]]:
    return MappingProxyType(tomllib.loads(files(__package__).joinpath("clock.toml").read_text("utf-8")))
