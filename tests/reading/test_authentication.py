"""Only our own server's word about the sender counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.authentication import Authentication, authenticate
from dsarbot.reading.mail import parse

OURS = "mx.example.com"
PASS = "dmarc=pass header.from=example.org; spf=pass smtp.mailfrom=jane@example.org; dkim=pass header.d=example.org"


def _check(*values: str, sender: str = "jane@example.org", server: str | None = OURS) -> Authentication:
    lines = [f"Authentication-Results: {value}" for value in values]
    return authenticate(parse("\r\n".join([*lines, f"From: {sender}", "Subject: x", "", ""]).encode()), server)


def test_a_pass_of_our_server_is_trusted_and_aligned() -> None:
    expected = Authentication(dmarc="pass", spf="pass", dkim="pass", aligned=True, trusted=True)
    assert _check(f"{OURS}; {PASS}") == expected
    assert _check(f"{OURS.upper()} 1; {PASS}") == expected


@pytest.mark.parametrize("server", [OURS, None, ""])
def test_a_foreign_header_says_nothing(server: str | None) -> None:
    assert _check(f"mx.example.net; {PASS}", server=server) == Authentication()


def test_a_name_that_only_begins_like_ours_is_foreign() -> None:
    assert _check(f"{OURS}.example.net; {PASS}") == Authentication()
    assert _check(f"x{OURS}; {PASS}") == Authentication()


def test_only_the_topmost_of_ours_counts() -> None:
    found = _check(f"{OURS}; dmarc=fail header.from=example.org", f"{OURS}; {PASS}")
    assert (found.dmarc, found.spf, found.aligned, found.failed) == ("fail", "none", False, True)


def test_our_own_unreadable_header_is_not_replaced_by_one_below() -> None:
    assert _check(f"{OURS}; ===;;=", f"{OURS}; {PASS}") == Authentication(trusted=True)


def test_a_foreign_header_above_ours_is_passed_over() -> None:
    assert _check("lists.example.net; dmarc=fail", f"{OURS}; {PASS}").dmarc == "pass"


@pytest.mark.parametrize(
    ("results", "aligned"),
    [
        ("dkim=pass header.d=example.org", True),
        ("dkim=pass header.d=mail.example.org", True),
        ("dkim=pass header.d=example.net", False),
        ("dkim=pass header.d=org", False),
        ("dkim=fail header.d=example.org", False),
        ("spf=pass smtp.mailfrom=jane@example.org", True),
        ("spf=pass smtp.mailfrom=bounces@badexample.org", False),
        ("spf=pass smtp.helo=example.org", False),
        ("dmarc=fail header.from=example.org; dkim=pass header.d=example.org", False),
        ("dmarc=pass header.from=example.net", False),
        ("none", False),
    ],
)
def test_alignment_is_about_the_from_domain(results: str, aligned: bool) -> None:
    found = _check(f"{OURS}; {results}")
    assert (found.aligned, found.trusted) == (aligned, True)


def test_several_authors_are_never_aligned() -> None:
    assert not _check(f"{OURS}; {PASS}", sender="jane@example.org, x@example.net").aligned


@given(st.text(max_size=200))
def test_no_header_raises(value: str) -> None:
    raw = f"Authentication-Results: {OURS}; {value}\r\nFrom: a@example.org\r\n\r\n".encode()
    assert authenticate(parse(raw), OURS).dmarc.isalpha()
