"""What was read on the pages of a letter: pieces of text with their places, as values that cross a pipe as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, get_args

from dsarbot.documents.answer import Unread, reasons
from dsarbot.errors import TheirInput

#: layer: the file says so itself. blank: nothing stands there. unread: a picture, and nobody here who could read it.
How = Literal["layer", "tesseract", "rapidocr", "blank", "unread"]
Turn = Literal[0, 90, 180, 270]

_HOWS: Final[dict[str, How]] = {each: each for each in get_args(How)}
_TURNS: Final[dict[int, Turn]] = {0: 0, 90: 90, 180: 180, 270: 270}
#: A page of small print has some 8,000 characters in 150 pieces.
MOST_PIECES: Final = 2_000
MOST_CHARACTERS: Final = 40_000
#: A character may take twelve bytes in JSON, a piece some sixty around its text.
MOST_PAGE: Final = 12 * MOST_CHARACTERS + 100 * MOST_PIECES + 1024


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Text that stands together on one line. box: left, top, right, bottom in pixels of the upright page."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page, upright. number: from 1; turned: clockwise, to make it so; separator: the sheet that parts letters."""

    number: int
    how: How
    width: int = 0
    height: int = 0
    turned: Turn = 0
    separator: bool = False
    pieces: tuple[Piece, ...] = ()

    @property
    def rows(self) -> tuple[tuple[Piece, ...], ...]:
        """The pieces in reading order: rows from the top, each from the left."""
        return arranged(self.pieces)

    @property
    def text(self) -> str:
        return "\n".join(" ".join(piece.text for piece in row) for row in self.rows)

    @property
    def confidence(self) -> float:
        """Between 0 and 1, by the length of the pieces; 0 for a page without text."""
        length = sum(len(each.text) for each in self.pieces)
        return sum(len(each.text) * each.confidence for each in self.pieces) / length if length else 0.0


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A whole file. count: its pages, also when they could not be read; cut: later pages were left out."""

    pages: tuple[Page, ...] = ()
    count: int = 0
    unread: Unread = ""
    cut: bool = False

    @property
    def text(self) -> str:
        return "\n\n".join(text for page in self.pages if (text := page.text))


@dataclass(frozen=True, kw_only=True)
class End:
    """The last that is said of a file."""

    count: int
    unread: Unread = ""
    cut: bool = False


def arranged(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """Rows of pieces whose middles lie within each other's height."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: each.middle):
        last = rows[-1][-1] if rows else None
        if last and piece.middle - last.middle <= min(piece.height, last.height) / 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return tuple(tuple(sorted(row, key=lambda each: each.box[0])) for row in rows)


def page_bytes(page: Page) -> bytes:
    """One page as JSON; what no page of a letter has is left out."""
    kept, characters = [], 0
    for piece in islice(page.pieces, MOST_PIECES):
        characters += len(piece.text)
        if characters > MOST_CHARACTERS:
            break
        kept.append([piece.text, *piece.box, round(piece.confidence, 3)])
    body = {
        "page": page.number,
        "how": page.how,
        "size": [page.width, page.height],
        "turned": page.turned,
        "separator": page.separator,
        "pieces": kept,
    }
    return json.dumps(body).encode("ascii")


def end_bytes(end: End) -> bytes:
    """The last word as JSON."""
    return json.dumps({"count": end.count, "unread": end.unread, "cut": end.cut}).encode("ascii")


def part_of(body: bytes) -> Page | End:
    """Read as if an attacker had written it (security 15). TheirInput when it is no answer of ours."""
    try:
        found = json.loads(body)
    except ValueError:
        raise TheirInput("The scan reader did not answer in JSON.") from None
    match found:
        case {"count": int(count), "unread": str(why), "cut": bool(cut)} if len(found) == 3 and why in reasons():
            return End(count=max(count, 0), unread=reasons()[why], cut=cut)
        case {
            "page": int(number),
            "how": str(how),
            "size": [int(width), int(height)],
            "turned": int(turned),
            "separator": bool(separator),
            "pieces": [*pieces],
        } if len(found) == 6 and how in _HOWS and turned in _TURNS and len(pieces) <= MOST_PIECES:
            return Page(
                number=number,
                how=_HOWS[how],
                width=width,
                height=height,
                turned=_TURNS[turned],
                separator=separator,
                pieces=tuple(_piece(each) for each in pieces),
            )
    raise TheirInput("The scan reader's answer has another shape than agreed.")


def _piece(found: object) -> Piece:
    match found:
        case [str(text), int(left), int(top), int(right), int(bottom), (int() | float()) as confidence]:
            return Piece(text=text, box=(left, top, right, bottom), confidence=min(max(float(confidence), 0.0), 1.0))
    raise TheirInput("The scan reader's answer has another shape than agreed.")
