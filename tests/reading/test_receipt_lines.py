"""The lines that our own servers wrote are found in the bytes alone, before anything parses the mail."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.receipt import received_at, received_lines

LATER = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MAIL = (
    b"Return-Path: <>\r\nReceived: from a.example (a.example [192.0.2.1])\r\n\tby mx.example.org with ESMTP\r\n"
    b"\tid 1; Sat, 21 Nov 2026 23:29:03 +0000\r\nRECEIVED: by b.example; Fri, 20 Nov 2026 10:00:00 +0000\r\n"
    b"Subject: x\r\n\r\nReceived: by mx.example.org; Thu, 1 Jan 2026 00:00:00 +0000\r\n"
)


def test_folded_lines_are_found_topmost_first_and_the_body_is_not_looked_at() -> None:
    first, second = received_lines(MAIL)
    assert first.startswith("from a.example") and first.endswith("id 1; Sat, 21 Nov 2026 23:29:03 +0000")
    assert second == "by b.example; Fri, 20 Nov 2026 10:00:00 +0000"
    at, source = received_at(LATER, received_lines(MAIL), ["mx.example.org"])
    assert (at, source) == (datetime(2026, 11, 21, 23, 29, 3, tzinfo=UTC), "received-header")


def test_line_ends_of_other_systems_make_no_difference() -> None:
    assert received_lines(MAIL.replace(b"\r\n", b"\n")) == received_lines(MAIL)


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_fail(raw: bytes) -> None:
    received_at(LATER, received_lines(b"Received: by mx.example.org; " + raw), ["mx.example.org"])
    received_lines(raw)
