"""Gather what the phrases of the lexicons say about a text: signs of rights, marks of sentences, languages.

Nothing is decided here; ``weighing`` does that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from dsarbot.reading.citations import citations
from dsarbot.reading.cutting import Cut, Sentence
from dsarbot.reading.lexicons import Lexicon, further, lexicon
from dsarbot.reading.matching import Matches, search
from dsarbot.reading.tongues import beside_main, languages

#: A whole sentence in quotation marks; shorter is a name: my "right to erasure".
LONGEST_QUOTE = 200
_QUOTE = re.compile(
    rf"[«„][^«»„“”\n]{{25,{LONGEST_QUOTE}}}[»“”]|“[^“”\n]{{25,{LONGEST_QUOTE}}}”|(?<!\w)\"[^\"\n]{{25,{LONGEST_QUOTE}}}\"(?!\w)"
)
_MARK = re.compile("[«„“\"]")
_SAID = frozenset({"asks", "asks_not", "copies", "names", "marketing"})
#: Signs that alone do not name a right.
_VAGUE = frozenset({"hints", "follows"})


class Sign(NamedTuple):
    """A phrase that speaks for a right, at [start, end) of sentence ``where`` (part, number)."""

    right: str
    strength: str
    where: tuple[int, int]
    start: int
    end: int
    phrase: str
    language: str = "common"


@dataclass(kw_only=True, slots=True)
class Evidence:
    """Everything that was found in subject, text and attachments. Only read once gathered."""

    signs: list[Sign] = field(default_factory=list)
    #: (part, sentence) -> mark -> places
    marks: dict[tuple[int, int], dict[str, list[tuple[int, int]]]] = field(default_factory=dict)
    #: label of a kind, role, context or urgency -> the phrases
    phrases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    carried: set[tuple[int, int]] = field(default_factory=set)
    cited: frozenset[str] = frozenset()
    law: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    exhausted: bool = False
    #: signs of a questionnaire, a contract negotiation or an offer
    sales: int = 0
    #: it reads like a newsletter or a notice to all customers; nobody speaks of himself there
    advertises: bool = False
    #: somebody speaks of himself, or for somebody whom he names: "my", "I", "our member"
    somebody: bool = False
    #: somebody speaks for somebody else
    spoken_for: bool = False
    language: str = "und"
    confidence: float = 0.0

    def count(self, context: str) -> int:
        """How many different signs of a context there are."""
        return len(self.phrases.get(f"contexts.{context}.signs", ()))

    @property
    def privacy(self) -> tuple[str, ...]:
        """Phrases that make data protection the topic."""
        return self.law + self.topic

    @property
    def asks_about_privacy(self) -> bool:
        """One sentence asks and speaks of data protection; a subject line says it all."""
        return any(
            ("ask" in marks or where[0] == 0) and ("law" in marks or "privacy" in marks) and "mention" not in marks
            for where, marks in self.marks.items()
        )

    @property
    def serves(self) -> bool:
        """Something was bought, or does not work."""
        return bool(self.count("support")) or any("service" in marks for marks in self.marks.values())


def gather(parts: Sequence[Cut]) -> Evidence:
    """Search the parts (subject, text, attachments) and sort what was found."""
    evidence = Evidence()
    main, spoken = lexicon(), languages(parts)
    lexicons = (main, *map(further, beside_main(spoken)))
    read = [search(part, *lexicons) for part in parts]
    for number, (part, matches) in enumerate(zip(parts, read, strict=True)):
        evidence.exhausted = evidence.exhausted or matches.exhausted
        _sort(number, part, matches, evidence)
        _carry(number, part.sentences, evidence)
    # Several phrases may say the same at one place.
    evidence.signs = [_as_said(sign, parts) for sign in dict.fromkeys(evidence.signs)]
    evidence.law = _of_marks("law", parts, evidence)
    evidence.topic = _of_marks("privacy", parts, evidence)
    # "Art. 17" of what? Of the GDPR where that is named, or where the words beside it ask for what its Art. 17 gives.
    known = evidence.law or any(sign.strength not in _VAGUE for sign in evidence.signs)
    cited = [sign for number, part in enumerate(parts) for sign in _cited(number, part, main)] if known else []
    evidence.law = evidence.law or _meant(cited, evidence.signs)
    if evidence.law:
        for sign in cited:
            # Art. 21(2) is the right to object to advertising, and no other.
            if sign.right == "marketing":
                evidence.marks.setdefault(sign.where, {}).setdefault("marketing", []).append((sign.start, sign.end))
        cited = [sign for sign in cited if sign.right != "marketing"]
        evidence.signs += cited
        evidence.cited = frozenset(sign.right for sign in cited)
    evidence.sales = evidence.count("sales")
    evidence.spoken_for = any(map(evidence.phrases.get, ("roles.agent.signs", "kinds.instruction.signs")))
    evidence.somebody = evidence.spoken_for or any("self" in marks for marks in evidence.marks.values())
    evidence.advertises = evidence.count("newsletter") > (1 if evidence.somebody else 0)
    evidence.language, evidence.confidence = _language(evidence.signs, spoken)
    return evidence


def _sort(number: int, part: Cut, matches: Matches, evidence: Evidence) -> None:
    for sentence, hits in groupby(matches.hits, _sentence):
        where, places, text = (number, sentence), part.places(sentence), part.text
        for hit in hits:
            start, end = places[hit.first][0], places[hit.behind - 1][1]
            label = hit.phrase.label
            if label[0] == "rights":
                evidence.signs.append(Sign(label[1], label[2], where, start, end, text[start:end], hit.phrase.language))
            elif label[0] == "marks":
                evidence.marks.setdefault(where, {}).setdefault(label[1], []).append((start, end))
            else:
                named = ".".join(label)
                known = evidence.phrases.get(named, ())
                if text[start:end] not in known:
                    evidence.phrases[named] = (*known, text[start:end])


_sentence = attrgetter("sentence")


def _cited(number: int, part: Cut, lexicon: Lexicon) -> Iterator[Sign]:
    ends = [sentence.end for sentence in part.sentences]
    for cited in citations(part.text, lexicon.articles):
        where = (number, min(bisect_left(ends, cited.start), len(ends) - 1))
        yield Sign(cited.right, "cited", where, cited.start, cited.end, part.text[cited.start : cited.end])


def _as_said(sign: Sign, parts: Sequence[Cut]) -> Sign:
    """Whose words are these? '3 answers to "I want all my data deleted"' repeats what somebody said somewhere."""
    if sign.strength not in _SAID:
        return sign
    text = parts[sign.where[0]].text
    begin, end = max(0, sign.start - LONGEST_QUOTE), sign.end + LONGEST_QUOTE
    if _MARK.search(text, begin, sign.start) is None:
        return sign
    quoted = any(
        quote.start() <= sign.start and sign.end <= quote.end() for quote in _QUOTE.finditer(text, begin, end)
    )
    return sign._replace(strength="hints") if quoted else sign


def _meant(cited: Sequence[Sign], signs: Iterable[Sign]) -> tuple[str, ...]:
    """The citations, if a sentence asks in words for the very right that an article there gives."""
    asked = {(sign.right, sign.where) for sign in signs if sign.strength not in _VAGUE}
    named = [sign.phrase for sign in cited if (sign.right, sign.where) in asked]
    return tuple(dict.fromkeys(named))


def _carry(number: int, sentences: Iterable[Sentence], evidence: Evidence) -> None:
    """Items of a list are asked for when the sentence above the list asks. A subject line asks by itself."""
    asks = False
    for index, sentence in enumerate(sentences):
        where = (number, index)
        asks = sentence.ticked or "ask" in evidence.marks.get(where, {}) or (sentence.item and asks)
        if asks or number == 0:
            evidence.carried.add(where)
            evidence.marks.setdefault(where, {})


def _of_marks(mark: str, parts: Sequence[Cut], evidence: Evidence) -> tuple[str, ...]:
    found = (
        parts[where[0]].text[start:end] for where, marks in evidence.marks.items() for start, end in marks.get(mark, ())
    )
    return tuple(dict.fromkeys(found))


def _language(signs: Iterable[Sign], spoken: Mapping[str, float]) -> tuple[str, float]:
    """The language with most of its small words; phrases that were found count double."""
    scores = dict(spoken)
    for sign in signs:
        if sign.language != "common":
            scores[sign.language] = scores.get(sign.language, 0.0) + 2
    if not scores:
        return "und", 0.0
    best = min(scores, key=lambda language: (-scores[language], language))
    if scores[best] < 1:
        return "und", 0.0
    share = scores[best] / sum(scores.values())
    return best, round(share * min(1.0, scores[best] / 5), 3)
