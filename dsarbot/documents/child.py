"""The process that reads documents: ``python -I -m dsarbot.documents.child``. It ends when its input ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Final

from dsarbot.documents import office, pdf, rtf, sandbox
from dsarbot.documents.answer import MOST_DOCUMENT, Text, to_bytes

_READERS: Final[dict[str, Callable[[bytes], Text]]] = {
    "pdf": pdf.read,
    "docx": partial(office.read, "docx"),
    "odt": partial(office.read, "odt"),
    "rtf": rtf.read,
}
_LONGEST_LINE: Final = 64


def main() -> None:
    """Read requests until there are none; a document that breaks the reader ends the process, and only it."""
    sandbox.enter()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline(_LONGEST_LINE):
        kind, length = line.split()
        data = _exactly(source, min(int(length), MOST_DOCUMENT))
        sandbox.more_time()
        target.write(to_bytes(read(kind.decode("ascii"), data)))
        target.flush()


def read(kind: str, data: bytes) -> Text:
    """The text of one document, in this very process."""
    return _READERS[kind](data)


def _exactly(source: BinaryIO, length: int) -> bytes:
    data = source.read(length)
    if len(data) < length:
        raise EOFError
    return data


if __name__ == "__main__":
    main()
