"""Orders about copies of identity papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dsarbot.core.identity_copy import Match
from dsarbot.core.orders import Order


@dataclass(frozen=True, kw_only=True)
class MarkCopy(Order):
    """A person sees a paper where the machine saw none."""

    copy: str
    inbound: str
    arrived_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReleaseCopy(Order):
    """It is none."""

    copy: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class JudgeCopy(Order):
    """doc_type: what goes into the record, such as "passport FRA"; never a number."""

    copy: str
    match: Match
    doc_type: str
    signature: bool = False


@dataclass(frozen=True, kw_only=True)
class ExtendCopy(Order):
    copy: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TickCopy(Order):
    """A person has seen to it that the copy is not at that place any more."""

    copy: str
    place: str
