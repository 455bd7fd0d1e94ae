"""A calendar as text (RFC 5545): all-day events with stable names, lines folded at 75 octets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

_MOST_OCTETS: Final = 75


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One day. uid: the same for ever; stamp: since when there is such an event; sequence: grows with its changes."""

    uid: str
    day: date
    title: str
    stamp: datetime
    sequence: int = 0


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """The whole calendar."""
    return b"".join(map(folded, _lines(name, events)))


def _lines(name: str, events: Iterable[Event]) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//dsarbot//calendar//EN"
    yield "CALSCALE:GREGORIAN"
    yield f"X-WR-CALNAME:{escaped(name)}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    for event in events:
        yield "BEGIN:VEVENT"
        yield f"UID:{escaped(event.uid)}"
        yield f"DTSTAMP:{event.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
        yield f"SUMMARY:{escaped(event.title)}"
        yield f"SEQUENCE:{event.sequence}"
        # A deadline keeps nobody from a meeting, and is nobody's business but its reader's.
        yield "TRANSP:TRANSPARENT"
        yield "CLASS:PRIVATE"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def escaped(text: str) -> str:
    """3.3.11: backslash, semicolon, comma and line break have a meaning of their own."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> bytes:
    """3.1: "Lines of text SHOULD NOT be longer than 75 octets"; no character is cut in two."""
    parts, part = list[bytes](), b""
    for char in line:
        octets = char.encode()
        # What follows the first line begins with a blank, which counts.
        if len(part) + len(octets) > _MOST_OCTETS - bool(parts):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
