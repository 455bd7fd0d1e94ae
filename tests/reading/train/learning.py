"""From labelled texts to a model: evidence, weights, quantised rows, and curves that make them probabilities."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from dsarbot.reading.cutting import cut
from dsarbot.reading.learned import KIND, RIGHT, windows
from dsarbot.reading.learned_model import NOTHING, Answer, Model
from dsarbot.reading.learned_words import Meanings, Reader
from tests.reading.train.labelled import Labelled
from tests.reading.train.meanings import entries
from tests.reading.train.solver import Example, solve

COST = 0.6
#: Evidence of one text only is learned by heart, not understood.
LEAST_TEXTS = 2
LARGEST = 127


class _Everything:
    """Whoever learns looks at every number."""

    def __contains__(self, number: object) -> bool:
        return True


@cache
def meanings() -> Meanings:
    """What is known about words, in the form that the service uses."""
    known = entries()
    return Meanings(of={key: bytes(sorted(found)) for key, found in known.keys.items()}, starts=known.starts)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A labelled text as the model sees it."""

    item: Labelled
    windows: tuple[frozenset[int], ...]
    alone: tuple[frozenset[int], ...]

    @property
    def whole(self) -> frozenset[int]:
        """Everything that is seen in the text."""
        return frozenset[int]().union(*self.windows)


def look(items: Iterable[Labelled]) -> list[Seen]:
    """Read texts as the service does."""
    reader = Reader(meanings(), _Everything())
    return [_seen(item, reader) for item in items]


def _seen(item: Labelled, reader: Reader) -> Seen:
    found = windows(reader, (cut(item.subject), cut(item.text), cut(item.attached)))
    return Seen(
        item=item,
        windows=tuple(window.numbers for window in found if not window.alone),
        alone=tuple(window.numbers for window in found if window.alone),
    )


def train(seen: Sequence[Seen], names: Sequence[str]) -> Model:
    """A model whose curves are not calibrated yet."""
    texts = Counter(number for one in seen for number in one.whole)
    numbers = sorted(number for number, count in texts.items() if count >= LEAST_TEXTS)
    columns = {number: column for column, number in enumerate(numbers)}
    weights = [solve(_examples(name, seen, columns), len(columns) + 1) for name in names]
    answers, quantised = [], []
    for name, learned in zip(names, weights, strict=True):
        step = max(abs(weight) for weight in learned[:-1]) / LARGEST
        answers.append(Answer(name=name, slope=step, start=learned[-1]))
        quantised.append(bytes(NOTHING + round(weight / step) for weight in learned[:-1]))
    rows = [bytes(row) for row in zip(*quantised, strict=True)]
    told = [place for place, row in enumerate(rows) if any(byte != NOTHING for byte in row)]
    return Model.of(
        answers=answers,
        meanings=meanings(),
        rows={numbers[place]: rows[place] for place in told},
    )


def _examples(name: str, seen: Sequence[Seen], columns: dict[int, int]) -> list[Example]:
    """One per text that is a case of the answer; one per window of all others, since none of them may be one."""
    examples: list[tuple[frozenset[int], bool]] = []
    for one in seen:
        yes = name in one.item.answers
        if name.startswith(KIND) and not one.item.kind:
            continue
        if yes or name.startswith(KIND):
            examples.append((one.whole, yes))
        else:
            examples += [(window, False) for window in one.windows]
    most = max(1, sum(yes for _, yes in examples))
    balance = len(examples) / 2
    # Half way to equal weight of both sides: rare answers must be learned at all, but stay rare.
    costs = {True: COST * math.sqrt(balance / most), False: COST * math.sqrt(balance / (len(examples) - most))}
    constant = len(columns)
    return [
        Example(columns=[*(columns[n] for n in numbers if n in columns), constant], yes=yes, cost=costs[yes])
        for numbers, yes in ((sorted(found), yes) for found, yes in examples)
    ]


def totals(model: Model, seen: Seen) -> list[float]:
    """What the model adds up for a text: the mean of the windows for kinds, the highest for the rest."""
    known = model.rows.keys()
    each = [model.total(window & known) for window in seen.windows] or [[0] * len(model.answers)]
    alone = [model.total(sentence & known) for sentence in seen.alone]
    found: list[float] = []
    for number, answer in enumerate(model.answers):
        column = [total[number] for total in (each + alone if answer.name.startswith(RIGHT) else each)]
        found.append(sum(column) / len(column) if answer.name.startswith(KIND) else max(column))
    return found


def curve(values: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and start of the logistic curve that fits values of texts that the model did not learn from (Platt)."""
    slope, start = 1.0, 0.0
    for _ in range(50):
        gradient, hessian = [0.0, 0.0], [1e-3, 0.0, 1e-3]
        for value, yes in values:
            probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, slope * value + start))))
            error, weight = probability - yes, probability * (1 - probability)
            gradient = [gradient[0] + error * value, gradient[1] + error]
            hessian = [hessian[0] + weight * value * value, hessian[1] + weight * value, hessian[2] + weight]
        gradient[0] += 1e-3 * (slope - 1)
        determinant = hessian[0] * hessian[2] - hessian[1] ** 2
        slope -= (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant
        start -= (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant
    return slope, start
