"""Which rights are asked for, by the rules and the learned model together. Pure; the tables are the whole arithmetic.

How surely the rules saw a right, what else they found and what the model says are added up as logarithms of odds. The
numbers were fitted to texts that the model had not learned from, and rounded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from dsarbot.reading.learned import Opinion
from dsarbot.reading.weighing import Found

#: More says no more: the rules and the model have each seen it.
DOUBTLESS = 10.0
#: What the model's opinion counts, and what a right counts that it does not name.
MODEL, UNNAMED = 1.4, 0.02
#: How surely the rules saw a right (``_seen``) -> if they found nothing else, another right, or another and the law.
#: A letter that names the law names each right that it asks for: what the rules did not find there is not asked.
SEEN: Mapping[str, tuple[float, float, float]] = {
    "sure": (2.0, 4.0, 7.0),
    "by article": (2.5, 4.0, 5.5),
    "clear": (2.0, 2.5, 2.25),
    "fair": (4.0, 1.1, -1.4),
    "weak": (2.0, 1.15, 0.0),
    "cited": (2.5, 2.5, 5.5),
    "mentioned": (2.1, -0.5, -4.0),
    "refused": (-0.5, -2.0, -2.8),
    "unseen": (0.7, -0.7, -5.6),
}
#: A score of the rules from here on is clear, or fair. Below, it is weak. What is clear and cited is sure.
CLEAR, FAIR = 0.75, 0.6
#: Rights that are named rather too rarely or too often otherwise.
LEANING: Mapping[str, float] = {
    "access": 0.15, "automated-decision": -0.9, "consent-withdrawal": 0.25,
    "erasure": 0.28, "objection": 0.6, "portability": 0.1,
}  # fmt: skip
#: The likeliest right needs more than ``FIRST``, or alone more than ``FAINT``; every further one more than ``FURTHER``.
FIRST, FURTHER, FAINT = 0.0, 1.3, -3.6
#: What it counts that the rules found an objection to be to advertising, and in a letter that names the law.
ADVERTISING, ADVERTISING_BY_LAW = 2.0, 7.0
#: In a letter that names the law the rules alone name the rights, if the model holds none for as likely.
SILENT = 0.4
#: Probabilities count as no smaller than this.
LEAST = 0.002
MOST_REASONS = 5


def odds(probability: float) -> float:
    """The logarithm of the odds, within bounds."""
    kept = min(max(probability, LEAST), 1 - LEAST)
    return math.log(kept / (1 - kept))


def name_rights(
    rules: Sequence[Found],
    opinions: Sequence[Opinion],
    *,
    law: bool,
    mentioned: AbstractSet[str],
    refused: AbstractSet[str],
    cited: AbstractSet[str],
    articles: AbstractSet[str] = frozenset(),
) -> tuple[Found, ...]:
    """The rights that are asked for, best first.

    ``rules``: what the rules found, beside it what they saw only mentioned, refused with a "not", or cited by article
    beside another right's words. ``articles``: all whose article the text cites.
    """
    if law and rules and max((opinion.probability for opinion in opinions), default=0.0) < SILENT:
        # "Act under Art. 17 and 20 GDPR": the model knows words, not articles.
        return tuple(rules)
    found = {right.right: right for right in rules}
    likely: dict[str, Opinion] = {}
    for opinion in sorted(opinions, key=lambda each: -each.probability):
        likely.setdefault(opinion.name, opinion)
    worth: dict[str, float] = {}
    for right in dict.fromkeys((*found, *likely, *sorted(cited))):
        seen = _seen(found.get(right), right in refused, right in cited, right in mentioned, right in articles)
        others = any(other != right for other in found)
        probability = likely[right].probability if right in likely else UNNAMED
        beside = SEEN[seen][(2 if law else 1) if others else 0]
        worth[right] = MODEL * odds(probability) + beside + LEANING.get(right, 0.0)
    # Of those beyond doubt none is first; they come in an order that is always the same.
    order = sorted(worth, key=lambda right: (-min(worth[right], DOUBTLESS), right))
    if not order:
        return ()
    named = [right for right in order if worth[right] > (FIRST if right == order[0] else FURTHER)]
    if not named and worth[order[0]] > FAINT:
        named = order[:1]
    said = ADVERTISING_BY_LAW if law else ADVERTISING
    return tuple(_made(right, found.get(right), opinions, worth[right], said) for right in named)


def _seen(found: Found | None, refused: bool, cited: bool, mentioned: bool, article: bool) -> str:
    if found:
        if article:
            return "sure" if found.score >= CLEAR else "by article"
        return "clear" if found.score >= CLEAR else "fair" if found.score >= FAIR else "weak"
    return "refused" if refused else "cited" if cited else "mentioned" if mentioned else "unseen"


def _made(right: str, found: Found | None, opinions: Sequence[Opinion], worth: float, advertising: float) -> Found:
    """The right as the rules found it, or with the words that weighed most for it."""
    of_it = [opinion for opinion in opinions if opinion.name == right]
    marketing = right == "objection" and _against_marketing(found, of_it, advertising)
    if found:
        because, score = found.because, found.score
    else:
        best = max(of_it, key=lambda opinion: opinion.probability, default=None)
        because, score = best.why()[:MOST_REASONS] if best else (), round(1 / (1 + math.exp(-worth)), 3)
    return Found(right=right, score=score, because=because, marketing=marketing)


def _against_marketing(found: Found | None, opinions: Sequence[Opinion], advertising: float) -> bool:
    """Art. 21(2) or 21(1): an objection is to advertising or to more, whichever is likelier."""
    if not opinions:
        return found is not None and found.marketing
    likely = {opinion.marketing: opinion.probability for opinion in opinions}
    said = advertising if found is not None and found.marketing else 0.0
    return odds(likely.get(True, UNNAMED)) - odds(likely.get(False, UNNAMED)) + said > 0
