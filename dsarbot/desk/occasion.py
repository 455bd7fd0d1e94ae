"""Why a letter is written: what stands in it and which of its lines apply, from the case alone.

`Facts` are the conditions of the templates, `Values` fill their slots; the names of their fields are the only names
a template may use. Nothing here reads a clock or a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final, Literal

from dsarbot.core.case import Case, Claim, Moment, Outcome, Purpose, Question, Status
from dsarbot.core.dates import Language
from dsarbot.core.rights import Right
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
    """Everything one letter is made from. language, medium: as decided for it."""

    case: Case
    moment: Moment
    claims: Sequence[Claim]
    purpose: Purpose
    letterhead: Letterhead
    rights: Mapping[str, Right]
    now: datetime
    language: Language
    medium: Literal["mail", "post"]

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
        """By when a question should be answered: three weeks, but early enough for what must follow in time."""
        latest = self.today + _ANSWER_DAYS
        if self.due is not None:
            latest = min(latest, self.due - _REMAINING)
        return latest if latest >= self.today + _LEAST else self.today + _SHORT

    @cached_property
    def neutral(self) -> bool:
        """practice 7: rights and a due date only when triage is certain and nothing hints at a processor's role."""
        return self.case.role_hint == "processor" or any(claim.status == Status.UNCONFIRMED for claim in self.claims)

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
        return effect if all(self._prompt(claim) for claim in self.claims) else "none"

    def _prompt(self, claim: Claim) -> bool:
        answered = [question.answered_on for question in claim.questions if question.answered_on]
        since = max([local_day(claim.received_at, self.letterhead.zone), *answered])
        days = (since + timedelta(days=n) for n in range(1, (self.today - since).days + 1))
        return sum(day.weekday() < 5 for day in days) <= _PROMPT_DAYS

    @cached_property
    def right_slugs(self) -> tuple[str, ...]:
        """The rights of the claims, each once; an objection to marketing is a kind of its own (Art. 21(2))."""
        return tuple(dict.fromkeys(slug_of(claim) for claim in self.claims))


def slug_of(claim: Claim) -> str:
    """The right of a claim as letters tell them apart."""
    return "objection-marketing" if claim.right == "objection" and claim.marketing else claim.right


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The conditions that a template may name."""

    has_name: bool
    neutral: bool
    has_due: bool
    show_due: bool
    has_until: bool
    late: bool
    fallback: bool
    binding: bool
    on_paper: bool
    several: bool
    has_email: bool
    way_reply: bool
    way_post: bool
    way_phone: bool
    way_portal: bool
    way_code: bool
    rung_r1: bool
    rung_r2: bool
    rung_r3: bool
    rung_r4: bool
    rung_r5: bool
    rung_r6: bool
    pause_suspend: bool
    pause_soft: bool
    pause_restart: bool
    pause_exclude: bool
    pause_none: bool
    large: bool
    about_identity: bool
    about_clarification: bool
    has_detail: bool
    has_ground: bool
    not_identified: bool
    was_asked: bool
    granted: bool
    partly: bool
    nothing_held: bool
    withdrawn: bool
    siblings: bool


FACTS: Final = frozenset(field.name for field in fields(Facts))
_SHOWS_DUE: Final = frozenset({Moment.ACKNOWLEDGED, Moment.CLARIFICATION_ASKED})


def facts_of(occasion: Occasion, *, name: str, notice: bool) -> Facts:
    """The conditions of this letter. name: as it may be printed, "" for none; notice: there is a language notice."""
    purpose, letterhead, outcome = occasion.purpose, occasion.letterhead, occasion.purpose.outcome
    rungs, ways, effect = purpose.rung.upper().split("+"), letterhead.ways, occasion.effect
    kind = occasion.asked.kind if occasion.asked is not None else ""
    return Facts(
        has_name=bool(name),
        neutral=occasion.neutral,
        has_due=occasion.due is not None,
        show_due=occasion.due is not None and not occasion.neutral and occasion.moment in _SHOWS_DUE,
        has_until=purpose.until is not None,
        late=occasion.missed is not None,
        fallback=notice,
        binding=letterhead.binding_language not in ("", occasion.language),
        on_paper=occasion.medium == "post",
        several=len(occasion.right_slugs) > 1,
        has_email=bool(letterhead.contact_email),
        way_reply="reply" in ways and occasion.medium == "mail",
        way_post="post" in ways,
        way_phone="phone" in ways,
        way_portal="portal" in ways,
        way_code="code" in ways,
        rung_r1="R1" in rungs,
        rung_r2="R2" in rungs,
        rung_r3="R3" in rungs,
        rung_r4="R4" in rungs,
        rung_r5="R5" in rungs,
        rung_r6="R6" in rungs,
        pause_suspend=effect == "suspend",
        pause_soft=effect == "soft",
        pause_restart=effect == "restart",
        pause_exclude=effect == "exclude",
        pause_none=effect == "none",
        large=purpose.large,
        about_identity=kind == "identity",
        about_clarification=kind == "clarification",
        has_detail=bool(purpose.detail.strip()),
        has_ground=bool(purpose.ground),
        not_identified=purpose.ground == "not-identified",
        was_asked=bool(occasion.identity_asked),
        granted=outcome == Outcome.GRANTED,
        partly=outcome == Outcome.PARTLY,
        nothing_held=outcome == Outcome.NOTHING_HELD,
        withdrawn=outcome == Outcome.WITHDRAWN,
        siblings=bool(occasion.case.also),
    )
