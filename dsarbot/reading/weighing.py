"""Weigh the phrases that were found: asked for, or only mentioned?

The same words ask ("please erase my data"), remind ("I remind you of the right to erasure"), refuse ("do not
erase my data"), advertise ("you have the right ...") or order a service ("erase the test database"). The sentence
around a phrase tells; the numbers below are the whole of the arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dsarbot.reading.citations import citations
from dsarbot.reading.lexicons import Lexicon, further, lexicon
from dsarbot.reading.matching import Matches, Sentence, search
from dsarbot.reading.tongues import beside_main, languages

ASKED, THIRD, MAYBE = 0.8, 0.65, 0.45  # a phrase that asks / that asks for somebody else / that only may
LAW, TOPIC, CITED = 0.1, 0.05, 0.1  # more, where the law is named, data protection the topic, the article cited
SERVICE, MENTION, SUPPORT, LOUD, NOBODY = 0.35, 0.3, 0.1, 0.3, 0.35  # less
THRESHOLD, CLEAR, WEAK = 0.4, 0.7, 0.6
MAYBE_MOST = 0.59  # whatever speaks for it, "perhaps" stays doubtful
CITATION_ALONE = 0.65
MOST_REASONS = 5
MOST_COMPARED = 12
NEAR_BEFORE, NEAR_BEHIND = 4, 12  # how far a "not" reaches, in characters

_ASKING = frozenset({"asks", "asks_not", "copies", "marketing", "marketing_not"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One right that a text asks for: score 0 to 1, the phrases that triggered it, advertising or other grounds."""

    right: str
    score: float
    because: tuple[str, ...]
    marketing: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sign:
    """A phrase that speaks for a right, at [start, end) of sentence ``where`` (part, number)."""

    right: str
    strength: str
    where: tuple[int, int]
    start: int
    end: int
    phrase: str


@dataclass(kw_only=True, slots=True)
class Evidence:
    """Everything that was found in subject, text and attachments. Only read once gathered."""

    signs: list[_Sign] = field(default_factory=list)
    #: (part, sentence) -> mark -> places
    marks: dict[tuple[int, int], dict[str, list[tuple[int, int]]]] = field(default_factory=dict)
    #: label of a kind, role, context or urgency -> the phrases
    phrases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    carried: set[tuple[int, int]] = field(default_factory=set)
    cited: frozenset[str] = frozenset()
    law: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    exhausted: bool = False
    language: str = "und"
    confidence: float = 0.0

    def count(self, context: str) -> int:
        """How many different signs of a context there are."""
        return len(self.phrases.get(f"contexts.{context}.signs", ()))

    @property
    def sales(self) -> int:
        """Signs of a questionnaire, a contract negotiation or an offer."""
        return self.count("sales")

    @property
    def advertises(self) -> bool:
        """It reads like a newsletter or a notice to all customers; nobody speaks of himself there."""
        return self.count("newsletter") > (1 if self.somebody else 0)

    @property
    def somebody(self) -> bool:
        """Somebody speaks of himself, or for somebody whom he names: "my", "I", "our member"."""
        spoken_for = ("roles.agent.signs", "kinds.instruction.signs")
        return any("self" in marks for marks in self.marks.values()) or any(map(self.phrases.get, spoken_for))

    @property
    def privacy(self) -> tuple[str, ...]:
        """Phrases that make data protection the topic."""
        return self.law + self.topic

    @property
    def asks_for_something(self) -> bool:
        """Some sentence asks, or the subject line says it all."""
        return any("ask" in marks or where[0] == 0 for where, marks in self.marks.items())


def gather(text: str, subject: str, attached: str) -> Evidence:
    """Search the three parts and sort what was found."""
    evidence = Evidence()
    parts = (subject, text, attached)
    main, spoken = lexicon(), languages(parts)
    read = [search(part, main, *map(further, beside_main(spoken))) for part in parts]
    cited: list[_Sign] = []
    for number, (part, matches) in enumerate(zip(parts, read, strict=True)):
        evidence.exhausted = evidence.exhausted or matches.exhausted
        _sort(number, part, matches, evidence)
        cited += _cited(number, part, matches, main)
        _carry(number, matches.sentences, evidence)
    evidence.law = _of_marks("law", parts, evidence)
    evidence.topic = _of_marks("privacy", parts, evidence)
    # "Art. 17" of what? Of the GDPR only where that is named.
    if evidence.law:
        evidence.signs += cited
        evidence.cited = frozenset(sign.right for sign in cited)
    evidence.language, evidence.confidence = _language(read, spoken)
    return evidence


def _sort(number: int, part: str, matches: Matches, evidence: Evidence) -> None:
    for hit in matches.hits:
        where = (number, hit.sentence)
        phrase = part[hit.start : hit.end]
        if hit.label[0] == "rights":
            evidence.signs.append(
                _Sign(
                    right=hit.label[1], strength=hit.label[2], where=where, start=hit.start, end=hit.end, phrase=phrase
                )
            )
        elif hit.label[0] == "marks":
            marks = evidence.marks.setdefault(where, {})
            marks.setdefault(hit.label[1], []).append((hit.start, hit.end))
        else:
            label = ".".join(hit.label)
            known = evidence.phrases.get(label, ())
            if phrase not in known:
                evidence.phrases[label] = (*known, phrase)


def _cited(number: int, part: str, matches: Matches, lexicon: Lexicon) -> Iterator[_Sign]:
    sentences = enumerate(matches.sentences)
    index, sentence = next(sentences)
    for cited in citations(part, lexicon.articles):
        while cited.start > sentence.end:
            index, sentence = next(sentences, (index, Sentence(start=0, end=len(part))))
        yield _Sign(
            right=cited.right,
            strength="cited",
            where=(number, index),
            start=cited.start,
            end=cited.end,
            phrase=part[cited.start : cited.end],
        )


