"""What the core must know of a right. The rights themselves are modules of `handlers`; core names none of them.

A right is data: what is done for it and by whom (`Step`), what its answer says (`Item`), why it may be refused
(`Ground`). Texts are for the people at the desk; what a letter says stands in its template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dsarbot.core.case import Claim
from dsarbot.core.letter import Moment, Outcome

Language = Literal["fr", "en", "de"]
#: One text in every language of the desk.
Said = Mapping[str, str]

#: Who does a step: whoever has the case, who decides for the organisation, who runs the system that holds the data.
OWNERS: Final = ("owner", "decider", "operator")
#: When an answer must hold an item: whatever it says; where something was given; where something was withheld; where
#: there is something to say, which only a person can know.
WHEN: Final = ("always", "given", "partly", "perhaps")
#: GDPR 12(5)(a) and 15(3): what a fee may rest on.
FEES: Final = ("excessive", "further-copies")


def say(*, fr: str, en: str, de: str) -> Said:
    """A text in every language."""
    return {"fr": fr, "en": en, "de": de}


@dataclass(frozen=True)
class Step:
    """One line of the checklist. days: internal aim, in working days from receipt (law 1.1); gate: it must be ticked,
    with a note that says who or what, before an answer may leave."""

    slug: str
    owner: str
    days: int
    text: Said
    gate: bool = False


@dataclass(frozen=True)
class Item:
    """Something that the answer must hold (law 2). when: see `WHEN`; sections: of the letter, that say it of
    themselves; a section named ``RIGHT-ITEM`` always does."""

    slug: str
    article: str
    text: Said
    when: str = "given"
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A lawful reason to refuse. article: as it is cited in letters; evidence: what must be at hand for it; second:
    needs a second person; demonstrate: the law wants it shown, so the evidence is recorded with the order; text: what
    letters say, where no table of phrases has the slug."""

    slug: str
    article: str
    evidence: Said
    second: bool = False
    demonstrate: bool = False
    text: Said | None = None


@dataclass(frozen=True, kw_only=True)
class Rungs:
    """The lowest sufficient proof, R0 to R6, by the harm that a mix-up would do (law 3)."""

    low: str
    normal: str
    high: str


@dataclass(frozen=True, kw_only=True)
class Implied:
    """Another right that a claim brings up. article: why; at_once: proposed as soon as the claim is there, and a person
    decides; otherwise the checklist speaks of it."""

    right: str
    article: str
    at_once: bool = False


#: The letters that any case may need, whatever right it is about.
ANY_CASE: Final = (
    Moment.ACKNOWLEDGED, Moment.CLARIFICATION_ASKED, Moment.REMINDER, Moment.EXTENDED, Moment.ANSWERED,
    Moment.FORWARDED, Moment.CLOSED, Moment.CONTESTED, Moment.MANDATE_ASKED, Moment.RECALLED, Moment.BREACH_TOLD,
)  # fmt: skip
#: The letters of a right that has grounds to refuse and may need a proof.
EVERY: Final = (*ANY_CASE, Moment.IDENTITY_ASKED, Moment.REFUSED, Moment.FEE_ASKED)


@dataclass(frozen=True, kw_only=True)
class Right:
    """One right. article: as cited; names: what letters call it; goal_days: internal aim in working days from receipt
    (law 1.1); rungs: lowest sufficient proof; steps: the checklist; holds: what an answer must hold; grounds: lawful
    refusals, empty when there is none; letters: the moments it uses; tell_recipients: Art. 19 applies to the answer;
    implies: rights it proposes; after: rights that are answered first when they are asked for as well; fees: what a
    fee may rest on; marketing: the same right against direct marketing, which is absolute (Art. 21(2)-(3))."""

    slug: str
    article: str
    names: Said
    goal_days: int
    rungs: Rungs
    steps: tuple[Step, ...]
    holds: tuple[Item, ...]
    grounds: tuple[Ground, ...]
    letters: tuple[str, ...] = EVERY
    tell_recipients: bool = False
    implies: tuple[Implied, ...] = ()
    after: tuple[str, ...] = ()
    fees: tuple[str, ...] = ("excessive",)
    marketing: Right | None = None

    def ground(self, slug: str) -> Ground | None:
        """The ground of that slug, if this right knows it."""
        return next((each for each in self.grounds if each.slug == slug), None)

    def step(self, slug: str) -> Step | None:
        """The step of that slug, if the checklist has it."""
        return next((each for each in self.steps if each.slug == slug), None)

    def wanted(self, outcome: Outcome) -> tuple[Item, ...]:
        """What an answer with that outcome must hold, or perhaps hold."""
        cases = {
            Outcome.GRANTED: ("always", "given", "perhaps"),
            Outcome.PARTLY: ("always", "given", "partly", "perhaps"),
            Outcome.NOTHING_HELD: ("always",),
        }
        return tuple(item for item in self.holds if item.when in cases.get(outcome, ()))


def right_of(claim: Claim, rights: Mapping[str, Right]) -> Right:
    """What the claim's right asks for; what any right asks for when its package is not there any more."""
    right = rights.get(claim.right, UNKNOWN)
    return (right.marketing or right) if claim.marketing else right


#: GDPR 11(2), 12(2): the controller demonstrates that it cannot identify the person. Possible for every right.
NOT_IDENTIFIED: Final = Ground(
    slug="not-identified",
    article="11(2), 12(2)",
    demonstrate=True,
    evidence=say(
        fr="Ce qui a été demandé et cherché, et pourquoi cela ne suffit pas pour identifier la personne.",
        en="What was asked and looked for, and why it is not enough to identify the person.",
        de="Was erfragt und gesucht wurde und warum es nicht genügt, um die Person zu identifizieren.",
    ),
)
#: GDPR 12(5)(b) with 11(2), 12(2): what may be held against any request, each of 12(5) with a second person.
#: GDPR 12(5): "The controller shall bear the burden of demonstrating" it.
AGAINST_ANY: Final = (
    Ground(
        slug="manifestly-unfounded",
        article="12(5)(b)",
        second=True,
        demonstrate=True,
        evidence=say(
            fr="Ce qui montre que la demande est manifestement sans fondement : texte, contexte, échanges.",
            en="What shows that the request is manifestly unfounded: its words, its context, the correspondence.",
            de="Was zeigt, dass der Antrag offenkundig unbegründet ist: Wortlaut, Umstände, Schriftwechsel.",
        ),
    ),
    Ground(
        slug="excessive",
        article="12(5)(b)",
        second=True,
        demonstrate=True,
        evidence=say(
            fr="Les demandes précédentes avec leurs dates, leurs réponses et ce qui n'a pas changé depuis.",
            en="The earlier requests with their dates, their answers, and what has not changed since.",
            de="Die früheren Anträge mit Daten und Antworten und was sich seither nicht geändert hat.",
        ),
    ),
    NOT_IDENTIFIED,
)
#: A right whose package was taken away while a case still invokes it: the case goes on with what holds for any.
UNKNOWN: Final = Right(
    slug="unknown",
    article="12(3)",
    names=say(fr="droit de la personne concernée", en="data subject's right", de="Recht der betroffenen Person"),
    goal_days=15,
    rungs=Rungs(low="R0", normal="R2", high="R2+R3"),
    steps=(),
    holds=(),
    grounds=AGAINST_ANY,
)
