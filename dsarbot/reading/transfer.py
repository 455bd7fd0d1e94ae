"""Content-Transfer-Encoding undone (RFC 2045 section 6), and the encodings that were used before it."""

from __future__ import annotations

import binascii
import re

from dsarbot.reading.charsets import base64

_YENC_ESCAPE = re.compile(rb"=(.)", re.DOTALL)
_PROSE = re.compile(rb"[A-Za-z]{2,20} [A-Za-z]{1,20} [A-Za-z]")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]*\Z")
#: yEnc (version 1.3) shifts every byte by this much, escaped ones by 64 more.
_YENC_SHIFT = 42
_UNSHIFT = bytes((byte - _YENC_SHIFT) % 256 for byte in range(256))
_UNESCAPE = bytes((byte - 64) % 256 for byte in range(256))


def undo(data: bytes, encoding: str) -> bytes:
    """The body with its transfer encoding undone, unknown encodings as they are; never raises."""
    if encoding == "base64":
        return base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding == "uuencode":
        return _uu(data)
    if encoding == "yenc":
        return _yenc(data)
    return data


def _uu(data: bytes) -> bytes:
    lines = data.splitlines()
    begin = next((number for number, line in enumerate(lines) if line.startswith(b"begin ")), None)
    if begin is None:
        return data
    out = []
    for line in lines[begin + 1 :]:
        if line.strip() in {b"end", b"`", b""}:
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(out)


def _yenc(data: bytes) -> bytes:
    lines = [line.rstrip(b"\r") for line in data.split(b"\n")]
    body = b"".join(line for line in lines if not line.startswith((b"=ybegin ", b"=ypart ", b"=yend ")))
    return _YENC_ESCAPE.sub(lambda match: match[1].translate(_UNESCAPE), body).translate(_UNSHIFT)


def prose_or_base64(data: bytes) -> bytes:
    """The body of a text that calls itself base64. Some is plain text with a wrong label, and mailing lists add plain
    lines below what is encoded: words are kept as words."""
    if b" " not in data.strip() or not _PROSE.search(data):
        return base64(data)
    lines = data.splitlines(keepends=True)
    encoded = next((number for number, line in enumerate(lines) if not _BASE64_LINE.match(line.strip())), len(lines))
    return base64(b"".join(lines[:encoded])) + b"\n" + b"".join(lines[encoded:])
