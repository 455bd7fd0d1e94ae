"""Gather what the phrases of the lexicons say about a text: signs of rights, marks of sentences, languages.

Nothing is decided here; ``weighing`` does that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dsarbot.reading.citations import citations
from dsarbot.reading.lexicons import Lexicon, further, lexicon
from dsarbot.reading.matching import Matches, Sentence, search
from dsarbot.reading.tongues import beside_main, languages


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
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


def gather(text: str, subject: str, attached: str) -> Evidence:
    """Search the three parts and sort what was found."""
    evidence = Evidence()
    parts = (subject, text, attached)
    main, spoken = lexicon(), languages(parts)
    read = [search(part, main, *map(further, beside_main(spoken))) for part in parts]
    for number, (part, matches) in enumerate(zip(parts, read, strict=True)):
        evidence.exhausted = evidence.exhausted or matches.exhausted
        _sort(number, part, matches, evidence)
        _carry(number, matches.sentences, evidence)
    evidence.law = _of_marks("law", parts, evidence)
    evidence.topic = _of_marks("privacy", parts, evidence)
    # "Art. 17" of what? Of the GDPR only where that is named.
    if evidence.law:
        numbered = enumerate(zip(parts, read, strict=True))
        cited = [sign for number, (part, matches) in numbered for sign in _cited(number, part, matches, main)]
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
                Sign(
                    right=hit.label[1],
                    strength=hit.label[2],
                    where=where,
                    start=hit.start,
                    end=hit.end,
                    phrase=phrase,
                    language=hit.language,
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


def _cited(number: int, part: str, matches: Matches, lexicon: Lexicon) -> Iterator[Sign]:
    sentences = enumerate(matches.sentences)
    index, sentence = next(sentences)
    for cited in citations(part, lexicon.articles):
        while cited.start > sentence.end:
            index, sentence = next(sentences, (index, Sentence(start=0, end=len(part))))
        yield Sign(
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
