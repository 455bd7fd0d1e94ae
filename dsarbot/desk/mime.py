"""Finished messages, byte for byte: the same inputs always give the same mail.

The headers are written by hand because the standard library folds long Message-IDs into encoded words and raises on
hostile ones. So every value that came from outside goes through one function of this module before it becomes a
header (security 14), and what is built is tested against the standard parser.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from dsarbot.core.case import Letter
from dsarbot.desk.emit import letter_html, letter_text
from dsarbot.desk.letterhead import Letterhead
from dsarbot.desk.sections import clean
from dsarbot.errors import TheirInput

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#: RFC 5322 section 3.6.4 without its obsolete forms: what a message identifier may look like.
_MSG_ID: Final = re.compile(rf"<{_ATOM}(?:\.{_ATOM})*@(?:{_ATOM}(?:\.{_ATOM})*|\[[!-Z^-~]*\])>")
#: RFC 5321: what we are able to send to. No quoted local parts, no address literals, no SMTPUTF8.
_ADDRESS: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9-]+")
_LONGEST_ID: Final = 250
_LONGEST_ADDRESS: Final = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
_MOST_REFERENCES: Final = 10
_LONGEST_TEXT: Final = 500
#: RFC 2047 section 2: an encoded word has at most 75 characters, 63 of them between the marks of UTF-8 base64.
_WORD_BYTES: Final = 45
_LINE: Final = 76

Headers = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class InlineImage:
    """A picture inside the HTML, shown by ``<img src="cid:NAME">``. subtype: ``png``."""

    name: str
    subtype: str
    data: bytes


# --- values from outside ---------------------------------------------------------------------------------------


def message_ids(values: Sequence[str]) -> tuple[str, ...]:
    """Those of the values that are message identifiers, in their order, each once; the rest is dropped."""
    return tuple(dict.fromkeys(value for value in values if len(value) <= _LONGEST_ID and _MSG_ID.fullmatch(value)))


def mail_address(value: str) -> str:
    """An address as it may stand in a header or an envelope, its domain in ASCII. TheirInput when it is none."""
    local, _, domain = value.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        address = ""
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise TheirInput("this is no address that mail can be sent to")
    return address


def header_text(value: str, *, used: int) -> str:
    """Free text as the value of a header: one line or properly folded ones, encoded where it is not plain ASCII.

    used: characters before it on its first line."""
    return _folded(_header_words(" ".join(clean(value).split())[:_LONGEST_TEXT]), used)


def new_message_id(random_bytes: bytes, domain: str) -> str:
    """security 11: random@organisation-domain; it holds neither a reference nor an address."""
    made = f"<{random_bytes.hex()}@{domain}>"
    if len(random_bytes) < 16 or not _MSG_ID.fullmatch(made):
        raise ValueError("a Message-ID takes at least 16 random bytes and a domain")
    return made


# --- messages --------------------------------------------------------------------------------------------------


def build(
    letter: Letter,
    letterhead: Letterhead,
    *,
    message_id: str,
    date: datetime,
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
) -> bytes:
    """The mail of a letter, text and HTML with the same words. TheirInput when its recipient is no mail address.

    in_reply_to, references: as they came; whatever is no message identifier is left out."""
    headers = _head(
        sender=(letterhead.mail_from_name, letterhead.mail_from),
        recipient=letter.recipient,
        subject=letter.subject,
        message_id=message_id,
        date=date,
    )
    answered = message_ids([in_reply_to] if in_reply_to else [])
    thread = message_ids([*references, *answered])[-_MOST_REFERENCES:]
    if answered:
        headers.append(("In-Reply-To", answered[0]))
    if thread:
        headers.append(("References", "\r\n ".join(thread)))
    headers.append(("Content-Language", letter.language))
    if letter.automatic:
        # RFC 3834 section 5.1: "auto-replied" marks a direct answer to another message; robots keep silent then.
        headers.append(("Auto-Submitted", "auto-replied"))
        headers.append(("X-Auto-Response-Suppress", "All"))
    body = _alternative(
        letter_text(letter.sections),
        letter_html(letter.sections, language=letter.language, title=letter.subject),
        images=(),
        boundary=_boundary(message_id),
    )
    return _message(headers, body)


def build_notice(
    *,
    sender_name: str,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    date: datetime,
    language: str,
    images: Sequence[InlineImage] = (),
) -> bytes:
    """A mail to staff: digest or alarm. html may show the images by their ``cid:``; nothing else is fetched."""
    headers = _head(
        sender=(sender_name, sender), recipient=recipient, subject=subject, message_id=message_id, date=date
    )
    # RFC 3834 section 5: "auto-generated" for what a program sends of its own accord.
    headers += [("Content-Language", language), ("Auto-Submitted", "auto-generated")]
    headers.append(("X-Auto-Response-Suppress", "All"))
    return _message(headers, _alternative(text, html, images=images, boundary=_boundary(message_id)))


def _head(*, sender: tuple[str, str], recipient: str, subject: str, message_id: str, date: datetime) -> Headers:
    if date.utcoffset() is None:
        raise ValueError(f"{date} needs a time zone")
    if message_ids([message_id]) != (message_id,):
        raise ValueError("a message needs a Message-ID of our own making")
    name = _display_name(sender[0])
    address = f"<{mail_address(sender[1])}>"
    gap = " " if len(name) + len(address) < _LINE - len("From: ") else "\r\n "
    return [
        ("Date", format_datetime(date.replace(microsecond=0))),
        ("From", f"{name}{gap}{address}" if name else address),
        ("To", f"<{mail_address(recipient)}>"),
        ("Subject", header_text(subject, used=len("Subject: "))),
        ("Message-ID", message_id),
        ("MIME-Version", "1.0"),
    ]


def _display_name(name: str) -> str:
    """RFC 5322 section 3.4: a phrase; quoted when plain ASCII, encoded words otherwise."""
    text = " ".join(clean(name).split())[:100]
    if text.isascii() and "=?" not in text:
        return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"' if text else ""
    return _folded(_encoded_words(text), len("From: "))


def _header_words(text: str) -> list[str]:
    """The words of a header: plain ones at both ends as they are, so that a reference stays searchable, and what
    lies between encoded as one."""
    words = text.split(" ")
    special = [n for n, word in enumerate(words) if not word.isascii() or "=?" in word]
    if not special:
        return words
    first, last = special[0], special[-1] + 1
    return [*words[:first], *_encoded_words(" ".join(words[first:last])), *words[last:]]


def _encoded_words(text: str) -> list[str]:
    """RFC 2047: words of UTF-8 base64, none of which splits a character (section 5)."""
    chunks = [""]
    for char in text:
        if len((chunks[-1] + char).encode()) > _WORD_BYTES:
            chunks.append("")
        chunks[-1] += char
    return [f"=?utf-8?b?{base64.b64encode(chunk.encode()).decode('ascii')}?=" for chunk in chunks if chunk]


def _folded(words: Sequence[str], used: int) -> str:
    """RFC 5322 section 2.2.3: a line break before white space; no word is torn apart."""
    lines = [""]
    for word in words:
        room = _LINE - (used if len(lines) == 1 else 1)
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return "\r\n ".join(lines)


# --- bodies ----------------------------------------------------------------------------------------------------


def _boundary(message_id: str) -> str:
    # "=_" cannot occur in quoted-printable or base64, so no part can hold its own boundary (RFC 2045 section 6.7).
    return "=_" + re.sub("[^A-Za-z0-9]", "", message_id)[:40]


def _message(headers: Headers, body: bytes) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii") + body


def _alternative(text: str, html: str, *, images: Sequence[InlineImage], boundary: str) -> bytes:
    shown = _text_part(html, "html")
    if images:
        shown = _multipart("related", [shown, *map(_image_part, images)], f"{boundary}.r", start='; type="text/html"')
    return _multipart("alternative", [_text_part(text, "plain"), shown], f"{boundary}.a")


def _multipart(subtype: str, parts: Sequence[bytes], boundary: str, *, start: str = "") -> bytes:
    lines = [f'Content-Type: multipart/{subtype}{start};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")]
    # RFC 2046 section 5.1.1: the line break before a boundary belongs to it, so a part keeps its own last one.
    lines += [f"--{boundary}\r\n".encode("ascii") + part + b"\r\n" for part in parts]
    return b"".join([*lines, f"--{boundary}--\r\n".encode("ascii")])


def _text_part(text: str, subtype: str) -> bytes:
    # Quoted-printable: 7 bits, short lines, still readable in the raw.
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode("ascii") + b"".join(map(_printable, text.rstrip("\n").split("\n")))


@lru_cache(maxsize=512)
def _printable(line: str) -> bytes:
    """One line; most lines of a letter come again in the next one."""
    encoded = binascii.b2a_qp(line.encode(), quotetabs=False, istext=True)
    return encoded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"


def _image_part(image: InlineImage) -> bytes:
    if not re.fullmatch(r"[a-z0-9.-]+", image.name) or not re.fullmatch(r"[a-z]+", image.subtype):
        raise ValueError("the name and type of a picture are our own, in lower case")
    head = (
        f"Content-Type: image/{image.subtype}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-ID: <{image.name}>\r\nContent-Disposition: inline\r\n\r\n"
    )
    return head.encode("ascii") + base64.encodebytes(image.data).replace(b"\n", b"\r\n")
