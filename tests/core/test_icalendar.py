"""A calendar as text, by RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dsarbot.core.icalendar import Event, calendar, escaped, folded


def test_a_day_is_an_event_with_a_name_that_stays() -> None:
    event = Event(
        uid="a@b", day=date(2026, 2, 28), title="DSR-1 target; soon", stamp=datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    )
    lines = calendar("Anna", [event]).decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    for line in ("UID:a@b", "DTSTAMP:20260102T030400Z", "DTSTART;VALUE=DATE:20260228", "DTEND;VALUE=DATE:20260301"):
        assert line in lines
    assert "SUMMARY:DSR-1 target\\; soon" in lines


def test_what_has_a_meaning_of_its_own_is_escaped() -> None:
    assert escaped("a\\b;c,d\r\ne\nf\rg") == "a\\\\b\\;c\\,d\\ne\\nf\\ng"


def test_no_line_is_longer_than_75_octets_and_no_character_is_cut() -> None:
    line = "SUMMARY:" + "é" * 100
    parts = folded(line).removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(part) <= 75 for part in parts)
    assert "".join(part.decode().removeprefix(" " if number else "") for number, part in enumerate(parts)) == line
