"""What the learned model looks at: words, their beginnings, and pairs of meanings within a sentence, as numbers.

A meaning is what words of many languages share ("erase", "effacer" and "löschen" are one), so that what was learned
in one language holds in another. Figures are masked. Each piece of evidence is a 32-bit number that does not depend
on the run of the process.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from dsarbot.reading.courtesy import bounds
from dsarbot.reading.cutting import Cut

#: At most so many words of a part are looked at, so that a mail of 64 kB is no slower than a long letter; and so many
#: of sentences behind these, in which the rules saw something.
MOST_WORDS, MOST_BEYOND = 500, 200
LONGEST_SENTENCE = 60
#: A stem is known by its first letters; longer ones are cut to these lengths.
STEMS = (7, 5, 4)
BEGINNING = 5
NEAR = 8
#: Words and meetings of meanings that are remembered, because few of them make up most of all texts.
MOST_REMEMBERED = 10_000

_FIGURE = re.compile(r"\d")
_BEGINNING_SALT = 0x9E3779B9
_SINGLE, _QUESTION, _PAIR = 0x00010000, 0x00010100, 0x00020000
_SPAN = 256  # more than there are meanings


@dataclass(frozen=True, kw_only=True, slots=True)
class Meanings:
    """What words mean: ``of`` keys of ``word_key``, ``stem_key`` or ``pair_key``, one byte for each meaning.

    ``starts`` are the keys of words with which a pair begins.
    """

    of: Mapping[int, bytes]
    starts: frozenset[int]

    def look_up(self, keys: Sequence[int]) -> bytes:
        """The meanings of some keys together."""
        return bytes(dict.fromkeys(b"".join([self.of.get(key, b"") for key in keys])))


def word_key(word: str) -> int:
    """The number of a folded word."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def stem_key(stem: str) -> int:
    """The number of the beginning of a folded word."""
    return word_key(stem) ^ _BEGINNING_SALT


def pair_key(first: int, second: int) -> int:
    """The number of two words, one behind the other, by their numbers."""
    return (first * 31 + second) & 0xFFFFFFFF


class Piece(NamedTuple):
    """A sentence or a part of a long one: the sentence's number, its words from ``first`` on, whether it asks."""

    sentence: int
    first: int
    words: tuple[str, ...]
    question: bool


def pieces(cut: Cut, beyond: Container[int] = ()) -> list[Piece]:
    """The sentences of a text that have words, long ones in parts; not more than the limit of words.

    What only greets and signs is left out: nothing is to be learned from a name. ``beyond``: numbers of sentences that
    are read behind the limit, too.
    """
    found: list[Piece] = []
    left, spare = MOST_WORDS, MOST_BEYOND
    begin, end = bounds(cut.text)
    for number, sentence in enumerate(cut.sentences):
        if sentence.end <= begin or not sentence.words:
            continue
        if sentence.start >= end or spare <= 0:
            break
        if left <= 0:
            if number not in beyond:
                continue
            left, spare = min(spare, len(sentence.words)), spare - len(sentence.words)
        skipped = cut.count(sentence.start, begin)
        words = sentence.words[skipped : len(sentence.words) - cut.count(end, sentence.end)][:left]
        found += [
            Piece(number, skipped + first, words[first : first + LONGEST_SENTENCE], sentence.question)
            for first in range(0, len(words), LONGEST_SENTENCE)
        ]
        left -= len(words)
    return found


class _Word(NamedTuple):
    """One word: what is known of it, its meanings, and the keys by which pairs begin (0: none) and go on."""

    numbers: tuple[int, ...]
    meant: bytes
    start: int
    key: int
    beginning: int


