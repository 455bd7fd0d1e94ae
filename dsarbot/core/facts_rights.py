"""What was done for a right besides questions and answers, and who may see or write for a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dsarbot.core.fact import Fact, public
from dsarbot.core.letter import Fee
from dsarbot.core.measures import Representative

# --- the checklist ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StepDone(Fact):
    claim: str = public()
    step: str = public()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class StepUndone(Fact):
    claim: str = public()
    step: str = public()
    note: str = ""


# --- claims ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RestrictionStarted(Fact):
    claim: str = public()
    since: date = public()
    frozen: str


@dataclass(frozen=True, kw_only=True)
class LiftingAnnounced(Fact):
    """The notice of Art. 18(3) has left."""

    claim: str = public()
    letter: str = public()
    ends_on: date = public()


@dataclass(frozen=True, kw_only=True)
class RestrictionLifted(Fact):
    claim: str = public()
    on: date = public()


@dataclass(frozen=True, kw_only=True)
class FeeAsked(Fact):
    claim: str = public()
    letter: str = public()
    asked_on: date = public()
    fee: Fee


@dataclass(frozen=True, kw_only=True)
class FeeSettled(Fact):
    claim: str = public()
    how: Literal["paid", "waived", "narrowed"] = public()


@dataclass(frozen=True, kw_only=True)
class DirectiveRecorded(Fact):
    claim: str = public()
    version: int = public()
    recorded_on: date = public()
    text: str
    consent: str
    executor: str = ""


@dataclass(frozen=True, kw_only=True)
class DirectiveRevoked(Fact):
    claim: str = public()
    version: int = public()
    revoked_on: date = public()


@dataclass(frozen=True, kw_only=True)
class ForwardProved(Fact):
    claim: str = public()
    proof: str


# --- cases -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MandateRecorded(Fact):
    representative: Representative


@dataclass(frozen=True, kw_only=True)
class MandateEnded(Fact):
    reason: str


@dataclass(frozen=True, kw_only=True)
class LetterMisdirected(Fact):
    letter: str = public()
    known_at: datetime = public()
    report_by: datetime = public()
    how: str


@dataclass(frozen=True, kw_only=True)
class BreachDecided(Fact):
    letter: str = public()
    verdict: Literal["reported", "not-reported"] = public()
    decided_by: str = public(default="")
    reason: str


@dataclass(frozen=True, kw_only=True)
class Confided(Fact):
    staff: tuple[str, ...] = public()
    reason: str


@dataclass(frozen=True, kw_only=True)
class RetentionHeld(Fact):
    """practice 23: an inquiry of an authority is about this case; until that ends nothing of it is destroyed."""

    inquiry: str = public()


@dataclass(frozen=True, kw_only=True)
class RetentionReleased(Fact):
    inquiry: str = public()


@dataclass(frozen=True, kw_only=True)
class Suppressed(Fact):
    """The address went onto the list of those that get no advertising any more (GDPR 21(3))."""

    claim: str = public()
