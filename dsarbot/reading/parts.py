"""The MIME tree of raw bytes, as offsets: what both the cut (skeleton and leaves) and the reading of a mail stand on.

Own code instead of ``email``: that parser looks at every line once per level, recurses without bound and copies each
leaf. This one finds boundary lines by substring search, stops at fixed depth and number, and never copies a body.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dsarbot.reading.charsets import base64
from dsarbot.reading.headers import Headers, parameters, read_block

MAX_PARTS = 500
MAX_DEPTH = 20
#: Lines that look like a boundary and are none: beyond this many, parts are not searched any more.
MAX_CANDIDATES = 50_000
#: Decoded bytes of encoded messages inside messages, in total.
MAX_DECODED = 20_000_000
_MESSAGES = frozenset(
    {"message/rfc822", "message/global", "message/news", "text/rfc822-headers", "message/rfc822-headers"}
)
_GUESS = re.compile(rb"(?:\A|\n)--([!-~](?:[ -~]{0,200}[!-~])?)[ \t]*\r*(?=\n)")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One MIME part: ``data[start:end]`` is its encoded body. A message in a part is the part's only child.

    An encoded attached message has a ``data`` of its own; all others share the buffer of the mail.
    """

    data: bytes = field(repr=False)
    headers: Headers
    content_type: str
    parameters: Mapping[str, str]
    disposition: str
    filename: str
    encoding: str
    start: int
    end: int
    children: tuple[Part, ...] = ()

    @property
    def multipart(self) -> bool:
        return bool(self.children) and self.content_type.startswith("multipart/")

    @property
    def message(self) -> Part | None:
        return self.children[0] if self.children and not self.multipart else None

    def decoded(self) -> bytes:
        """The body with its transfer encoding undone; never raises."""
        return undo(self.data[self.start : self.end], self.encoding)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    root: Part
    problems: tuple[str, ...]


def read(raw: bytes) -> Tree:
    """The tree of a raw mail. Never raises, linear in ``len(raw)``; problem slugs say what was not read."""
    reader = _Reader()
    # Line ends of CR alone (old Macintosh programs) become LF: same length, so offsets stay true.
    data = raw if b"\n" in raw else raw.replace(b"\r", b"\n")
    start = len(data) - len(data.lstrip(b"\r\n")) if data[:1] in b"\r\n" else 0
    root = reader.part(data, start, len(data), 0, "text/plain")
    if start == len(data):
        reader.problems.setdefault("empty")
    return Tree(root=root, problems=tuple(reader.problems))


def undo(data: bytes, encoding: str) -> bytes:
    """Content-Transfer-Encoding undone (RFC 2045 section 6), unknown encodings as they are."""
    if encoding == "base64":
        return base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uu(data)
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


class _Reader:
    """Budgets of one reading; they span the whole mail with everything attached to it."""

    def __init__(self) -> None:
        self.problems: dict[str, None] = {}
        self._parts = MAX_PARTS
        self._candidates = MAX_CANDIDATES
        self._decoded = MAX_DECODED

    def part(self, data: bytes, start: int, end: int, depth: int, default: str) -> Part:
        headers, body, broken = read_block(data, start, end)
        if broken:
            self.problems.setdefault("bad-headers")
        content_type, params = _content_type(headers, default)
        disposition, names = parameters(headers.get("content-disposition"))
        encoding = headers.get("content-transfer-encoding").lower().strip("\"'; ").partition(" ")[0]
        part = Part(
            data=data,
            headers=headers,
            content_type=content_type,
            parameters=params,
            disposition=disposition,
            filename=names.get("filename") or params.get("name") or "",
            encoding=encoding,
            start=body,
            end=max(body, end),
        )
        children = self._children(part, depth)
        if content_type.startswith("multipart/") and not children:
            # What claims parts and has none is read as the text it is.
            return replace(part, content_type="text/plain")
        return replace(part, children=children) if children else part

    def _children(self, part: Part, depth: int) -> tuple[Part, ...]:
        multipart = part.content_type.startswith("multipart/")
        if not multipart and part.content_type not in _MESSAGES:
            return ()
        if depth >= MAX_DEPTH:
            self.problems.setdefault("too-deep")
            return ()
        if multipart:
            return self._multipart(part, depth)
        data, start, end = part.data, part.start, part.end
        if part.encoding in {"base64", "quoted-printable"} and end - start <= self._decoded:
            self._decoded -= end - start
            data = undo(data[start:end], part.encoding)
            start, end = 0, len(data)
        while start < end and data[start] in b"\r\n":
            start += 1
        return (self.part(data, start, end, depth + 1, "text/plain"),) if self._spend() else ()

    def _multipart(self, part: Part, depth: int) -> tuple[Part, ...]:
        data, start, end = part.data, part.start, part.end
        needle = part.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
        spans, closed = self._spans(data, start, end, needle)
        if not spans and (guess := _GUESS.search(data, max(start - 1, 0), end)):
            # A missing or mistaken boundary parameter: the first line that could be one.
            self.problems.setdefault("bad-mime")
            spans, closed = self._spans(data, start, end, guess[1])
        if not closed:
            self.problems.setdefault("bad-mime")
        # RFC 2046 section 5.1.5: parts of a digest are messages unless they say otherwise.
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        return tuple(self.part(data, begin, stop, depth + 1, default) for begin, stop in spans if self._spend())

    def _spans(self, data: bytes, start: int, end: int, boundary: bytes) -> tuple[list[tuple[int, int]], bool]:
        """Where the parts lie (RFC 2046 section 5.1.1: the line end before a boundary belongs to it), and if closed."""
        needle = b"\n--" + boundary
        spans: list[tuple[int, int]] = []
        begin = -1
        position = data.find(needle, max(start - 1, 0), end) if boundary else -1
        while position >= 0:
            self._candidates -= 1
            if self._candidates < 0 or len(spans) >= self._parts:
                self.problems.setdefault("too-many-parts")
                break
            newline = data.find(b"\n", position + len(needle), end)
            stop = end if newline < 0 else newline
            rest = data[position + len(needle) : stop] if stop - position - len(needle) < 200 else b"?"
            if rest.strip() in {b"", b"--"}:
                if begin >= 0:
                    spans.append((begin, max(begin, position - (data[position - 1] == 13))))
                begin = min(stop + 1, end)
                if rest.strip():
                    return spans, True
                position = stop - 1
            position = data.find(needle, position + 1, end)
        if begin >= 0:
            spans.append((begin, end))
        return spans, False

    def _spend(self) -> bool:
        self._parts -= 1
        if self._parts < 0:
            self.problems.setdefault("too-many-parts")
        return self._parts >= 0


def _content_type(headers: Headers, default: str) -> tuple[str, Mapping[str, str]]:
    """RFC 2045 section 5.2: no usable type means text/plain (in a digest: a message)."""
    if "content-type" not in headers:
        return default, {}
    content_type, params = parameters(headers.get("content-type"))
    content_type = "".join(content_type.split())
    if _TYPE.match(content_type):
        return content_type, params
    # "text" and the like, as old programs write it.
    return ("text/html" if content_type == "html" else "text/plain"), params
