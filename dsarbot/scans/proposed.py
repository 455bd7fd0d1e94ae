"""Values that a machine has read and a person confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Proposed(Generic[T_co]):
    """confidence: between 0 and 1, of the rule and of the reader together."""

    value: T_co
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What a letter seems to say of itself. signed: the lines below the closing formula; stamped: the day of receipt
    that a stamp says."""

    sender: Proposed[str] | None = None
    postal: Proposed[tuple[str, ...]] | None = None
    written: Proposed[date] | None = None
    subject: Proposed[str] | None = None
    signed: Proposed[tuple[str, ...]] | None = None
    stamped: Proposed[date] | None = None
