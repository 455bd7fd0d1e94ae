"""What the rules and the learned model say together. Pure; the numbers below are the whole of the arithmetic.

The rules know what their phrases mean; the model also sees what nobody wrote a phrase for. A missed request is a
breach and a false alarm is a minute of a person's time, so the model may make a request of what the rules took for
ordinary mail, and name a kind that somebody must see, but nothing is ever *certain* that the rules were not certain
of: an automatic acknowledgement leaves on that (security 13).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dsarbot.reading.learned import Learned, Opinion
from dsarbot.reading.naming import FAIR, name_rights, odds
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
BEGIN, REQUEST, RIGHT, NONE, SURE, MENTIONED = -1.4, 0.88, 0.45, -1.05, 0.7, -0.5
#: The rules saw a right asked for, more than perhaps; or data protection as the topic of a request.
SEEN = 0.5
NO_REQUESTS = frozenset({"newsletter", "ordinary", "service-order", "spam", "support"})
#: A request that names the law, or of which the rules are certain, is one unless the model is surer of another kind; or
#: thinks of one and holds a request for less likely than ``LAWFUL``: contracts and newsletters recite the law.
SURELY_OTHER, PERHAPS_OTHER, LAWFUL = 0.5, 0.06, 0.05
#: Below this and with another kind in mind the model knows better than any phrase: "our 'forget me' button fails".
NEVER = 0.05
#: What the model alone takes for a request must be this likely; more, where it can name no right (above ``VAGUE``),
#: where the rules saw a "not", or in an answer: what was forgotten yesterday sounds like a request.
VAGUE, FAINT, LIKELY_VAGUE, LIKELY_REFUSED, LIKELY_ANSWER = 0.17, 0.06, 0.5, 0.7, 0.9
#: Where data protection is the topic and the rules see no right, one that the model names must be this likely.
GUESSED = 0.3
#: What the model does not name counts as this likely.
UNNAMED = 0.05
#: From here on the model names the kind of a mail that is no request, where it is likelier than one: a kind that
#: somebody must see (surer where the rules see a right asked for, or in an answer; surest where they are certain of
#: one, or see nothing of the persons whom a disclosure is about), or what the rest is ``ABOUT``.
KNOWN, KNOWN_AGAINST, KNOWN_CERTAIN, ABOUT = 0.6, 0.8, 0.9, 0.5
#: So likely no more than leaving a list: newsletters speak of it as well.
LEAVING = 0.8
#: Likelier than quiet mail; by so much, where the rules saw nothing about data.
MARGIN = 0.1
FOR_SOMEBODY: tuple[Kind, ...] = (
    "authority", "breach-notice", "content-notice", "disclosure", "instruction", "reply",
)  # fmt: skip
TOPICS: tuple[Topic, ...] = ("newsletter", "service-order", "spam", "support", "unsubscribe")
#: Below this the model's silence is enough to be sure of ordinary mail.
UNLIKELY = 0.15
#: Rules that are certain stay so only if the model holds a request for likely, no other kind for possible, and the
#: rights for the same.
AGREED, OTHERWISE = 0.8, 0.3


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A judgement on one text: what it is, whether that is sure, and the phrases that said so.

    ``rights`` are asked for, ``mentioned`` only spoken about, ``refused`` with a "not", ``cited`` by their article
    beside another right, ``articles`` cited anywhere. ``law``: data protection law is named beside a right, in no
    newsletter; ``agent``: somebody speaks for another; ``about``: it is about data; ``answers``: it answers a mail.
    ``topic``: of ordinary mail.
    """

    kind: Kind
    certain: bool
    rights: tuple[Found, ...] = ()
    mentioned: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
    cited: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    law: bool = False
    agent: bool = False
    about: bool = False
    answers: bool = False
    topic: Topic = ""
    because: tuple[str, ...] = ()


def combine(rules: Said, learned: Learned) -> Said:
    """One judgement of two. Mail that the rules gave another kind (a reply, an authority) is not for here."""
    for opinion in learned.kinds:
        if kind := _for_somebody(opinion, rules, learned):
            return replace(rules, kind=kind, certain=False, because=rules.because or opinion.why())
    return _request(rules, learned) if _asks(rules, learned) else _ordinary(rules, learned)


def _for_somebody(opinion: Opinion, rules: Said, learned: Learned) -> Kind | None:
    answer = opinion.name == "reply"
    against = KNOWN_AGAINST if rules.rights or (rules.answers and not answer) else KNOWN
    if opinion.name == "disclosure" and not rules.about:
        against = KNOWN_CERTAIN
    if opinion.probability < (KNOWN_CERTAIN if rules.kind == "request" and rules.certain else against):
        return None
    # "Where is the answer to my request of May?" speaks of its rights again and still is no new case. But many a
    # polite mail sounds like an answer.
    sounds = answer and not (rules.about or rules.answers)
    quiet = _other(learned) + (0.0 if rules.about else MARGIN)
    if sounds or opinion.probability <= max(learned.request.probability, quiet):
        return None
    return next((kind for kind in FOR_SOMEBODY if kind == opinion.name), None)


def _asks(rules: Said, learned: Learned) -> bool:
    best = learned.rights[0].probability if learned.rights else UNNAMED
    named = learned.rights[0].name if learned.rights else ""
    other = _other(learned)
    leaving = next((each for each in learned.kinds[:1] if each.name == "unsubscribe"), None)
    if leaving and leaving.probability >= LEAVING and rules.rights and all(each.marketing for each in rules.rights):
        # Who leaves a list objects to advertising, Art. 21(2); ``topic`` says that it is no more than that.
        return True
    if learned.request.probability < NEVER and other >= PERHAPS_OTHER:
        return False
    sure = rules.kind == "request" and rules.certain
    lawful = sure or rules.law or (rules.agent and bool(rules.rights))
    if lawful and (learned.request.probability >= LAWFUL or other < PERHAPS_OTHER):
        return other < max(SURELY_OTHER, learned.request.probability)
    if not rules.rights:
        needed = LIKELY_ANSWER if rules.answers else LIKELY_VAGUE if best < VAGUE else FAINT
        # "Did you get my letter?" sounds like an answer and asks for no right.
        needed = max(needed, LIKELY_REFUSED if named in rules.refused else 0, learned.kind("reply"))
        if learned.request.probability < needed:
            return False
    likely = REQUEST * odds(learned.request.probability) + RIGHT * odds(best) + NONE * odds(other)
    seen = SURE * sure + SEEN * (_vague(rules) or any(right.score >= FAIR for right in rules.rights))
    return BEGIN + likely + seen + MENTIONED * (named in rules.mentioned) > 0


def _vague(rules: Said) -> bool:
    """Data protection is the topic, something is asked, and the rules see no right."""
    return rules.kind == "request" and not rules.rights


def _other(learned: Learned) -> float:
    """How likely the likeliest kind is that nobody need see."""
    return max((each.probability for each in learned.kinds if each.name in NO_REQUESTS), default=UNNAMED)


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
    rights = name_rights(
        rules.rights,
        learned.rights,
        law=rules.law,
        mentioned=frozenset(rules.mentioned),
        refused=rules.refused,
        cited=rules.cited,
        articles=rules.articles,
    )
    if _vague(rules):
        rights = tuple(found for found in rights if found.score >= GUESSED)
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
    same = {(each.right, each.marketing) for each in rules.rights} == {(each.right, each.marketing) for each in rights}
    other = max((each.probability for each in learned.kinds), default=0.0)
    return same and learned.request.probability >= AGREED and other < OTHERWISE