def _carry(number: int, sentences: Iterable[Sentence], evidence: Evidence) -> None:
    """Items of a list are asked for when the sentence above the list asks. A subject line asks by itself."""
    asks = False
    for index, sentence in enumerate(sentences):
        where = (number, index)
        asks = "ask" in evidence.marks.get(where, {}) or (sentence.item and asks)
        if asks or number == 0:
            evidence.carried.add(where)
            evidence.marks.setdefault(where, {})


def _of_marks(mark: str, parts: tuple[str, ...], evidence: Evidence) -> tuple[str, ...]:
    found = (
        parts[where[0]][start:end] for where, marks in evidence.marks.items() for start, end in marks.get(mark, ())
    )
    return tuple(dict.fromkeys(found))


def _language(read: Iterable[Matches], spoken: Mapping[str, float]) -> tuple[str, float]:
    """The language with most of its small words; phrases that were found count double."""
    scores = dict(spoken)
    for matches in read:
        for hit in matches.hits:
            if hit.language != "common" and hit.label[0] == "rights":
                scores[hit.language] = scores.get(hit.language, 0.0) + 2
    if not scores:
        return "und", 0.0
    best = min(scores, key=lambda language: (-scores[language], language))
    if scores[best] < 1:
        return "und", 0.0
    share = scores[best] / sum(scores.values())
    return best, round(share * min(1.0, scores[best] / 5), 3)


def weigh(evidence: Evidence) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """(rights asked for, best first; rights only mentioned)."""
    asked: dict[str, list[tuple[float, _Sign]]] = {}
    mentioned: dict[str, None] = {}
    for sign in _standing(evidence.signs):
        score = _score(sign, evidence)
        if score >= THRESHOLD:
            asked.setdefault(sign.right, []).append((score, sign))
        elif sign.strength != "follows":
            mentioned[sign.right] = None
    _add_citations(evidence, asked, mentioned)
    best = {right: max(score for score, _ in found) for right, found in asked.items()}
    if max(best.values(), default=0) >= CLEAR:
        # Beside a clear request a doubtful one is only talk ...
        for right in [right for right, score in best.items() if score < WEAK]:
            del asked[right]
            mentioned[right] = None
        # ... but "and then delete it all" means it.
        for sign in evidence.signs:
            if sign.strength == "follows" and sign.right not in asked and not _denied(sign, evidence):
                asked[sign.right] = [(CLEAR, sign)]
    found = sorted((_found(right, signs) for right, signs in asked.items()), key=lambda f: (-f.score, f.right))
    return tuple(found), tuple(right for right in mentioned if right not in asked)


def _standing(signs: list[_Sign]) -> Iterator[_Sign]:
    """Without signs inside a longer sign of another right: "erase (what you have about me)" is no access."""
    asking: dict[tuple[int, int], list[_Sign]] = {}
    for sign in sorted(signs, key=lambda sign: sign.start - sign.end):
        if sign.strength in _ASKING:
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


def _denied(sign: _Sign, evidence: Evidence) -> bool:
    marks = evidence.marks.get(sign.where, {})
    if "still" in marks or sign.strength in {"asks_not", "marketing_not"}:
        return False
    before = any(
        sign.start - NEAR_BEFORE <= end <= sign.end or (start <= sign.start < end)
        for start, end in marks.get("negation", ())
    )
    return before or any(sign.end <= start <= sign.end + NEAR_BEHIND for start, _ in marks.get("negation_behind", ()))


def _score(sign: _Sign, evidence: Evidence) -> float:
    """How surely this phrase asks; 0 for a phrase that only mentions."""
    marks = evidence.marks.get(sign.where, {})
    asking = sign.strength in _ASKING
    third = any(evidence.phrases.get(label) for label in ("roles.agent.signs", "kinds.instruction.signs"))
    if sign.strength == "follows" or (sign.strength == "third" and not third) or _denied(sign, evidence):
        return 0.0
    # The name of a right is asked for only by somebody: a headline has it, too.
    named = sign.strength == "names" and sign.where in evidence.carried and bool(evidence.somebody or evidence.law)
    sure = asking or sign.strength == "third" or named
    score = THIRD if sign.strength == "third" else ASKED if sure else MAYBE
    if mention := marks.get("mention"):
        if not asking or not evidence.somebody:
            return 0.0
        score -= MENTION if min(mention)[0] < sign.start else 0
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


def _add_citations(evidence: Evidence, asked: dict[str, list[tuple[float, _Sign]]], mentioned: dict[str, None]) -> None:
    """A citation asks only in a sentence that asks and names no right in words; else it supports or mentions."""
    in_words = {sign.where for sign in evidence.signs if sign.strength in {*_ASKING, "names"}}
    for sign in evidence.signs:
        if sign.strength != "cited" or sign.right in asked:
            continue
        alone = sign.where in evidence.carried and sign.where not in in_words
        if alone and "mention" not in evidence.marks[sign.where] and not evidence.advertises and evidence.sales < 2:
            asked[sign.right] = [(CITATION_ALONE, sign)]
        else:
            mentioned[sign.right] = None


def _found(right: str, signs: list[tuple[float, _Sign]]) -> Found:
    ordered = sorted(signs, key=lambda item: (-item[0], item[1].where, item[1].start))
    marketing = {sign.where for _, sign in signs if sign.strength.startswith("marketing")}
    return Found(
        right=right,
        score=ordered[0][0],
        because=tuple(dict.fromkeys(sign.phrase for _, sign in ordered))[:MOST_REASONS],
        # Art. 21(2): to advertising, if every sentence that objects speaks of advertising.
        marketing=bool(marketing) and all(sign.where in marketing for _, sign in signs),
    )
