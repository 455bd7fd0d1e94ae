"""Makes a winmail.dat ([MS-OXTNEF]) and the compressed RTF in it, for the reader of them to undo."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_UNCOMPRESSED = 0x414C454D
_COMPRESSED = 0x75465A4C


def winmail(
    *, plain: str = "", wide: str = "", html: str = "", rtf: str = "", files: Mapping[str, bytes] | None = None
) -> bytes:
    """plain: as the old attribute; wide: as a property in UTF-16; rtf: as the stored text of a document."""
    out = [struct.pack("<IH", 0x223E9F78, 1), _attribute(1, 0x9007, 6, struct.pack("<II", 1252, 0))]
    if plain:
        out.append(_attribute(1, 0x800C, 2, plain.encode("cp1252") + b"\0"))
    properties = [
        # A number, a named property and a list first: the reader must step over them.
        struct.pack("<HHI", 3, 0x0E17, 5),
        struct.pack("<HH", 0x1E, 0x8001)
        + b"g" * 16
        + struct.pack("<II", 1, 4)
        + "ab".encode("utf-16-le")
        + _value(b"x"),
        struct.pack("<HHI", 0x1003, 0x0E18, 2) + b"\0" * 8,
    ]
    if wide:
        properties.append(struct.pack("<HH", 0x1F, 0x1000) + _value(wide.encode("utf-16-le") + b"\0\0"))
    if html:
        properties.append(struct.pack("<HH", 0x102, 0x1013) + _value(html.encode("ascii")))
    if rtf:
        properties.append(struct.pack("<HH", 0x102, 0x1009) + _value(stored(rtf.encode("ascii"))))
    out.append(_attribute(1, 0x9003, 6, struct.pack("<I", len(properties)) + b"".join(properties)))
    for name, content in (files or {}).items():
        long_name = struct.pack("<IHH", 1, 0x1F, 0x3707) + _value(name.encode("utf-16-le") + b"\0\0")
        out += (
            _attribute(2, 0x9002, 6, b"\0" * 14),
            _attribute(2, 0x8010, 1, b"SHORT~1.TXT\0"),
            _attribute(2, 0x800F, 6, content),
            _attribute(2, 0x9005, 6, long_name),
        )
    return b"".join(out)


def stored(text: bytes) -> bytes:
    """RTF in the uncompressed form of [MS-OXRTFCP]."""
    rtf = b"{\\rtf1\\ansi " + text + b"}"
    return struct.pack("<IIII", len(rtf) + 12, len(rtf), _UNCOMPRESSED, 0) + rtf


def literal(rtf: bytes) -> bytes:
    """The compressed form without a single reference into the window but the one that ends it."""
    out = bytearray()
    for at in range(0, len(rtf), 8):
        out += b"\0" + rtf[at : at + 8]
    if len(rtf) % 8:
        end = (207 + len(rtf)) % 4096
        out[-1 - len(rtf) % 8] = 1 << len(rtf) % 8
        out += (end << 4).to_bytes(2, "big")
    return struct.pack("<IIII", len(out) + 12, len(rtf), _COMPRESSED, 0) + bytes(out)


def _attribute(level: int, number: int, kind: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, kind, len(value)) + value + struct.pack("<H", sum(value) % 65536)


def _value(content: bytes) -> bytes:
    return struct.pack("<II", 1, len(content)) + content + b"\0" * (-len(content) % 4)
