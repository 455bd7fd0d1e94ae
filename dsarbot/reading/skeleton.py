"""Raw mail as skeleton and leaves that reassemble byte for byte.

A leaf (the copy of an identity document) can be destroyed while the rest stays readable, and text is read without
carrying megabytes of attachment around. The skeleton begins with a manifest of offsets, so nothing that a hostile mail
contains can be taken for a placeholder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dsarbot.errors import Tampered
from dsarbot.reading.parts import Part, Tree, read

Bytes = bytes | memoryview
#: Encoded bytes from which an attachment becomes a leaf.
MIN_SIZE = 2048
#: What stands in place of a destroyed leaf when the mail is put together again.
DESTROYED = b"[destroyed]"
# "DSARBOT-SKELETON 1 offset+size offset+size\n": offsets into what follows, ascending.
_MANIFEST = re.compile(rb"DSARBOT-SKELETON 1((?: \d{1,12}\+\d{1,12}){0,500})\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """One attachment as it stands in the mail: ``content`` is still encoded, ``start`` its offset in the mail.

    A view into the mail, no copy of it: a batch of mails is kept at once."""

    index: int
    start: int
    size: int
    content: memoryview


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """``join(skeleton, leaves)`` is the mail; ``sha256`` (hex) is the hash of the whole mail."""

    skeleton: bytes
    leaves: tuple[memoryview, ...]
    sha256: str


def cut(raw: bytes, *, min_size: int = MIN_SIZE) -> Cut:
    """Skeleton and leaves of a raw mail. Never raises: a mail that cannot be read is all skeleton."""
    found = find_leaves(raw, min_size=min_size)
    pieces: list[bytes] = []
    manifest: list[bytes] = []
    position = offset = 0
    for leaf in found:
        pieces.append(raw[position : leaf.start])
        offset += leaf.start - position
        manifest.append(b" %d+%d" % (offset, leaf.size))
        position = leaf.start + leaf.size
    pieces.append(raw[position:])
    return Cut(
        skeleton=b"".join((b"DSARBOT-SKELETON 1", *manifest, b"\n", *pieces)),
        leaves=tuple(leaf.content for leaf in found),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def join(
    skeleton: bytes, leaves: Mapping[int, Bytes] | Sequence[Bytes | None], *, destroyed: bytes = DESTROYED
) -> bytes:
    """The mail again: byte-exact when every leaf is there; a missing one reads ``destroyed``.

    Raises ``Tampered`` when this is no skeleton or a leaf has not the size that the skeleton says.
    """
    match = _MANIFEST.match(skeleton)
    if match is None:
        raise Tampered("This is not the skeleton of a mail.")
    by_index = leaves if isinstance(leaves, Mapping) else dict(enumerate(leaves))
    base = position = match.end()
    pieces: list[Bytes] = []
    for index, entry in enumerate(match[1].split()):
        offset, size = (int(number) for number in entry.split(b"+"))
        leaf = by_index.get(index)
        if base + offset < position or base + offset > len(skeleton) or (leaf is not None and len(leaf) != size):
            raise Tampered(f"Leaf {index} does not fit the skeleton of its mail.")
        pieces += (skeleton[position : base + offset], destroyed if leaf is None else leaf)
        position = base + offset
    return b"".join((*pieces, skeleton[position:]))


def find_leaves(raw: bytes, *, min_size: int = MIN_SIZE) -> tuple[Leaf, ...]:
    """The leaves of a raw mail in the order in which they stand in it."""
    view = memoryview(raw)
    return tuple(
        Leaf(index=index, start=start, size=end - start, content=view[start:end])
        for index, (start, end) in enumerate(leaf_spans(read(raw), min_size=min_size))
    )


def leaf_spans(tree: Tree, *, min_size: int = MIN_SIZE) -> tuple[tuple[int, int], ...]:
    """Offsets (start, end) of what becomes a leaf, ascending; the position in the tuple is the leaf's index."""
    return tuple(_spans(tree.root, max(1, min_size))) if tree.in_place else ()


def _spans(part: Part, min_size: int) -> Iterator[tuple[int, int]]:
    inside = [child for child in part.children if child.data is part.data]
    for child in inside:
        yield from _spans(child, min_size)
    if not inside and part.end - part.start >= min_size and not _is_text(part):
        yield part.start, part.end


def _is_text(part: Part) -> bool:
    """Text that a person wrote stays in the skeleton; an attached text file is a leaf."""
    return (
        part.content_type in {"text/plain", "text/html", "message/delivery-status"}
        and not part.filename
        and part.disposition != "attachment"
    )
