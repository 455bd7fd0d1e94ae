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

from dsarbot.reading.learned_words import Meanings, Reader

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
    """What was learned. ``rows``: evidence -> a lane for each answer and, behind them, 1 for counting."""

    answers: tuple[Answer, ...]
    meanings: Meanings
    rows: Mapping[int, int] = field(repr=False)
    reader: Reader = field(repr=False, compare=False)

    @classmethod
    def of(cls, answers: Iterable[Answer], meanings: Meanings, rows: Mapping[int, bytes]) -> Model:
        """``rows``: one byte for each answer."""
        lanes = {number: int.from_bytes(_wide(row + b"\1"), "little") for number, row in rows.items()}
        return cls(answers=tuple(answers), meanings=meanings, rows=lanes, reader=Reader(meanings, lanes))

    def total(self, numbers: Iterable[int]) -> list[int]:
        """The sum of the weights of known evidence, for each answer."""
        width = len(self.answers)
        lanes = list(map(self.rows.__getitem__, numbers))
        totals = [0] * width
        for start in range(0, len(lanes), MOST_ROWS):
            added = little("H", sum(lanes[start : start + MOST_ROWS]).to_bytes(2 * width + 2, "little"))
            nothing = NOTHING * added[-1]
            totals = [total + lane - nothing for total, lane in zip(totals, added, strict=False)]
        return totals

    def weight(self, number: int, answer: int) -> int:
        """What one piece of evidence says for one answer."""
        return (self.rows[number] >> (16 * answer) & 0xFFFF) - NOTHING


def _wide(row: bytes) -> bytes:
    made = bytearray(2 * len(row))
    made[::2] = row
    return bytes(made)


def little(code: str, data: bytes) -> array[int]:
    """Little-endian numbers."""
    made: array[int] = array(code)
    made.frombytes(data)
    if sys.byteorder == "big":
        made.byteswap()
    return made


def build(head: Mapping[str, object], data: bytes) -> Model:
    """Put a model together from its two files; ValueError if they do not belong together."""
    answers, sets, starts, words, rows = (head.get(name) for name in ("answers", "meanings", "starts", "words", "rows"))
    if not (
        isinstance(answers, list) and isinstance(sets, list)
        and isinstance(starts, int) and isinstance(words, int) and isinstance(rows, int)
    ):  # fmt: skip
        raise ValueError("learned model: the head is damaged")
    width = len(answers)
    sizes = (4 * starts, 4 * words, 2 * words, 4 * rows, width * rows)
    ends = [sum(sizes[:count]) for count in range(len(sizes) + 1)]
    if len(data) != ends[-1]:
        raise ValueError("learned model: head and data do not belong together")
    begin, keys, which, known, weights = (data[start:end] for start, end in pairwise(ends))
    distinct = [bytes(numbers) for numbers in sets]
    of = {key: distinct[place] for key, place in zip(little("I", keys), little("H", which), strict=True)}
    told = enumerate(little("I", known))
    return Model.of(
        answers=(Answer(name=name, slope=slope, start=start) for name, slope, start in answers),
        meanings=Meanings(of=of, starts=frozenset(little("I", begin))),
        rows={number: weights[place * width : (place + 1) * width] for place, number in told},
    )


@cache
def model() -> Model:
    """The shipped model, read once per process, at the first mail."""
    folder = files("dsarbot.reading") / "model"
    head = json.loads((folder / "learned.json").read_text(encoding="utf-8"))
    return build(head, (folder / "learned.bin").read_bytes())
