"""Which files are pictures, and how large they are: told by their bytes, without decoding any."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, Literal

Picture = Literal["tiff", "jpeg", "png", "heic"]

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
#: TIFF 6.0, section 2: byte order, then 42.
TIFF_ORDERS: Final = {b"II*\x00": "<", b"MM\x00*": ">"}
#: ISO 14496-12, 4.3 and ISO 23008-12, annex B: the brands of a single picture coded by HEVC.
_HEIC: Final = (b"heic", b"heix", b"heim", b"heis", b"mif1")
#: ITU-T T.81, table B.1: start of frame, without the three of that row that are none.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Markers that stand alone.
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
#: TIFF 6.0, section 8: ImageWidth, ImageLength; in which the sizes of the values are 2 (SHORT) or 4 bytes (LONG).
_WIDTH, _HEIGHT, _SHORT = 256, 257, 3
_ENTRY: Final = 12
#: ISO 23008-12, 6.5.3.1: where a picture in the file says its size.
_ISPE: Final = b"ispe"
_HEADERS: Final = 262_144
#: Before the size of a JPEG stand a few tables, and a profile in pieces of 64 kB.
_MOST_SEGMENTS: Final = 1_000


def picture_of(data: bytes) -> Picture | None:
    """The kind of picture, None when it is none that is read."""
    if data.startswith(_JPEG):
        return "jpeg"
    if data.startswith(_PNG):
        return "png"
    if data[:4] in TIFF_ORDERS:
        return "tiff"
    return "heic" if data[4:8] == b"ftyp" and data[8:12] in _HEIC else None


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of the (first) picture as its file says; (0, 0) when it does not, or is none."""
    kind = picture_of(data)
    try:
        if kind == "png":
            width, height = struct.unpack_from(">II", data, 16)
            return width, height
        if kind == "jpeg":
            return _of_jpeg(data)
        if kind == "tiff":
            return _of_tiff(data)
    except struct.error:
        return 0, 0
    return max(_of_heic(data), default=(0, 0)) if kind == "heic" else (0, 0)


def _of_jpeg(data: bytes) -> tuple[int, int]:
    place = 2
    for _ in range(_MOST_SEGMENTS):
        if place + 4 > len(data) or data[place] != 0xFF:
            break
        marker = data[place + 1]
        if marker == 0xFF or marker in _ALONE:
            place += 1 if marker == 0xFF else 2
        elif marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        else:
            place += 2 + max(int(struct.unpack_from(">H", data, place + 2)[0]), 2)
    return 0, 0


def _of_tiff(data: bytes) -> tuple[int, int]:
    order = TIFF_ORDERS[data[:4]]
    (directory,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, directory)
    found = {_WIDTH: 0, _HEIGHT: 0}
    for number in range(count):
        tag, form, _ = struct.unpack_from(f"{order}HHI", data, directory + 2 + _ENTRY * number)
        if tag in found:
            how = "H" if form == _SHORT else "I"
            (found[tag],) = struct.unpack_from(order + how, data, directory + 2 + _ENTRY * number + 8)
    return found[_WIDTH], found[_HEIGHT]


def _of_heic(data: bytes) -> Iterator[tuple[int, int]]:
    place = data.find(_ISPE, 0, _HEADERS)
    while place >= 0 and place + 16 <= len(data):
        width, height = struct.unpack_from(">II", data, place + 8)
        yield width, height
        place = data.find(_ISPE, place + 4, _HEADERS)
