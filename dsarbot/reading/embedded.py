"""Files that stand in the text of a mail, as programs before MIME sent them: uuencoded, or yEnc.

They are what was attached and no words of the person: cut out of the text and listed as files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Files cut out of one text.
_MOST = 20
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n(?=([!-`])[ -`])", re.MULTILINE)
_YENC_BEGIN = re.compile(rb"^=ybegin [^\r\n]{0,200}?name=([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"\n(?:`|[ ]+)?\r?\n?end[ \t]*(?=\r?\n|\Z)")
_YENC_END = re.compile(rb"\n=yend [^\r\n]{0,200}")


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """``content`` is still encoded, its begin line included; ``encoding`` as `transfer.undo` knows it."""

    name: str
    content: bytes
    encoding: str


def cut_out(data: bytes) -> tuple[bytes, tuple[Embedded, ...]]:
    """The text without the files in it, and these. Linear: a file without an end stays text."""
    found: list[Embedded] = []
    for mark, begin, end, encoding in (
        (b"begin ", _UU_BEGIN, _UU_END, "uuencode"),
        (b"=ybegin ", _YENC_BEGIN, _YENC_END, "yenc"),
    ):
        if mark in data:
            data = _cut(data, begin, end, encoding, found)
    return data, tuple(found)


def _cut(data: bytes, begin: re.Pattern[bytes], end: re.Pattern[bytes], encoding: str, found: list[Embedded]) -> bytes:
    pieces: list[bytes] = []
    position = 0
    while len(found) < _MOST and (first := begin.search(data, position)):
        last = end.search(data, first.end() - 1)
        if last is None:
            break
        name = first[1].decode("utf-8", "replace").strip().strip('"')
        found.append(Embedded(name=name, content=data[first.start() : last.end()], encoding=encoding))
        pieces.append(data[position : first.start()])
        position = last.end()
    return b"".join((*pieces, data[position:]))
