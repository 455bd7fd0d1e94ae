"""Find the lexicon's phrases in a text, in linear time whatever the text holds.

The text is cut into sentences, a sentence into words, and each word is looked up once. A phrase is then
matched with whole-sentence bit masks (bit n = word n), so its cost does not depend on how often its words
occur. Sentences are at most ``LONGEST`` words (longer ones become overlapping windows), repeated sentences are
read once, and the number of attempts per text is limited: nobody can make triage slow by what he writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from dsarbot.reading.lexicons import WORD, Label, Lexicon, Meaning, Phrase, fold

LONGEST, OVERLAP = 80, 20
ATTEMPTS = 1_000
MOST_SENTENCES = 3_000
#: Of these, one in a sentence says it all.
ONCE: frozenset[Label] = frozenset({("marks", "ask"), ("marks", "self"), ("marks", "still")})

#: Ends of sentences and of list items. A full stop counts only before white space and a capital, so that
#: "Art. 17" and "gem. art. 15" stay whole; never behind a figure ("vom 2. Februar").
#: No two parts can match the same run of white space twice over.
_BREAK = re.compile(
    r"[!?]+|(?<!\d)\.(?=\s+[A-ZÀ-ÖØ-Þ\"«„“(])|;|\.\s*\n|\n[^\S\n]*\n\s*|\n[^\S\n]*(?:[-*•·–]|\(?\w{1,2}[.)])(?=\s)"
)
_ITEM = re.compile(r"\n[^\S\n]*[-*•·–(\w]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A piece of a text: [start, end) in characters; ``item`` if it is one item of a list."""

    start: int
    end: int
    item: bool = False
    question: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A phrase that was found: its label and language, the sentence's number, [start, end) in characters."""

    label: Label
    language: str
    sentence: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Matches:
    """What was found in one text; ``exhausted`` if the limit of attempts ended the search."""

    hits: tuple[Hit, ...]
    sentences: tuple[Sentence, ...]
    exhausted: bool
    words: int


def sentences(text: str) -> Iterator[Sentence]:
    """Cut a text at sentence ends, blank lines and list items."""
    start, item = 0, False
    for found in _BREAK.finditer(text):
        if found.start() > start:
            yield Sentence(start=start, end=found.start(), item=item, question="?" in found[0])
        start = found.end()
        item = _ITEM.match(found[0]) is not None
    yield Sentence(start=start, end=len(text), item=item)


def _windows(words: list[str]) -> Iterator[tuple[int, list[str]]]:
    yield 0, words[:LONGEST]
    for start in range(LONGEST - OVERLAP, len(words) - OVERLAP, LONGEST - OVERLAP):
        yield start, words[start : start + LONGEST]


class Masks(dict[int, dict[int, int]]):
    """concept -> length in words -> bit mask of where it begins; built only for the concepts that are asked for.

    ``present``: the concepts that can be somewhere.
    """

    def __init__(self, meanings: list[Meaning], lexicon: Lexicon) -> None:
        super().__init__()
        self.lexicon = lexicon
        self.single: dict[int, int] = {}
        self.longer: dict[int, dict[int, int]] = {}
        single, bit = self.single, 1
        for meaning in meanings:
            for atom in meaning:
                single[atom] = single.get(atom, 0) | bit
            bit <<= 1
        for anchor in single.keys() & lexicon.expressions.keys():
            for expression in lexicon.expressions[anchor]:
                if expression.needs <= single.keys() and (where := self._run(expression.run)):
                    lengths = self.longer.setdefault(expression.whole, {})
                    length = len(expression.run)
                    lengths[length] = lengths.get(length, 0) | where
        known = lexicon.concepts
        self.present = set[int]().union(*(known.get(atom, ()) for atom in (*single, *self.longer)))

    def __missing__(self, concept: int) -> dict[int, int]:
        single, longer = self.single, self.longer
        mask, made = 0, dict[int, int]()
        for atom in self.lexicon.atoms[concept]:
            mask |= single.get(atom, 0)
            if atom in longer:
                for length, where in longer[atom].items():
                    made[length] = made.get(length, 0) | where
        if mask:
            made[1] = mask
        self[concept] = made
        return made

    def _run(self, run: tuple[int, ...]) -> int:
        where = -1
        for offset, atom in enumerate(run):
            where &= self.single[atom] >> offset
        return where


