"""The rules of one organisation that a decision needs, and the effects a decision may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dsarbot.core.calendars import TeamCalendar
from dsarbot.core.case import Moment, Purpose
from dsarbot.core.clock import Promise
from dsarbot.core.deciding import Deciding
from dsarbot.core.fact import Fact
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.proofs import IdentityRules
from dsarbot.core.rights import Right


@dataclass(frozen=True, kw_only=True)
class Rules:
    """prompt_days: a question later than so many working days after receipt opens no pause (law 1.1 (d));
    acknowledge_after: how long an automatic acknowledgement can still be stopped (practice 7)."""

    organisation: str
    jurisdiction: Jurisdiction
    rights: Mapping[str, Right]
    promise: Promise | None = None
    team: TeamCalendar | None = None
    automatic: frozenset[Moment] = frozenset({Moment.ACKNOWLEDGED})
    acknowledge_after: timedelta = timedelta(minutes=10)
    prompt_days: int = 3
    deciding: Deciding = field(default_factory=Deciding)
    identity: IdentityRules = field(default_factory=IdentityRules)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A letter must be composed; it comes back as `LetterDrafted`."""

    moment: Moment
    claims: tuple[str, ...]
    purpose: Purpose = field(default_factory=Purpose)
    automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class Send:
    """A letter goes into the outbox, not to leave before that instant."""

    letter: str
    not_before: datetime


@dataclass(frozen=True, kw_only=True)
class CancelSending:
    """What is queued of this letter must not leave."""

    letter: str


@dataclass(frozen=True, kw_only=True)
class Suppress:
    """This address gets no advertising any more (GDPR 21(3))."""

    value: str


Effect = Draft | Send | CancelSending | Suppress


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What has happened by deciding, and what must now be done."""

    facts: tuple[Fact, ...] = ()
    effects: tuple[Effect, ...] = ()
