"""Which files can be the scan of a letter, told by their bytes; and how many pages a TIFF has, without decoding any."""

from __future__ import annotations

import struct
from typing import Final, Literal

from dsarbot.reading.kinds import kind_of
from dsarbot.reading.pictures import TIFF_ORDERS, picture_of

ScanKind = Literal["pdf", "tiff", "jpeg", "png", "heic"]

MOST_SCAN: Final = 64 * 1024 * 1024
#: A stack for the feeder of an office scanner; more is no post.
MOST_PAGES: Final = 300

#: Bytes of one entry of a TIFF directory.
_ENTRY: Final = 12


def scan_kind(data: bytes) -> ScanKind | None:
    """The kind of scan, None when it is none that is read."""
    return "pdf" if kind_of(data) == "pdf" else picture_of(data)


def pages_in(data: bytes, most: int) -> int:
    """How many pictures follow each other in the file; one more than *most* for a chain that does not end before."""
    order = TIFF_ORDERS.get(data[:4])
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
