"""The weights of the learned model: plain arrays that ``python -m tests.reading.train`` wrote, added up as integers.

A row holds one byte per answer, 128 for "says nothing". Rows are added for all answers at once, as one long integer
with a lane of 16 bits for each: exact, the same on every machine, and quick without any library.
"""

from __future__ import annotations

import json
import math
import sys
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise

from dsarbot.reading.learned_words import Known, Meanings

NOTHING = 128
#: More rows than this could fill a lane of 16 bits.
MOST_ROWS = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """How a sum of weights becomes a probability: ``slope`` and ``start`` of the logistic curve."""

    name: str
    slope: float
    start: float

    def probability(self, total: float) -> float:
        """Between 0 and 1."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.slope * total + self.start))))


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """What was learned. ``rows``: for each of the known numbers two bytes for each answer, and 1 for counting."""

    answers: tuple[Answer, ...]
    meanings: Meanings
    known: Known
    rows: bytes = field(repr=False)

    @classmethod
    def of(cls, answers: Iterable[Answer], meanings: Meanings, known: Known, weights: bytes) -> Model:
        """``weights`` is one byte for each answer, and 1, for each of the known numbers."""
        wide = bytearray(2 * len(weights))
        wide[::2] = weights
        return cls(answers=tuple(answers), meanings=meanings, known=known, rows=bytes(wide))

    def row(self, number: int) -> bytes:
        """What one piece of evidence says, two bytes for each answer; empty if it says nothing."""
        place, width = self.known.find(number), 2 * len(self.answers) + 2
        return self.rows[place * width : (place + 1) * width] if place >= 0 else b""


class Sums:
    """Adds up rows of one text; remembers those it has met."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._met: dict[int, int] = {}

    def total(self, numbers: Iterable[int]) -> list[int]:
        """The sum of the weights for each answer."""
        met, slots, mask = self._met, self._model.known.slots, self._model.known.mask
        rows = [met[number] if number in met else self._meet(number) for number in numbers if slots[number & mask]]
        width = len(self._model.answers)
        totals = [0] * width
        for start in range(0, len(rows), MOST_ROWS):
            together = sum(rows[start : start + MOST_ROWS])
            lanes = _little("H", together.to_bytes(2 * width + 2, "little"))
            nothing = NOTHING * lanes[-1]
            totals = [total + lane - nothing for total, lane in zip(totals, lanes, strict=False)]
        return totals

    def _meet(self, number: int) -> int:
        made = self._met[number] = int.from_bytes(self._model.row(number), "little")
        return made


def _little(code: str, data: bytes) -> array[int]:
    made: array[int] = array(code)
    made.frombytes(data)
    if sys.byteorder == "big":
        made.byteswap()
    return made


def build(head: Mapping[str, object], data: bytes) -> Model:
    """Put a model together from its two files; ValueError if they do not belong together."""
    answers, sets, words, rows = (head[name] for name in ("answers", "meanings", "words", "rows"))
    if not (isinstance(answers, list) and isinstance(sets, list) and isinstance(words, int) and isinstance(rows, int)):
        raise ValueError("learned model: the head is damaged")
    ends = [0, 4 * words, 6 * words, 6 * words + 4 * rows, 6 * words + (5 + len(answers)) * rows]
    if len(data) != ends[-1]:
        raise ValueError("learned model: head and data do not belong together")
    keys, which, known, weights = (data[start:end] for start, end in pairwise(ends))
    distinct = [bytes(numbers) for numbers in sets]
    return Model.of(
        answers=(Answer(name=name, slope=slope, start=start) for name, slope, start in answers),
        meanings=Meanings(known=Known.of(_little("I", keys)), which=_little("H", which), of=tuple(distinct)),
        known=Known.of(_little("I", known)),
        weights=weights,
    )


@cache
def model() -> Model:
    """The shipped model, read once per process, at the first mail."""
    folder = files("dsarbot.reading") / "model"
    head = json.loads((folder / "learned.json").read_text(encoding="utf-8"))
    return build(head, (folder / "learned.bin").read_bytes())
