"""The demo's clock: the system's, moved ahead. Only `dsarbot demo --fast-forward` has one that can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class DemoClock:
    """Call it for now, aware, in UTC."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    @property
    def ahead_seconds(self) -> float:
        """How far it is from the system's clock."""
        return self._ahead.total_seconds()

    def move_to(self, instant: datetime) -> None:
        """Let it be that instant now. ValueError for one that has passed: the journal never goes back."""
        now = self()
        if instant < now:
            raise ValueError("the demo's clock only goes ahead")
        self._ahead += instant - now
