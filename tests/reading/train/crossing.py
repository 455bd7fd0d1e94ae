"""Cross-validation: what the model says about texts that it did not learn from.

Many training texts were put together of the same sentences. Texts that share one are kept apart: they are judged in the
same fold, and what has a sentence in common with a text of the fold is not learned from for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from dsarbot.reading.cutting import cut
from dsarbot.reading.learned_model import Answer, Model
from tests.reading.train.labelled import Labelled
from tests.reading.train.learning import Seen, curve, totals, train

FOLDS = 5
#: A sentence of so many words that stands in so few texts is what makes them the same.
LONG, RARE = 5, 15


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
    shared = _shared([one.item for one in seen])
    keys = (min(sentences, default=one.item.text) for one, sentences in zip(seen, shared, strict=True))
    folds = [crc32(key.encode()) % FOLDS for key in keys]
    wanted = names([*seen, *further])
    crossed = []
    for fold in range(FOLDS):
        inside = [number for number, its in enumerate(folds) if its == fold]
        known = frozenset[str]().union(*(shared[number] for number in inside))
        outside = (n for n, its in enumerate(folds) if its != fold and not shared[n] & known)
        model = train([*(seen[n] for n in outside), *further], wanted)
        crossed += [Crossed(seen=seen[n], model=model) for n in inside]
    return crossed


def _shared(items: Sequence[Labelled]) -> list[frozenset[str]]:
    """The sentences of each text that others have, too."""
    cuts = [cut(item.text) for item in items]
    each = [{" ".join(one.words[-LONG:]) for one in text.sentences if len(one.words) >= LONG} for text in cuts]
    count = Counter(sentence for sentences in each for sentence in sentences)
    return [frozenset(one for one in sentences if 1 < count[one] <= RARE) for sentences in each]


def calibrated(crossed: Sequence[Crossed]) -> Curves:
    """One curve per answer, fitted to all folds."""
    values: dict[str, list[tuple[float, bool]]] = {}
    for one in crossed:
        for answer, total in zip(one.model.answers, totals(one.model, one.seen), strict=True):
            yes = answer.name in one.seen.item.answers
            values.setdefault(answer.name, []).append((answer.slope * total + answer.start, yes))
    return Curves(of={name: curve(found) for name, found in values.items()})
