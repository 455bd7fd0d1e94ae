"""Header fields, encoded words, parameters, ids, dates, charsets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.charsets import base64, codec, decode
from dsarbot.reading.encoded_words import decode_words
from dsarbot.reading.headers import message_ids, parameters, parse_date, read_block


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"=?utf-8?Q?Caf=C3?= =?utf-8?Q?=A9?= au lait", "Café au lait"),
        (b"=?UTF-8?b?w6k=?=\r\n =?utf-8?B?w6g=?=", "éè"),
        (b"=?utf-8?B?w6?= =?utf-8?B?nDqA==?=", "éè"),
        (b"=?iso-8859-1?q?a b?=", "a b"),
        (b"=?utf-8?Q?why??=", "why?"),
        (b"=?utf-8?Q?cut off", "cut off"),
        (b"=?utf-8*fr?Q?=C3=A9t=C3=A9?=", "été"),
        (b"=?x-none-such?Q?=C3=A9?=", "é"),
        (b"=?utf-8?Q?=E9?=", "é"),
        (b"=?iso-8859-1?Q?=80?=", "€"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?gb2312?B?1tC5+g==?=", "中国"),
        (b"plain =?not encoded", "plain =?not encoded"),
        (b"a=?utf-8?Q?b?=c", "abc"),
        (b"=?utf-8?Q?two=0Alines=00?=", "two lines"),
        (b"folded\r\n\tvalue", "folded value"),
        (b"=?rot13?Q?abc?=", "abc"),
    ],
)
def test_encoded_words_as_they_occur(value: bytes, expected: str) -> None:
    assert decode_words(value) == expected


@given(st.binary(max_size=300))
def test_any_header_bytes_become_one_encodable_line(value: bytes) -> None:
    text = decode_words(value)
    assert "\n" not in text
    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text


@given(st.binary(max_size=200), st.text(max_size=20) | st.sampled_from(["utf-7", "utf-16", "idna", "hex", "punycode"]))
def test_any_bytes_decode_under_any_label(data: bytes, label: str) -> None:
    text, _ = decode(data, label)
    assert text.encode("utf-8") or not data or text == ""


@pytest.mark.parametrize(
    "label", ["zlib", "hex", "base64", "rot13", "idna", "punycode", "unicode_escape", "undefined", "mbcs"]
)
def test_a_label_cannot_select_what_is_no_text_codec(label: str) -> None:
    assert codec(label) is None


@given(st.binary(max_size=100))
def test_broken_base64_never_raises(data: bytes) -> None:
    base64(data)
    assert base64(b"aGVsbG8") == b"hello"
    assert base64(b"aGVs!!bG8=") == b"hello"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('text/plain; charset="utf-8"', ("text/plain", {"charset": "utf-8"})),
        ("text/plain; charset=utf-8; format=flowed;", ("text/plain", {"charset": "utf-8", "format": "flowed"})),
        ('a/b; name="x;y.pdf"', ("a/b", {"name": "x;y.pdf"})),
        ("a/b; name=my file.pdf", ("a/b", {"name": "my file.pdf"})),
        ("a/b; name*=utf-8''%C3%A9.pdf; name=e.pdf", ("a/b", {"name": "é.pdf"})),
        ("a/b; name*1*=%A9.pdf; name*0*=utf-8'en'%C3", ("a/b", {"name": "é.pdf"})),
        ('a/b; name*0="two "; name*1="parts"', ("a/b", {"name": "two parts"})),
        ('a/b; name="=?utf-8?Q?=C3=A9.pdf?="', ("a/b", {"name": "é.pdf"})),
        ('a/b; name="open; x=1', ("a/b", {"name": "open", "x": "1"})),
        ("", ("", {})),
    ],
)
def test_parameters_as_they_occur(value: str, expected: tuple[str, dict[str, str]]) -> None:
    assert parameters(value) == expected


def test_message_ids_are_cleaned_and_kept_once() -> None:
    assert message_ids("<a@x> (comment) <b\n@x> <a@x>") == ("<a@x>", "<b@x>")
    assert message_ids("bare@example.org") == ("<bare@example.org>",)
    assert message_ids("no id") == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 3 Nov 2025 10:12:00 +0100", datetime(2025, 11, 3, 9, 12, tzinfo=UTC)),
        ("3 Nov 2025 10:12:00 -0000", datetime(2025, 11, 3, 10, 12, tzinfo=UTC)),
        ("Mon, 3 Nov 2025 10:12:00 GMT (comment)", datetime(2025, 11, 3, 10, 12, tzinfo=UTC)),
        ("Mon, 31 Feb 2025 10:12:00 +0100", None),
        ("Mon, 3 Nov 2025 99:12:00 +0100", None),
        ("Mon, 3 Nov 99999 10:12:00 +0100", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_aware_or_nothing(value: str, expected: datetime | None) -> None:
    assert parse_date(value) == expected


@given(st.text(max_size=60))
def test_no_date_raises(value: str) -> None:
    found = parse_date(value)
    assert found is None or found.utcoffset() is not None


def test_a_line_that_is_no_field_continues_the_field_above_when_known_fields_follow() -> None:
    data = b"Subject: one\ntwo\nFrom: jane@example.org\n\nbody"
    headers, body, broken = read_block(data, 0, len(data))
    assert (headers.get("subject"), data[body:], broken) == ("one two", b"body", True)


def test_a_line_that_is_no_field_begins_the_body_when_none_follow() -> None:
    data = b"Subject: one\nDear Sirs\nFrom now on I object.\n"
    headers, body, broken = read_block(data, 0, len(data))
    assert (headers.get("subject"), data[body:], broken) == ("one", b"Dear Sirs\nFrom now on I object.\n", True)
