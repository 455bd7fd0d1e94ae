"""What the rules and the learned model say together. Pure; the numbers below are the whole of the arithmetic.

The rules know what their phrases mean; the model also sees what nobody wrote a phrase for. A missed request is a
breach and a false alarm is a minute of a person's time, so the model may make a request of what the rules took for
ordinary mail, and name a kind that somebody must see, but nothing is ever *certain* that the rules were not certain
of: an automatic acknowledgement leaves on that (security 13).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dsarbot.reading.learned import Learned, Opinion
from dsarbot.reading.weighing import Found

Kind = Literal[
    "request", "reply", "ordinary", "authority", "instruction", "content-notice", "disclosure", "breach-notice"
]
Topic = Literal["", "newsletter", "service-order", "spam", "support", "unsubscribe"]

#: What the model has a say in; every other kind of the rules names itself.
JUDGED = frozenset({"request", "ordinary"})
#: A text asks for something if these add up to more than nothing. ``BEGIN``: what has to be outweighed. Probabilities
#: count as the logarithm of their odds: of a request, of the likeliest right, of the likeliest kind that is none.
#: ``SURE``: the rules are certain; ``MENTIONED``: they saw the likeliest right, but not asked for.
BEGIN, REQUEST, RIGHT, NONE, SURE, MENTIONED = -0.8, 0.65, 0.3, -1.05, 0.7, -1.5
NO_REQUESTS = frozenset({"newsletter", "ordinary", "service-order", "spam", "support"})
#: A request that names the law is one unless the model is as sure of another kind: contracts and newsletters recite it.
SURELY_OTHER = 0.5
#: What the model alone takes for a request must be this likely; more, where it can name no right (above ``VAGUE``),
#: where the rules saw a "not", or in an answer: what was forgotten yesterday sounds like a request.
VAGUE, FAINT, LIKELY_VAGUE, LIKELY_REFUSED, LIKELY_ANSWER = 0.15, 0.1, 0.5, 0.7, 0.8
#: Probabilities count as no smaller than this, and what the model does not name has the other one.
LEAST, UNNAMED = 0.002, 0.05
#: From here on the model names the kind of a mail that is no request, where it is likelier than one: a kind that
#: somebody must see (surer where the rules see a right asked for, or in an answer), or what the rest is ``ABOUT``.
KNOWN, KNOWN_AGAINST, ABOUT = 0.6, 0.8, 0.5
#: By so much likelier than quiet mail, where the rules saw nothing about data.
MARGIN = 0.1
FOR_SOMEBODY: tuple[Kind, ...] = (
    "authority", "breach-notice", "content-notice", "disclosure", "instruction", "reply",
)  # fmt: skip
TOPICS: tuple[Topic, ...] = ("newsletter", "service-order", "spam", "support", "unsubscribe")
#: Below this the model's silence is enough to be sure of ordinary mail.
UNLIKELY = 0.15
#: Rules that are certain stay so only if the model holds a request for likely, and the rights for the same.
AGREED = 0.5
#: What a right of the rules is worth beside the model's probability, with a clear score (from ``CLEAR`` on) or else.
CLEAR_RIGHT, DOUBTFUL_RIGHT, CLEAR = 0.5, 0.2, 0.6
#: Less, for a right that rules which were certain did not find, or only saw mentioned.
NOT_FOUND, ONLY_MENTIONED = 0.35, 0.5
NAMED, BEST_ALONE = 0.6, 0.15
MOST_REASONS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A judgement on one text: what it is, whether that is sure, and the phrases that said so.

    ``rights`` are asked for, ``mentioned`` only spoken about, ``refused`` with a "not". ``law``: data protection law is
    named beside a right, in no newsletter; ``about``: it is about data; ``answers``: it answers a mail. ``topic``: of
    ordinary mail.
    """

    kind: Kind
    certain: bool
    rights: tuple[Found, ...] = ()
    mentioned: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
    law: bool = False
    about: bool = False
    answers: bool = False
    topic: Topic = ""
    because: tuple[str, ...] = ()


def combine(rules: Said, learned: Learned) -> Said:
    """One judgement of two. Mail that the rules gave another kind (a reply, an authority) is not for here."""
    if not (rules.kind == "request" and rules.certain):
        for opinion in learned.kinds:
            if kind := _for_somebody(opinion, rules, learned):
                return replace(rules, kind=kind, certain=False, because=rules.because or opinion.why())
    return _request(rules, learned) if _asks(rules, learned) else _ordinary(rules, learned)


def _for_somebody(opinion: Opinion, rules: Said, learned: Learned) -> Kind | None:
    answer = opinion.name == "reply"
    if opinion.probability < (KNOWN_AGAINST if rules.rights or (rules.answers and not answer) else KNOWN):
        return None
    # "Where is the answer to my request of May?" speaks of its rights again and still is no new case. But many a
    # polite mail sounds like an answer.
    sounds = answer and not (rules.about or rules.answers)
    quiet = 0.0 if rules.about else _other(learned) + MARGIN
    if sounds or opinion.probability <= max(learned.request.probability, quiet):
        return None
    return next((kind for kind in FOR_SOMEBODY if kind == opinion.name), None)


