"""How mail programs put a text, its HTML twin and an attachment into bytes: the MIME side of `backlog`."""

from __future__ import annotations

import binascii
import html as markup
from dataclasses import dataclass, field
from email.header import Header
from random import Random
from typing import Literal, Self

_KINDS = (("application/pdf", "pdf", b"%PDF-1.7\n"), ("image/jpeg", "jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"))
_NAMES = ("scan", "contrat", "Ausweis", "IMG_2041", "letter", "facture")


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """What one mail program is known by: a header line of its own, and how it encodes text."""

    name: str
    header: str
    encoding: Literal["8bit", "quoted-printable", "base64"]
    charset: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    """One file; data is not encoded yet."""

    kind: str
    name: str
    data: bytes = field(repr=False)

    @classmethod
    def made(cls, dice: Random, size: int) -> Self:
        """Bytes that look like a scan from outside and cannot be compressed, as those of a real one."""
        kind, ending, head = dice.choice(_KINDS)
        return cls(kind=kind, name=f"{dice.choice(_NAMES)}.{ending}", data=head + dice.randbytes(size - len(head)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a mail says. extra: further header lines; bounced: the recipient a delivery report is about."""

    subject: str
    text: str
    html: bool = False
    attached: Attached | None = None
    extra: tuple[str, ...] = ()
    bounced: str = ""


def encoded(text: str) -> str:
    """RFC 2047 where the text is not ASCII; its folding comes along."""
    return text if text.isascii() else Header(text, "utf-8").encode(linesep="\r\n")


def body(content: Content, program: Program, dice: Random) -> bytes:
    """Content fields, the empty line and what follows; every line ends with CR LF."""
    if content.bounced:
        return _report(content, program, dice)
    inner = _leaf("text/plain", content.text, program)
    if content.html:
        inner = _multipart("alternative", [inner, _leaf("text/html", _page(content.text), program)], dice)
    if content.attached is not None:
        inner = _multipart("mixed", [inner, _file(content.attached)], dice)
    return inner


def _leaf(kind: str, text: str, program: Program) -> bytes:
    plain = (text.replace("\n", "\r\n") + "\r\n").encode(program.charset)
    if program.encoding == "quoted-printable":
        plain = binascii.b2a_qp(plain)
    elif program.encoding == "base64":
        plain = _base64(plain)
    head = f"Content-Type: {kind}; charset={program.charset}\r\nContent-Transfer-Encoding: {program.encoding}\r\n\r\n"
    return head.encode() + plain


def _page(text: str) -> str:
    paragraphs = (markup.escape(each).replace("\n", "<br>\n") for each in text.split("\n\n"))
    inside = "\n".join(f'<p style="margin: 0 0 1em 0">{each}</p>' for each in paragraphs)
    return f'<html><head><meta http-equiv="Content-Type" content="text/html"></head>\n<body>\n{inside}\n</body></html>'


def _file(attached: Attached) -> bytes:
    head = (
        f'Content-Type: {attached.kind}; name="{attached.name}"\r\n'
        f'Content-Disposition: attachment; filename="{attached.name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return head.encode() + _base64(attached.data)


def _base64(data: bytes) -> bytes:
    whole = binascii.b2a_base64(data, newline=False)
    return b"".join(b"%b\r\n" % whole[start : start + 76] for start in range(0, len(whole), 76))


def _multipart(kind: str, parts: list[bytes], dice: Random) -> bytes:
    boundary = f"----=_Part_{dice.getrandbits(64):016x}"
    inside = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return f'Content-Type: multipart/{kind};\r\n\tboundary="{boundary}"\r\n\r\n'.encode() + inside + (
        f"--{boundary}--\r\n".encode()
    )  # fmt: skip


def _report(content: Content, program: Program, dice: Random) -> bytes:
    """RFC 3464, about a letter that is not ours."""
    status = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {content.bounced}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
    )
    returned = f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{dice.getrandbits(64):x}@sent.example>\r\n"
    parts = [_leaf("text/plain", content.text, program), status.encode(), returned.encode()]
    return _multipart("report; report-type=delivery-status", parts, dice)
