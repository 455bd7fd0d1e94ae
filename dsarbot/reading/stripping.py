"""A mail without certain files, told by their content: the same headers, the same words, and a note where each stood.

Pure, and the same bytes whenever it is asked, so that a try after a crash finds what the first one made.
"""

from __future__ import annotations

import base64
import hashlib
import quopri
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from dsarbot.reading.bodies import collect
from dsarbot.reading.charsets import codec
from dsarbot.reading.parts import Part, read

#: SHA-256 of a content -> what stands in its place: None for a note alone, or what is left of it (pages of a PDF).
Removals = Mapping[bytes, bytes | None]

#: Whoever opens the mail reads this; the mailbox is read by colleagues whose language nobody knows.
NOTE: Final = (
    "[The copy of an identity document stood here. It was removed and destroyed; data protection asks for that.]\n"
    "[Une copie de pièce d’identité se trouvait ici. Elle a été retirée et détruite, comme la protection des données "
    "l’exige.]\n"
    "[Hier stand die Kopie eines Ausweises. Sie wurde entfernt und vernichtet, wie der Datenschutz es verlangt.]\n"
)
_CODED: Final = frozenset({"base64", "quoted-printable"})
_LINE: Final = 76


@dataclass(frozen=True, slots=True)
class _Edit:
    """Bytes from start to end become these."""

    start: int
    end: int
    data: bytes


def digests(raw: bytes) -> frozenset[bytes]:
    """SHA-256 of every file in the mail, wherever it hides: in forwarded mails, in Outlook's wrapping, in the text."""
    return frozenset(_beneath(read(raw).root))


def stripped(raw: bytes, removals: Removals) -> bytes | None:
    """The mail without these files; None where it holds none of them."""
    tree = read(raw)
    # A mail in UTF-16 is written anew in UTF-8, which every program reads.
    data = raw if tree.in_place else tree.root.data
    edits = tuple(_edits(tree.root, removals, data))
    if not edits:
        return None
    pieces, position = [], 0
    for edit in sorted(edits, key=lambda each: each.start):
        pieces += [data[position : edit.start], edit.data]
        position = edit.end
    return b"".join((*pieces, data[position:]))


def is_note(content: bytes | None) -> bool:
    """Whether this stands where a file was removed."""
    return content is not None and content.replace(b"\r\n", b"\n").rstrip() == NOTE.encode().rstrip()


def _beneath(part: Part) -> Iterator[bytes]:
    if part.children:
        for child in part.children:
            yield from _beneath(child)
    if not part.multipart and part.message is None:
        yield _digest(part.decoded())
        yield from (_digest(each.decoded()) for each in _inside(part))


def _inside(part: Part) -> list[Part]:
    """Files that are no parts of the mail's tree: in Outlook's wrapping, or written into the text."""
    return [each for each in collect(part).files if each.data is not part.data]


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _edits(part: Part, removals: Removals, data: bytes) -> Iterator[_Edit]:
    here = [child for child in part.children if child.data is part.data]
    if here:
        for child in here:
            yield from _edits(child, removals, data)
        return
    found = removals.keys() & set(_beneath(part))
    if not found:
        return
    written = [each for each in _inside(part) if _digest(each.decoded()) in found]
    if written and part.content_type.startswith("text/") and _digest(part.decoded()) not in found:
        yield _without(part, written, data)
        return
    yield from _replaced(part, found, removals, data)


def _without(part: Part, files: list[Part], data: bytes) -> _Edit:
    """A text without the files that were written into it (uuencoded, yEnc)."""
    body, note = part.decoded(), NOTE.encode(codec(part.parameters.get("charset", "")) or "utf-8", "replace")
    for each in files:
        body = body.replace(each.data, note)
    if part.encoding == "base64":
        body = base64.encodebytes(body)
    elif part.encoding == "quoted-printable":
        body = quopri.encodestring(body)
    return _Edit(part.start, part.end, _ended(body, data).rstrip(b"\r\n"))


def _replaced(part: Part, found: Set[bytes], removals: Removals, data: bytes) -> Iterator[_Edit]:
    """The part with its header: what describes the file goes with it."""
    start = _header_start(data, part.start)
    rest = removals.get(next(iter(found))) if _digest(part.decoded()) in found else None
    if rest is None:
        # A file that is shown: whoever opens the mail reads it, and nobody takes it for words of the sender.
        header = (
            b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"
            b'Content-Disposition: inline; filename="removed.txt"\n'
        )
        body = quopri.encodestring(NOTE.encode())
    else:
        header = b"Content-Type: application/pdf\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n"
        body = b"".join(
            base64.b64encode(rest[at : at + _LINE * 3 // 4]) + b"\n" for at in range(0, len(rest), _LINE * 3 // 4)
        )
    kept = _kept_lines(data[start : part.start])
    yield _Edit(start, part.end, kept + _ended(header + b"\n" + body, data).rstrip(b"\r\n"))


def _header_start(data: bytes, body: int) -> int:
    """Where the header of the part begins whose body stands there: after a boundary, an empty line, or nothing."""
    start = data.rfind(b"\n", 0, max(body - 1, 0)) + 1 if data[max(body - 1, 0) : body] == b"\n" else body
    while start > 0:
        before = data.rfind(b"\n", 0, start - 1) + 1
        line = data[before:start]
        if line.startswith(b"--") or not line.strip():
            break
        start = before
    return start


def _kept_lines(header: bytes) -> bytes:
    """The fields that say nothing of the content, as they stand; without the empty line that ends them."""
    kept, keeping = [], True
    for line in header.splitlines(keepends=True):
        if not line[:1].isspace():
            keeping = not line.lower().startswith(b"content-")
        if keeping and line.strip():
            kept.append(line)
    return b"".join(kept)


def _ended(text: bytes, data: bytes) -> bytes:
    """With the line ends that the mail has."""
    plain = text.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", b"\r\n") if b"\r\n" in data else plain
