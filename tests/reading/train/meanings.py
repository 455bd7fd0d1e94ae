"""The words of one meaning, from the thesaurus beside this file and the word groups of the lexicon, as numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dsarbot.reading.learned_words import BEGINNING, STEMS, pair_key, stem_key, word_key
from dsarbot.reading.lexicons import spellings

HERE = Path(__file__).parent
LEXICON = HERE.parents[2] / "dsarbot" / "reading" / "lexicon"

_PART = re.compile(r"[\w\u0300-\u036f]+\*?")
#: Groups of the lexicon that mean what a class of the thesaurus means, or several.
SAME = {
    "all": "everything", "access": "copy", "erasure": "erase", "erased": "erase", "forget": "erase",
    "correction": "correct", "restriction": "restrict", "processing": "use", "elsewhere": "transfer",
    "share": "recipients", "refused": "decision", "review": "human", "intervention": "human",
    "complaint": "anger", "authority": "official", "gdpr": "law", "want": "ask", "third": "colleague",
    "late": "dead", "mydata": "my data", "myfield": "my field", "myaccount": "my account",
}  # fmt: skip
#: A word this short that another language uses for something else says nothing.
SHORT = 3


@dataclass(frozen=True, kw_only=True)
class Entries:
    """``names``: the meanings, number 0 first; ``keys``: number of a word, stem or pair -> meanings; ``starts``: the
    numbers of words with which a pair begins."""

    names: tuple[str, ...]
    keys: dict[int, frozenset[int]]
    starts: frozenset[int]


def entries() -> Entries:
    """Everything that is known about words."""
    names: dict[str, int] = {}
    keys: dict[int, set[int]] = {}
    starts: set[int] = set()
    for meanings, entry in [*_thesaurus(), *_lexicon()]:
        numbers = {names.setdefault(name, len(names)) for name in meanings.split()}
        if len(parts := _PART.findall(entry.replace("_", " "))) == 2:
            starts.update(map(word_key, spellings(parts[0])))
        for key in _keys(entry):
            keys.setdefault(key, set()).update(numbers)
    found = {key: frozenset(numbers) for key, numbers in sorted(keys.items())}
    return Entries(names=tuple(names), keys=found, starts=frozenset(starts))


def _thesaurus() -> Iterator[tuple[str, str]]:
    for name, languages in tomllib.loads((HERE / "thesaurus.toml").read_text("utf-8")).items():
        for line in languages.values():
            yield from ((name, entry) for entry in line.split())


def _lexicon() -> Iterator[tuple[str, str]]:
    small: dict[str, set[str]] = {}
    for language, words in tomllib.loads((LEXICON / "tongues.toml").read_text("utf-8")).items():
        for word in words.split():
            small.setdefault(word, set()).add(language)
    for path in sorted(LEXICON.glob("*.toml")):
        language = path.stem
        if language == "tongues":
            continue
        for name, listed in tomllib.loads(path.read_text("utf-8")).get("words", {}).items():
            for entry in listed:
                if len(entry) > SHORT or not small.get(entry, set()) - {language}:
                    yield SAME.get(name, name), entry


def _keys(entry: str) -> Iterator[int]:
    """The numbers under which an entry is looked up; entries of more than two words are left out."""
    parts = _PART.findall(entry.replace("_", " "))
    last = parts[-1].removesuffix("*")
    for spelled in spellings(last):
        if not parts[-1].endswith("*"):
            end = word_key(spelled)
        else:
            # A stem is looked up by its first letters: as many as are given, at most.
            length = next((length for length in STEMS if length <= len(spelled)), 0)
            if not length:
                continue
            end = stem_key(spelled[: BEGINNING if len(parts) == 2 else length])
        if len(parts) == 1:
            yield end
        elif len(parts) == 2:
            yield from (pair_key(word_key(first), end) for first in spellings(parts[0]))
