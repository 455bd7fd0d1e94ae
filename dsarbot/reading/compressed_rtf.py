"""RTF as Outlook stores it, compressed ([MS-OXRTFCP]): expanded, within bounds."""

from __future__ import annotations

import struct

_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_MOST = 2_000_000
_WINDOW = 4096
# [MS-OXRTFCP] 2.1.2.1: what the dictionary holds before the first byte.
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20"
    b"\\b\\i\\u\\tab\\tx"
)


def expanded(data: bytes) -> bytes:
    """The RTF, as far as it can be expanded; b"" when this is none. Never raises."""
    if len(data) < 16:
        return b""
    _, size, mark, _ = struct.unpack_from("<IIII", data)
    if mark == _PLAIN:
        return data[16 : 16 + min(size, _MOST)]
    return _expanded(data, min(size, _MOST)) if mark == _COMPRESSED else b""


def _expanded(data: bytes, size: int) -> bytes:
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\x00"))
    write = len(_DICTIONARY)
    out = bytearray()
    position = 16
    while len(out) < size and position < len(data):
        flags = data[position]
        position += 1
        for bit in range(8):
            width = 2 if flags & 1 << bit else 1
            token = data[position : position + width]
            position += width
            read, length = int.from_bytes(token, "big") >> 4, (token[-1] & 15) + 2 if token else 0
            if len(token) < width or (width == 2 and read == write):
                # A reference to the place of writing ends the stream.
                return bytes(out)
            for step in range(length if width == 2 else 1):
                # One byte at a time: a copy may read what it has just written.
                window[write] = window[(read + step) % _WINDOW] if width == 2 else token[0]
                out.append(window[write])
                write = (write + 1) % _WINDOW
    return bytes(out)
