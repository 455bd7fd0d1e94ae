"""Which files can be the scan of a letter, told by their bytes; and how many pages a TIFF has, without decoding any."""

from __future__ import annotations

import struct
from typing import Final, Literal

from dsarbot.reading.kinds import kind_of

Picture = Literal["tiff", "jpeg", "png", "heic"]
ScanKind = Literal["pdf", "tiff", "jpeg", "png", "heic"]

MOST_SCAN: Final = 64 * 1024 * 1024
#: A stack for the feeder of an office scanner; more is no post.
MOST_PAGES: Final = 300

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
#: TIFF 6.0, section 2: byte order, then 42.
_TIFF: Final = {b"II*\x00": "<", b"MM\x00*": ">"}
#: ISO 14496-12, 4.3 and ISO 23008-12, annex B: the brands of a single picture coded by HEVC.
_HEIC: Final = (b"heic", b"heix", b"heim", b"heis", b"mif1")
#: Bytes of one entry of a TIFF directory.
_ENTRY: Final = 12


def scan_kind(data: bytes) -> ScanKind | None:
    """The kind of scan, None when it is none that is read."""
    return "pdf" if kind_of(data) == "pdf" else picture_of(data)


def picture_of(data: bytes) -> Picture | None:
    """The kind of picture, None when it is none that is read."""
    if data.startswith(_JPEG):
        return "jpeg"
    if data.startswith(_PNG):
        return "png"
    if data[:4] in _TIFF:
        return "tiff"
    return "heic" if data[4:8] == b"ftyp" and data[8:12] in _HEIC else None


def pages_in(data: bytes, most: int) -> int:
    """How many pictures follow each other in the file; one more than *most* for a chain that does not end before."""
    order = _TIFF.get(data[:4])
    if order is None:
        return 1
    count, place = 0, _number(order, "I", data, 4)
    while place and count <= most:
        count += 1
        place = _number(order, "I", data, place + 2 + _ENTRY * _number(order, "H", data, place))
    return count


def _number(order: str, form: str, data: bytes, place: int) -> int:
    """0, which ends every chain, for what lies outside of the file."""
    try:
        found: int = struct.unpack_from(order + form, data, place)[0]
    except struct.error:
        return 0
    return found
