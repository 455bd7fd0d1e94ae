"""Find the lexicon's phrases in a text, in linear time whatever the text holds.

Each word is looked up once. A phrase is then matched with bit masks over a page of some hundred words (bit n = word n;
between two sentences there is more room than any phrase may skip), so its cost does not depend on how often its words
occur. The number of phrases that are tried and of hits is limited: nobody can make triage slow by what he writes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import attrgetter, itemgetter
from typing import NamedTuple

from dsarbot.reading.cutting import Cut
from dsarbot.reading.lexicons import LONG_GAP, SHORT_GAP, Label, Lexicon, Meaning, Phrase
from dsarbot.reading.screening import worth_reading

#: Words of a page, about. A longer sentence goes on on the next one, which begins with some words of it again.
PAGE, OVERLAP = 320, 20
#: In a sentence without an end a phrase is found once among so many words.
LONGEST = 80
#: Phrases that are tried, and hits, in one text.
ATTEMPTS, MOST_HITS = 2_000, 1_000
#: By what a mask is moved so that it also stands at all places that may be skipped.
REACH = {0: (), SHORT_GAP: (1, 2), LONG_GAP: (1, 2, 4, 1)}
#: Of these, one in a sentence says it all.
ONCE: frozenset[Label] = frozenset({("marks", "ask"), ("marks", "self"), ("marks", "still")})


class Hit(NamedTuple):
    """A phrase that was found: the sentence's number, the phrase's, [first, behind) in words of the sentence."""

    sentence: int
    number: int
    first: int
    behind: int
    phrase: Phrase


class Matches(NamedTuple):
    """What was found in one text, by sentences; ``exhausted`` if a limit ended the search."""

    hits: list[Hit]
    exhausted: bool


class Stretch(NamedTuple):
    """Words of one sentence on a page: at [start, end) there, beginning with word ``offset`` of the sentence."""

    start: int
    end: int
    sentence: int
    offset: int


class Page:
    """Some sentences laid out side by side. ``words`` are (place, word)."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []
        self.words: list[tuple[int, str]] = []
        self._end = 0

    def add(self, sentence: int, offset: int, words: tuple[str, ...]) -> None:
        """Lay out a sentence, or a part of one."""
        start = self._end
        for begin in range(0, len(words), LONGEST):
            end = start + min(begin + LONGEST, len(words))
            self.stretches.append(Stretch(start + begin, end, sentence, offset + begin))
        self.words += enumerate(words, start)
        self._end = start + len(words) + LONG_GAP + 1


