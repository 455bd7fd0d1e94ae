"""What is done about claims and cases besides writing letters, as values: steps, restrictions, fees, directives,
mandates, misdirected letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dsarbot.core.letter import Fee

Role = Literal["agent", "lawyer", "parent", "guardian", "heir", "executor"]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom the data is about, or who writes for them. Personal: lives only in sealed payloads."""

    name: str = ""
    address: str = ""
    postal: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Done:
    """A step of the checklist that somebody ticked. note: who, what, when; whatever the step asks for."""

    step: str
    at: datetime
    actor: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """GDPR 18: data that is only stored since a day. frozen: what. notice: the letter that announces the end (18(3)),
    ends_on: for when; lifted_on: when it really ended."""

    since: date
    frozen: str
    notice: str = ""
    ends_on: date | None = None
    lifted_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A fee that the person was told. settled: how it ended; "" while it is open."""

    fee: Fee
    letter: str
    asked_on: date
    settled: Literal["", "paid", "waived", "narrowed"] = ""


@dataclass(frozen=True, kw_only=True)
class Directive:
    """One version of what shall become of the data after the person's death (French data protection act, Art. 85).
    consent: what shows the specific consent to it; executor: who carries it out."""

    version: int
    recorded_on: date
    text: str
    consent: str
    executor: str = ""
    revoked_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Representative:
    """Who writes for the person of the case (practice 33). mandate: what shows the right to do so; letters go to the
    representative, data to the person unless the mandate says otherwise. As the mandate names them: rights (none: it
    is about everything), company, until (its last day)."""

    role: Role
    person: Person
    mandate: str
    data_to: Literal["person", "representative"] = "person"
    until: date | None = None
    rights: tuple[str, ...] = ()
    company: str = ""


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A letter that reached somebody else (practice 8). report_by: GDPR 33(1), 72 hours after it was known; verdict:
    what was decided about reporting, with its reason; the outbox of the case stands still until then."""

    letter: str
    known_at: datetime
    report_by: datetime
    verdict: Literal["", "reported", "not-reported"] = ""
