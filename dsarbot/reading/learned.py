"""A second opinion on what a text asks for, learned from labelled sentences: offline, deterministic, explainable.

The rules (``triage``) know phrases; this knows which words and pairs of meanings stood in requests and which in other
mail, so it also sees what nobody wrote a phrase for. One sentence in a long mail may ask, so a few sentences are
judged at a time. ``combined`` says what the two opinions are together. A linear model: what spoke for an answer is
simply what weighed most, and is told as it stands in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from functools import partial

from dsarbot.reading.cutting import Cut
from dsarbot.reading.learned_model import Model, model
from dsarbot.reading.learned_words import Piece, Reader, pieces

#: Sentences that are judged together, and how far one moves on.
WINDOW, STRIDE = 4, 2
#: Rights with less than this are not named.
WORTH_NAMING = 0.12
MOST_PHRASES, MOST_LETTERS = 3, 120
REQUEST, RIGHT, KIND = "request", "right:", "kind:"
_NOTHING = frozenset[int]()


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """How likely one answer is: a request, a right that is asked for, or a kind of other mail.

    ``why`` finds the words that spoke most for it, ``marketing`` is as in ``Found``.
    """

    name: str
    probability: float
    why: Callable[[], tuple[str, ...]] = field(compare=False, repr=False)
    marketing: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """``rights`` and ``kinds`` come best first."""

    request: Opinion
    rights: tuple[Opinion, ...] = ()
    kinds: tuple[Opinion, ...] = ()

    def kind(self, name: str) -> float:
        """How likely the text is of this kind."""
        return next((opinion.probability for opinion in self.kinds if opinion.name == name), 0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Some sentences of one part of the mail, and everything seen in them, with the subject in the first.

    ``alone``: one sentence beside others, read without them. Which right it asks for is often clearer so ("And then
    wipe it all"), whether it asks at all is not.
    """

    part: Cut
    pieces: tuple[Piece, ...]
    numbers: frozenset[int] = field(repr=False)
    alone: bool = False


def windows(reader: Reader, parts: Sequence[Cut], beyond: Container[tuple[int, int]] = ()) -> list[Window]:
    """All windows of subject, text and attachments. The subject belongs to the beginning of the text.

    ``beyond``: (part, sentence) of what is read of a long text behind its beginning.
    """
    subject, text, attached = parts
    topic = _NOTHING.union(*map(reader.numbers, pieces(subject)))
    found: list[Window] = []
    for number, part, beside in ((1, text if text.text else subject, topic), (2, attached, _NOTHING)):
        cut = pieces(part, _OfPart(number, beyond))
        seen = [frozenset(reader.numbers(piece)) for piece in cut]
        for start in range(0, max(len(cut) - (WINDOW - STRIDE), min(1, len(cut))), STRIDE):
            together = tuple(cut[start : start + WINDOW])
            first = beside if start == 0 else _NOTHING
            found.append(Window(part=part, pieces=together, numbers=first.union(*seen[start : start + WINDOW])))
        if len(cut) > 1:
            found += [
                Window(part=part, pieces=(piece,), numbers=numbers, alone=True)
                for piece, numbers in zip(cut, seen, strict=True)
            ]
    return found


class _OfPart:
    """The numbers of sentences of one part."""

    def __init__(self, part: int, of: Container[tuple[int, int]]) -> None:
        self._part, self._of = part, of

    def __contains__(self, number: object) -> bool:
        return (self._part, number) in self._of


def judge(
    parts: Sequence[Cut], *, by: Model | None = None, beyond: Container[tuple[int, int]] = ()
) -> Learned:
    """Say how likely a mail asks for something, and for what. Pure; never raises.

    ``parts`` are subject, text and attachments; ``by`` is the shipped model; ``beyond`` as in ``windows``.
    """
    by = by or model()
    seen = windows(by.reader, parts, beyond)
    if not seen:
        return Learned(request=Opinion(name=REQUEST, probability=0.0, why=tuple))
    seen.sort(key=_alone)
    together = len(seen) - sum(map(_alone, seen))
    columns = list(zip(*(by.total(window.numbers) for window in seen), strict=True))
    found: dict[str, list[Opinion]] = {REQUEST: [], RIGHT: [], KIND: []}
    for number, answer in enumerate(by.answers):
        sort = REQUEST if answer.name == REQUEST else RIGHT if answer.name.startswith(RIGHT) else KIND
        column = columns[number] if sort == RIGHT else columns[number][:together]
        # A newsletter is one from beginning to end; a request is one sentence of a mail.
        total = sum(column) / len(column) if sort == KIND else max(column)
        probability = round(answer.probability(total), 3)
        if probability >= WORTH_NAMING or sort == REQUEST:
            why = partial(reasons, by, seen[column.index(max(column))], number)
            found[sort].append(_opinion(answer.name, sort, probability, why))
    return Learned(
        request=found[REQUEST][0],
        rights=tuple(sorted(found[RIGHT], key=_best_first)),
        kinds=tuple(sorted(found[KIND], key=_best_first)),
    )


def _opinion(name: str, sort: str, probability: float, why: Callable[[], tuple[str, ...]]) -> Opinion:
    label = name if sort == REQUEST else name.removeprefix(sort)
    return Opinion(name=label.removesuffix("!"), probability=probability, why=why, marketing=label.endswith("!"))


def _alone(window: Window) -> bool:
    return window.alone


def _best_first(opinion: Opinion) -> tuple[float, str, bool]:
    return -opinion.probability, opinion.name, opinion.marketing


def reasons(by: Model, window: Window, answer: int) -> tuple[str, ...]:
    """The words that weighed most for an answer, neighbours together, as they stand in the text."""
    found: list[tuple[int, int, int]] = []
    for piece in window.pieces:
        weights = [0] * len(piece.words)
        for number, first, last in by.reader.evidence(piece):
            weight = by.weight(number, answer)
            weights[first] += weight
            weights[last] += weight
        found += _runs(weights, window.part.places(piece.sentence)[piece.first :])
    best = sorted(found, key=lambda run: (-run[0], run[1]))[:MOST_PHRASES]
    return tuple(dict.fromkeys(window.part.text[start:end][:MOST_LETTERS] for _, start, end in best))


def _runs(weights: Sequence[int], places: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """(weight, start, end) of words side by side that speak for it, each at least a third as loud as the loudest."""
    least = max(weights, default=0) / 3
    runs: list[tuple[int, int, int]] = []
    open_run = False
    for weight, (start, end) in zip(weights, places, strict=False):
        if weight <= 0 or weight < least:
            open_run = False
            continue
        if open_run:
            before, begin, _ = runs.pop()
            runs.append((before + weight, begin, end))
        else:
            runs.append((weight, start, end))
        open_run = True
    return runs
