"""MIME trees that are broken, deep or unusual."""

from __future__ import annotations

import base64

from tests.reading.odd_mails.case import REQUEST, Odd, from_jane

_MIXED = "Content-Type: multipart/mixed; boundary="
_INNER = f"From: John <john@example.net>\nSubject: inner\n\n{REQUEST}"


def _mixed(key: str, body: str, *, boundary: str = "b", says: str = REQUEST, files: tuple[str, ...] = (),
           problems: tuple[str, ...] = (), messages: int = 0, end: str = "\r\n") -> Odd:  # fmt: skip
    raw = from_jane(_MIXED + boundary, body=body, end=end)
    return Odd(key=key, raw=raw, says=says, files=files, problems=problems, messages=messages)


def _whole(key: str, content_type: str, body: str, *, says: str = REQUEST, files: tuple[str, ...] = (),
           problems: tuple[str, ...] = (), inline: tuple[str, ...] = ()) -> Odd:  # fmt: skip
    raw = from_jane(f"Content-Type: {content_type}", body=body)
    return Odd(key=key, raw=raw, says=says, files=files, problems=problems, inline=inline)


_FILE = 'Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment\n\n%PDF'
_ENCODED = base64.encodebytes(f"--b\n\n{REQUEST}\n--b--\n".encode()).decode()
_DEEP = "".join(f"--{n}\nContent-Type: multipart/mixed; boundary={n + 1}\n\n" for n in range(10))
CASES = (
    _mixed("text-and-file", f"--b\n\n{REQUEST}\n--b\n{_FILE}\n--b--", files=("a.pdf",)),
    _mixed("never-closed", f"--b\n\n{REQUEST}\n--b\n{_FILE}", files=("a.pdf",), problems=("bad-mime",)),
    _mixed("closed-by-an-opening-boundary", f"--b\n\n{REQUEST}\n--b\n", problems=("bad-mime",)),
    _mixed("boundary-nowhere", REQUEST, problems=("bad-mime",)),
    _mixed("boundary-differs", f"--other\n\n{REQUEST}\n--other--", problems=("bad-mime",)),
    _mixed("boundary-in-capitals", f"--BOUND\n\n{REQUEST}\n--BOUND--", boundary="bound", problems=("bad-mime",)),
    _mixed("boundary-with-blanks", f"--a b c\n\n{REQUEST}\n--a b c--", boundary='"a b c"'),
    _mixed("boundary-with-signs", f"--=_(x)+'?:/\n\n{REQUEST}\n--=_(x)+'?:/--", boundary='"=_(x)+\'?:/"'),
    _mixed("boundary-unquoted-with-signs", f"--=_x:1\n\n{REQUEST}\n--=_x:1--", boundary="=_x:1"),
    _mixed("boundary-quote-never-closed", f"--b\n\n{REQUEST}\n--b--", boundary='"b'),
    _mixed("boundary-with-blanks-behind", f"--b  \t\n\n{REQUEST}\n--b-- \t"),
    _mixed(
        "boundary-beginning-of-another",
        f"--b\nContent-Type: {'multipart/mixed; boundary=bb'}\n\n--bb\n\n{REQUEST}\n--bb--\n--b--",
    ),
    _mixed("boundary-in-umlauts", f"--bä\n\n{REQUEST}\n--bä--", boundary='"bä"'),
    _mixed("boundary-same-inside", f"--b\n{_MIXED}b\n\n--b\n\n{REQUEST}\n--b--", problems=("bad-mime",)),
    _mixed("boundaries-of-line-feeds", f"--b\n\n{REQUEST}\n--b\n{_FILE}\n--b--", files=("a.pdf",), end="\n"),
    _mixed("preamble-and-epilogue", f"This is MIME.\n--b\n\n{REQUEST}\n--b--\nThe end."),
    _mixed("part-without-headers", f"--b\n{REQUEST}\n--b--", problems=("bad-headers",)),
    _mixed("part-without-empty-line", f"--b\nContent-Type: text/plain\n{REQUEST}\n--b--", problems=("bad-headers",)),
    _mixed("parts-empty", f"--b\n--b\n\n\n--b\n\n{REQUEST}\n--b--"),
    _mixed(
        "inner-never-closed",
        f"--b\n{_MIXED}c\n\n--c\n\n{REQUEST}\n--b\n{_FILE}\n--b--",
        files=("a.pdf",),
        problems=("bad-mime",),
    ),
    _mixed(
        "inner-multipart-encoded",
        f"--x\n{_MIXED}b\nContent-Transfer-Encoding: base64\n\n{_ENCODED}\n--x--",
        boundary="x",
    ),
    _mixed("ten-levels", _DEEP + f"--10\n\n{REQUEST}", boundary="0", problems=("bad-mime",)),
    _mixed("message-attached", f"--b\n\n{REQUEST}\n--b\nContent-Type: message/rfc822\n\n{_INNER}\n--b--", messages=1),
    _mixed(
        "message-attached-in-base64",
        f"--b\n\n{REQUEST}\n--b\nContent-Type: message/rfc822\n"
        "Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(_INNER.encode()).decode() + "--b--",
        messages=1,
    ),
    _mixed(
        "message-that-is-none",
        f"--b\n\n{REQUEST}\n--b\nContent-Type: message/rfc822\n\nno mail at all\n--b--",
        messages=1,
        problems=("bad-headers",),
    ),
    _mixed(
        "digest",
        f"--b\n\n{REQUEST}\n--b\nContent-Type: multipart/digest; boundary=c\n\n--c\n\n{_INNER}\n--c--\n--b--",
        messages=1,
    ),
    _mixed(
        "partial",
        f"--b\n\n{REQUEST}\n--b\nContent-Type: message/partial; id=x; number=2; total=3; name=rest\n\nxyz\n--b--",
        files=("rest",),
    ),
    _mixed(
        "external-body",
        f"--b\n\n{REQUEST}\n--b\nContent-Type: message/external-body; access-type=URL; name=far\n\n"
        "Content-Type: image/png\n--b--",
        files=("far",),
    ),
    _mixed(
        "name-over-sections",
        f"--b\n\n{REQUEST}\n--b\nContent-Type: image/png\nContent-Disposition: attachment;\n"
        " filename*1=\"ce.png\"; filename*0*=utf-8''pi%C3%A8\n\nx\n--b--",
        files=("pièce.png",),
    ),
    _mixed(
        "name-encoded-as-word",
        f'--b\n\n{REQUEST}\n--b\nContent-Type: image/png; name="=?utf-8?Q?pi=C3=A8ce.png?="\n\nx\n--b--',
        files=("pièce.png",),
    ),
    _mixed(
        "name-with-path",
        f"--b\n\n{REQUEST}\n--b\nContent-Type: image/png\nContent-Disposition: attachment; "
        'filename="C:\\\\Jane\\\\a b.png"\n\nx\n--b--',
        files=("a b.png",),
    ),
    _mixed(
        "name-with-semicolon",
        f'--b\n\n{REQUEST}\n--b\nContent-Type: image/png; name="a;b.png"\n\nx\n--b--',
        files=("a;b.png",),
    ),
    _mixed("name-is-blank", f'--b\nContent-Type: text/plain; name=" "\n\n{REQUEST}\n--b--'),
    _whole("boundary-not-given", "multipart/mixed", f"--b\n\n{REQUEST}\n--b--", problems=("bad-mime",)),
    _whole("multipart-of-any-kind", "multipart/*; boundary=b", f"--b\n\n{REQUEST}\n--b--"),
    _whole("multipart-without-semicolon", "multipart/mixed boundary=b", f"--b\n\n{REQUEST}\n--b--"),
    _whole("multipart-folded-without-semicolon", 'multipart/mixed\n boundary="b"', f"--b\n\n{REQUEST}\n--b--"),
    _whole("type-without-subtype", "text", REQUEST),
    _whole("type-in-capitals-with-blanks", "TEXT / PLAIN ; CHARSET = UTF-8", REQUEST),
    _whole("type-with-comment", "text/plain (as ever); charset=utf-8", REQUEST),
    _whole("type-quoted", '"text/plain"', REQUEST),
    _whole("type-of-nonsense", "!!!", REQUEST),
    _whole("type-of-unknown-text", "text/x-letter", REQUEST),
    _whole("type-is-a-file", 'application/pdf; name="a.pdf"', "%PDF", says="", files=("a.pdf",)),
    _whole(
        "related-with-picture",
        "multipart/related; boundary=b",
        f"--b\nContent-Type: text/html\n\n<p>{REQUEST}"
        "<img src=cid:1>\n--b\nContent-Type: image/png; name=logo.png\nContent-ID: <1>\n\nx\n--b--",
        files=("logo.png",),
        inline=("logo.png",),
    ),
    _whole(
        "alternatives",
        "multipart/alternative; boundary=b",
        f"--b\n\n{REQUEST}\n--b\nContent-Type: text/html\n\n<p>not this</p>\n--b--",
    ),
    _whole(
        "alternatives-the-other-way-round",
        "multipart/alternative; boundary=b",
        f"--b\nContent-Type: text/html\n\n<p>not this</p>\n--b\n\n{REQUEST}\n--b--",
    ),
    _whole(
        "alternative-plain-is-empty",
        "multipart/alternative; boundary=b",
        f"--b\n\n\n--b\nContent-Type: text/html\n\n<p>{REQUEST}</p>\n--b--",
    ),
    _whole(
        "alternative-with-amp",
        "multipart/alternative; boundary=b",
        f"--b\n\n{REQUEST}\n--b\nContent-Type: text/x-amp-html\n\n<html amp4email>\n--b--",
        files=("",),
        inline=("",),
    ),
)
