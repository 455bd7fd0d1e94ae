"""Articles as the reader of a letter sees them cited: ``12(5)(b)`` is written differently in each language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from dsarbot.core.dates import Language
from dsarbot.desk.dating import listed
from dsarbot.desk.typography import set_spaces

_ARTICLE: Final = re.compile(r"(?P<number>\d+)(?:\((?P<paragraph>\d+)\))?(?:\((?P<point>[a-z])\))?(?: (?P<law>\w+))?")
#: Laws that articles of rights refer to; the first is meant where none is named. LIL: the French law of 1978.
_LAWS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"": "GDPR", "LIL": "of the French Law no. 78-17 of 6 January 1978"},
    "fr": {"": "du RGPD", "LIL": "de la loi n° 78-17 du 6 janvier 1978"},
    "de": {"": "DSGVO", "LIL": "des französischen Gesetzes Nr. 78-17 vom 6. Januar 1978"},
}


@lru_cache(maxsize=256)
def cite(article: str, language: Language) -> str:
    """``11(2), 12(2)`` -> "Art. 11(2) and Art. 12(2) GDPR", "Art. 11 Abs. 2 und Art. 12 Abs. 2 DSGVO", ...

    What is no such number is given back as it is: a right from a stranger's package may cite as it likes."""
    found = [_ARTICLE.fullmatch(part.strip()) for part in article.split(",")]
    matches = [match for match in found if match is not None]
    if len(matches) != len(found) or any((m["law"] or "") not in _LAWS[language] for m in matches):
        return article
    law = _LAWS[language][matches[-1]["law"] or ""]
    comma = "," if language == "fr" and matches[-1]["paragraph"] else ""
    cited = listed([_one(match, language) for match in matches], language)
    if comma:  # the commas inside each citation want one before "et", too
        cited = cited.replace(" et ", ", et ")
    return set_spaces(f"{cited}{comma} {law}", language)


def _one(match: re.Match[str], language: Language) -> str:
    number, paragraph, point = match["number"], match["paragraph"], match["point"]
    if language == "en":
        return f"Art. {number}" + (f"({paragraph})" if paragraph else "") + (f"({point})" if point else "")
    if language == "fr":
        tail = (f", paragraphe {paragraph}" if paragraph else "") + (f", point {point})" if point else "")
        return f"article {number}{tail}"
    return f"Art. {number}" + (f" Abs. {paragraph}" if paragraph else "") + (f" Buchst. {point}" if point else "")
