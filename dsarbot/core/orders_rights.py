"""Orders about what is done for a right besides questions and answers, and about who may see or write for a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dsarbot.core.letter import Fee
from dsarbot.core.measures import Person, Representative, Role
from dsarbot.core.orders import ClaimOrder, Order


@dataclass(frozen=True, kw_only=True)
class Invoke(Order):
    """The person invokes one more right in this case. because: what shows it; received_at: when, None: with the rest;
    scope: of what, where it is not all; party: the key of who is answerable for it ("": the organisation itself)."""

    right: str
    because: str
    party: str = ""
    scope: str = ""
    marketing: bool = False
    received_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Tick(ClaimOrder):
    """A step of the checklist is done, with what there is to say about it; undo: it is not, after all."""

    step: str
    note: str = ""
    undo: bool = False


@dataclass(frozen=True, kw_only=True)
class Restrict(ClaimOrder):
    """Data is only stored from now on (Art. 18). frozen: which."""

    frozen: str
    since: date


@dataclass(frozen=True, kw_only=True)
class AnnounceLifting(ClaimOrder):
    """Art. 18(3): the person is told before the restriction ends, and why it does."""

    reason: str
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class Lift(ClaimOrder):
    """The restriction has ended."""


@dataclass(frozen=True, kw_only=True)
class AskFee(ClaimOrder):
    """Art. 12(5)(a), 15(3): told before any work is done."""

    fee: Fee
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class SettleFee(ClaimOrder):
    how: Literal["paid", "waived", "narrowed"]


@dataclass(frozen=True, kw_only=True)
class RecordDirective(ClaimOrder):
    """A new version of a directive; it takes the place of the one before."""

    text: str
    consent: str
    executor: str = ""
    recorded_on: date


@dataclass(frozen=True, kw_only=True)
class RevokeDirective(ClaimOrder):
    """The person revokes the directive that is in force."""

    revoked_on: date


@dataclass(frozen=True, kw_only=True)
class ProveForward(ClaimOrder):
    """practice 27: proof that the party has the request; a proved and told forward closes."""

    proof: str


@dataclass(frozen=True, kw_only=True)
class Represent(Order):
    """practice 33: a mandate was put on file. person: for whom they act; None: for the person whom the case names. A
    representative who cannot be reached is whoever wrote so far."""

    representative: Representative
    person: Person | None = None


@dataclass(frozen=True, kw_only=True)
class EndMandate(Order):
    reason: str


@dataclass(frozen=True, kw_only=True)
class Misdirected(Order):
    """practice 8: a letter reached somebody else. known_at: when we learnt of it, which starts the 72 hours."""

    letter: str
    known_at: datetime
    how: str


@dataclass(frozen=True, kw_only=True)
class DecideBreach(Order):
    """Whether the authority was told of a misdirected letter (Art. 33), and why; letters may leave again. told: what
    happened, for the person, who is told where the risk is high (Art. 34); "" when not; decided_by: whose decision it
    is, when not that of whoever writes it down (practice 11)."""

    letter: str
    verdict: Literal["reported", "not-reported"]
    reason: str
    told: str = ""
    decided_by: str = ""


@dataclass(frozen=True, kw_only=True)
class AskMandate(ClaimOrder):
    """practice 33: whoever writes for the person is asked what entitles them. role: as whom they seem to act ("": not
    clear)."""

    role: Role | Literal[""] = ""


@dataclass(frozen=True, kw_only=True)
class Confide(Order):
    """practice 12: only these colleagues see the case; nobody named: it is an ordinary case again."""

    staff: tuple[str, ...]
    reason: str
