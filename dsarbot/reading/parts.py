"""The MIME tree of raw bytes, as offsets: what both the cut (skeleton and leaves) and the reading of a mail stand on.

Own code instead of ``email``: that parser looks at every line once per level, recurses without bound and copies each
leaf. This one finds boundary lines by substring search, stops at fixed depth and number, and never copies a body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from dsarbot.reading.charsets import codec
from dsarbot.reading.headers import Headers, parameters, read_block
from dsarbot.reading.transfer import undo

MAX_PARTS = 500
MAX_DEPTH = 20
#: Lines that look like a boundary and are none: beyond this many, parts are not searched any more.
MAX_CANDIDATES = 50_000
#: Decoded bytes of encoded messages inside messages, in total.
MAX_DECODED = 20_000_000
_MESSAGES = frozenset(
    {"message/rfc822", "message/global", "message/news", "text/rfc822-headers", "message/rfc822-headers"}
)
_ENCODED = frozenset({"base64", "quoted-printable"})
_GUESS = re.compile(rb"(?:\A|\n)--([!-~](?:[ -~]{0,200}[!-~])?)[ \t]*\r*(?=\n)")
_TYPE = re.compile(r"[\"'<\s]*([a-z0-9!#$&^_.+-]{1,127})\s*/\s*([a-z0-9!#$&^_.+-]{1,127})")
_NO_SEMICOLON = re.compile(r"\s(?=(?:charset|boundary|name)\s*\*?=)")
# Line ends of CR alone in the header while other lines end with LF: a CR right before what looks like a field.
_CR_FIELD = re.compile(rb"\r(?:from|to|subject|date|received|message-id|content-type|mime-version):", re.IGNORECASE)
_HEAD = 4_000
#: Marks of UTF-16 and UTF-8 before everything else (RFC 2781, RFC 3629).
_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UTF8_BOM = b"\xef\xbb\xbf"


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
        return self.head(self.end - self.start)

    def head(self, most: int) -> bytes:
        """The same for its first ``most`` encoded bytes."""
        return undo(self.data[self.start : min(self.end, self.start + most)], self.encoding)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """``in_place``: offsets in the parts are offsets in the raw mail."""

    root: Part
    problems: tuple[str, ...]
    in_place: bool = True


def read(raw: bytes) -> Tree:
    """The tree of a raw mail. Never raises, linear in ``len(raw)``; problem slugs say what was not read."""
    reader = _Reader()
    narrow = _narrow(raw)
    data = _with_line_feeds(narrow)
    start = len(_UTF8_BOM) if data.startswith(_UTF8_BOM) else 0
    while start < len(data) and data[start] in b"\r\n":
        start += 1
    root = reader.part(data, start, len(data), 0, "text/plain")
    if start == len(data):
        reader.problems.setdefault("empty")
    return Tree(root=_hinted(root), problems=tuple(reader.problems), in_place=narrow is raw)


def _narrow(raw: bytes) -> bytes:
    """A mail that somebody saved as UTF-16, as UTF-8; every other mail as it is."""
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return raw.decode(name, "replace").encode("utf-8", "replace").removeprefix(_UTF8_BOM)
    sample = raw[:200]
    if sample.count(0) * 5 > len(sample) * 2:
        name = "utf-16-le" if sample[1:2] == b"\x00" else "utf-16-be"
        return raw.decode(name, "replace").encode("utf-8", "replace")
    return raw


def _with_line_feeds(data: bytes) -> bytes:
    """Line ends of CR alone (old Macintosh programs) become LF: same length, so offsets stay true."""
    if b"\n" not in data:
        return data.replace(b"\r", b"\n")
    if not _CR_FIELD.search(data, 0, _HEAD):
        return data
    return b"\r\n".join(piece.replace(b"\r", b"\n") for piece in data.split(b"\r\n"))


def _hinted(part: Part) -> Part:
    """A message whose unlabelled header bytes are read as its text is."""
    return replace(part, headers=part.headers.hinted(_label(part))) if part.headers.eight_bit else part


def _label(part: Part) -> str:
    """The charset label of the first text that has a telling one."""
    stack = [part]
    while stack:
        one = stack.pop()
        label = one.parameters.get("charset", "")
        if label and codec(label) not in {None, "cp1252", "utf_8"}:
            return label
        stack.extend(reversed(one.children))
    return ""


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
        part = Part(
            data=data,
            headers=headers,
            content_type=content_type,
            parameters=params,
            disposition=disposition,
            filename=(names.get("filename") or params.get("name") or "").strip(),
            encoding=_encoding(headers.get("content-transfer-encoding")),
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
        if part.encoding in _ENCODED and end - start <= self._decoded:
            self._decoded -= end - start
            data = undo(data[start:end], part.encoding)
            start, end = 0, len(data)
        while start < end and data[start] in b"\r\n":
            start += 1
        return (_hinted(self.part(data, start, end, depth + 1, "text/plain")),) if self._spend() else ()

    def _multipart(self, part: Part, depth: int) -> tuple[Part, ...]:
        data, start, end = part.data, part.start, part.end
        needle = part.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
        spans, closed = self._spans(data, start, end, needle)
        if not spans and part.encoding in _ENCODED and end - start <= self._decoded:
            # Not allowed, but done: the whole of it is encoded.
            self._decoded -= end - start
            data = undo(data[start:end], part.encoding)
            start, end = 0, len(data)
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


@lru_cache(maxsize=64)
def _encoding(value: str) -> str:
    """The encoding that a Content-Transfer-Encoding means: "base 64", "Quoted_Printable" and the like occur."""
    name = "".join(char for char in value.lower().partition("(")[0] if char.isalnum())
    return {"quotedprintable": "quoted-printable", "qp": "quoted-printable", "xuuencode": "uuencode", "uue": "uuencode",
            "xuue": "uuencode", "xyenc": "yenc"}.get(name, name)  # fmt: skip


def _content_type(headers: Headers, default: str) -> tuple[str, Mapping[str, str]]:
    """RFC 2045 section 5.2: no usable type means text/plain (in a digest: a message)."""
    if "content-type" not in headers:
        return default, {}
    value = headers.get("content-type")
    content_type, params = parameters(value)
    if "=" in content_type:
        # "text/html charset=utf-8": a semicolon is missing.
        content_type, params = parameters(_NO_SEMICOLON.sub("; ", value))
    if match := _TYPE.match(content_type):
        return f"{match[1]}/{match[2]}", params
    if content_type.startswith("multipart") and "boundary" in params:
        return "multipart/mixed", params
    # "text" and the like, as old programs write it.
    return ("text/html" if content_type == "html" else "text/plain"), params
