"""To which address was it sent? Only servers of ours are believed about the envelope of their own mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.desk.addressed import organisation_of, recipients
from dsarbot.reading.mail import parse

ADDRESSES = {"dpo@nord.example": "nord", "dpo+sud@nord.example": "sud", "privacy@sud.example": "sud"}


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("DPO@Nord.example", "nord"),
        ("dpo+summer@nord.example", "nord"),
        ("dpo+sud@nord.example", "sud"),
        ("privacy+a+b@sud.example", "sud"),
        ("other@nord.example", None),
        ("+@nord.example", None),
        ("", None),
    ],
)
def test_a_tag_and_capitals_make_no_other_address(address: str, key: str | None) -> None:
    assert organisation_of(address, ADDRESSES) == key


def test_visible_recipients_come_first_and_the_envelope_after_them() -> None:
    raw = (
        b"Delivered-To: privacy@sud.example\r\nX-Original-To: group@example.org\r\n"
        b"Received: from a by mx.nord.example (Postfix) with ESMTP id 1\r\n"
        b"\tfor <dpo@nord.example>; Mon, 2 Mar 2026 08:00:00 +0000\r\n"
        b"Received: from b by mx.elsewhere.example for <forged@nord.example>; Mon, 2 Mar 2026 08:00:00 +0000\r\n"
        b"To: A <a@example.org>\r\nCc: b@example.org\r\nBcc: c@example.org\r\n\r\nx"
    )
    assert list(recipients(parse(raw), ("MX.nord.example.",))) == [
        "a@example.org",
        "b@example.org",
        "c@example.org",
        "privacy@sud.example",
        "group@example.org",
        "dpo@nord.example",
    ]


@given(st.binary(max_size=300))
def test_any_header_has_an_answer(value: bytes) -> None:
    raw = b"Delivered-To: " + value + b"\r\nReceived: by mx.example for " + value + b"; x\r\n\r\n"
    for each in recipients(parse(raw), ("mx.example",)):
        assert each == each.lower()
