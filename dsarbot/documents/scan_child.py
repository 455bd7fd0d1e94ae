"""The process that reads scans: ``python -I -m dsarbot.documents.scan_child``. It ends when its input ends.

A request is one line and the file: ``read KIND LENGTH MOST``, answered by a frame for each page, at most so many, and
one that ends it; or ``part KIND LENGTH FIRST LAST``, answered by one frame with the
file of those pages.
"""

from __future__ import annotations

import sys
from typing import BinaryIO, Final

from dsarbot.documents import sandbox
from dsarbot.documents.answer import framed
from dsarbot.documents.cutting import cut
from dsarbot.documents.kinds import MOST_SCAN, ScanKind
from dsarbot.documents.pages import End, end_bytes, page_bytes
from dsarbot.documents.scan import read

_LONGEST_LINE: Final = 64
_KINDS: Final[dict[str, ScanKind]] = {each: each for each in ("pdf", "tiff", "jpeg", "png", "heic")}


def main() -> None:
    """Answer requests until there are none; a file that breaks the reader ends the process, and only it."""
    sandbox.enter(sandbox.SCANS)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline(_LONGEST_LINE):
        what, kind, length, *pages = line.decode("ascii").split()
        data = _exactly(source, min(int(length), MOST_SCAN))
        sandbox.more_time(sandbox.SCANS)
        if what == "part":
            target.write(framed(cut(_KINDS[kind], data, int(pages[0]), int(pages[1]))))
        else:
            for part in read(_KINDS[kind], data, int(pages[0])):
                target.write(framed(end_bytes(part) if isinstance(part, End) else page_bytes(part)))
                target.flush()
                sandbox.more_time(sandbox.SCANS)
        target.flush()


def _exactly(source: BinaryIO, length: int) -> bytes:
    data = source.read(length)
    if len(data) < length:
        raise EOFError
    return data


if __name__ == "__main__":
    main()
