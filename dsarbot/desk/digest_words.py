"""The words of mails to staff: templates/digest/<language>.toml and its neighbours notice and watch, with plural forms
and numbers as the language has them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from babel.numbers import format_decimal
from babel.units import format_unit

from dsarbot import resources
from dsarbot.core.dates import Language
from dsarbot.desk.dating import locale
from dsarbot.desk.typography import set_spaces

#: The plural forms a table of the file must hold; what Babel calls otherwise (French "many") is written like "other".
FORMS: Final = frozenset({"one", "other"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The words of one language. Keys are dotted paths of the file; a key that is missing is a KeyError."""

    language: Language
    texts: Mapping[str, str]

    def text(self, key: str, **values: object) -> str:
        """The text with its values. They are inserted as they are and never read as a template."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def either(self, key: str, otherwise: str) -> str:
        """The text of *key* where there is one, else of the other key: for slugs that the file may not know."""
        return self.texts.get(key) or self.texts[otherwise]

    def number(self, number: int) -> str:
        """``1,234``, ``1 234``, ``1.234``."""
        return format_decimal(number, locale=locale(self.language))

    def count(self, key: str, number: int) -> str:
        """The plural form of *key* for that number, with the number in it."""
        form = str(locale(self.language).plural_form(number))
        return self.texts.get(f"{key}.{form}", self.texts[f"{key}.other"]).format(n=self.number(number))

    def days(self, number: int) -> str:
        """``1 day``, ``8 jours``, ``8 Tage``."""
        return format_unit(number, "duration-day", locale=locale(self.language))


@cache
def words(language: Language, kind: str = "digest") -> Words:
    """The shipped words of a language for that kind of mail to staff: digest, notice or watch."""
    path = resources.find("templates", f"{kind}/{language}.toml")
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    return Words(language=language, texts={k: set_spaces(v, language) for k, v in _flat(written, "").items()})


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = str(value)
    return found
