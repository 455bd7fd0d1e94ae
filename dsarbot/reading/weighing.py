"""Weigh the phrases that were found: asked for, or only mentioned?

The same words ask ("please erase my data"), remind ("I remind you of the right to erasure"), refuse ("do not
erase my data"), advertise ("you have the right ...") or order a service ("erase the test database"). The sentence
around a phrase tells; the numbers below are the whole of the arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dsarbot.reading.evidence import Evidence, Sign

ASKED, THIRD, MAYBE = 0.8, 0.65, 0.45  # a phrase that asks / that asks for somebody else / that only may
LAW, TOPIC, CITED = 0.1, 0.05, 0.1  # more, where the law is named, data protection the topic, the article cited
SERVICE, MENTION, SUPPORT, LOUD, NOBODY = 0.35, 0.3, 0.1, 0.3, 0.35  # less
THRESHOLD, CLEAR, WEAK = 0.4, 0.7, 0.6
MAYBE_MOST = 0.59  # whatever speaks for it, "perhaps" stays doubtful
CITATION_ALONE = 0.65
MOST_REASONS = 5
MOST_COMPARED = 12
NEAR_BEFORE, NEAR_BEHIND = 4, 12  # how far a "not" reaches, in characters
FAR_BEHIND = 40  # what is mentioned so far behind a request takes nothing from it

# Art. 15(1)(e) and (h): what an answer to an access request has to speak about.
_TOLD_ABOUT = frozenset({"rectification", "erasure", "restriction", "objection"})
_MANY = 3
_ASKING = frozenset({"asks", "asks_not", "copies", "marketing", "marketing_not"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One right that a text asks for: score 0 to 1, the phrases that triggered it, advertising or other grounds."""

    right: str
    score: float
    because: tuple[str, ...]
    marketing: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """``rights`` are asked for, best first; ``mentioned`` only spoken about.

    Of these ``refused`` with a "not", ``cited`` by their article in a sentence that asks for another right in words.
    """

    rights: tuple[Found, ...]
    mentioned: tuple[str, ...]
    refused: frozenset[str]
    cited: frozenset[str]


def weigh(evidence: Evidence) -> Weighed:
    """Sort the rights into those asked for and the others."""
    asked: dict[str, list[tuple[float, Sign]]] = {}
    mentioned: dict[str, None] = {}
    for sign in _standing(evidence.signs):
        score = _score(sign, evidence)
        if score >= THRESHOLD:
            asked.setdefault(sign.right, []).append((score, sign))
        elif sign.strength != "follows":
            mentioned[sign.right] = None
    beside = _add_citations(evidence, asked, mentioned)
    if "access" in asked:
        _take_back_told(asked, mentioned)
    best = {right: max(score for score, _ in found) for right, found in asked.items()}
    if max(best.values(), default=0) >= CLEAR:
        # Beside a clear request a doubtful one is only talk ...
        for right in [right for right, score in best.items() if score < WEAK]:
            del asked[right]
            mentioned[right] = None
        # ... but "and then delete it all" means it, in the language of the request.
        spoken = {sign.language for signs in asked.values() for _, sign in signs}
        for sign in evidence.signs:
            meant = sign.strength == "follows" and sign.language in spoken and not _denied(sign, evidence)
            if meant and sign.right not in asked:
                asked[sign.right] = [(CLEAR, sign)]
    found = sorted(
        (_found(right, signs, evidence) for right, signs in asked.items()), key=lambda f: (-f.score, f.right)
    )
    left = tuple(right for right in mentioned if right not in asked)
    # "Not to be subject to a decision": the name of this right has a "not" of its own.
    deniable = [sign for sign in evidence.signs if sign.right in left and sign.right != "automated-decision"]
    refused = frozenset(sign.right for sign in deniable if _denied(sign, evidence))
    return Weighed(rights=tuple(found), mentioned=left, refused=refused, cited=frozenset(beside & set(left)))


def _standing(signs: list[Sign]) -> Iterator[Sign]:
    """Without signs inside a longer sign of another right: "erase (what you have about me)" is no access."""
    asking: dict[tuple[int, int], list[Sign]] = {}
    for sign in sorted(signs, key=lambda sign: sign.start - sign.end):
        if sign.strength in _ASKING or sign.strength == "names":
            asking.setdefault(sign.where, []).append(sign)
    portable = {sign.where for sign in signs if sign.right == "portability"}
    for sign in signs:
        longest = asking.get(sign.where, [])[:MOST_COMPARED]
        within = any(
            other.right != sign.right
            and other.start <= sign.start
            and sign.end <= other.end
            and other.end - other.start > sign.end - sign.start
            for other in longest
        )
        yields = sign.strength == "copies" and sign.where in portable
        if sign.strength != "cited" and not within and not yields:
            yield sign


