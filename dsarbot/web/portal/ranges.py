"""Which bytes of a file are wanted: one range of bytes, as a browser resumes with it (RFC 9110, 14). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from dsarbot.errors import TheirInput

_ONE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bytes:
    """first and last: counted from 0, both belong to it; whole: nothing narrower was asked for."""

    first: int
    last: int
    whole: bool

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def wanted(header: str, size: int) -> Bytes:
    """Several ranges, and what is no range, are answered with everything ("A server MAY ignore the Range header").
    TheirInput for a range that the file does not have."""
    whole = Bytes(first=0, last=size - 1, whole=True)
    found = _ONE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return whole
    if not found[1]:
        first, last = max(size - int(found[2]), 0), size - 1
        if not int(found[2]):
            raise TheirInput("no-range")
    else:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    if first >= size or (found[1] and found[2] and int(found[2]) < first):
        raise TheirInput("no-range")
    return Bytes(first=first, last=last, whole=False)
