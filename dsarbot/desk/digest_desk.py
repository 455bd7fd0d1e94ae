"""Who reads the digest of one organisation, when, and whom it may name: plain values, filled by the wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.core.calendars import DAY
from dsarbot.core.dates import Language
from dsarbot.desk.digest_facts import Digest, Names, SignKind
from dsarbot.desk.organisation import Organisation

#: So long after its time a digest is missed: queues and mail programs take their time.
GRACE: Final = timedelta(minutes=90)
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Colleague:
    """A member of staff. absences: first and last day, both away; serves: works for this organisation."""

    key: str
    name: str
    address: str = ""
    active: bool = True
    serves: bool = True
    absences: tuple[tuple[date, date], ...] = ()

    @property
    def here(self) -> bool:
        """Still works for this organisation at all."""
        return self.active and self.serves

    def away_until(self, day: date) -> date | None:
        """The last day of the absence that *day* lies in, absences that follow at once included; None when there."""
        last = None
        for first, end in sorted(self.absences):
            if first <= (last + DAY if last else day) <= end:
                last = end
        return last


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A part of the service whose sign of life is looked at. beat: its name in `Store.beats`."""

    kind: SignKind
    beat: str
    limit: timedelta
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class DigestDesk:
    """The digest of one organisation. name: as its readers know it; at: local time in the zone; recipients, owner,
    deputy, escalation: keys of colleagues; names: how persons are shown; mailboxes: keys of those that serve it;
    compose: (digest, address of the reader, Message-ID, now) -> the finished message, byte for byte."""

    organisation: Organisation
    name: str
    zone: str
    at: time
    language: Language
    owner: str
    compose: Callable[[Digest, str, str, datetime], bytes]
    recipients: tuple[str, ...] = ()
    colleagues: Mapping[str, Colleague] = field(default_factory=dict)
    deputy: str = ""
    escalation: str = ""
    names: Names = "nothing"
    mailboxes: tuple[str, ...] = ()
    watched: tuple[Watched, ...] = ()

    @property
    def readers(self) -> tuple[Colleague, ...]:
        """practice 13: only active staff of the organisation; everybody once."""
        named = (self.colleagues.get(key) for key in dict.fromkeys(self.recipients))
        return tuple(each for each in named if each and each.here and each.address)

    def day(self, now: datetime) -> date:
        """The local date."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def due_at(self, day: date) -> datetime:
        """The instant at which the digest of that day leaves."""
        return datetime.combine(day, self.at, tzinfo=ZoneInfo(self.zone))

    def next_by(self, day: date) -> datetime:
        """When the digest of the day after must have come (security 20)."""
        return self.due_at(day + DAY) + GRACE

    def takes_over(self, key: str, day: date) -> str:
        """Who stands in for that colleague: the deputy, else the escalation contact, else nobody ("")."""
        for other in (self.deputy, self.escalation, self.owner):
            colleague = self.colleagues.get(other)
            if other != key and colleague and colleague.here and colleague.away_until(day) is None:
                return other
        return ""

    def label(self, key: str) -> str:
        """A colleague as the digest may show them: initials at most, names only by configuration (practice 13)."""
        name = self.colleagues[key].name if key in self.colleagues else ""
        return shown(name, "names" if self.names == "names" else "initials") or "?"


def shown(name: str, names: Names) -> str:
    """A name as configured: not at all, ``J.F.``, or whole. One printable line, whatever the name holds."""
    words = "".join(sign if sign.isprintable() else " " for sign in name).split()
    if names == "nothing":
        return ""
    if names == "names":
        return " ".join(words)[:_LONGEST_NAME]
    letters = (next((sign for sign in word if sign.isalpha()), "") for word in words)
    return "".join(f"{letter.upper()}." for letter in [each for each in letters if each][:3])
