"""Pages out of templates: everything escaped, nothing undefined, every word in the viewer's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dsarbot import resources
from dsarbot.core.dates import Language
from dsarbot.desk.dating import distance, long, short, with_distance
from dsarbot.desk.digest_words import words as digest_words
from dsarbot.web.nav import ENTRIES, written
from dsarbot.web.words import words

#: A reference in a line leads to its case.
REFERENCE: Final = re.compile(r"\b[A-Z][A-Z0-9]{1,7}-\d{4}-\d{4,}-[0-9A-Z]\b")


class Screens:
    """The templates of the pages."""

    def __init__(self) -> None:
        self._marked = ""

    def mark(self, words: str) -> None:
        """From now on every page says this on top."""
        self._marked = words

    def html(self, name: str, language: Language, **values: object) -> str:
        """The page as text."""
        template = _environment().get_template(name)
        return template.render(say=Say(language), language=language, marked=self._marked, **values)

    def page(self, name: str, language: Language, status: int = 200, **values: object) -> HTMLResponse:
        """The page as an answer."""
        return HTMLResponse(
            self.html(name, language, **values), status_code=status, headers={"Content-Language": language}
        )


class Say:
    """What a template may say: texts of the pages, names of things, days and instants."""

    def __init__(self, language: Language) -> None:
        self._language: Final = language
        self._words: Final = words(language)
        self._digest: Final = digest_words(language)

    def __call__(self, key: str, **values: object) -> str:
        return self._words.text(key, **values)

    def count(self, key: str, number: int) -> str:
        return self._words.count(key, number)

    def known(self, key: str, otherwise: str) -> str:
        """The text of that key, or *otherwise* as it is: for slugs that the file need not know."""
        return self._words.texts.get(key, otherwise)

    def right(self, slug: str) -> str:
        return self._digest.texts.get(f"rights.{slug}", slug)

    def letter(self, moment: str) -> str:
        return self._digest.texts.get(f"letters.{moment}", moment)

    def marked(self, text: str, phrases: Iterable[str]) -> Markup:
        """The text with the phrases marked that made triage think so; everything else escaped."""
        wanted = sorted({phrase.casefold() for phrase in phrases if phrase.strip()}, key=len, reverse=True)
        if not wanted:
            return escape(text)
        found = re.compile("|".join(re.escape(each).replace(r"\ ", r"\s+") for each in wanted), re.IGNORECASE)
        out, at = Markup(), 0
        for match in found.finditer(text):
            out += escape(text[at : match.start()]) + Markup("<mark>{}</mark>").format(match[0])
            at = match.end()
        return out + escape(text[at:])

    def held(self, kind: str) -> str:
        """What waits for a person."""
        return self._digest.either(f"held.{kind}", "held.other")

    def day(self, day: date) -> str:
        """With its year, for pages that are kept."""
        return long(day, self._language)

    def short(self, day: date) -> str:
        return short(day, self._language)

    def near(self, day: date, today: date) -> str:
        return with_distance(day, today, self._language)

    def left(self, day: date, today: date) -> str:
        return distance(day, today, self._language)

    def moment(self, at: datetime, zone: str) -> str:
        """Day and time at the establishment; midnight sharp is a day of which no time is known."""
        local = at.astimezone(ZoneInfo(zone))
        clock = "" if (local.hour, local.minute, local.second) == (0, 0, 0) else f" {local:%H:%M}"
        return f"{short(local.date(), self._language)}{clock}"


@cache
def _environment() -> Environment:
    """One for the process: each template is read and compiled once."""
    environment = Environment(
        loader=FileSystemLoader(resources.shipped("templates") / "web" / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(sign=sign, reference=REFERENCE, places=ENTRIES, written=written)
    return environment


@cache
def sign(state: str) -> Markup:
    """The sign of a state; the word stands beside it, so that nothing is said by colour or sign alone."""
    return Markup(_SIGNS.get(state, "○"))  # noqa: S704  # signs of our own


_SIGNS: Final = {"late": "!", "soon": "◔", "waiting": "~", "done": "✓", "unsure": "?"}
