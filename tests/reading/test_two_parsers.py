"""Two readings of one mail: ours and the standard library's, quick and careful. They agree on what both can read."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.reading.addresses import parse_addresses, parse_carefully
from dsarbot.reading.mail import Mail, parse
from dsarbot.reading.skeleton import cut, join
from tests.backlog import backlog
from tests.reading.standard_judge import judge

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WESTERN = f"{_LETTERS}0123456789éèàçüöäßÉÜ"
_WORD = st.text(_WESTERN, min_size=1, max_size=12)
_WORDS = st.lists(_WORD, min_size=1, max_size=6).map(" ".join)
_EITHER = st.booleans()
_CHARSETS = st.sampled_from(["utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"])
_FILES = st.lists(st.binary(max_size=5_000), max_size=3)
_LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789._+-", min_size=1, max_size=20).filter(
    lambda text: text[0].isalnum() and text[-1].isalnum() and ".." not in text
)


@dataclass(frozen=True, kw_only=True)
class _Written:
    raw: bytes
    name: str
    subject: str
    text: str


@st.composite
def _header(draw: st.DrawFn, text: str) -> str:
    """Plain, or as encoded words of RFC 2047, cut between characters and folded."""
    if text.isascii() and draw(_EITHER):
        return text
    charset, encoding = draw(_CHARSETS), draw(st.sampled_from("QBqb"))
    at = draw(st.integers(0, len(text)))
    return "\r\n ".join(_word(piece, charset, encoding) for piece in (text[:at], text[at:]) if piece)


def _word(text: str, charset: str, encoding: str) -> str:
    data = text.encode(charset)
    if encoding in "Bb":
        return f"=?{charset}?{encoding}?{base64.b64encode(data).decode()}?="
    plain = (_LETTERS + "0123456789").encode()
    quoted = "".join(chr(byte) if byte in plain else "_" if byte == 32 else f"={byte:02X}" for byte in data)
    return f"=?{charset}?{encoding}?{quoted}?="


@st.composite
def _text_part(draw: st.DrawFn, lines: list[str]) -> bytes:
    charset = draw(_CHARSETS)
    data = "\r\n".join(lines).encode(charset)
    encoding = draw(st.sampled_from(["8bit", "quoted-printable", "base64"]))
    if encoding == "base64":
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        data = binascii.b2a_qp(data)
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + data


def _file_part(content: bytes, number: int) -> bytes:
    fields = (
        "Content-Type: application/pdf",
        f"Content-Disposition: attachment; filename*=utf-8''pi%C3%A8ce%20{number}.pdf",
        "Content-Transfer-Encoding: base64",
        "\r\n",
    )
    return "\r\n".join(fields).encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


@st.composite
def _mails(draw: st.DrawFn) -> _Written:
    name, subject = draw(_WORDS), draw(_WORDS)
    lines = draw(st.lists(_WORDS, min_size=1, max_size=8))
    local = draw(_LOCAL)
    part = draw(_text_part(lines))
    with_html, with_frame = draw(_EITHER), draw(_EITHER)
    if with_html:
        html = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>the same</p>"
        part = _joined("alternative", "inner", [part, html])
    files: list[bytes] = draw(_FILES)
    if files or with_frame:
        part = _joined("mixed", "=_outer", [part, *(_file_part(file, at) for at, file in enumerate(files))])
    sender = f"From: {draw(_header(name))} <{local}@example.org>\r\n"
    head = f"{sender}Subject: {draw(_header(subject))}\r\nMIME-Version: 1.0\r\n"
    return _Written(raw=head.encode() + part, name=name, subject=subject, text="\n".join(lines))


def _joined(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    inside = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + inside + f"--{boundary}--".encode()
    )


def _files(mail: Mail) -> tuple[tuple[str, str], ...]:
    return tuple((file.name, hashlib.sha256(file.content or b"").hexdigest()) for file in mail.files)


@settings(max_examples=300)
@given(_mails())
def test_ours_and_the_standard_reading_agree_on_well_formed_mail(written: _Written) -> None:
    mail, judged = parse(written.raw), judge(written.raw)
    assert mail.sender.address == judged.sender
    assert (mail.sender.name, mail.subject) == (judged.name, judged.subject) == (written.name, written.subject)
    assert mail.text.strip() == judged.text.strip() == written.text
    assert _files(mail) == judged.files
    assert mail.problems == () or set(mail.problems) == {"wrong-charset"}


@settings(max_examples=150)
@given(_mails(), st.data())
def test_what_was_cut_and_joined_reads_the_same(written: _Written, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(written.raw)))
    raw = written.raw[:at] + data.draw(st.binary(max_size=30)) + written.raw[at:]
    done = cut(raw, min_size=data.draw(st.integers(1, 3_000)))
    assert join(done.skeleton, done.leaves) == raw
    assert parse(join(done.skeleton, done.leaves)) == parse(raw)


def test_both_agree_on_a_backlog() -> None:
    for planted in backlog(150, seed=7):
        mail, judged = parse(planted.raw), judge(planted.raw)
        assert (mail.sender.address, mail.subject) == (judged.sender, judged.subject)
        assert mail.text.split() == judged.text.split()
        assert _files(mail) == judged.files


_SPECIALS = [
    '"',
    "<",
    ">",
    "(",
    ")",
    ",",
    ";",
    ":",
    "@",
    ".",
    " ",
    "'",
    "\\",
    "=?utf-8?Q?",
    "?=",
    "&lt;",
    "\t",
    "[",
    "]",
]
_PIECES = st.lists(st.sampled_from([*_SPECIALS, "jane", "example.org", "Jane Doe", "J.", "é"]), max_size=12).map(
    "".join
)


@settings(max_examples=500)
@given(
    _PIECES
    | st.builds("{} <{}@example.org>".format, _PIECES, _LOCAL)
    | st.builds('"{}" <{}@x>'.format, _PIECES, _LOCAL)
)
def test_the_quick_reading_of_an_address_is_the_careful_one(value: str) -> None:
    raw = value.strip().encode()
    assert parse_addresses(raw) == parse_carefully(raw)
