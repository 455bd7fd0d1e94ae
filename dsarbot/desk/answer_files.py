"""The files of an answer, as its letter lists them: their names in the portal, what they hold, how large they are."""

from __future__ import annotations

from typing import Final

from babel.numbers import format_decimal

from dsarbot.core.dates import Language
from dsarbot.core.package import listed
from dsarbot.desk.occasion import Occasion
from dsarbot.desk.sections import Blocks, Bullets, Line, Span, clean
from dsarbot.desk.templates import TemplateSource

_KILO: Final = 1000
_UNITS: Final[dict[Language, tuple[str, str]]] = {"en": ("kB", "MB"), "fr": ("ko", "Mo"), "de": ("kB", "MB")}


def downloads(occasion: Occasion, sources: TemplateSource) -> Blocks:  # noqa: ARG001
    """One line for each."""
    return (Bullets(tuple(_lines(occasion))),)


def size(number: int, language: Language) -> str:
    """Bytes as people write them (ISO 80000-13: 1,000 of one are one of the next)."""
    kilo, mega = _UNITS[language]
    if number < _KILO * _KILO:
        return f"{max(1, round(number / _KILO))}\N{NO-BREAK SPACE}{kilo}"
    amount = format_decimal(round(number / _KILO / _KILO, 1), locale=language)
    return f"{amount}\N{NO-BREAK SPACE}{mega}"


def _lines(occasion: Occasion) -> list[Line]:
    found = list[Line]()
    for name, packed in listed(occasion.case, occasion.purpose.files):
        said = f" – {clean(packed.title)}" if packed.title else ""
        found.append((Span(name, bold=True), Span(f" ({size(packed.size, occasion.language)}){said}")))
    return found
