"""How the service is, in numbers: nothing of any person, so that whoever runs it may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Vitals:
    """jobs: outbox rows by (kind, state); oldest: since when the one that waits longest is due; inbounds: by (channel,
    state, disposition); alarms: open ones, and how many of them nobody has taken; wake: the earliest timer that has not
    fired; entry: the newest entry of the journal; anchor: number and instant of the newest one."""

    jobs: Mapping[tuple[str, str], int]
    oldest: datetime | None
    inbounds: Mapping[tuple[str, str, str], int]
    alarms: int
    untaken: int
    wake: datetime | None
    entry: datetime | None
    anchor: tuple[int, datetime] | None

    @property
    def depth(self) -> int:
        """How much still has to leave."""
        return sum(number for (_, state), number in self.jobs.items() if state in ("queued", "claimed"))

    @property
    def shunted(self) -> int:
        """What will not leave by itself any more."""
        return sum(number for (_, state), number in self.jobs.items() if state == "shunted")

    @property
    def failures(self) -> int:
        """Letters among it."""
        return self.jobs.get(("letter", "shunted"), 0)
