"""Odd mails are read right; mutated ones never raise, never lose a byte, and never cost more than their length."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.reading.bodies import MAX_TEXT
from dsarbot.reading.delivery import classify
from dsarbot.reading.forwards import forwarded
from dsarbot.reading.mail import Mail, content_digest, parse
from dsarbot.reading.parts import MAX_PARTS
from dsarbot.reading.replies import split
from dsarbot.reading.skeleton import cut, join
from tests.reading.hostile import HOSTILE
from tests.reading.mail_samples import SAMPLES
from tests.reading.odd_mails.case import Odd
from tests.reading.odd_mails.every import ODD


def test_there_are_many_odd_mails_each_with_a_name_of_its_own() -> None:
    assert len(ODD) >= 150
    assert [key for key, times in Counter(odd.key for odd in ODD).items() if times > 1] == []


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.key)
def test_an_odd_mail_is_read_as_a_person_would(odd: Odd) -> None:
    mail = parse(odd.raw)
    assert (mail.sender.address, mail.sender.name, mail.subject) == (odd.sender, odd.name, odd.subject)
    assert mail.senders_count == odd.senders
    assert odd.says in mail.text
    assert odd.silent not in mail.text
    assert tuple(file.name for file in mail.files) == odd.files
    assert tuple(file.name for file in mail.files if file.inline) == odd.inline
    assert len(mail.messages) == odd.messages
    assert mail.encrypted == odd.encrypted
    assert set(odd.problems) <= set(mail.problems)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.key)
def test_an_odd_mail_comes_back_byte_for_byte(odd: Odd) -> None:
    done = cut(odd.raw, min_size=1)
    assert join(done.skeleton, done.leaves) == odd.raw


def test_files_inside_of_a_text_have_their_content() -> None:
    contents = {odd.key: [file.content for file in parse(odd.raw).files] for odd in ODD}
    assert contents["uuencoded-in-text"] == [b"identity card" * 20]
    assert contents["uuencoded-part"] == [b"abc"]
    assert contents["yenc-in-text"] == [b"identity\x13"]
    assert contents["winmail-files"][1:] == [b"\x89PNG", b"x"]
    assert contents["winmail-rich-text"][1] == b"{\\rtf1\\ansi I want a copy of all my data.}"


def test_the_inner_message_of_an_odd_mail_is_read_as_well() -> None:
    for odd in ODD:
        for inner in parse(odd.raw).messages:
            expected = ("", "") if odd.key == "message-that-is-none" else ("john@example.net", "inner")
            assert (inner.sender.address, inner.subject) == expected


# --- mutated ---------------------------------------------------------------------------------------------------------

_RAWS = st.sampled_from([*(odd.raw for odd in ODD if len(odd.raw) < 20_000), *(one.raw for one in SAMPLES)])
_NOISE = st.sampled_from(
    [
        b"\x00",
        b"\r",
        b"\n",
        b"\r\n",
        b"\r\n\r\n",
        b"--b",
        b"--b--",
        b"\r\n--b\r\n",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"=?utf-8?Q?",
        b"?=",
        b'"',
        b"<",
        b">",
        b"(",
        b"@",
        b":",
        b";",
        b"boundary=",
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"From ",
        b"begin 644 a\r\n#0V%T\r\n",
    ]
)
_BOUNDARY = re.compile(rb"--[!-~]+")


def _mutated(data: st.DataObject) -> bytes:
    raw = data.draw(_RAWS)
    for _ in range(data.draw(st.integers(1, 5))):
        raw = data.draw(st.sampled_from(_MUTATIONS))(raw, data)
    return raw


def _flip(raw: bytes, data: st.DataObject) -> bytes:
    if not raw:
        return b"\x80"
    changed = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 10))):
        changed[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    return bytes(changed)


def _lines(raw: bytes, data: st.DataObject) -> bytes:
    lines = raw.splitlines(keepends=True) or [b"\n"]
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at : at + 1] = data.draw(st.sampled_from([[], [lines[at]] * 2, [lines[at].strip()], [lines[-1], lines[at]]]))
    return b"".join(lines)


def _cut_off(raw: bytes, data: st.DataObject) -> bytes:
    return raw[: data.draw(st.integers(0, len(raw)))]


def _noise(raw: bytes, data: st.DataObject) -> bytes:
    at = data.draw(st.integers(0, len(raw)))
    return raw[:at] + data.draw(_NOISE) * data.draw(st.integers(1, 3)) + raw[at:]


def _boundaries(raw: bytes, data: st.DataObject) -> bytes:
    return _BOUNDARY.sub(data.draw(st.sampled_from([b"--b", b"", b"--", rb"\g<0>--", rb"\g<0>x", rb" \g<0>"])), raw)


_MUTATIONS: list[Callable[[bytes, st.DataObject], bytes]] = [_flip, _lines, _cut_off, _noise, _boundaries]


@settings(max_examples=400)
@given(st.data())
def test_no_mutation_raises_or_loses_a_byte(data: st.DataObject) -> None:
    raw = _mutated(data)
    mail = parse(raw)
    _check(mail)
    assert content_digest(mail) == content_digest(parse(raw))
    done = cut(raw, min_size=1)
    assert join(done.skeleton, done.leaves) == raw
    leaves = cut(raw).leaves
    assert all(file.leaf is None or file.leaf < len(leaves) for file in mail.files)


def _check(mail: Mail) -> None:
    for shown in (mail.subject, mail.sender.name, mail.sender.address, *(file.name for file in mail.files)):
        # What is stored and shown is encodable, of one line, and no terminal obeys it.
        assert shown.encode("utf-8").decode("utf-8") == shown
        assert not {"\n", "\r", "\x00", "\x1b"} & {*shown}
    assert mail.sender.address == "" or "@" in mail.sender.address
    assert "\x00" not in mail.text
    mail.text.encode("utf-8")
    for file in mail.files:
        assert file.content is None or len(file.content) == file.size
    for inner in mail.messages:
        _check(inner)


# --- effort ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_four_times_the_mail_costs_at_most_about_four_times_the_effort(name: str) -> None:
    small, large = _effort(HOSTILE[name](20_000)), _effort(HOSTILE[name](80_000))
    assert large <= 6 * small + 5_000


@pytest.mark.parametrize("name", HOSTILE)
def test_three_hostile_megabytes_are_read_within_bounds(name: str) -> None:
    mail = parse(HOSTILE[name](3_000_000))
    assert len(mail.text) <= MAX_TEXT
    assert len(mail.files) + len(mail.messages) <= MAX_PARTS
    assert "\n" not in mail.subject


def _effort(raw: bytes) -> int:
    """Calls, of Python and of C, that everything takes which reads a mail before it is triaged."""
    calls = 0

    def count(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        mail = parse(raw)
        cut(raw)
        classify(mail)
        split(mail.text)
        forwarded(mail)
    finally:
        sys.setprofile(None)
    return calls
