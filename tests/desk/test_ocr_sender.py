"""Whose mails are letters on paper: only what our own servers say about the sender counts."""

from __future__ import annotations

import pytest

from dsarbot.desk.ocr_sender import proved
from dsarbot.reading.authentication import authenticate
from dsarbot.reading.mail import parse
from tests.desk.world import mail

HOSTS, DOMAINS = ("mx.nord.example.org", "imap.nord.example.org"), frozenset({"nord.example.org"})
_AT = "; Mon, 2 Mar 2026 08:00:00 +0000\r\n"
INSIDE = f"Received: from copier (copier.lan [192.168.7.20]) by mx.nord.example.org with ESMTP{_AT}"
SOCKET = f"Received: from mx.nord.example.org by imap.nord.example.org with LMTP{_AT}"
OUTSIDE = f"Received: from copier.lan ([198.51.100.9]) by mx.nord.example.org with ESMTP{_AT}"
FOREIGN = f"Received: from evil.example.net ([198.51.100.9]) by filter.example.net{_AT}"
PASS = "Authentication-Results: mx.nord.example.org; dmarc=pass header.from=nord.example.org\r\n"
FAIL = "Authentication-Results: mx.nord.example.org; dmarc=fail header.from=nord.example.org\r\n"
THEIRS = "Authentication-Results: mx.evil.example.net; dmarc=pass header.from=nord.example.org\r\n"


def judged(headers: str, sender: str = "copier@nord.example.org") -> bool:
    parsed = parse(mail("Scan", sender=sender, headers=headers).encode())
    return proved(parsed, authenticate(parsed, "mx.nord.example.org"), HOSTS, DOMAINS)


@pytest.mark.parametrize("headers", [PASS, PASS + OUTSIDE, INSIDE, SOCKET + INSIDE])
def test_our_server_vouches_for_it(headers: str) -> None:
    assert judged(headers)


@pytest.mark.parametrize(
    "headers",
    [
        "",
        THEIRS,
        OUTSIDE,
        SOCKET + OUTSIDE,
        FAIL + INSIDE,
        # A gateway inside passes on what came from outside.
        INSIDE + FOREIGN,
        # The sender has invented a line of ours below the real one.
        OUTSIDE + INSIDE,
        SOCKET,
        INSIDE.replace("from copier (copier.lan [192.168.7.20]) ", ""),
        INSIDE.replace("192.168.7.20", "192.168.7.999"),
        INSIDE.replace("192.168.7.20", "192.168.7.20] [198.51.100.9"),
    ],
)
def test_everything_else_is_unproved(headers: str) -> None:
    assert not judged(headers)


def test_a_relay_inside_speaks_for_our_own_domains_only() -> None:
    assert not judged(INSIDE, sender="copier@leasing.example.com")
    assert judged(PASS.replace("nord.example.org\r\n", "leasing.example.com\r\n"), sender="copier@leasing.example.com")


def test_several_senders_are_nobody() -> None:
    assert not judged(INSIDE, sender="copier@nord.example.org, jeanne@example.org")
