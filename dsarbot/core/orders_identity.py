"""Orders about the identity of the person: to ask for it, to verify it, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from dsarbot.core.identity_table import Harm
from dsarbot.core.order import ClaimOrder, Order
from dsarbot.core.proofs import Means, OnFile


@dataclass(frozen=True, kw_only=True)
class AskIdentity(ClaimOrder):
    """doubt: why there is reasonable doubt (Art. 12(6)); rung: R1 to R6, or several joined by +, what is asked.

    contact: the mail address on file that a code goes to; proposed: what the ladder proposes, "" when nobody asked it;
    override: why more than that is asked."""

    doubt: str
    rung: str
    contact: str = ""
    proposed: str = ""
    override: str = ""


@dataclass(frozen=True, kw_only=True)
class Verify(Order):
    """means: of `proofs.MEANS`; facts, missed: kinds of facts that were right, and that were not."""

    rung: str
    how: str
    answered_on: date
    means: Means = "other"
    facts: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeeContact(Order):
    """Somebody has looked at the source: this contact stands there (practice 29)."""

    contact: OnFile


@dataclass(frozen=True, kw_only=True)
class WantContactChange(Order):
    """old: the mail address that is told."""

    old: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SetHarm(Order):
    """claims: those meant; none names all that are open."""

    harm: Harm
    reason: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PresentCode(Order):
    """A message holds what is written as a code. digests: of all of them; spoken: the person wrote it down, it does not
    only stand in what was quoted; answered_on: the day of receipt; proposes: what the message may mean otherwise;
    says_more: besides the code."""

    inbound: str
    received_at: datetime
    answered_on: date
    digests: tuple[str, ...] = field(repr=False)
    spoken: bool = False
    says_more: bool = True
    proposes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RevokeCode(Order):
    reason: str