def _smear(mask: int, gap: int) -> int:
    """Every bit also at the ``gap`` places behind it, in few steps by doubling."""
    reach = 0
    while reach < gap:
        step = min(reach + 1, gap - reach)
        mask |= mask << step
        reach += step
    return mask


def locate(phrase: Phrase, masks: Masks) -> tuple[int, int] | None:
    """First place of the phrase as [first word, behind last word), as tight as it goes; None if absent."""
    reached: list[dict[int, int]] = []
    free = -1  # bit n: the next element may begin at word n
    for gap, concept in phrase.steps:
        allowed = _smear(free, gap) if reached else free
        here = {length: mask & allowed for length, mask in masks[concept].items() if mask & allowed}
        if not here:
            return None
        reached.append(here)
        free = 0
        for length, mask in here.items():
            free |= mask << length
    # Backwards from the earliest end, always taking the nearest place before it.
    behind = (free & -free).bit_length() - 1
    gap, begin = 0, behind
    for (next_gap, _), here in zip(reversed(phrase.steps), reversed(reached), strict=True):
        best = -1
        for length, mask in here.items():
            high = begin - length
            window = mask & ((1 << (high + 1)) - 1) if high >= 0 else 0
            place = window.bit_length() - 1
            if place >= 0 and place + length + gap >= begin:
                best = max(best, place)
        begin, gap = best, next_gap
    return begin, behind


class _Search:
    """One walk over one text."""

    def __init__(self, text: str, lexicons: tuple[Lexicon, ...]) -> None:
        self.text, self.lexicons = text, lexicons
        self.left = ATTEMPTS
        self.hits: list[Hit] = []
        self.words = 0

    def run(self) -> Matches:
        """Read sentence after sentence until the end or the limit."""
        seen: set[str] = set()
        cut = tuple(islice(sentences(self.text), MOST_SENTENCES + 1))
        for number, sentence in enumerate(cut):
            raw = self.text[sentence.start : sentence.end]
            if raw in seen:
                continue
            seen.add(raw)
            words = [word.lower() if word.isascii() else fold(word) for word in _words(raw)]
            self.words += len(words)
            found = [
                (phrase, offset + first, offset + behind)
                for offset, window in _windows(words)
                for lexicon in self.lexicons
                for phrase, first, behind in self._window(window, lexicon)
            ]
            if found:
                self._keep(number, sentence, found)
            if self.left <= 0 or number == MOST_SENTENCES:
                self.left = 0
                break
        return Matches(hits=tuple(dict.fromkeys(self.hits)), sentences=cut, exhausted=self.left <= 0, words=self.words)

    def _window(self, words: list[str], lexicon: Lexicon) -> Iterator[tuple[Phrase, int, int]]:
        masks = Masks(lexicon.meanings(words), lexicon)
        present, index = masks.present, lexicon.phrases
        candidates = [
            phrase
            for anchor in present & index.keys()
            for beside in present & index[anchor].keys()
            for phrase in index[anchor][beside]
            if phrase.needs <= present
        ]
        done: set[Label] = set()
        # Where the limit falls must not depend on the order of a set.
        for phrase in sorted(candidates, key=_number)[: max(0, self.left)]:
            if phrase.label in done:
                continue
            self.left -= 1
            if (found := locate(phrase, masks)) is not None:
                if phrase.label in ONCE:
                    done.add(phrase.label)
                yield phrase, *found

    def _keep(self, number: int, sentence: Sentence, found: list[tuple[Phrase, int, int]]) -> None:
        places = _places(self.text, sentence)
        self.hits += [
            Hit(
                label=phrase.label,
                language=phrase.language,
                sentence=number,
                start=places[first][0],
                end=places[behind - 1][1],
            )
            for phrase, first, behind in found
        ]


_number = attrgetter("number")


def _words(raw: str) -> list[str]:
    # File names join words with underscores.
    return WORD.findall(raw.replace("_", " "))


def _places(text: str, sentence: Sentence) -> list[tuple[int, int]]:
    piece = text[sentence.start : sentence.end].replace("_", " ")
    return [(sentence.start + word.start(), sentence.start + word.end()) for word in WORD.finditer(piece)]


def search(text: str, *lexicons: Lexicon) -> Matches:
    """Every phrase of the lexicons that the text holds, at most once per sentence. Never raises."""
    return _Search(text, lexicons).run()
