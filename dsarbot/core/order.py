"""What every order has, and what those about claims have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Order:
    """at: now; actor: a staff key or "service"; cause: unique per case, makes a repeated order a no-op."""

    at: datetime
    actor: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class ClaimOrder(Order):
    """An order about claims: those named, or all on which it is possible."""

    claims: tuple[str, ...] = ()
