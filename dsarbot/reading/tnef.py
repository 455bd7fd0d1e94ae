"""winmail.dat: what Outlook wraps a mail in ([MS-OXTNEF]). Its text, its attachments, and nothing else of it.

A bounded reader: every length is checked against what is left, and the first that does not fit ends the reading.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from dsarbot.reading.charsets import decode
from dsarbot.reading.compressed_rtf import expanded

_SIGNATURE = 0x223E9F78
_MOST_ATTRIBUTES = 2_000
_MOST_PROPERTIES = 2_000
#: Attributes ([MS-OXTNEF] 2.1.3.2).
_BODY, _PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_NEW_ATTACHMENT, _TITLE, _DATA, _ATTACHED_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
#: Properties ([MS-OXPROPS]).
_PLAIN, _HTML, _RTF, _LONG_NAME, _SHORT_NAME = 0x1000, 0x1013, 0x1009, 0x3707, 0x3704
_WIDTHS = {2: 4, 3: 4, 4: 4, 10: 4, 11: 4, 5: 8, 6: 8, 7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_NAMED = 0x8000
_MANY = 0x1000


@dataclass(kw_only=True, slots=True)
class Attached:
    name: str = ""
    content: bytes = b""


@dataclass(kw_only=True, slots=True)
class Wrapped:
    """Texts are "" where there is none. ``rtf`` is expanded; Outlook often sends the text as that alone."""

    plain: str = ""
    html: bytes = b""
    rtf: bytes = b""
    attached: list[Attached] = field(default_factory=list)


def unwrapped(data: bytes) -> Wrapped | None:
    """The content of a winmail.dat, as far as it can be read; None when it is none. Never raises."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    found = Wrapped()
    page = "cp1252"
    for number, value in _attributes(data):
        if number == _CODE_PAGE and len(value) >= 4:
            page = f"cp{struct.unpack_from('<I', value)[0]}"
        elif number == _BODY:
            found.plain = found.plain or _text(value, page)
        elif number == _PROPERTIES:
            _body(found, value, page)
        elif number == _NEW_ATTACHMENT:
            found.attached.append(Attached())
        elif found.attached:
            _attachment(found.attached[-1], number, value, page)
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and value of each attribute: level, number, kind, length, value, checksum."""
    position = 6
    for _ in range(_MOST_ATTRIBUTES):
        if position + 9 > len(data):
            return
        _, number, _, length = struct.unpack_from("<BHHI", data, position)
        if position + 9 + length > len(data):
            return
        yield number, data[position + 9 : position + 9 + length]
        position += 9 + length + 2


def _body(found: Wrapped, value: bytes, page: str) -> None:
    for number, kind, content in _properties(value):
        if number == _PLAIN:
            found.plain = found.plain or _string(content, kind, page)
        elif number == _HTML and kind == 0x102:
            found.html = found.html or content
        elif number == _RTF and kind == 0x102:
            found.rtf = found.rtf or expanded(content)


def _attachment(attached: Attached, number: int, value: bytes, page: str) -> None:
    if number == _TITLE:
        attached.name = attached.name or _text(value, page)
    elif number == _DATA:
        attached.content = value
    elif number == _ATTACHED_PROPERTIES:
        for inner, kind, content in _properties(value):
            if inner == _LONG_NAME or (inner == _SHORT_NAME and not attached.name):
                attached.name = _string(content, kind, page) or attached.name


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, kind and first value of each MAPI property of variable length; the others are stepped over."""
    try:
        (count,) = struct.unpack_from("<I", data)
        position = 4
        for _ in range(min(count, _MOST_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, position)
            position += 4
            if number >= _NAMED:
                position = _behind_name(data, position)
            single = kind & ~_MANY
            values = 1
            if kind & _MANY or single in _VARIABLE:
                (values,) = struct.unpack_from("<I", data, position)
                position += 4
            if single not in _VARIABLE:
                position += _WIDTHS[single] * values
                continue
            first: bytes | None = None
            for _ in range(min(values, _MOST_PROPERTIES)):
                (length,) = struct.unpack_from("<I", data, position)
                first = data[position + 4 : position + 4 + length] if first is None else first
                position += 4 + length + -length % 4
            if first is not None:
                yield number, single, first
    except (struct.error, KeyError):
        return


def _behind_name(data: bytes, position: int) -> int:
    """A named property: a GUID, then a number, or a length and a string padded to four bytes."""
    (by_name,) = struct.unpack_from("<I", data, position + 16)
    (length,) = struct.unpack_from("<I", data, position + 20)
    return position + 24 + (length + -length % 4 if by_name else 0)


def _string(content: bytes, kind: int, page: str) -> str:
    return _text(content, "utf-16-le" if kind == 0x1F else page)


def _text(content: bytes, label: str) -> str:
    return decode(content, label)[0].replace("\x00", "").replace("\r\n", "\n")
