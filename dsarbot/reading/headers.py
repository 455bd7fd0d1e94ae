"""Header blocks from raw bytes: fields, their decoded values, parameters, message ids, dates.

``email`` guesses silently where a header is broken; here each fault has one defined reading, so that the sender and the
subject of a broken mail are those a person would read in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from dsarbot.reading.charsets import decode
from dsarbot.reading.encoded_words import decode_words, one_line

#: Fields and bytes read of one header block; a mail of a person has fewer than 100 fields in 20 kB.
MAX_FIELDS = 1_000
MAX_BLOCK = 256_000
MAX_VALUE = 32_000
# RFC 5322 section 2.2: printable ASCII except the colon.
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|mime-version|content-[a-z-]+"
    rb"|return-path|received|delivered-to|dkim-signature|list-[a-z-]+|auto-submitted|precedence|x-[a-z0-9-]+)[ \t]*:",
    re.IGNORECASE,
)
_MBOX = re.compile(rb">?From ")
_MESSAGE_ID = re.compile(r"<([^<>]{1,995})>")
_PARAMETER = re.compile(r"\s*([^\s=]{1,60}?)\s*(\*)?\s*=\s*(.*)\Z", re.DOTALL)
_SECTION = re.compile(r"(.+?)\*(\d{1,2})\Z")


class Headers:
    """Read-only, case-insensitive look-up of header fields, topmost first. ``get``/``all`` decode, ``raw`` does not."""

    __slots__ = ("_fields", "_index")

    def __init__(self, fields: tuple[tuple[str, bytes], ...] = ()) -> None:
        self._fields = fields
        self._index: dict[str, list[bytes]] = {}
        for name, value in fields:
            self._index.setdefault(name.lower(), []).append(value)

    def raw(self, name: str) -> tuple[bytes, ...]:
        """Values as they stand in the mail, folds included, outer blanks removed."""
        return tuple(self._index.get(name.lower(), ()))

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(decode_words(value) for value in self._index.get(name.lower(), ()))

    def get(self, name: str, default: str = "") -> str:
        """The topmost value of a field, decoded to one line."""
        values = self._index.get(name.lower())
        return decode_words(values[0]) if values else default

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._index

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash(self._fields)


def read_block(data: bytes, start: int, end: int) -> tuple[Headers, int, bool]:
    """Fields of the block that begins at ``start``, the offset of the body, and whether something was broken.

    A line that is no field is part of the field before it when more known fields follow (a fold without its blank),
    else the body begins there (a missing empty line). Lines end with LF, blanks and CR before it do not count.
    """
    fields: list[tuple[str, bytes]] = []
    lines, body, broken = _lines(data, start, end)
    last_known = max((number for number, line in enumerate(lines) if _KNOWN.match(data, line[0], line[1])), default=-1)
    name = ""
    pieces: list[bytes] = []
    for number, (begin, stop) in enumerate(lines):
        line = data[begin:stop]
        match = _FIELD.match(line)
        if match and line[:1] not in b" \t":
            _store(fields, name, pieces)
            name, pieces = match[1].decode("ascii"), [line[match.end() :]]
        elif line[:1] in b" \t" and name:
            pieces.append(line)
        elif _MBOX.match(line) and not name:
            continue
        elif number < last_known:
            broken = True
            pieces.append(b" " + line)
        else:
            broken = True
            body = begin
            break
        if len(fields) >= MAX_FIELDS:
            broken = True
            break
    _store(fields, name, pieces)
    return Headers(tuple(fields)), body, broken


def _lines(data: bytes, start: int, end: int) -> tuple[list[tuple[int, int]], int, bool]:
    """Spans of the header lines up to the first empty one, the offset behind it, and whether the limit cut it."""
    lines: list[tuple[int, int]] = []
    limit = min(end, start + MAX_BLOCK)
    position = start
    while position < limit:
        newline = data.find(b"\n", position, limit)
        stop = limit if newline < 0 else newline
        following = stop if newline < 0 else newline + 1
        while stop > position and data[stop - 1] == 13:
            stop -= 1
        if stop == position:
            return lines, following, False
        lines.append((position, stop))
        position = following
    return lines, position, limit < end


def _store(fields: list[tuple[str, bytes]], name: str, pieces: list[bytes]) -> None:
    if name:
        fields.append((name, b"\n".join(pieces).strip()[:MAX_VALUE].replace(b"\x00", b"")))


def parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """``text/plain; charset=utf-8`` -> ("text/plain", {"charset": "utf-8"}); RFC 2231 sections joined and decoded."""
    first, *rest = _split_parameters(value[:4_000])
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in rest[:100]:
        match = _PARAMETER.match(piece)
        if match is None:
            continue
        name, extended, text = match[1].lower(), match[2] is not None, _unquoted(match[3].strip())
        section = _SECTION.match(name)
        if section or extended:
            base, number = (section[1], int(section[2])) if section else (name, 0)
            sections.setdefault(base, {}).setdefault(number, (text, extended))
        else:
            plain.setdefault(name, text)
    # RFC 2231 section 3: the extended form wins over a plain one of the same name.
    plain.update((name, _extended(parts)) for name, parts in sections.items())
    return first.strip().lower(), plain


def _split_parameters(value: str) -> list[str]:
    """Cut at semicolons outside of quotes; after an unbalanced quote every semicolon cuts."""
    pieces, begin, quoted = [], 0, False
    balanced = value.count('"') % 2 == 0
    for match in re.finditer(r"[;\"]", value):
        if match[0] == '"':
            quoted = balanced and not quoted
        elif not quoted:
            pieces.append(value[begin : match.start()])
            begin = match.end()
    return [*pieces, value[begin:]]


def _unquoted(text: str) -> str:
    if text[:1] == '"':
        text = re.sub(r"\\([\"\\])", r"\1", text.strip('"'))
    return decode_words(text.encode("utf-8", "replace")) if "=?" in text else text


def _extended(parts: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231 section 4: charset'language'percent-encoded, in numbered sections (decoded as bytes, then joined)."""
    charset = ""
    data = b""
    for number, (text, extended) in sorted(parts.items()):
        if extended and number == min(parts) and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)  # noqa: PLW2901 - the section without its prefix
        data += unquote_to_bytes(text) if extended else text.encode("utf-8", "replace")
    return one_line(decode(data, charset or "utf-8")[0])


def message_ids(value: str) -> tuple[str, ...]:
    """Every ``<...>`` of Message-ID, In-Reply-To or References, blanks inside removed, in order, each once."""
    found = [f"<{''.join(match[1].split())}>" for match in _MESSAGE_ID.finditer(value)]
    if not found and "@" in value and len(value.split()) == 1:
        found = [f"<{value.strip().strip('<>')}>"]
    return tuple(dict.fromkeys(found))


def parse_date(value: str) -> datetime | None:
    """RFC 5322 date-time as an aware instant, or None. A missing or unknown zone is read as UTC."""
    try:
        parts = parsedate_tz(value[:200])
        if parts is None:
            return None
        naive = datetime(*parts[:6], tzinfo=UTC)
        return datetime.fromtimestamp(naive.timestamp() - (parts[9] or 0), UTC)
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