class _Words(dict[str, _Word]):
    def __init__(self, meanings: Meanings, known: Container[int]) -> None:
        super().__init__()
        self._meanings, self._known = meanings, known

    def __missing__(self, word: str) -> _Word:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        masked = "0" if _FIGURE.search(word) else word
        key, beginning = word_key(masked), stem_key(masked[:BEGINNING])
        meant = self._meanings.look_up([key, *(stem_key(masked[:stem]) for stem in STEMS if stem <= len(masked))])
        numbers = tuple(number for number in (key, beginning) if number in self._known)
        made = self[word] = _Word(numbers, meant, key if key in self._meanings.starts else 0, key, beginning)
        return made


class _Single(dict[bytes, tuple[int, ...]]):
    """The numbers of meanings, in a sentence that begins with ``base``."""

    def __init__(self, base: int, known: Container[int]) -> None:
        super().__init__()
        self._base, self._known = base, known

    def __missing__(self, meant: bytes) -> tuple[int, ...]:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        made = self[meant] = tuple(number for each in meant if (number := self._base + each) in self._known)
        return made


class _Pairs(dict[bytes, dict[bytes, tuple[int, ...]]]):
    """Meanings -> meanings at most so many words before -> the numbers of their pairs."""

    def __init__(self, known: Container[int]) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, meant: bytes) -> dict[bytes, tuple[int, ...]]:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        made = self[meant] = _Before(meant, self._known)
        return made


class _Before(dict[bytes, tuple[int, ...]]):
    def __init__(self, meant: bytes, known: Container[int]) -> None:
        super().__init__()
        self._meant, self._known = meant, known

    def __missing__(self, earlier: bytes) -> tuple[int, ...]:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        pairs = (_PAIR + other * _SPAN + each for other in earlier for each in self._meant)
        made = self[earlier] = tuple(number for number in pairs if number in self._known)
        return made


class Reader:
    """Reads pieces into the numbers that are ``known``; remembers what it has met."""

    def __init__(self, meanings: Meanings, known: Container[int]) -> None:
        self._meanings = meanings
        self._words = _Words(meanings, known)
        self._single, self._question = _Single(_SINGLE, known), _Single(_QUESTION, known)
        self._pairs = _Pairs(known)

    def numbers(self, piece: Piece) -> set[int]:
        """All evidence of a piece, without doubles."""
        found: set[int] = set()
        before: list[tuple[int, bytes]] = []
        for place, (numbers, meant) in enumerate(self._meant(piece.words)):
            found.update(numbers)
            if meant:
                found.update(self._single[meant])
                if piece.question:
                    found.update(self._question[meant])
                pairs = self._pairs[meant]
                for earlier, other in before[-NEAR:]:
                    if place - earlier <= NEAR:
                        found.update(pairs[other])
                before.append((place, meant))
        return found

    def evidence(self, piece: Piece) -> Iterator[tuple[int, int, int]]:
        """(number, first word, last word) of everything that is seen in a piece; the words as positions in it."""
        before: list[tuple[int, bytes]] = []
        for place, (numbers, meant) in enumerate(self._meant(piece.words)):
            of_word = (*numbers, *self._single[meant], *(self._question[meant] if piece.question else ()))
            yield from ((number, place, place) for number in of_word)
            for earlier, other in before[-NEAR:]:
                if place - earlier <= NEAR:
                    yield from ((number, earlier, place) for number in self._pairs[meant][other])
            before.append((place, meant))

    def _meant(self, words: Sequence[str]) -> list[tuple[tuple[int, ...], bytes]]:
        """What is known of each word, and its meanings together with those that it has with the next one."""
        met = self._words
        read = [met[word] for word in words]
        made = [(word.numbers, word.meant) for word in read]
        of = self._meanings.of
        for place, (word, following) in enumerate(pairwise(read)):
            if word.start:
                keys = pair_key(word.start, following.key), pair_key(word.start, following.beginning)
                if keys[0] in of or keys[1] in of:
                    more = word.meant + self._meanings.look_up(keys)
                    made[place] = word.numbers, bytes(dict.fromkeys(more))
        return made
