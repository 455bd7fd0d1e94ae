"""Names as words in letters A to Z: every writing that an accent, an umlaut or another alphabet may have got.

The tables stand in `names.toml`, where a DPO can read and correct them.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

_TABLE: Final = "names.toml"
_WORDS: Final = re.compile(r"[^\s,;/<\-‐‑–'’ʼ`´]+")
_UMLAUT: Final = re.compile(r"([AOU])E")
#: More words and letters than any name has; what lies behind them cannot slow a comparison down.
_MOST_WORDS: Final = 24
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name. text: as it was written; forms: its writings in A to Z, none if its alphabet is unknown;
    initial: a single letter that stands for a name."""

    text: str = field(repr=False)
    forms: frozenset[str] = field(repr=False)
    initial: bool = False

    @property
    def bare(self) -> frozenset[str]:
        """Its writings with every AE, OE and UE as A, O and U: what is left of an umlaut that somebody dropped."""
        return frozenset(_UMLAUT.sub(r"\1", form) for form in self.forms)

    def joined(self, other: Word) -> Word:
        """Both as one word."""
        return Word(self.text + other.text, frozenset(a + b for a in self.forms for b in other.forms))


@dataclass(frozen=True, slots=True)
class Tables:
    """letters: character -> its writings, the recommended one first; the other ones: words in capitals."""

    letters: Mapping[str, tuple[str, ...]]
    particles: frozenset[str]
    titles: frozenset[str]
    married: frozenset[str]


@cache
def tables() -> Tables:
    """The file as values."""
    read = tomllib.loads(files(__package__).joinpath(_TABLE).read_text("utf-8"))
    letters = {letter: tuple(writings) for part in ("letters", "cyrillic") for letter, writings in read[part].items()}
    words = {name: frozenset(listed) for name, listed in read["words"].items()}
    return Tables(MappingProxyType(letters), words["particles"], words["titles"], words["married"])


def words(name: str) -> tuple[Word, ...]:
    """The words of a name; hyphens and apostrophes part them as blanks do."""
    composed = unicodedata.normalize("NFC", name[: _MOST_WORDS * _LONGEST])
    return tuple(_word(found) for found in _WORDS.findall(composed)[:_MOST_WORDS])


def _word(text: str) -> Word:
    bare = text.strip('.()"')[:_LONGEST]
    return Word(bare, _forms(bare), initial=len(bare) == 1)


def _forms(word: str) -> frozenset[str]:
    """One writing per custom, not one per letter: nobody writes the first umlaut of a word so and the second other."""
    writings = [_writings(letter) for letter in word.upper()]
    customs = max((len(each) for each in writings), default=0)
    forms = ("".join(each[min(custom, len(each) - 1)] for each in writings) for custom in range(customs))
    return frozenset(filter(None, forms))


def _writings(letter: str) -> tuple[str, ...]:
    known = tables().letters.get(letter)
    if known is not None:
        return known
    plain = unicodedata.normalize("NFKD", letter)
    return ("".join(each for each in plain if "A" <= each <= "Z"),)
