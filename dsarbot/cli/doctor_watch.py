"""What `dsarbot doctor` says of `dsarbot watch`: is somebody told when the service falls silent (security 20)?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from dsarbot.cli.doctor_findings import Finding, fault, note, ok
from dsarbot.config import Settings
from dsarbot.core.watch import standing_still
from dsarbot.settings.watch import WatchSettings
from dsarbot.wiring.watch import limits, loops

#: The service's own sign of life among the beats.
SERVICE: Final = "service"
#: The loops of the service, in words.
_PARTS: Final[Mapping[str, str]] = {
    "intake": "reading mail",
    "outbox": "sending",
    "webhooks": "telling other systems",
    "wake": "the watch over dates",
    "digest": "sending digests",
    "alarms": "raising alarms",
    "tray": "the print tray",
    "scans": "reading the folders of scans",
    "attachments": "reading pictures in attachments",
    "uploads": "reading scans sent through the browser",
    "copies": "the watch over copies of identity documents",
}
#: The sign that `dsarbot watch` leaves at each look.
WATCH: Final = "watch"
#: Whoever looks less often than that finds out late.
_RARE: Final = timedelta(hours=2)


def loop_findings(settings: Settings, beats: Mapping[str, datetime], now: datetime) -> Iterator[Finding]:
    """Parts of a service that runs, of which nothing was seen for longer than `dsarbot watch` would bear."""
    service = beats.get(SERVICE)
    limit = limits(settings.watch or WatchSettings.model_construct())
    if service is None or abs(now - service) > limit.service:
        return
    for each in standing_still(beats, loops(settings), limit.loops, now):
        since = f" since {each.since.astimezone():%Y-%m-%d %H:%M}" if each.since else ""
        text = f"{_PARTS[each.subject]} stands still{since}, although the service runs"
        yield fault("service", text, "see its log, then start the service anew")


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
