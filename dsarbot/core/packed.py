"""A file that lies ready for the person, as a value of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Packed:
    """file: its row among what was kept; title: what it holds; gone: taken out again; begun_at: when it was last asked
    for; completed_at: when it first came through."""

    file: str
    kind: str
    size: int
    title: str
    at: datetime
    by: str
    gone: bool = False
    begun_at: datetime | None = None
    completed_at: datetime | None = None
