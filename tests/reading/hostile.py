"""Mails made to cost: one pattern repeated until there is no more room. For tests of effort, and the benchmark."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_HEAD = b"From: Jane Doe <jane@example.org>\r\nSubject: My data\r\n"
_HTML = _HEAD + b"Content-Type: text/html\r\n\r\n"
_TEXT = _HEAD + b"\r\n"
_MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def _repeated(head: bytes, pattern: bytes, tail: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: head + pattern * max(1, (size - len(head) - len(tail)) // len(pattern)) + tail


def _each_its_boundary(size: int) -> bytes:
    levels = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(size // 55)
    )
    return _HEAD + levels


#: Name of a family -> its mail of about so many bytes.
HOSTILE: Mapping[str, Callable[[int], bytes]] = {
    "parts": _repeated(_HEAD + _MIXED, b"--b\r\n\r\nhello\r\n"),
    "multiparts in depth": _each_its_boundary,
    "one boundary in depth": _repeated(_HEAD, _MIXED + b"--b\r\n"),
    "messages in depth": _repeated(_HEAD, b"Content-Type: message/rfc822\r\n\r\n"),
    "lines like boundaries": _repeated(_HEAD + _MIXED, b"--bX\r\n"),
    "open parameters": _repeated(
        _HEAD + _MIXED, b"--b\r\nContent-Type: text/plain;" + b' a="' * 1_500 + b"\r\n\r\nx\r\n"
    ),
    "parameters": _repeated(_HEAD + b"Content-Type: text/plain", b'; a="b"', b"\r\n\r\nx"),
    "header fields": _repeated(b"", b"a: b\r\n", _TEXT),
    "header block": _repeated(b"", b"From: x\r\nSent: 10:12\r\nTo: y\r\n"),
    "lines that are no fields": _repeated(_HEAD, b"no field\r\n", b"To: x\r\n\r\n"),
    "one long field": _repeated(b"X-Long: ", b"y", b"\r\n" + _TEXT),
    "folds": _repeated(b"Subject: a", b"\r\n x", b"\r\n\r\n"),
    "carriage returns": _repeated(b"Subject: a\rFrom: x\r", b"\r", b"\n"),
    "addresses": _repeated(b"From: ", b"Jane <jane@example.org>, "),
    "open brackets": _repeated(b"From: ", b"<"),
    "brackets": _repeated(b"From: ", b"<", b">"),
    "open quotes": _repeated(b'From: "', b'\\"'),
    "open comments": _repeated(b"From: ", b"("),
    "empty groups": _repeated(b"From: ", b"a:;"),
    "signs at": _repeated(b"From: ", b"a@"),
    "encoded words": _repeated(b"Subject: ", b"=?utf-8?Q?a?= "),
    "open encoded words": _repeated(b"Subject: ", b"=?a?q?"),
    "html in depth": _repeated(_HTML, b"<div><b>"),
    "html comments": _repeated(_HTML, b"<!-- <style"),
    "html open tags": _repeated(_HTML, b"<", b">"),
    "html open attributes": _repeated(_HTML, b'<a "', b">"),
    "html hidden": _repeated(_HTML, b"<p hidden>x</p>"),
    "html hidden in hidden": _repeated(_HTML, b"<div hidden>"),
    "html quotes in depth": _repeated(_HTML, b"<blockquote type=cite>x"),
    "flowed lines": _repeated(_HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n", b"> x \r\n"),
    "uuencoded, never ended": _repeated(_TEXT, b"begin 644 a\r\n#0V%T\r\n"),
    "base64 that is plain": _repeated(_HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n", b"a word or two\r\n"),
    "quote heads": _repeated(_TEXT, b"On 1\r\n"),
    "signatures": _repeated(_TEXT, b"--\r\n>\r\n"),
}
