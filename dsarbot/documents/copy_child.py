"""The process that makes copies for others: ``python -I -m dsarbot.documents.copy_child``. It ends with its input.

A request is one line, what is asked as JSON, and the file: ``redact KIND LENGTH ASKED``, answered by two frames for
each page, what was covered and its picture, and one that ends it; ``check pdf LENGTH ASKED``, answered by one;
``strip KIND LENGTH ASKED``, answered by one and the file; or ``page KIND LENGTH ASKED NUMBER LONGEST``, answered by one
and the picture.
"""

from __future__ import annotations

import importlib
import sys
from typing import BinaryIO, Final

from dsarbot.documents import sandbox
from dsarbot.documents.answer import NotRead, framed
from dsarbot.documents.copying import MOST_SAID, Ended, Shown, Stripped, Work, said_bytes, work_of
from dsarbot.documents.kinds import MOST_SCAN, ScanKind
from dsarbot.documents.scan import installed
from dsarbot.documents.stripping import strip

_LONGEST_LINE: Final = 64
_KINDS: Final[dict[str, ScanKind]] = {each: each for each in ("pdf", "tiff", "jpeg", "png", "heic")}


def main() -> None:
    """Answer requests until there are none; a file that breaks the reader ends the process, and only it."""
    sandbox.enter(sandbox.SCANS)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline(_LONGEST_LINE):
        what, kind, length, asked, *which = line.decode("ascii").split()
        work = work_of(_exactly(source, min(int(asked), MOST_SAID)))
        data = _exactly(source, min(int(length), MOST_SCAN))
        sandbox.more_time(sandbox.SCANS)
        if what == "strip":
            _strip(target, kind, data)
        elif what == "page":
            _show(target, _KINDS[kind], data, int(which[0]), int(which[1]))
        elif what == "check":
            # Loaded with the first page that needs it: stripping needs nothing of the extra `ocr`.
            checked = importlib.import_module("dsarbot.documents.redacting").check(data, work.words, _more_time)
            target.write(framed(said_bytes(checked)))
        else:
            _redact(target, _KINDS[kind], data, work)
        target.flush()


def _redact(target: BinaryIO, kind: ScanKind, data: bytes, work: Work) -> None:
    end = Ended()
    try:
        for covered, picture in importlib.import_module("dsarbot.documents.redacting").redact(kind, data, work):
            target.write(framed(said_bytes(covered)))
            target.write(framed(picture))
            target.flush()
            sandbox.more_time(sandbox.SCANS)
    except NotRead as why:
        end = Ended(unread=why.unread)
    target.write(framed(said_bytes(end)))


def _strip(target: BinaryIO, kind: str, data: bytes) -> None:
    try:
        said, made = strip(kind, data)
    except NotRead as why:
        said, made = Stripped(unread=why.unread), b""
    target.write(framed(said_bytes(said)))
    target.write(framed(made))


def _show(target: BinaryIO, kind: ScanKind, data: bytes, number: int, longest: int) -> None:
    try:
        if not installed():
            raise NotRead("no-ocr")
        count, picture = importlib.import_module("dsarbot.documents.showing").show(kind, data, number, longest)
        said = Shown(count=count)
    except NotRead as why:
        said, picture = Shown(unread=why.unread), b""
    target.write(framed(said_bytes(said)))
    target.write(framed(picture))


def _more_time() -> None:
    sandbox.more_time(sandbox.SCANS)


def _exactly(source: BinaryIO, length: int) -> bytes:
    data = source.read(length)
    if len(data) < length:
        raise EOFError
    return data


if __name__ == "__main__":
    main()
