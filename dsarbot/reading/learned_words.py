"""What the learned model looks at: words, their beginnings, and pairs of meanings within a sentence, as numbers.

A meaning is what words of many languages share ("erase", "effacer" and "löschen" are one), so that what was learned
in one language holds in another. Numbers, addresses and links are masked. Each piece of evidence is a 32-bit
number that does not depend on the run of the process.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from zlib import crc32

from dsarbot.reading.lexicons import fold
from dsarbot.reading.matching import sentences

#: At most so many words of a part are looked at, so that a mail of 64 kB is no slower than a long letter.
MOST_WORDS = 500
LONGEST_SENTENCE = 60
#: A stem is known by its first letters; longer ones are cut to these lengths.
STEMS = (7, 5, 4)
BEGINNING = 5
NEAR = 8

_TOKEN = re.compile(
    r"(?P<url>https?://\S{1,500}|www\.\S{1,500})|(?P<mail>[\w.+-]{1,64}@[\w.-]{1,255})|[\w\u0300-\u036f]+(?:\.(?=\w)[\w]+)*"
)
_NUMBER = re.compile(r"\d")
_BEGINNING_SALT = 0x9E3779B9
_SINGLE, _QUESTION, _PAIR = 0x00010000, 0x00010100, 0x00020000
_SPAN = 256  # more than there are meanings
_END = (0, 0, b"")  # behind the last word


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A set of 32-bit numbers, in less memory than a ``dict``: at most 65 534, none of them twice.

    ``slots`` holds 1 + the place of a number in ``keys`` at ``number & mask``, or in the next free slot; 0 is free.
    """

    keys: array[int]
    slots: array[int] = field(repr=False)
    mask: int

    @classmethod
    def of(cls, keys: array[int]) -> Known:
        """Index the keys."""
        size = 1 << max(10, (len(keys) * 3).bit_length())
        slots, mask = array("H", bytes(2 * size)), size - 1
        for place, key in enumerate(keys, 1):
            slot = key & mask
            while slots[slot]:
                slot = (slot + 1) & mask
            slots[slot] = place
        return cls(keys=keys, slots=slots, mask=mask)

    def find(self, key: int) -> int:
        """The place of the key, -1 if it is none. Who asks often looks at ``slots`` before."""
        keys, slots, mask = self.keys, self.slots, self.mask
        slot = key & mask
        while place := slots[slot]:
            if keys[place - 1] == key:
                return place - 1
            slot = (slot + 1) & mask
        return -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Meanings:
    """Words, stems and pairs of words, and what they mean: key n means ``of[which[n]]``, one byte for each meaning."""

    known: Known
    which: Sequence[int]
    of: Sequence[bytes]

    def look_up(self, keys: Sequence[int]) -> bytes:
        """The meanings of keys of ``word_key``, ``stem_key`` or ``pair_key``, together."""
        slots, mask, found = self.known.slots, self.known.mask, b""
        for key in keys:
            if slots[key & mask] and (place := self.known.find(key)) >= 0:
                meant = self.of[self.which[place]]
                found = bytes(dict.fromkeys(found + meant)) if found else meant
        return found


def word_key(word: str) -> int:
    """The number of a folded word."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def stem_key(stem: str) -> int:
    """The number of the beginning of a folded word."""
    return word_key(stem) ^ _BEGINNING_SALT


def pair_key(first: int, second: int) -> int:
    """The number of two words, one behind the other, by their numbers."""
    return (first * 31 + second) & 0xFFFFFFFF


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A sentence or a part of a long one: its words, where each stands in the text, and whether it is a question."""

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    question: bool


class Reader:
    """Reads pieces into numbers. One per text: it remembers the words it has met."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._met: dict[str, tuple[int, int, bytes]] = {}

    def numbers(self, piece: Piece) -> set[int]:
        """All evidence of a piece, without doubles."""
        return {number for number, _, _ in self.evidence(piece)}

    def evidence(self, piece: Piece) -> Iterator[tuple[int, int, int]]:
        """(number, first word, last word) of everything that is seen in a piece; the words as positions in it."""
        before: list[tuple[int, int]] = []
        for place, (word, beginning, meant) in enumerate(self._meant(piece.words)):
            yield word, place, place
            yield beginning, place, place
            for meaning in meant:
                yield _SINGLE + meaning, place, place
                if piece.question:
                    yield _QUESTION + meaning, place, place
            if meant:
                for earlier, other in before:
                    if place - earlier <= NEAR:
                        for meaning in meant:
                            yield _PAIR + other * _SPAN + meaning, earlier, place
                before += [(place, meaning) for meaning in meant]

    def _meant(self, words: Sequence[str]) -> Iterator[tuple[int, int, bytes]]:
        met, known, look_up = self._met, self._meanings.known, self._meanings.look_up
        slots, mask = known.slots, known.mask
        read = [met[word] if word in met else self._meet(word) for word in words]
        for (word, beginning, meant), (following, following_stem, _) in zip(read, [*read[1:], _END], strict=True):
            whole, begun = pair_key(word, following), pair_key(word, following_stem)
            # Asked here and not only in look_up: most neighbours mean nothing together.
            more = look_up((whole, begun)) if slots[whole & mask] or slots[begun & mask] else b""
            yield word, beginning, bytes(dict.fromkeys(meant + more)) if more else meant

    def _meet(self, raw: str) -> tuple[int, int, bytes]:
        word = "0" if _NUMBER.search(raw) else fold(raw)
        key, beginning = word_key(word), stem_key(word[:BEGINNING])
        length = len(word)
        keys = [key, *(stem_key(word[:stem]) for stem in STEMS if stem <= length)]
        made = self._met[raw] = key, beginning, self._meanings.look_up(keys)
        return made


def cut(text: str) -> Iterator[Piece]:
    """The sentences of a text that have words, long ones in parts; not more than the limit of words."""
    left = MOST_WORDS
    for sentence in sentences(text):
        # File names join words with underscores.
        found = list(islice(_TOKEN.finditer(text[sentence.start : sentence.end].replace("_", " ")), left))
        for start in range(0, len(found), LONGEST_SENTENCE):
            part = found[start : start + LONGEST_SENTENCE]
            yield Piece(
                words=tuple([f"x{token.lastgroup}x" if token.lastgroup else token[0] for token in part]),
                places=tuple([(sentence.start + token.start(), sentence.start + token.end()) for token in part]),
                question=sentence.question,
            )
        left -= len(found)
        if left <= 0:
            return
