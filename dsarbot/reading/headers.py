"""Header blocks from raw bytes: fields, their decoded values, parameters, message ids, dates.

``email`` guesses silently where a header is broken; here each fault has one defined reading, so that the sender and the
subject of a broken mail are those a person would read in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_tz

from dsarbot.reading.encoded_words import decode_words
from dsarbot.reading.parameters import parameters

__all__ = ["Headers", "message_ids", "parameters", "parse_date", "read_block"]

#: Fields read of one header block; a mail of a person has fewer than 100. Of those behind, only some are looked for.
MAX_FIELDS = 1_000
MAX_LATE_FIELDS = 50
#: Bytes of a broken header block in which lines are judged one by one.
MAX_BLOCK = 256_000
MAX_VALUE = 64_000
# RFC 5322 section 2.2: printable ASCII except the colon, and lines that begin with a blank continue. "--" begins a
# boundary: the empty line before the body is missing.
_FIELD = re.compile(rb"(?!--)([!-9;-~]{1,200})[ \t]*:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
_END = re.compile(rb"\n\r*+\n")
_EMPTY = re.compile(rb"\r*+(?:\n|\Z)")
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|mime-version|content-[a-z-]+"
    rb"|return-path|received|delivered-to|dkim-signature|list-[a-z-]+|auto-submitted|precedence|x-[a-z0-9-]+)[ \t]*:",
    re.IGNORECASE,
)
_LATE = re.compile(
    rb"^(?:from|to|cc|subject|date|sender|reply-to|message-id|in-reply-to|references|content-(?:type|disposition"
    rb"|transfer-encoding)|return-path|auto-submitted|precedence|list-id)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_MBOX = re.compile(rb">?From ")
_MESSAGE_ID = re.compile(r"<([^<>]{1,995})>")


class Headers:
    """Read-only, case-insensitive look-up of header fields, topmost first. ``get``/``all`` decode, ``raw`` does not.

    ``hint`` is the charset label of the text below: what bytes without any label in a field probably are.
    """

    __slots__ = ("_fields", "_hint", "_index")

    def __init__(self, fields: tuple[tuple[str, bytes], ...] = (), hint: str = "") -> None:
        self._fields = fields
        self._hint = hint
        self._index: dict[str, list[bytes]] = {}
        for name, value in fields:
            self._index.setdefault(name.lower(), []).append(value)

    def hinted(self, hint: str) -> Headers:
        """The same fields; unlabelled bytes in them are read as ``hint`` says where they can be."""
        return Headers(self._fields, hint)

    @property
    def eight_bit(self) -> bool:
        """Whether any field holds bytes that say not what they are (RFC 6532 would be UTF-8)."""
        return not all(value.isascii() for _, value in self._fields)

    def raw(self, name: str) -> tuple[bytes, ...]:
        """Values as they stand in the mail, folds included, outer blanks removed."""
        return tuple(self._index.get(name.lower(), ()))

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(decode_words(value, self._hint) for value in self._index.get(name.lower(), ()))

    def get(self, name: str, default: str = "") -> str:
        """The topmost value of a field, decoded to one line."""
        values = self._index.get(name.lower())
        return decode_words(values[0], self._hint) if values else default

    @property
    def hint(self) -> str:
        return self._hint

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
    empty = _EMPTY.match(data, start, end)
    if empty:
        return Headers(), empty.end(), False
    limit = _END.search(data, start, end)
    stop, body = (limit.start() + 1, limit.end()) if limit else (end, end)
    position = _first_line(data, start, stop)
    fields: list[tuple[str, bytes]] = []
    while position < stop:
        match = _FIELD.match(data, position, stop)
        if match is None:
            return _read_broken(data, start, stop, body)
        fields.append((match[1].decode("ascii"), _clean(match[2])))
        position = match.end()
        if len(fields) >= MAX_FIELDS:
            return Headers((*fields, *_late(data, position, stop))), body, True
    return Headers(tuple(fields)), body, False


def _first_line(data: bytes, start: int, stop: int) -> int:
    """Offset behind the line that mbox files put before a mail, if there is one."""
    if _MBOX.match(data, start, stop) and not _FIELD.match(data, start, stop):
        return data.find(b"\n", start, stop) + 1 or stop
    return start


def _clean(value: bytes) -> bytes:
    value = value.strip()[:MAX_VALUE]
    if b"\r" in value:
        value = value.replace(b"\r\n", b"\n")
    return value.replace(b"\x00", b"") if b"\x00" in value else value


def _late(data: bytes, position: int, stop: int) -> Iterator[tuple[str, bytes]]:
    """Behind a flood of fields, those without which a mail has no sender and no form."""
    for _, match in zip(range(MAX_LATE_FIELDS), _LATE.finditer(data, position, stop), strict=False):
        if field := _FIELD.match(data, match.start(), stop):
            yield field[1].decode("ascii"), _clean(field[2])


def _read_broken(data: bytes, start: int, stop: int, body: int) -> tuple[Headers, int, bool]:
    """Line by line, where a line is neither field nor fold."""
    lines = list(_lines(data, start, min(stop, start + MAX_BLOCK)))
    if start + MAX_BLOCK < stop:
        body = lines[-1][2]
    boundary = next((line[0] for line in lines if data.startswith(b"--", line[0])), -1)
    if boundary >= 0:
        lines = [line for line in lines if line[0] < boundary]
        body = boundary
    last_known = max((number for number, line in enumerate(lines) if _KNOWN.match(data, *line[:2])), default=-1)
    fields: list[tuple[str, bytes]] = []
    name = ""
    pieces: list[bytes] = []
    for number, (begin, stop_line, _) in enumerate(lines):
        line = data[begin:stop_line]
        match = _FIELD.match(line.lstrip() if not name else line)
        if match:
            _store(fields, name, pieces)
            name, pieces = match[1].decode("ascii"), [match[2]]
        elif line[:1] in b" \t" and name:
            pieces.append(line)
        elif number < last_known:
            pieces.append(b" " + line)
        elif name or not _MBOX.match(line):
            body = begin
            break
        if len(fields) >= MAX_FIELDS:
            break
    _store(fields, name, pieces)
    return Headers(tuple(fields)), body, True


def _lines(data: bytes, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Begin, end (without CR and LF) and begin of the next, of every line."""
    position = start
    while position < stop:
        newline = data.find(b"\n", position, stop)
        end, following = (stop, stop) if newline < 0 else (newline, newline + 1)
        while end > position and data[end - 1] == 13:
            end -= 1
        yield position, end, following
        position = following


def _store(fields: list[tuple[str, bytes]], name: str, pieces: list[bytes]) -> None:
    if name:
        fields.append((name, _clean(b"\n".join(pieces))))


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
