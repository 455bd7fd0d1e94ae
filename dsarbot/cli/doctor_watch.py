"""What `dsarbot doctor` says of `dsarbot watch`: is somebody told when the service falls silent (security 20)?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dsarbot.cli.doctor_findings import Finding, fault, note, ok
from dsarbot.config import Settings

#: The sign that `dsarbot watch` leaves at each look.
WATCH: Final = "watch"
#: Whoever looks less often than that finds out late.
_RARE: Final = timedelta(hours=2)


def watch_finding(settings: Settings, last: datetime | None, now: datetime) -> Finding:
    """Configured, and at work."""
    if settings.watch is None:
        return note(
            "watch", "nobody is told when the service falls silent", "set [watch] and run dsarbot watch by a timer"
        )
    if last is None:
        return note("watch", "it is configured and has never run", "run dsarbot watch by cron or a timer")
    if abs(now - last) > _RARE:
        return fault("watch", f"it has not looked since {last.astimezone():%Y-%m-%d %H:%M}", "see its timer")
    count = len(settings.watch.recipients)
    return ok("watch", f"it looks, and writes to {count} {'address' if count == 1 else 'addresses'}")
