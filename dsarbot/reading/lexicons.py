"""Load the lexicon files and compile their phrases.

What people ask for stands in ``lexicon/*.toml``, one file per language, written to be read and extended by a
lawyer; this module turns it into small integer tables, once. The five languages of most mail are compiled together
at the first mail; every other one by itself, when its small words first show up in a text (``tongues``). The
language of a phrase (explained for people in ``lexicon/common.toml``):

* ``word`` exactly this word, ``stem*`` a word that begins so, ``{group}`` any entry of that word group,
  ``a|b*|{c}`` one of these; upper and lower case and accents do not matter;
* ``..`` up to three other words, ``...`` up to eight other words in between;
* ``left + right`` both, in any order, at most eight words apart.

Every list of phrases has its path as label, e.g. ``("rights", "erasure", "asks")``.
"""

from __future__ import annotations

import re
import sys
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
Meaning = tuple[int, ...]

#: Always read: the rules must not depend on which one language a text seems to have.
MAIN = ("common", "de", "en", "fr", "lb", "nl")
#: Phrases that every further language makes of its own word groups.
ANY = "any"

_PART = re.compile(r"[\w\u0300-\u036f]+\*?")
_GROUP = re.compile(r"\{(\w+)\}")

SHORT_GAP, LONG_GAP = 3, 8
STEM_KEY = 3  # stems are found by their first letters, so they have at least this many
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i"})
_GAPS = {"..": SHORT_GAP, "...": LONG_GAP}
#: Words that were looked up are remembered, because few make up most of all texts; so many at most.
MOST_KNOWN = 20_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Phrase:
    """One compiled phrase: ``steps`` are (most words skipped before, concept); ``needs`` all its concepts."""

    number: int
    label: Label
    language: str
    steps: tuple[tuple[int, int], ...]
    needs: frozenset[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """A several-word entry: the atoms one after another, and the atom that they stand for together."""

    run: tuple[int, ...]
    whole: int
    needs: frozenset[int]


class Known(dict[str, Meaning]):
    """The atoms that each folded word can be; nothing for a word that no phrase uses."""

    def __init__(self, words: Mapping[str, Meaning], stems: Mapping[str, tuple[tuple[str, Meaning], ...]]) -> None:
        super().__init__()
        self._words, self._stems = words, stems

    def __missing__(self, word: str) -> Meaning:
        if len(self) >= MOST_KNOWN:
            self.clear()
        made = self[word] = self._words[word] if word in self._words else begun(word, self._stems)
        return made


@dataclass(kw_only=True, slots=True, eq=False)
class Lexicon:
    """Some lexicon files, compiled. Filled while loading, only read afterwards.

    An atom is a word, a stem or a word group; a concept is what one step of a phrase takes: one atom of several.
    """

    words: dict[str, Meaning] = field(default_factory=dict)
    stems: dict[str, tuple[tuple[str, Meaning], ...]] = field(default_factory=dict)
    #: concept -> its atoms, and atom -> the concepts that take it
    atoms: tuple[Meaning, ...] = ()
    concepts: dict[int, Meaning] = field(default_factory=dict)
    #: rarest atom -> the several-word entries
    expressions: dict[int, tuple[Expression, ...]] = field(default_factory=dict)
    #: the rarest concept of a phrase -> its next rarest (or itself) -> the phrases
    phrases: dict[int, tuple[tuple[int, tuple[Phrase, ...]], ...]] = field(default_factory=dict)
    articles: dict[str, str] = field(default_factory=dict)

    known: Known = field(init=False)

    def __post_init__(self) -> None:
        self.known = Known(self.words, self.stems)

    def every(self) -> Iterator[Phrase]:
        """All phrases."""
        return (phrase for beside in self.phrases.values() for _, phrases in beside for phrase in phrases)


def begun(word: str, stems: Mapping[str, tuple[tuple[str, Meaning], ...]]) -> Meaning:
    """The atoms of the stems that the word begins with."""
    found = [atoms for stem, atoms in stems.get(word[:STEM_KEY], ()) if word.startswith(stem)]
    return found[0] if len(found) == 1 else tuple(atom for atoms in found for atom in atoms)


def fold(word: str) -> str:
    """Without case, accents and ligatures, so that "Données", "DONNEES" and "donnees" are one word."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def spellings(word: str) -> set[str]:
    """The folded word, and how it is typed without umlauts (``löschen``, ``loeschen``)."""
    return {fold(word)} if word.isascii() else {fold(word), fold(word.casefold().translate(_DIGRAPHS))}


class _Compiler:
    """Gives every distinct word, stem and group, and every distinct set of them, a number."""

    def __init__(self) -> None:
        self.atoms: dict[tuple[str, str], int] = {}
        self.concepts: dict[tuple[str, str], int] = {}
        self.members: list[Meaning] = []
        self.exact: dict[str, list[int]] = {}
        self.stem: dict[str, list[int]] = {}
        self.expressions: list[Expression] = []
        self.groups: dict[tuple[str, str], tuple[str, ...]] = {}
        self.phrases: list[Phrase] = []

    def concept(self, language: str, spelled: str) -> int:
        """The number of one element of a phrase: ``word``, ``stem*``, ``{group}`` or alternatives of them."""
        key = (language if "{" in spelled else "", spelled)
        if key not in self.concepts:
            self.concepts[key] = len(self.concepts)
            atoms = (self._atom(language, alternative) for alternative in spelled.split("|"))
            self.members.append(tuple(dict.fromkeys(atoms)))
        return self.concepts[key]

    def _atom(self, language: str, spelled: str) -> int:
        grouped = spelled.startswith("{")
        key = (language if grouped else "", spelled)
        if key not in self.atoms:
            number = self.atoms[key] = len(self.atoms)
            for entry in self._group(language, spelled.strip("{}")) if grouped else (spelled,):
                self._admit(language, entry, number)
        return self.atoms[key]

    def _group(self, language: str, name: str) -> tuple[str, ...]:
        group = self.groups.get((language, name)) or self.groups.get(("common", name))
        if group is None:
            raise ValueError(f"lexicon {language}: unknown word group {{{name}}}")
        return group

    def knows(self, language: str, phrase: str) -> bool:
        """A phrase of all languages is left out where a language has no such word group."""
        names = _GROUP.findall(phrase)
        return all((language, name) in self.groups or ("common", name) in self.groups for name in names)

    def _admit(self, language: str, entry: str, number: int) -> None:
        parts = _PART.findall(entry.replace("_", " "))
        if not parts:
            raise ValueError(f"lexicon {language}: an alternative is empty")
        if len(parts) == 1 and parts[0].endswith("*"):
            for stem in spellings(parts[0].removesuffix("*")):
                if len(stem) < STEM_KEY:
                    raise ValueError(f"lexicon {language}: the stem {entry} is too short")
                self.stem.setdefault(stem, []).append(number)
        elif len(parts) == 1:
            for word in spellings(parts[0]):
                self.exact.setdefault(word, []).append(number)
        else:
            run = tuple(self._atom(language, part) for part in parts)
            self.expressions.append(Expression(run=run, whole=number, needs=frozenset(run)))

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
        made = Lexicon(atoms=tuple(self.members))
        for stem, numbers in self.stem.items():
            known = made.stems.get(stem[:STEM_KEY], ())
            made.stems[stem[:STEM_KEY]] = (*known, (stem, tuple(dict.fromkeys(numbers))))
        same: dict[Meaning, Meaning] = {}
        for word, numbers in self.exact.items():
            meaning = tuple(dict.fromkeys((*numbers, *begun(word, made.stems))))
            made.words[word] = same.setdefault(meaning, meaning)
        taken: dict[int, list[int]] = {}
        for concept, atoms in enumerate(self.members):
            for atom in atoms:
                taken.setdefault(atom, []).append(concept)
        made.concepts = {atom: tuple(concepts) for atom, concepts in taken.items()}
        made.expressions = _by_rarest(self.expressions)
        made.phrases = {
            anchor: tuple(_by_rarest(phrases, without=anchor).items())
            for anchor, phrases in _by_rarest(self.phrases).items()
        }
        return made


_Indexed = TypeVar("_Indexed", Phrase, Expression)


def _by_rarest(items: Sequence[_Indexed], *, without: int | None = None) -> dict[int, tuple[_Indexed, ...]]:
    """Index by what the fewest items share (of all but ``without``): most texts then touch few of them."""
    shared = Counter(need for item in items for need in item.needs)
    index: dict[int, list[_Indexed]] = {}
    for item in items:
        needs = item.needs - {without} or item.needs
        index.setdefault(min(needs, key=lambda need: (shared[need], need)), []).append(item)
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
            yield (*path, sys.intern(key)), [str(item) for item in value] if isinstance(value, list) else [str(value)]


def compile_lexicon(tables: Iterable[tuple[str, Table]], shared: Table | None = None) -> Lexicon:
    """Compile (language, parsed TOML) pairs; ValueError names an unknown group or a stem that is too short.

    ``shared`` are phrases that each of the languages makes of its own word groups, where it has them.
    """
    compiler = _Compiler()
    articles: dict[str, str] = {}
    phrases: list[tuple[Label, str, str]] = []
    for language, table in tables:
        for label, entries in _lists(table):
            if label[0] == "words":
                compiler.groups[language, label[1]] = tuple(entries)
            elif label[0] == "articles":
                articles |= dict.fromkeys(entries, label[1])
            else:
                phrases += [(label, language, text) for text in entries]
        if language != "common":
            same = ((label, text) for label, entries in _lists(shared or {}) for text in entries)
            phrases += [(label, language, text) for label, text in same if compiler.knows(language, text)]
    for label, language, text in phrases:
        compiler.phrase(label, language, text)
    made = compiler.lexicon()
    made.articles = articles
    return made


def _read(name: str) -> Table:
    path = files("dsarbot.reading") / "lexicon" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def lexicon() -> Lexicon:
    """The languages of most mail, and what is common to all. Read once per process."""
    return compile_lexicon((name, _read(name)) for name in MAIN)


@cache
def further(language: str) -> Lexicon:
    """One of the other languages. Read when it is first met."""
    groups = {"words": _read("common")["words"]}
    return compile_lexicon([("common", groups), (language, _read(language))], _read(ANY))
