"""Where words stand on a page: in the file's own text, and in what was read. Pure.

Names are found whatever their accents and capitals, with one sign misread in a longer word, and broken over two lines:
rather too much is covered than too little.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from dsarbot.documents.pages import Piece, arranged

Box = tuple[int, int, int, int]

#: Shorter words must be equal: among three letters one misread sign is another word.
_LONG: Final = 5
_ALIKE: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class Token:
    """What stands between two blanks."""

    text: str
    box: Box


def tokens(pieces: Sequence[Piece]) -> tuple[Token, ...]:
    """The words of pieces in reading order; where a piece holds several, each has its share of the piece."""
    return tuple(token for row in arranged(pieces) for piece in row for token in _parts(piece))


def found(words: Sequence[Token], phrase: str) -> tuple[Token, ...]:
    """Every token that belongs to the phrase, wherever it stands."""
    wanted = [folded(each) for each in phrase.split() if folded(each)]
    hits: dict[int, Token] = {}
    for start in range(len(words) - len(wanted) + 1) if wanted else ():
        here = words[start : start + len(wanted)]
        if all(_means(token.text, each) for token, each in zip(here, wanted, strict=True)):
            hits |= {start + number: token for number, token in enumerate(here)}
    together = "".join(wanted)
    # An address such as camille.lefevre@example.org names the person as well.
    hits |= {number: token for number, token in enumerate(words) if len(wanted) > 1 and together in folded(token.text)}
    for start in range(len(words)):
        hits |= _joined(words, start, together)
    return tuple(hits[number] for number in sorted(hits))


def _joined(words: Sequence[Token], start: int, wanted: str) -> dict[int, Token]:
    """Words that are the phrase only together: a name parted at the end of a line, a number written in groups."""
    text, number = "", start
    while wanted and number < len(words) and len(text) < len(wanted):
        text += folded(words[number].text)
        number += 1
    return {each: words[each] for each in range(start, number)} if text == wanted else {}


def folded(text: str) -> str:
    """Small letters and digits alone, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def _means(text: str, wanted: str) -> bool:
    here = folded(text)
    if here == wanted or (len(wanted) >= _LONG - 1 and wanted in here):
        return True
    if min(len(here), len(wanted)) < _LONG:
        return False
    return SequenceMatcher(None, here, wanted, autojunk=False).ratio() >= _ALIKE


def _parts(piece: Piece) -> Iterator[Token]:
    """Readers give lines: how far a word reaches is estimated by its letters, and taken half a letter wider."""
    left, top, right, bottom = piece.box
    if " " not in piece.text.strip():
        yield Token(text=piece.text.strip(), box=piece.box)
        return
    each = (right - left) / max(len(piece.text), 1)
    place = 0
    for text in piece.text.split(" "):
        if text:
            start, end = left + (place - 1.5) * each, left + (place + len(text) + 1.5) * each
            yield Token(text=text, box=(max(round(start), left), top, min(round(end), right), bottom))
        place += len(text) + 1
