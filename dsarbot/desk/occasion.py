"""Why a letter is written: everything that is said in it follows from this, from the case alone.

`Facts` (conditions of the templates) and `Values` (what fills their slots) are made from it; their names are the only
names a template may use. Nothing here reads a clock or a file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final, Literal

from dsarbot.core.case import Case, Claim, Moment, Person, Purpose, Question, Status
from dsarbot.core.dates import Language
from dsarbot.core.evolve import replace
from dsarbot.core.letter import TO_PARTIES, Fee, Part
from dsarbot.core.opening import acknowledged
from dsarbot.core.rights import Ground, Right, right_of
from dsarbot.desk.addressee import Party
from dsarbot.desk.dating import local_day
from dsarbot.desk.letterhead import Letterhead

#: law 1.1 (d): a question later than so many working days after receipt opens no pause.
_PROMPT_DAYS: Final = 3
#: How long a person has to answer a question, and what must remain of the period afterwards (law 1.1 (f): the
#: letter that closes an unanswered identity question leaves before the safe date).
_ANSWER_DAYS: Final = timedelta(days=21)
_REMAINING: Final = timedelta(days=4)
_LEAST: Final = timedelta(days=5)
_SHORT: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Everything one letter is made from. language, medium: as decided for it. case: with whoever is written to as its
    person; about: the person whom it is about; party: of the chain, where the letter is for it or speaks of it; among:
    how many claims the whole letter answers, where this is the part about one of them; translation: the language of
    the courtesy translation that stands beside it; translates: this is that translation."""

    case: Case
    moment: Moment
    claims: Sequence[Claim]
    purpose: Purpose
    letterhead: Letterhead
    rights: Mapping[str, Right]
    now: datetime
    language: Language
    medium: Literal["mail", "post"]
    about: Person = field(default_factory=Person)
    party: Party | None = None
    among: int = 0
    translation: Language | Literal[""] = ""
    translates: bool = False

    @cached_property
    def today(self) -> date:
        return local_day(self.now, self.letterhead.zone)

    @cached_property
    def received(self) -> date:
        """The day of the earliest receipt among the claims."""
        return local_day(min(claim.received_at for claim in self.claims), self.letterhead.zone)

    @cached_property
    def due(self) -> date | None:
        """The earliest target that still lies ahead; None when there is none to promise."""
        targets = [claim.dates.target for claim in self.claims if claim.dates is not None]
        return min(targets) if targets and min(targets) >= self.today else None

    @cached_property
    def missed(self) -> date | None:
        """The last day on which this would not have been late; None when it is not.

        By law when the period ran out (`due_before_utc`, after pauses and extension), and by the organisation's own
        word when only the published promise did: both deserve the apology (practice 17)."""
        missed = []
        for claim in self.claims:
            dates = claim.dates
            if dates is None:
                continue
            if dates.due_before_utc is not None and self.now >= dates.due_before_utc:
                missed.append(local_day(dates.due_before_utc - timedelta(seconds=1), self.letterhead.zone))
            elif dates.promise_due is not None and dates.promise_due < self.today and not claim.extended_on:
                missed.append(dates.promise_due)
        return min(missed, default=None)

    @property
    def answer_by(self) -> date:
        """By when a question should be answered: three weeks, but early enough for what must follow in time. A party
        of the chain has a week, unless it was given another day."""
        if self.moment in TO_PARTIES:
            return self.party.answer_by if self.party and self.party.answer_by else self.today + _SHORT
        latest = self.today + _ANSWER_DAYS
        if self.due is not None:
            latest = min(latest, self.due - _REMAINING)
        return latest if latest >= self.today + _LEAST else self.today + _SHORT

    @cached_property
    def neutral(self) -> bool:
        """practice 7: rights and a due date only when triage is certain and nothing hints at a processor's role."""
        elsewhere = any(claim.party != self.case.organisation for claim in self.claims)
        unsure = any(claim.status == Status.UNCONFIRMED for claim in self.claims)
        return self.case.role_hint == "processor" or elsewhere or unsure

    @cached_property
    def further(self) -> bool:
        """Whether this acknowledges what came on top of a request whose receipt was confirmed before."""
        return not acknowledged(self.case) <= {claim.id for claim in self.claims}

    @cached_property
    def asked(self) -> Question | None:
        """The question that a reminder is about: the latest without an answer."""
        return next((q for claim in self.claims if (q := claim.open_question()) is not None), None)

    @cached_property
    def identity_asked(self) -> tuple[date, ...]:
        """The days on which identity was asked for, in order."""
        return tuple(sorted({q.asked_on for claim in self.claims for q in claim.questions if q.kind == "identity"}))

    @cached_property
    def effect(self) -> str:
        """What the question in this letter does to the period: "suspend", "soft", "restart", "exclude", "none".

        Only a prompt question pauses, a clarification only for a large quantity of data (practice 18). Public
        holidays are counted as working days here: in doubt the letter promises the person the shorter period."""
        if self.moment == Moment.CLARIFICATION_ASKED:
            effect = self.letterhead.clarification_effect if self.purpose.large else "none"
        elif self.moment == Moment.IDENTITY_ASKED:
            effect = self.letterhead.identity_effect.removeprefix("suspend-")
        else:
            effect = "none"
        prompt = effect != "none" and all(self._prompt(claim) for claim in self.claims)
        return effect if prompt else "none"

    def _prompt(self, claim: Claim) -> bool:
        answered = [question.answered_on for question in claim.questions if question.answered_on]
        since = max([local_day(claim.received_at, self.letterhead.zone), *answered])
        days = (since + timedelta(days=n) for n in range(1, (self.today - since).days + 1))
        return sum(day.weekday() < 5 for day in days) <= _PROMPT_DAYS

    @property
    def several(self) -> bool:
        """Whether the whole letter is about more than one claim."""
        return max(self.among, len(self.claims)) > 1

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Categories and items that the letter gives or withholds."""
        results = (self.purpose.result_of(claim.id) for claim in self.claims)
        return tuple(dict.fromkeys(part for result in results for part in result.parts))

    @property
    def fee(self) -> Fee | None:
        """The fee that is asked, else the one that was agreed."""
        return self.purpose.fee or next((claim.charge.fee for claim in self.claims if claim.charge is not None), None)

    @property
    def shows_evidence(self) -> bool:
        """GDPR 12(5): "The controller shall bear the burden of demonstrating"; other evidence stays in the file."""
        if not self.purpose.evidence.strip():
            return False
        if self.moment == Moment.FEE_ASKED:
            return True
        return any(ground.article.startswith("12(5)") for ground in self.grounds(self.purpose.ground))

    def grounds(self, slug: str) -> tuple[Ground, ...]:
        """That ground as the rights of this letter know it, each in its own article."""
        known = (right_of(claim, self.rights) for claim in self.claims if claim.right in self.rights)
        return tuple(ground for right in known if (ground := right.ground(slug)) is not None)

    def part_about(self, claim: Claim) -> Occasion:
        """The same occasion as the part of an answer about one claim sees it: its own outcome, its own words. What is
        said to all claims alike is said once, in the letter itself."""
        result = self.purpose.result_of(claim.id)
        detail = "" if self.several and result.detail == self.purpose.detail else result.detail
        said = replace(
            self.purpose, outcome=result.outcome, ground=result.ground, detail=detail, evidence=result.evidence,
            results=(replace(result, detail=detail),),
        )  # fmt: skip
        # Not the quick one: what is cached here is true of the whole letter only.
        return dataclasses.replace(self, claims=(claim,), purpose=said, among=len(self.claims))

    @cached_property
    def right_slugs(self) -> tuple[str, ...]:
        """The rights of the claims, each once; an objection to marketing is a kind of its own (Art. 21(2))."""
        return tuple(dict.fromkeys(slug_of(claim) for claim in self.claims))


def slug_of(claim: Claim) -> str:
    """The right of a claim as letters tell them apart."""
    return f"{claim.right}-marketing" if claim.marketing else claim.right
