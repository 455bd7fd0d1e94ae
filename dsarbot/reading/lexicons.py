"""Load the lexicon files and compile their phrases.

What people ask for stands in ``lexicon/*.toml``, one file per language, written to be read and extended by a
lawyer; this module turns it into small integer tables, once. The language of a phrase (explained for people
in ``lexicon/common.toml``):

* ``word`` exactly this word, ``stem*`` a word that begins so, ``{group}`` any entry of that word group,
  ``a|b*|{c}`` one of these; upper and lower case and accents do not matter;
* ``..`` up to three other words, ``...`` up to eight other words in between;
* ``left + right`` both, in any order, at most eight words apart.

Every list of phrases has its path as label, e.g. ``("rights", "erasure", "asks")``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TypeVar

Label = tuple[str, ...]
Table = Mapping[str, object]

#: A word: letters, digits and combining marks (text that was typed on a Mac often has them apart).
WORD = re.compile(r"[\w\u0300-\u036f]+")

_PART = re.compile(r"[\w\u0300-\u036f]+\*?")

SHORT_GAP, LONG_GAP = 3, 8
STEM_KEY = 3  # stems are found by their first letters, so they have at least this many
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "đ": "d"})
_NOTHING: frozenset[int] = frozenset()
_GAPS = {"..": SHORT_GAP, "...": LONG_GAP}


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """One compiled phrase: ``steps`` are (most words skipped before, concept); ``needs`` all its concepts."""

    number: int
    label: Label
    language: str
    steps: tuple[tuple[int, int], ...]
    needs: frozenset[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """A several-word entry of a group: the concepts one after another, and the group's own concept."""

    run: tuple[int, ...]
    group: int
    needs: frozenset[int]


@dataclass(kw_only=True, slots=True)
class Lexicon:
    """All lexicon files, compiled. Filled while loading, only read afterwards."""

    words: dict[str, frozenset[int]] = field(default_factory=dict)
    stems: dict[str, tuple[tuple[str, frozenset[int]], ...]] = field(default_factory=dict)
    #: rarest concept -> the several-word entries of groups
    expressions: dict[int, tuple[Expression, ...]] = field(default_factory=dict)
    #: the rarest concept of a phrase -> the phrases
    phrases: dict[int, tuple[Phrase, ...]] = field(default_factory=dict)
    function_words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    articles: dict[str, str] = field(default_factory=dict)

    def meanings(self, words: Sequence[str]) -> list[frozenset[int]]:
        """What each folded word can stand for; nothing for a word that no phrase uses."""
        exact = self.words
        return [meaning if (meaning := exact.get(word)) is not None else self._begun(word) for word in words]

    def _begun(self, word: str) -> frozenset[int]:
        if (stems := self.stems.get(word[:STEM_KEY])) is None:
            return _NOTHING
        return _NOTHING.union(*(concepts for stem, concepts in stems if word.startswith(stem)))


