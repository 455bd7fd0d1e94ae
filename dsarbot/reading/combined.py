"""What the rules and the learned model say together. Pure; the numbers below are the whole of the arithmetic.

The rules know what their phrases mean and are believed in what they are sure of; the model also sees what nobody
wrote a phrase for. A missed request is a breach and a false alarm is a minute of a person's time, so the model may
make a request of what the rules took for ordinary mail, but nothing is ever *certain* that the rules were not certain
of: an automatic acknowledgement leaves on that (security 13).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dsarbot.reading.learned import Learned, Opinion
from dsarbot.reading.weighing import Found

#: The model alone calls a text a request from here on; and where the rules saw its right, but not asked for ("do not
#: erase my data") from there on. A guess that can name no right (above ``VAGUE``) needs more as well.
LIKELY, LIKELY_AGAINST, LIKELY_VAGUE, VAGUE = 0.5, 0.8, 0.6, 0.3
#: Below this the model overrules rules that are not certain: where they only suspect a right; and where they have a
#: better score (``FIRM``: the law is named beside it), if it is also sure of another kind of mail. Where they name no
#: right it decides alone.
DOUBTED, FIRM, SURELY_OTHER = 0.3, 0.5, 0.5
NO_REQUESTS = frozenset({"newsletter", "ordinary", "service-order", "spam", "support"})
#: Below this its silence is enough to be sure of ordinary mail.
UNLIKELY = 0.15
#: Rules that are certain stay so only if the model holds a request for likely, and no other kind for possible.
AGREED, OTHER_KIND = 0.8, 0.3
#: What a right of the rules is worth beside the model's probability, with a clear score (from ``CLEAR`` on) or else.
CLEAR_RIGHT, DOUBTFUL_RIGHT, CLEAR = 0.5, 0.2, 0.6
#: Less, for a right that rules which were certain did not find.
NOT_FOUND = 0.2
NAMED, BEST_ALONE = 0.6, 0.15
MOST_REASONS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A judgement on one text: what it is, whether that is sure, and the phrases that said so.

    ``rights`` are asked for, ``mentioned`` only spoken about.
    """

    kind: Literal["request", "reply", "ordinary"]
    certain: bool
    rights: tuple[Found, ...] = ()
    mentioned: tuple[str, ...] = ()
    because: tuple[str, ...] = ()


def combine(rules: Said, learned: Learned) -> Said:
    """One judgement of two. Mail that the rules gave another kind (a reply, an authority) is not for here."""
    if rules.kind == "ordinary" and learned.request < _needed(rules, learned):
        return replace(rules, certain=learned.request < UNLIKELY)
    if rules.kind == "request" and not rules.certain and _overruled(rules, learned):
        return replace(rules, kind="ordinary", certain=False, rights=())
    rights = _rights(rules, learned)
    certain = rules.kind == "request" and rules.certain
    # "Where is the answer to my request of May?" speaks of its rights again and still is no new case.
    reply = not certain and learned.kind("reply") > learned.request
    if reply and rules.kind == "ordinary":
        return replace(rules, certain=False)
    asked = {found.right for found in rights}
    return Said(
        kind="reply" if reply else "request",
        certain=certain and _agree(rules, learned, rights),
        rights=rights,
        mentioned=tuple(right for right in rules.mentioned if right not in asked),
        because=rules.because or learned.phrases,
    )


def _needed(rules: Said, learned: Learned) -> float:
    best = next((opinion for opinion in learned.rights if opinion.probability > VAGUE), None)
    if best is None:
        return LIKELY_VAGUE
    return LIKELY_AGAINST if best.right in rules.mentioned else LIKELY


def _overruled(rules: Said, learned: Learned) -> bool:
    if not rules.rights:
        return learned.request < LIKELY
    other = max((sure for kind, sure in learned.kinds if kind in NO_REQUESTS), default=0.0)
    firm = max(found.score for found in rules.rights) >= FIRM
    return learned.request < DOUBTED and (other >= SURELY_OTHER or not firm)


def _agree(rules: Said, learned: Learned, rights: Sequence[Found]) -> bool:
    other = max((probability for _, probability in learned.kinds), default=0.0)
    same = {_name(found) for found in rules.rights} == {_name(found) for found in rights}
    return same and learned.request >= AGREED and other < OTHER_KIND


def _name(right: Found | Opinion) -> tuple[str, bool]:
    return right.right, right.marketing


def _rights(rules: Said, learned: Learned) -> tuple[Found, ...]:
    """Both opinions on each right added up; the best one alone if none is sure."""
    if not learned.rights:
        return rules.rights
    found = {_name(right): right for right in rules.rights}
    opinions = {_name(opinion): opinion for opinion in learned.rights}
    sure = rules.kind == "request" and rules.certain
    worth = {
        name: _worth(found.get(name), opinions.get(name), sure=sure) for name in dict.fromkeys((*found, *opinions))
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


def _worth(found: Found | None, opinion: Opinion | None, *, sure: bool) -> float:
    probability = opinion.probability if opinion else 0.0
    if found is None:
        return probability - (NOT_FOUND if sure else 0.0)
    return probability + (CLEAR_RIGHT if found.score >= CLEAR else DOUBTFUL_RIGHT)


def _made(name: tuple[str, bool], found: Found | None, opinion: Opinion | None, worth: float) -> Found:
    """The right with the phrases of both; the score of the rules stands where they found it."""
    spoke = [*(found.because if found else ()), *(opinion.phrases if opinion else ())]
    return Found(
        right=name[0],
        score=found.score if found else round(min(worth, 0.99), 3),
        because=tuple(dict.fromkeys(spoke))[:MOST_REASONS],
        marketing=name[1],
    )
