"""What of a very long text is worth a search: its beginning, its end, and sentences in which somebody may ask.

A mail of 64 kB is a log, a contract or a newsletter, and a request in it stands at its beginning or end, or somewhere
in one sentence that says "I" or "please" beside a word of some right. Looking for these takes a fraction of a search.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from dsarbot.reading.cutting import Cut
from dsarbot.reading.lexicons import MOST_KNOWN, Label, Lexicon, fold

#: So many words are read at the beginning and at the end; between them only sentences in which somebody may ask, and
#: not more than so many words of these: first those that say "I" or "my", which no contract and no manual does.
BEGIN, END, BETWEEN = 700, 250, 350

_SELF, _ASK, _NAMES = 1, 2, 4
_SAYS_I: Label = ("marks", "self")
_ASKS: Label = ("marks", "ask")

#: Sets of languages whose words are remembered.
MOST_TOGETHER = 16

Numbered = tuple[int, tuple[str, ...]]


def worth_reading(cut: Cut, lexicons: Sequence[Lexicon]) -> tuple[list[Numbered], bool]:
    """The sentences to read (number, words), and whether these are all in which somebody may ask."""
    every = [(number, sentence.words) for number, sentence in enumerate(cut.sentences) if sentence.words]
    middle = sum(len(words) for _, words in every) - BEGIN - END
    if middle <= BETWEEN:
        return every, True
    signs = _signs(*lexicons)
    chosen: list[Numbered] = []
    personal: list[Numbered] = []
    asking: list[Numbered] = []
    before = BEGIN
    for number, words in every:
        if before <= 0 < middle:
            middle -= len(words)
            seen = signs.seen(words)
            if seen & _SELF:
                personal.append((number, words))
            elif seen:
                asking.append((number, words))
        else:
            before -= len(words)
            chosen.append((number, words))
    left = BETWEEN
    for number, words in (*personal, *asking):
        left -= len(words)
        if left >= 0:
            chosen.append((number, words))
    return sorted(chosen), sum(len(words) for _, words in personal) <= BETWEEN


class _Signs(dict[str, int]):
    """What a word can be: one that says "I", one that asks, one of the name of a right; or none of these."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        super().__init__()
        self._of = [(lexicon, *_sorts(lexicon)) for lexicon in lexicons]

    def __missing__(self, word: str) -> int:
        made, small = 0, word in _small_words()
        for lexicon, myself, ask, names in self._of:
            concepts = {concept for atom in lexicon.known[word] for concept in lexicon.concepts.get(atom, ())}
            made |= 0 if myself.isdisjoint(concepts) else _SELF
            if not small:
                made |= 0 if ask.isdisjoint(concepts) else _ASK
                made |= 0 if names.isdisjoint(concepts) else _NAMES
        if len(self) >= MOST_KNOWN:
            self.clear()
        self[word] = made
        return made

    def seen(self, words: Iterable[str]) -> int:
        """What the words of a sentence are together, if one of them names a right; else 0."""
        together = 0
        for each in {self[word] for word in words}:
            together |= each
        return together & (_SELF | _ASK) if together & _NAMES else 0


@cache
def _sorts(lexicon: Lexicon) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """The concepts that say "I", that ask, and of which the names of rights are made."""
    every = list(lexicon.every())
    alone = (phrase for phrase in every if phrase.label == _SAYS_I and len(phrase.steps) == 1)
    return (
        frozenset(phrase.steps[0][1] for phrase in alone),
        frozenset[int]().union(*(phrase.needs for phrase in every if phrase.label == _ASKS)),
        frozenset[int]().union(*(phrase.needs for phrase in every if phrase.label[0] == "rights")),
    )


@lru_cache(maxsize=MOST_TOGETHER)
def _signs(*lexicons: Lexicon) -> _Signs:
    return _Signs(lexicons)


@cache
def _small_words() -> frozenset[str]:
    """Words that every text is full of."""
    path = files("dsarbot.reading") / "lexicon" / "tongues.toml"
    languages = tomllib.loads(path.read_text(encoding="utf-8")).values()
    return frozenset(fold(word) for words in languages for word in words.split())
