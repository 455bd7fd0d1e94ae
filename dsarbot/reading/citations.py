"""Article citations: "Art. 15, 17 und 21 DSGVO" names three rights; "article 17 du code civil" names none.

A citation alone says which rights a letter speaks about, not which it asks for: ``triage`` decides that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

#: How far a list of articles behind the word "article" is read, in characters.
REACH = 90
#: Articles beyond this many are not read: no letter has so many.
MOST = 60

#: "Art. 15", "článku 15", "Airteagal 15"; ordinal marks may stand behind the number ("artigo 15.º").
_KEYWORD = re.compile(
    r"(?<!\w)(?:art(?:[ií][ckg]\w{1,7}|ykuł\w{0,2}|s|t)?|airteaga?i?l|čl(?:án(?:e?k)\w{0,3}|an(?:a?k)\w{0,3}|en\w{0,3})?"
    r"|чл(?:ен\w{0,4}|енове)?|[άα]ρθρ\w{0,2}|§{1,2})\.?(?=[\s\d])",
    re.IGNORECASE,
)
#: The number first: "15. cikk", "15 straipsnis", "15 artiklan", "15. člen", "15. un 17. pants".
_BEHIND = re.compile(
    r"(?<![\w.])(\d{1,3}(?:\.|-\w{1,3})?(?:(?: ?, ?| (?:és|un|ir|ja|in|i|a|ning|sekä) )\d{1,3}(?:\.|-\w{1,3})?){0,6}) ?"
    r"(?:cikk\w{0,8}|straipsn\w{1,4}|str\.|artikl\w{1,5}|člen\w{0,3}|člank\w{0,3}|pant\w{1,3})"
    r"(?: ?\(?(\d)\.?\)? (?:bekezd|dal|koh|odst|daļ|punkt|lõi|kohd))?",
    re.IGNORECASE,
)
#: Letters with which a keyword begins, or that stand in it: plain searches for them take less time than the pattern.
_BEGUN = (
    *("art", "Art", "ART", "airt", "Airt", "AIRT", "čl", "Čl", "ČL", "чл", "Чл", "ЧЛ"),
    *("άρθ", "Άρθ", "αρθ", "Αρθ", "ΑΡΘ", "ΆΡΘ", "§"),
)
_ENDED = (" cikk", " straipsn", " str.", " artikl", " člen", " člank", " pant")
_NUMBER = re.compile(r"\d{1,3}")
_TOKEN = re.compile(r"\w+|[^\s\w]")
_ABOUT_PARTS = frozenset(
    [
        "abs",
        "absatz",
        "satz",
        "s",
        "lit",
        "buchst",
        "buchstabe",
        "nr",
        "par",
        "para",
        "paragraph",
        "paragraphe",
        "paragraphs",
        "al",
        "alinéa",
        "lid",
        "punt",
        "point",
        "ust",
        "odst",
        "odsek",
        "odseku",
        "odstavec",
        "stavak",
        "stavka",
        "st",
        "ал",
        "параграф",
        "пар",
        "παράγραφος",
        "παρ",
        "stk",
        "lõige",
        "lõike",
        "n",
        "nº",
        "apartado",
        "comma",
        "alin",
        "alineatul",
        "paragrafu",
        "mír",
    ]
)
_JOINING = frozenset(
    [
        "and",
        "et",
        "und",
        "en",
        "sowie",
        "ainsi",
        "que",
        "or",
        "ou",
        "oder",
        "bzw",
        "y",
        "e",
        "i",
        "o",
        "resp",
        "f",
        "ff",
        "art",
        "arts",
        "article",
        "articles",
        "artikel",
        "artikeln",
        "the",
        "du",
        "de",
        "la",
        "le",
        "of",
        "der",
        "dem",
        "des",
        "and/or",
        "also",
        "as",
        "well",
        "och",
        "og",
        "oraz",
        "a",
        "și",
        "si",
        "и",
        "και",
        "agus",
        "u",
        "članka",
        "článku",
        "член",
        "чл",
        "čl",
        "άρθρο",
        "artículo",
        "artículos",
        "articolo",
        "artigo",
    ]
)
_RANGE = frozenset({"to", "à", "bis", "through", "au", "tot", "až", "до", "έως", "till", "til", "hasta"})
# Words that join two articles or make a chapter of them: "15 a 17" (Czech), "15 a 22" (Spanish), "15-22".
_PERHAPS_RANGE = frozenset({"a", "do", "-", "–"})
_CHAPTER = 3  # so far apart, it is a chapter
# Another law behind the number: these articles are not those of the GDPR.
_OTHER_LAW = frozenset(
    [
        "code",
        "civil",
        "commerce",
        "pénal",
        "travail",
        "agb",
        "cgv",
        "cgu",
        "bgb",
        "hgb",
        "stgb",
        "tkg",
        "uwg",
        "tmg",
        "ddg",
        "dsa",
        "lcen",
        "contract",
        "contrat",
        "vertrag",
        "vertrages",
        "agreement",
        "terms",
        "constitution",
        "charter",
        "charte",
        "statut",
        "satzung",
        "ai",
        "act",
        "directive",
        "bdsg",
        "lil",
    ]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """An article that gives a right, with its place [start, end) in the text."""

    right: str
    start: int
    end: int


def citations(text: str, articles: Mapping[str, str]) -> tuple[Citation, ...]:
    """The rights whose articles the text cites. ``articles``: "17" or "7.3" -> right. Linear; never raises."""
    found: list[Citation] = []
    end = 0
    for keyword in islice(_keywords(text), MOST):
        if keyword.start() < end:
            continue  # the list before has it: "Art. 15, Art. 17"
        numbers, end = _numbers(text, keyword.end())
        found += _rights(numbers, articles, keyword.start(), end)
    for behind in islice(_BEHIND.finditer(text), MOST) if any(map(text.__contains__, _ENDED)) else ():
        numbers = _NUMBER.findall(behind[1])
        if behind[2]:
            numbers.append(f"{numbers[-1]}.{behind[2]}")
        found += _rights(numbers, articles, behind.start(), behind.end())
    return tuple(sorted(found, key=attrgetter("start")))


def _keywords(text: str) -> Iterator[re.Match[str]]:
    places: list[int] = []
    for begun in _BEGUN:
        place = text.find(begun)
        while place >= 0:
            places.append(place)
            place = text.find(begun, place + 1)
    return (found for place in sorted(places) if (found := _KEYWORD.match(text, place)))


def _rights(numbers: list[str], articles: Mapping[str, str], start: int, end: int) -> Iterator[Citation]:
    for right in dict.fromkeys(articles[number] for number in numbers if number in articles):
        yield Citation(right=right, start=start, end=end)


def _numbers(text: str, start: int) -> tuple[list[str], int]:
    """Article numbers behind the keyword ("17", and "7.3" for a paragraph), and where the last of them ends."""
    numbers: list[str] = []
    end, before, article, adjacent = start, "", "", start
    for token in _TOKEN.finditer(text, start, start + REACH):
        word = token[0].lower()
        if word.isdecimal() and len(word) <= 3:
            is_paragraph = article and (before in _ABOUT_PARTS or (before in "(." and adjacent == token.start()))
            if not is_paragraph:
                if article and before in _PERHAPS_RANGE and int(word) - int(article) >= _CHAPTER:
                    return [], start
                article = word
            numbers.append(f"{article}.{word}" if is_paragraph else word)
            end = token.end()
        elif word in _RANGE:
            # "articles 15 to 22" is the whole chapter, not a choice of rights.
            return [], start
        elif not (word in _JOINING or word in _ABOUT_PARTS or not word[0].isalnum() or len(word) == 1):
            if word in _OTHER_LAW:
                return [], start
            break
        elif word in ";:?!":
            break
        if not (word == "." and before in _ABOUT_PARTS):  # "Abs. 3" is "Abs 3"
            before, adjacent = word, token.end()
    return numbers, end
