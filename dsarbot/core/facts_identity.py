"""What happened about the identity of the person. Kinds, codes and dates stand in the clear, values never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dsarbot.core.codes import Purpose, Result
from dsarbot.core.fact import Fact, public
from dsarbot.core.identity_table import Harm
from dsarbot.core.proofs import Means, OnFile


@dataclass(frozen=True, kw_only=True)
class IdentityVerified(Fact):
    """means: of `proofs.MEANS`; facts: kinds of what was compared with the file, never their values."""

    rung: str = public()
    means: Means = public(default="")
    facts: tuple[str, ...] = public(default=())
    how: str


@dataclass(frozen=True, kw_only=True)
class ContactSeen(Fact):
    """A person has seen the contact in a system, or says of which system it is not theirs any more."""

    contact: OnFile


@dataclass(frozen=True, kw_only=True)
class ContactChangeWanted(Fact):
    """The request wants a contact changed; the old one is told by letter."""

    old: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class HarmSet(Fact):
    claim: str = public()
    harm: Harm = public()
    reason: str


@dataclass(frozen=True, kw_only=True)
class CodeIssued(Fact):
    """code: its id; letter: in which it leaves; digest: of the token, which stands in that letter only."""

    code: str = public()
    letter: str = public()
    purpose: Purpose = public(default="identity")
    expires_at: datetime = public()
    digest: str


@dataclass(frozen=True, kw_only=True)
class CodeTried(Fact):
    code: str = public()
    result: Result = public()
    inbound: str = public(default="")


@dataclass(frozen=True, kw_only=True)
class CodeRevoked(Fact):
    code: str = public()
    reason: str


@dataclass(frozen=True, kw_only=True)
class FactsCompared(Fact):
    """Facts that the person named, compared with the file: which kinds were right, and which were not."""

    matched: tuple[str, ...] = public()
    missed: tuple[str, ...] = public()
