"""Blocks of a page: lines that stand together, as an address does. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from dsarbot.documents.pages import Page, Piece

#: A line belongs to the one above it when the gap between them is no more than so many heights of a line.
_GAP: Final = 1.1
#: Lines of one block begin at the same place, give or take so many heights.
_ALIGNED: Final = 1.5


@dataclass(frozen=True, kw_only=True)
class Block:
    """Lines below each other. top, left: as shares of the page."""

    lines: tuple[str, ...]
    pieces: tuple[Piece, ...]
    left: float
    top: float


def blocks(page: Page) -> tuple[Block, ...]:
    """The blocks of a page, from the top."""
    open_: list[list[Piece]] = []
    usual = median(each.height for each in page.pieces) if page.pieces else 0
    for piece in sorted(page.pieces, key=lambda each: each.box[1]):
        for found in open_:
            if _follows(piece, found[-1], usual):
                found.append(piece)
                break
        else:
            open_.append([piece])
    return tuple(_block(each, page) for each in open_)


def head(page: Page, share: float) -> tuple[Piece, ...]:
    """The pieces in the upper part of a page, in reading order."""
    return tuple(piece for row in page.rows for piece in row if piece.middle <= share * max(page.height, 1))


def _follows(piece: Piece, above: Piece, usual: float) -> bool:
    gap = piece.box[1] - above.box[3]
    aligned = abs(piece.box[0] - above.box[0]) <= _ALIGNED * usual
    return aligned and -usual / 2 < gap <= _GAP * usual and piece.middle > above.middle


def _block(pieces: Sequence[Piece], page: Page) -> Block:
    return Block(
        lines=tuple(each.text for each in pieces),
        pieces=tuple(pieces),
        left=min(each.box[0] for each in pieces) / max(page.width, 1),
        top=pieces[0].box[1] / max(page.height, 1),
    )
