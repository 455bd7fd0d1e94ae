"""What happened between us and the other parties of a case. Party keys are codes; names, addresses, words are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dsarbot.core.chain import Action, Direction, How, InstructionState, Said, Standing, Terms
from dsarbot.core.fact import Fact, public


@dataclass(frozen=True, kw_only=True)
class ClaimRouted(Fact):
    """Another party is answerable for this claim. days: within which the contract wants it done (0: no such time)."""

    claim: str = public()
    party: str = public()
    days: int = public(default=0)
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class HopPlanned(Fact):
    hop: str = public()
    direction: Direction = public()
    party: str = public()
    claims: tuple[str, ...] = public()
    sender: str = public(default="")
    forward_by: datetime | None = public(default=None)
    due: date | None = public(default=None)
    instruction: str = public(default="")
    expected: bool = public(default=False)
    adopted: bool = public(default=False)
    terms: Terms
    systems: tuple[str, ...] = ()
    words: str = ""
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class HopAsked(Fact):
    hop: str = public()
    letter: str = public()
    asked_at: datetime = public()


@dataclass(frozen=True, kw_only=True)
class HopBounced(Fact):
    hop: str = public()
    letter: str = public()


@dataclass(frozen=True, kw_only=True)
class PartyWrote(Fact):
    """A mail of the chain came. It moves nothing by itself (security 6)."""

    hop: str = public()
    inbound: str = public()
    received_at: datetime = public()
    standing: Standing = public()
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class HopHeard(Fact):
    """What a party says to what it was asked or told. number: how many records; until: to when it wants us to wait, or
    when its backups are overwritten."""

    hop: str = public()
    said: Said = public()
    how: How = public()
    number: int = public(default=0)
    until: date | None = public(default=None)
    inbound: str = public(default="")
    by: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class HopEnded(Fact):
    """Nothing more is expected of this hop."""

    hop: str = public()
    state: Literal["silent", "reported", "given-up"] = public()
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Instructed(Fact):
    instruction: str = public()
    hop: str = public()
    claims: tuple[str, ...] = public()
    actions: tuple[Action, ...] = public()
    state: InstructionState = public()
    how: How = public()
    until: date | None = public(default=None)
    effective_at: datetime | None = public(default=None)
    inbound: str = public(default="")
    by: str
    proof: str
    scope: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class InstructionConfirmed(Fact):
    """practice 28: the second confirmation of an erasure by link. effective_at: after the cooling day."""

    instruction: str = public()
    effective_at: datetime = public()
    counts: str
    proof: str


@dataclass(frozen=True, kw_only=True)
class InstructionSettled(Fact):
    """What became of an instruction by a decision of ours."""

    instruction: str = public()
    state: InstructionState = public()
    letter: str = public(default="")
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class InstructionExecuted(Fact):
    instruction: str = public()
    number: int = public()
    backups_until: date | None = public(default=None)
    where: str
    note: str = ""
    exceptions: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimReturned(Fact):
    """Whoever was held answerable is not: somebody else is, or we are."""

    claim: str = public()
    hop: str = public()


@dataclass(frozen=True, kw_only=True)
class ClaimServed(Fact):
    """The instruction for this claim was carried out and reported; the controller answers the person."""

    claim: str = public()
    instruction: str = public()