def _denied(sign: Sign, evidence: Evidence) -> bool:
    marks = evidence.marks.get(sign.where, {})
    if "still" in marks or sign.strength in {"asks_not", "marketing_not"}:
        return False
    before = any(
        sign.start - NEAR_BEFORE <= end <= sign.end or (start <= sign.start < end)
        for start, end in marks.get("negation", ())
    )
    return before or any(sign.end <= start <= sign.end + NEAR_BEHIND for start, _ in marks.get("negation_behind", ()))


def _score(sign: Sign, evidence: Evidence) -> float:
    """How surely this phrase asks; 0 for a phrase that only mentions."""
    marks = evidence.marks.get(sign.where, {})
    asking = sign.strength in _ASKING
    if sign.strength == "follows" or (sign.strength == "third" and not evidence.spoken_for) or _denied(sign, evidence):
        return 0.0
    # The name of a right is asked for only by somebody: a headline has it, too.
    named = sign.strength == "names" and sign.where in evidence.carried and (evidence.somebody or bool(evidence.law))
    sure = asking or sign.strength == "third" or named
    score = THIRD if sign.strength == "third" else ASKED if sure else MAYBE
    if mention := [start for start, _ in marks.get("mention", ()) if start < sign.end + FAR_BEHIND]:
        if not asking or not evidence.somebody:
            return 0.0
        score -= MENTION if min(mention) < sign.start else 0
    score += LAW if evidence.law else TOPIC if evidence.topic else 0
    score += CITED if sign.right in evidence.cited else 0
    score -= SERVICE if _about_service(marks) and not evidence.law else 0
    score -= LOUD if evidence.advertises or evidence.sales > 1 else 0
    score -= NOBODY if not (evidence.somebody or sign.strength.startswith("marketing")) else 0
    score -= SUPPORT if evidence.count("support") and not asking else 0
    return round(max(0.0, min(0.99 if sure else MAYBE_MOST, score)), 3)


def _about_service(marks: Mapping[str, list[tuple[int, int]]]) -> bool:
    """A database that the writer bought, not "your database" where his data are."""
    own = marks.get("ours", ())
    return any(
        not any(first <= start and end <= last for first, last in own) for start, end in marks.get("service", ())
    )


def _take_back_told(asked: dict[str, list[tuple[float, Sign]]], mentioned: dict[str, None]) -> None:
    """Who asks whether there is automated decision-making, or a right to erasure and so on, asks for access."""
    places = {sign.where for _, sign in asked["access"]}
    named: dict[tuple[int, int], set[str]] = {}
    for right in _TOLD_ABOUT & asked.keys():
        for _, sign in asked[right]:
            if sign.strength not in _ASKING and sign.where not in places:
                named.setdefault(sign.where, set()).add(right)
    listed = {where for where, rights in named.items() if len(rights) >= _MANY}
    for right in (_TOLD_ABOUT | {"automated-decision"}) & asked.keys():
        kept = [
            (score, sign)
            for score, sign in asked[right]
            if sign.strength in _ASKING or (right in _TOLD_ABOUT and sign.where not in listed)
        ]
        if not kept:
            del asked[right]
            mentioned[right] = None
        else:
            asked[right] = kept


def _add_citations(
    evidence: Evidence, asked: dict[str, list[tuple[float, Sign]]], mentioned: dict[str, None]
) -> set[str]:
    """A citation asks only in a sentence that asks and names no right in words; else it supports or mentions.

    Returned are those beside another right's words: "I withdraw my consent and want it all erased, Art. 7(3), 17".
    """
    beside: set[str] = set()
    in_words = {sign.where for sign in evidence.signs if sign.strength in {*_ASKING, "names"}}
    for sign in evidence.signs:
        if sign.strength != "cited" or sign.right in asked:
            continue
        carried = sign.where in evidence.carried and "mention" not in evidence.marks[sign.where]
        if carried and not evidence.advertises and evidence.sales < 2:
            if sign.where not in in_words:
                asked[sign.right] = [(CITATION_ALONE, sign)]
                continue
            beside.add(sign.right)
        mentioned[sign.right] = None
    return beside


def _against_marketing(sign: Sign, evidence: Evidence) -> bool:
    """Art. 21(2): the phrase says so, or the sentence around it."""
    return sign.strength.startswith("marketing") or "marketing" in evidence.marks.get(sign.where, {})


def _found(right: str, signs: list[tuple[float, Sign]], evidence: Evidence) -> Found:
    ordered = sorted(signs, key=lambda item: (-item[0], item[1].where, item[1].start))
    marketing = {sign.where for _, sign in signs if right == "objection" and _against_marketing(sign, evidence)}
    return Found(
        right=right,
        score=ordered[0][0],
        because=tuple(dict.fromkeys(sign.phrase for _, sign in ordered))[:MOST_REASONS],
        # Art. 21(2): to advertising, if every sentence that objects speaks of advertising.
        marketing=bool(marketing) and all(sign.where in marketing for _, sign in signs),
    )
