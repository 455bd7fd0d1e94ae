"""Cross-validation: what the model says about texts that it did not learn from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsarbot.reading.learned_model import Answer, Model
from tests.reading.train.learning import Seen, curve, totals, train

FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Crossed:
    """A text, and the model that learned from everything but its fold."""

    seen: Seen
    model: Model


@dataclass(frozen=True, kw_only=True)
class Curves:
    """The curve of each answer as (slope, start), in units of weights and not of bytes."""

    of: dict[str, tuple[float, float]]

    def onto(self, model: Model) -> Model:
        """The model with calibrated answers."""
        return replace(model, answers=tuple(self._answer(answer) for answer in model.answers))

    def _answer(self, answer: Answer) -> Answer:
        slope, start = self.of[answer.name]
        return replace(answer, slope=answer.slope * slope, start=answer.start * slope + start)


def names(seen: Sequence[Seen]) -> list[str]:
    """Every answer that some text wants, in a fixed order."""
    return sorted({name for one in seen for name in one.item.answers if name != "kind:"})


def out_of_fold(seen: Sequence[Seen], further: Sequence[Seen]) -> list[Crossed]:
    """Each text of ``seen`` with a model that never saw it; ``further`` is always learned from."""
    order = list(range(len(seen)))
    random.Random(4).shuffle(order)
    wanted = names([*seen, *further])
    crossed = []
    for fold in range(FOLDS):
        left_out = set(order[fold::FOLDS])
        model = train([*(one for n, one in enumerate(seen) if n not in left_out), *further], wanted)
        crossed += [Crossed(seen=seen[n], model=model) for n in sorted(left_out)]
    return crossed


def calibrated(crossed: Sequence[Crossed]) -> Curves:
    """One curve per answer, fitted to all folds."""
    values: dict[str, list[tuple[float, bool]]] = {}
    for one in crossed:
        for answer, total in zip(one.model.answers, totals(one.model, one.seen), strict=True):
            yes = answer.name in one.seen.item.answers
            values.setdefault(answer.name, []).append((answer.slope * total + answer.start, yes))
    return Curves(of={name: curve(found) for name, found in values.items()})