def _asks(rules: Said, learned: Learned) -> bool:
    best = learned.rights[0].probability if learned.rights else UNNAMED
    named = learned.rights[0].name if learned.rights else ""
    other = _other(learned)
    if rules.law:
        return other < SURELY_OTHER
    if not rules.rights:
        needed = LIKELY_ANSWER if rules.answers else LIKELY_VAGUE if best < VAGUE else FAINT
        # "Did you get my letter?" sounds like an answer and asks for no right.
        needed = max(needed, LIKELY_REFUSED if named in rules.refused else 0, learned.kind("reply"))
        if learned.request.probability < needed:
            return False
    sure = rules.kind == "request" and rules.certain
    likely = REQUEST * _odds(learned.request.probability) + RIGHT * _odds(best) + NONE * _odds(other)
    return BEGIN + likely + SURE * sure + MENTIONED * (named in rules.mentioned) > 0


def _other(learned: Learned) -> float:
    """How likely the likeliest kind is that nobody need see."""
    return max((each.probability for each in learned.kinds if each.name in NO_REQUESTS), default=UNNAMED)


def _odds(probability: float) -> float:
    kept = min(max(probability, LEAST), 1 - LEAST)
    return math.log(kept / (1 - kept))


def _ordinary(rules: Said, learned: Learned) -> Said:
    about = next((each for each in learned.kinds if each.name in TOPICS and each.probability >= ABOUT), None)
    return Said(
        kind="ordinary",
        certain=rules.kind == "ordinary" and learned.request.probability < UNLIKELY,
        mentioned=tuple(dict.fromkeys((*rules.mentioned, *(found.right for found in rules.rights)))),
        topic=_topic(about),
        because=about.why() if about else (),
    )


def _request(rules: Said, learned: Learned) -> Said:
    rights = _rights(rules, learned)
    asked = {found.right for found in rights}
    leaving = next((each for each in learned.kinds if each.name == "unsubscribe" and each.probability >= ABOUT), None)
    return Said(
        kind="request",
        certain=rules.kind == "request" and rules.certain and _agree(rules, learned, rights),
        rights=rights,
        mentioned=tuple(right for right in rules.mentioned if right not in asked),
        topic=_topic(leaving),
        because=rules.because or learned.request.why(),
    )


def _topic(about: Opinion | None) -> Topic:
    return next((topic for topic in TOPICS if about and topic == about.name), "")


def _agree(rules: Said, learned: Learned, rights: Sequence[Found]) -> bool:
    same = {_name(found) for found in rules.rights} == {_name(found) for found in rights}
    return same and learned.request.probability >= AGREED


def _name(found: Found) -> tuple[str, bool]:
    return found.right, found.marketing


def _rights(rules: Said, learned: Learned) -> tuple[Found, ...]:
    """Both opinions on each right added up; the best one alone if none is sure."""
    if not learned.rights:
        return rules.rights
    found = {_name(right): right for right in rules.rights}
    # Whether an objection is to advertising, the rules know where they found it.
    against = next((right.marketing for right in rules.rights if right.right == "objection"), None)
    opinions: dict[tuple[str, bool], Opinion] = {}
    for opinion in learned.rights:
        marketing = opinion.marketing if against is None or opinion.name != "objection" else against
        opinions.setdefault((opinion.name, marketing), opinion)
    worth = {
        name: _worth(found.get(name), opinions.get(name)) - (0 if name in found else _missing(name[0], rules))
        for name in dict.fromkeys((*found, *opinions))
    }
    order = sorted(worth, key=lambda name: (-worth[name], name))
    named = [name for name in order if worth[name] >= NAMED]
    if not named:
        named = [name for name in order[:1] if worth[name] >= BEST_ALONE]
    # An objection is to advertising or to more: the likelier one.
    objections = [name for name in named if name[0] == "objection"]
    return tuple(
        _made(name, found.get(name), opinions.get(name), worth[name]) for name in named if name not in objections[1:]
    )


def _worth(found: Found | None, opinion: Opinion | None) -> float:
    probability = opinion.probability if opinion else 0.0
    if found is None:
        return probability
    return probability + (CLEAR_RIGHT if found.score >= CLEAR else DOUBTFUL_RIGHT)


def _missing(right: str, rules: Said) -> float:
    """How much it says against a right that the rules did not find it asked for."""
    if rules.kind != "request" or not rules.certain:
        return 0.0
    return ONLY_MENTIONED if right in rules.mentioned else NOT_FOUND


def _made(name: tuple[str, bool], found: Found | None, opinion: Opinion | None, worth: float) -> Found:
    """The right as the rules found it, or with the words that weighed most for it."""
    if found:
        return found
    because = opinion.why()[:MOST_REASONS] if opinion else ()
    return Found(right=name[0], score=round(min(worth, 0.99), 3), because=because, marketing=name[1])
