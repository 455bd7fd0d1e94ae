"""When a letter was received: what people say counts; else the earlier day that is plausible, marked as unsure. Pure.

The period runs from the day on which the letter came, not from the scan. A day too early costs some days of calm; a
day too late may cost the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

from dsarbot.errors import TheirInput
from dsarbot.scans.proposed import Fields

#: Post that lay around longer before somebody scanned it is stamped, or somebody knows.
_MOST_UNSTAMPED: Final = timedelta(days=30)
_MOST_STAMPED: Final = timedelta(days=120)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """how: who or what says so. Only what a person said is sure."""

    at: datetime
    how: Literal["said", "stamp", "letter", "scan"]

    @property
    def sure(self) -> bool:
        return self.how == "said"


def receipt(said: date | None, fields: Fields, *, scanned_at: datetime, zone: tzinfo) -> Receipt:
    """The instant from which the period is counted. TheirInput for a day that has not come yet."""
    if said is not None:
        at = _instant(said, zone)
        if at > scanned_at:
            raise TheirInput(f"{said.isoformat()} has not come yet.")
        return Receipt(at=at, how="said")
    today = scanned_at.astimezone(zone).date()
    written = fields.written.value if fields.written else None
    stamped = fields.stamped.value if fields.stamped else None
    if stamped and today - _MOST_STAMPED <= stamped <= today and (written is None or written <= stamped):
        return Receipt(at=_instant(stamped, zone), how="stamp")
    if written and today - _MOST_UNSTAMPED <= written < today:
        # No letter comes before it is written.
        return Receipt(at=_instant(written, zone), how="letter")
    return Receipt(at=scanned_at, how="scan")


def _instant(day: date, zone: tzinfo) -> datetime:
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=zone)
    return datetime.combine(day, time(), zone)
