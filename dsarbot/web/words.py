"""The words of the pages: templates/web/<language>.toml and those of each part of the site in a folder beside it
(templates/web/<part>/<language>.toml), beside those that the digest has for the same things."""

from __future__ import annotations

from functools import cache

from dsarbot import resources
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.desk.digest_words import Words
from dsarbot.desk.digest_words import words as read


@cache
def words(language: Language) -> Words:
    """Of one language, of every part of the site."""
    texts = dict(read(language, "web").texts)
    for part in parts():
        texts |= read(language, f"web/{part}").texts
    return Words(language=language, texts=texts)


def parts() -> tuple[str, ...]:
    """The parts of the site that have words of their own."""
    shipped = resources.shipped("templates") / "web"
    return tuple(sorted(folder.name for folder in shipped.iterdir() if (folder / "en.toml").exists()))


def wanted(accept: str, fallback: Language) -> Language:
    """The language of a browser that asks for some, by RFC 9110 12.5.4; the fallback where none of them is ours."""
    asked: list[tuple[float, int, Language]] = []
    for number, each in enumerate(accept.split(",")):
        tag, _, rest = each.strip().partition(";")
        short = tag.strip().lower().split("-")[0]
        known = next((language for language in LANGUAGES if language == short), None)
        if known is not None and (weight := _weight(rest)) > 0:
            asked.append((-weight, number, known))
    return min(asked)[2] if asked else fallback


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