def fold(word: str) -> str:
    """Without case, accents and ligatures, so that "Données", "DONNEES" and "donnees" are one word."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def spellings(word: str) -> set[str]:
    """The folded word, and how it is typed without umlauts (``löschen``, ``loeschen``)."""
    return {fold(word), fold(word.casefold().translate(_DIGRAPHS))}


class _Compiler:
    """Gives every distinct set of words (literal, stem, group, alternative) a number."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str], int] = {}
        self.exact: dict[str, set[int]] = {}
        self.stem: dict[str, set[int]] = {}
        self.expressions: list[Expression] = []
        self.groups: dict[tuple[str, str], tuple[str, ...]] = {}
        self.phrases: list[Phrase] = []

    def concept(self, language: str, spelled: str) -> int:
        """The number of one element of a phrase: ``word``, ``stem*``, ``{group}`` or alternatives of them."""
        key = (language if "{" in spelled else "", spelled)
        if key not in self.numbers:
            number = self.numbers[key] = len(self.numbers)
            for entry in self._entries(language, spelled):
                self._admit(language, entry, number)
        return self.numbers[key]

    def _entries(self, language: str, spelled: str) -> Iterator[str]:
        for alternative in spelled.split("|"):
            if alternative.startswith("{"):
                name = alternative.strip("{}")
                group = self.groups.get((language, name)) or self.groups.get(("common", name))
                if group is None:
                    raise ValueError(f"lexicon {language}: unknown word group {alternative}")
                yield from group
            else:
                yield alternative

    def _admit(self, language: str, entry: str, number: int) -> None:
        parts = _PART.findall(entry.replace("_", " "))
        if len(parts) == 1 and parts[0].endswith("*"):
            for stem in spellings(parts[0].removesuffix("*")):
                if len(stem) < STEM_KEY:
                    raise ValueError(f"lexicon {language}: the stem {entry} is too short")
                self.stem.setdefault(stem, set()).add(number)
        elif len(parts) == 1:
            for word in spellings(parts[0]):
                self.exact.setdefault(word, set()).add(number)
        else:
            run = tuple(self.concept(language, part) for part in parts)
            self.expressions.append(Expression(run=run, group=number, needs=frozenset(run)))

    def phrase(self, label: Label, language: str, text: str) -> None:
        """Compile one phrase; ``left + right`` becomes both orders."""
        left, plus, right = text.partition(" + ")
        orders = (f"{left} ... {right}", f"{right} ... {left}") if plus else (text,)
        for order in orders:
            steps: list[tuple[int, int]] = []
            gap = 0
            for element in order.split():
                if element in _GAPS:
                    gap = _GAPS[element]
                    continue
                for part in _parts(element):
                    steps.append((gap, self.concept(language, part)))
                    gap = 0
            needs = frozenset(concept for _, concept in steps)
            number = len(self.phrases)
            self.phrases.append(Phrase(number=number, label=label, language=language, steps=tuple(steps), needs=needs))

    def lexicon(self) -> Lexicon:
        """Index everything: words by spelling, phrases by the concept that the fewest phrases share."""
        made = Lexicon()
        for word, numbers in self.exact.items():
            begun = (found for stem, found in self.stem.items() if word.startswith(stem))
            made.words[word] = frozenset(numbers).union(*begun)
        for stem, numbers in self.stem.items():
            known = made.stems.get(stem[:STEM_KEY], ())
            made.stems[stem[:STEM_KEY]] = (*known, (stem, frozenset(numbers)))
        made.expressions = _by_rarest(self.expressions)
        made.phrases = _by_rarest(self.phrases)
        return made


_Indexed = TypeVar("_Indexed", Phrase, Expression)


def _by_rarest(items: Sequence[_Indexed]) -> dict[int, tuple[_Indexed, ...]]:
    """Index by the concept that the fewest items share: most texts then touch few of them."""
    shared = Counter(concept for item in items for concept in item.needs)
    index: dict[int, list[_Indexed]] = {}
    for item in items:
        index.setdefault(min(item.needs, key=lambda concept: (shared[concept], concept)), []).append(item)
    return {anchor: tuple(listed) for anchor, listed in index.items()}


def _parts(element: str) -> list[str]:
    # "s'il" and "e-mail" are two words in a text, so they are two steps of a phrase.
    return [element] if "|" in element or "{" in element else _PART.findall(element)


def _lists(table: Table, path: Label = ()) -> Iterator[tuple[Label, list[str]]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _lists(value, (*path, key))
        else:
            # One phrase may stand there without its brackets.
            yield (*path, key), [str(item) for item in value] if isinstance(value, list) else [str(value)]


def compile_lexicon(tables: Iterable[tuple[str, Table]]) -> Lexicon:
    """Compile (language, parsed TOML) pairs; ValueError names an unknown group or a stem that is too short."""
    compiler = _Compiler()
    function_words: dict[str, tuple[str, ...]] = {}
    articles: dict[str, str] = {}
    phrases: list[tuple[Label, str, str]] = []
    for language, table in tables:
        for label, entries in _lists(table):
            if label[0] == "words":
                compiler.groups[language, label[1]] = tuple(entries)
            elif label[0] == "function_words":
                for word in entries:
                    function_words[fold(word)] = (*function_words.get(fold(word), ()), label[1])
            elif label[0] == "articles":
                articles |= dict.fromkeys(entries, label[1])
            else:
                phrases += [(label, language, text) for text in entries]
    for label, language, text in phrases:
        compiler.phrase(label, language, text)
    made = compiler.lexicon()
    made.function_words, made.articles = function_words, articles
    return made


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon, read once per process."""
    folder = files("dsarbot.reading") / "lexicon"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda i: i.name)
    return compile_lexicon(
        (item.name.removesuffix(".toml"), tomllib.loads(item.read_text(encoding="utf-8"))) for item in found
    )