def _pages(sentences: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[Page]:
    page = Page()
    for number, words in sentences:
        for offset in range(0, max(1, len(words) - OVERLAP), PAGE - OVERLAP) if words else ():
            if page.words and len(page.words) + min(len(words) - offset, PAGE) > PAGE:
                yield page
                page = Page()
            page.add(number, offset, words[offset : offset + PAGE])
    if page.words:
        yield page


class Masks(dict[int, tuple[tuple[int, int], ...]]):
    """concept -> (length in words, bit mask of where it begins); built only for the concepts that are asked for.

    ``present``: the concepts that can be somewhere.
    """

    def __init__(self, words: list[tuple[int, str]], lexicon: Lexicon) -> None:
        super().__init__()
        self._atoms = lexicon.atoms
        self._single: dict[int, int] = {}
        self._longer: dict[int, dict[int, int]] = {}
        same: dict[Meaning, int] = {}
        known = lexicon.known
        for place, word in words:
            if meaning := known[word]:
                same[meaning] = same.get(meaning, 0) | 1 << place
        single = self._single
        for meaning, mask in same.items():
            for atom in meaning:
                single[atom] = single.get(atom, 0) | mask
        for anchor in single.keys() & lexicon.expressions.keys():
            for expression in lexicon.expressions[anchor]:
                if where := self._run(expression.run):
                    lengths = self._longer.setdefault(expression.whole, {})
                    length = len(expression.run)
                    lengths[length] = lengths.get(length, 0) | where
        concepts = lexicon.concepts
        self.present = set[int]().union(*[concepts[atom] for atom in (*single, *self._longer) if atom in concepts])

    def __missing__(self, concept: int) -> tuple[tuple[int, int], ...]:
        found: dict[int, int] = {}
        for atom in self._atoms[concept]:
            if atom in self._single:
                found[1] = found.get(1, 0) | self._single[atom]
            if atom in self._longer:
                for length, where in self._longer[atom].items():
                    found[length] = found.get(length, 0) | where
        made = self[concept] = tuple(found.items())
        return made

    def _run(self, run: tuple[int, ...]) -> int:
        where = -1
        for offset, atom in enumerate(run):
            where &= self._single.get(atom, 0) >> offset
            if not where:
                break
        return where


Reached = list[list[tuple[int, int]]]


def locate(phrase: Phrase, masks: Masks) -> tuple[Reached, int]:
    """Where each element of a phrase can be, and the mask of the places behind its last word; 0 if it is nowhere."""
    reached: Reached = []
    allowed = -1  # bit n: the next element may begin at word n
    for gap, concept in phrase.steps:
        # Every place also as many places behind as may be skipped, by doubling.
        for shift in REACH[gap]:
            allowed |= allowed << shift
        here, behind = [], 0
        for length, mask in masks[concept]:
            if at := mask & allowed:
                here.append((length, at))
                behind |= at << length
        if not behind:
            return reached, 0
        reached.append(here)
        allowed = behind
    return reached, allowed


def begin(phrase: Phrase, reached: Reached, behind: int) -> int:
    """Where the phrase begins that ends there: backwards, always taking the nearest place."""
    gap, place = 0, behind
    for (next_gap, _), here in zip(reversed(phrase.steps), reversed(reached), strict=True):
        best = -1
        for length, mask in here:
            high = place - length
            nearest = (mask & ((2 << high) - 1)).bit_length() - 1 if high >= 0 else -1
            if nearest > best and nearest + length + gap >= place:
                best = nearest
        place, gap = best, next_gap
    return place


class _Search:
    """One walk over one text."""

    def __init__(self) -> None:
        self.left = ATTEMPTS
        self.hits: list[Hit] = []

    def page(self, page: Page, lexicon: Lexicon) -> None:
        masks = Masks(page.words, lexicon)
        present, index = masks.present, lexicon.phrases
        candidates = [
            phrase
            for anchor in present & index.keys()
            for beside, phrases in index[anchor]
            if beside in present
            for phrase in phrases
            if phrase.needs <= present
        ]
        if len(candidates) > self.left:
            # Where the limit falls must not depend on the order of a set.
            candidates = sorted(candidates, key=attrgetter("number"))[: self.left]
        self.left -= len(candidates)
        said: dict[Label, int] = {}
        starts = [stretch.start for stretch in page.stretches]
        for phrase in candidates:
            reached, ends = locate(phrase, masks)
            once = phrase.label in ONCE
            if once:
                ends &= ~said.get(phrase.label, 0)
            while ends:
                # The first place of the phrase in each stretch.
                behind = (ends & -ends).bit_length() - 1
                start, end, sentence, offset = page.stretches[bisect_right(starts, behind - 1) - 1]
                first = begin(phrase, reached, behind) - start + offset
                self.hits.append(Hit(sentence, phrase.number, first, behind - start + offset, phrase))
                if once:
                    said[phrase.label] = said.get(phrase.label, 0) | (2 << end) - (2 << start)
                ends &= -2 << end


_where = itemgetter(0, 1, 2)


def search(cut: Cut, *lexicons: Lexicon) -> Matches:
    """Every phrase of the lexicons that the text holds, at most once per sentence. Never raises."""
    walk = _Search()
    sentences, whole = worth_reading(cut, lexicons)
    whole = whole and cut.whole
    for page in _pages(sentences):
        for lexicon in lexicons:
            walk.page(page, lexicon)
        if walk.left <= 0 or len(walk.hits) > MOST_HITS:
            whole = False
            break
    # Where two pages overlap a phrase is found twice.
    return Matches(sorted(dict.fromkeys(walk.hits), key=_where), exhausted=not whole)
