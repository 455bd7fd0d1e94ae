"""The instant of receipt: the earlier of the mailbox's word and our own server's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.receipt import received_at, written_by

INTERNAL = datetime(2025, 11, 3, 12, 0, tzinfo=timezone(timedelta(hours=1)))
HOSTS = ("MX.example.com", "backup.example.com.")


def _line(host: str, date: str, more: str = "") -> str:
    return f"from mail.example.org (mail.example.org [192.0.2.1]) by {host} (Postfix){more} with ESMTPS id 4A; {date}"


def test_our_own_earlier_line_wins() -> None:
    found = received_at(INTERNAL, [_line("mx.example.com", "Mon, 3 Nov 2025 09:30:00 +0100")], HOSTS)
    assert found == (datetime(2025, 11, 3, 8, 30, tzinfo=UTC), "received-header")


@pytest.mark.parametrize(
    "line",
    [
        _line("mx.example.net", "Mon, 3 Nov 2025 09:30:00 +0100"),
        _line("mx.example.com.evil.example", "Mon, 3 Nov 2025 09:30:00 +0100"),
        _line("evil.example", "Mon, 3 Nov 2025 09:30:00 +0100", more=" (by mx.example.com)"),
        _line("mx.example.com", "Thu, 1 Jan 1970 00:00:00 +0000"),
        _line("mx.example.com", "Mon, 3 Nov 2025 15:30:00 +0100"),
        _line("mx.example.com", "Mon, 3 Nov 2125 09:30:00 +0100"),
        _line("mx.example.com", "no date"),
        "by mx.example.com",
        "",
    ],
)
def test_foreign_absurd_and_later_lines_are_ignored(line: str) -> None:
    assert received_at(INTERNAL, [line], HOSTS) == (INTERNAL.astimezone(UTC), "internal-date")


def test_only_the_topmost_line_of_ours_is_heard() -> None:
    lines = [
        _line("store.example.net", "Mon, 3 Nov 2025 10:00:00 +0100"),
        _line("backup.example.com", "Mon, 3 Nov 2025 09:50:00 +0100"),
        _line("mx.example.com", "Sun, 2 Nov 2025 09:00:00 +0100"),
    ]
    assert received_at(INTERNAL, lines, HOSTS)[0] == datetime(2025, 11, 3, 8, 50, tzinfo=UTC)


def test_an_absurd_topmost_line_does_not_let_a_forged_one_speak() -> None:
    lines = [_line("mx.example.com", "no date"), _line("mx.example.com", "Sun, 2 Nov 2025 09:00:00 +0100")]
    assert received_at(INTERNAL, lines, HOSTS)[1] == "internal-date"


def test_a_naive_internal_date_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        received_at(INTERNAL.replace(tzinfo=None), [], HOSTS)


@given(st.lists(st.text(max_size=80).map(lambda text: f"by mx.example.com; {text}"), max_size=3))
def test_never_later_than_the_mailbox_says_and_always_utc(lines: list[str]) -> None:
    instant, _source = received_at(INTERNAL, lines, HOSTS)
    assert instant <= INTERNAL
    assert instant.utcoffset() == timedelta(0)


def test_the_writer_stands_behind_by() -> None:
    assert written_by("from by.example.org ([192.0.2.1]) by MX.example.com. with LMTP; x") == "mx.example.com"
