"""A second opinion on what a text asks for, learned from labelled sentences: offline, deterministic, explainable.

The rules (``triage``) know phrases; this knows which words and pairs of meanings stood in requests and which in other
mail, so it also sees what nobody wrote a phrase for. One sentence in a long mail may ask, so a few sentences are
judged at a time. ``combined`` says what the two opinions are together. A linear model: what spoke for an answer is
simply what weighed most, and is returned as it stands in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dsarbot.reading.learned_model import NOTHING, Model, Sums, model
from dsarbot.reading.learned_words import Piece, Reader, cut

#: Sentences that are judged together, and how far one moves on.
WINDOW, STRIDE = 4, 2
#: Rights with less than this are not named, and phrases are looked up only for what is named.
WORTH_NAMING = 0.1
MOST_PHRASES, MOST_LETTERS = 3, 120
REQUEST, RIGHT, KIND = "request", "right:", "kind:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """How likely one right is asked for, and the words that spoke most for it. ``marketing`` as in ``Found``."""

    right: str
    probability: float
    phrases: tuple[str, ...]
    marketing: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """``request`` is a probability; ``rights`` come best first, ``kinds`` (kind, probability) too."""

    request: float
    phrases: tuple[str, ...]
    rights: tuple[Opinion, ...]
    kinds: tuple[tuple[str, float], ...]

    def kind(self, name: str) -> float:
        """How likely the text is of this kind."""
        return dict(self.kinds).get(name, 0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Some sentences of one part of the mail (``text``), and everything seen in them, with the subject in the first.

    ``alone``: one sentence beside others, read without them. Which right it asks for is often clearer so ("And then
    wipe it all"), whether it asks at all is not.
    """

    text: str
    pieces: tuple[Piece, ...]
    numbers: frozenset[int]
    alone: bool = False


def windows(reader: Reader, text: str, subject: str, attached: str) -> Iterator[Window]:
    """All windows of a mail. The subject belongs to the beginning of the text."""
    nothing = frozenset[int]()
    topic = nothing.union(*(reader.numbers(piece) for piece in cut(subject)))
    for part, beside in ((text or subject, topic), (attached, nothing)):
        pieces = list(cut(part))
        seen = [reader.numbers(piece) for piece in pieces]
        for start in range(0, max(len(pieces) - (WINDOW - STRIDE), min(1, len(pieces))), STRIDE):
            yield Window(
                text=part,
                pieces=tuple(pieces[start : start + WINDOW]),
                numbers=(beside if start == 0 else nothing).union(*seen[start : start + WINDOW]),
            )
        if len(pieces) > 1:
            for piece, numbers in zip(pieces, seen, strict=True):
                yield Window(text=part, pieces=(piece,), numbers=frozenset(numbers), alone=True)


def judge(text: str, subject: str = "", attached: str = "", *, by: Model | None = None) -> Learned:
    """Say how likely a text asks for something, and for what. Pure; never raises. ``by`` is the shipped model."""
    by = by or model()
    reader, sums = Reader(by.meanings), Sums(by)
    seen = list(windows(reader, text, subject, attached))
    if not seen:
        return Learned(request=0.0, phrases=(), rights=(), kinds=())
    totals = [sums.total(window.numbers) for window in seen]
    reasons = Reasons(by, reader)
    rights: list[Opinion] = []
    kinds: list[tuple[str, float]] = []
    request, phrases = 0.0, tuple[str, ...]()
    together = [place for place, window in enumerate(seen) if not window.alone]
    for number, answer in enumerate(by.answers):
        places = range(len(seen)) if answer.name.startswith(RIGHT) else together
        column = [totals[place][number] for place in places]
        if answer.name.startswith(KIND):
            # A newsletter is one from beginning to end; a request is one sentence of a mail.
            mean = sum(column) / len(column)
            kinds.append((answer.name.removeprefix(KIND), round(answer.probability(mean), 3)))
            continue
        probability = round(answer.probability(max(column)), 3)
        loudest = seen[places[column.index(max(column))]]
        why = reasons.phrases(loudest, number) if probability >= WORTH_NAMING else ()
        if answer.name == REQUEST:
            request, phrases = probability, why
        elif probability >= WORTH_NAMING:
            rights.append(_opinion(answer.name.removeprefix(RIGHT), probability, why))
    return Learned(
        request=request,
        phrases=phrases,
        rights=tuple(sorted(rights, key=lambda opinion: (-opinion.probability, opinion.right))),
        kinds=tuple(sorted(kinds, key=lambda kind: (-kind[1], kind[0]))),
    )


def _opinion(label: str, probability: float, phrases: tuple[str, ...]) -> Opinion:
    return Opinion(
        right=label.removesuffix("!"), probability=probability, phrases=phrases, marketing=label.endswith("!")
    )


class Reasons:
    """Finds what weighed most for an answer. One per text: it remembers what it has read."""

    def __init__(self, by: Model, reader: Reader) -> None:
        self._by, self._reader = by, reader
        self._read: dict[int, list[tuple[bytes, int, int]]] = {}

    def phrases(self, window: Window, answer: int) -> tuple[str, ...]:
        """The words that weighed most for an answer, neighbours together, as they stand in the text."""
        found: list[tuple[int, int, int]] = []
        for piece in window.pieces:
            weights = [0] * len(piece.words)
            for row, first, last in self._rows(piece):
                weight = row[2 * answer] - NOTHING
                weights[first] += weight
                weights[last] += weight
            found += _runs(weights, piece.places)
        best = sorted(found, key=lambda run: (-run[0], run[1]))[:MOST_PHRASES]
        return tuple(dict.fromkeys(window.text[start:end][:MOST_LETTERS] for _, start, end in best))

    def _rows(self, piece: Piece) -> list[tuple[bytes, int, int]]:
        if id(piece) not in self._read:
            evidence = self._reader.evidence(piece)
            self._read[id(piece)] = [
                (row, first, last) for number, first, last in evidence if (row := self._by.row(number))
            ]
        return self._read[id(piece)]


def _runs(weights: Sequence[int], places: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """(weight, start, end) of words side by side that speak for it, each at least a third as loud as the loudest."""
    least = max(weights, default=0) / 3
    runs: list[tuple[int, int, int]] = []
    open_run = False
    for weight, (start, end) in zip(weights, places, strict=True):
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
