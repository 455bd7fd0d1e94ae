"""A copy of which parts are covered: every page becomes a picture, and what is covered is painted over in it.

Nothing of the file comes along: no text, no layers, no data about it. Needs the extra `ocr`; runs in the copying
process only.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pypdfium2
from PIL import Image
from pypdfium2 import raw

from dsarbot.documents import pdf, rapid, raster, recognise
from dsarbot.documents.copying import Area, Checked, Covered, Work
from dsarbot.documents.kinds import ScanKind
from dsarbot.documents.raster import Grey
from dsarbot.documents.words import Box, Token, found, tokens

_QUALITY: Final = 80
#: Painted black is darker than this in the finished picture, however it was packed.
_DARK: Final = 90
#: A picture does not say how large the paper was: it counts as long as A4 (ISO 216).
_LONG_SIDE: Final = 842.0
#: Of its height a word is covered so much wider on each side: letters reach out of their boxes.
_AROUND: Final = 0.2
#: At the edge of what is covered, pictures may be a little grey.
_EDGE: Final = 4


@dataclass(frozen=True, kw_only=True)
class _Page:
    """A page before anything is covered. points: its size; own: words that the file itself holds."""

    grey: Grey
    points: tuple[float, float]
    own: tuple[Token, ...] = ()


def redact(kind: ScanKind, data: bytes, work: Work) -> Iterator[tuple[Covered, bytes]]:
    """Each page with what is covered in it, as a picture; or NotRead."""
    for number, page in enumerate(_pages(kind, data), start=1):
        yield _covered(number, page, [each for each in work.areas if each.page == number], work.words)


def check(data: bytes, words: Sequence[str], page_done: Callable[[], None] = lambda: None) -> Checked:
    """What can still be read in a finished copy: by its text, and by a reader that has not made it."""
    letters, seen = 0, []
    with pdf.opened(data) as document:
        letters += sum(len(value) for value in document.get_metadata_dict().values())
        for number in range(len(document)):
            page = document[number]
            letters += page.get_textpage().count_chars() + _other_objects(page)
            grey = raster.of_pdf(page)
            read = tokens(rapid.read(grey)) if words else ()
            scale = page.get_size()[0] / grey.shape[1]
            seen += [_area(number + 1, each, scale) for word in words for each in found(read, word)]
            page_done()
    return Checked(letters=letters, seen=tuple(seen))


def _pages(kind: ScanKind, data: bytes) -> Iterator[_Page]:
    if kind == "pdf":
        with pdf.opened(data) as document:
            for number in range(len(document)):
                page = document[number]
                grey = raster.of_pdf(page)
                yield _Page(grey=grey, points=page.get_size(), own=_own_words(page, grey))
        return
    for grey in raster.of_picture(kind, data):
        scale = _LONG_SIDE / max(grey.shape)
        yield _Page(grey=grey, points=(grey.shape[1] * scale, grey.shape[0] * scale))


def _covered(number: int, page: _Page, areas: Sequence[Area], words: Sequence[str]) -> tuple[Covered, bytes]:
    grey, mask = page.grey.copy(), np.zeros_like(page.grey)
    scale = page.grey.shape[1] / page.points[0]
    for area in areas:
        _paint(grey, mask, _box_of(area, scale))
    counts = dict.fromkeys(words, 0)
    for word in words:
        own = found(page.own, word)
        for token in own:
            _paint(grey, mask, _wider(token.box))
        counts[word] = len(own)
    width, height = page.points
    if words:
        read, grey, turned = recognise.straight(grey)
        # What a turned page has lost at its edges is filled with white, which in the mask would mean covered.
        mask = 255 - turned(255 - mask)
        if grey.shape[0] != page.grey.shape[0]:
            width, height = height, width
        for word in words:
            hits = found(tokens(read.pieces), word)
            for token in hits:
                _paint(grey, mask, _wider(token.box))
            counts[word] += len(hits)
    packed = _packed(grey)
    return (
        Covered(
            page=number,
            pixels=(grey.shape[1], grey.shape[0]),
            points=(width, height),
            areas=len(areas),
            counts=tuple(counts.items()),
            bare=_bare(packed, mask),
        ),
        packed,
    )


def _paint(grey: Grey, mask: Grey, box: Box) -> None:
    left, top, right, bottom = (max(each, 0) for each in box)
    grey[top:bottom, left:right] = 0
    mask[top:bottom, left:right] = 255


def _packed(grey: Grey) -> bytes:
    """Nothing is told in it but the picture."""
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(grey)).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _bare(packed: bytes, mask: Grey) -> int:
    """How many dots that should be covered are not, in the picture as it leaves."""
    with Image.open(io.BytesIO(packed), formats=("JPEG",)) as image:
        seen = np.asarray(image.convert("L"))
    inner = np.asarray(mask) == 255
    for axis in (0, 1):
        inner = inner & np.roll(inner, _EDGE, axis) & np.roll(inner, -_EDGE, axis)
    return int((seen[inner] > _DARK).sum())


def _own_words(page: pypdfium2.PdfPage, grey: Grey) -> tuple[Token, ...]:
    """The words of the text layer, each with the places of its letters."""
    text, words = page.get_textpage(), list[Token]()
    letters, corners = "", list[Box]()
    height, width = grey.shape
    for number in range(text.count_chars() + 1):
        sign = chr(raw.FPDFText_GetUnicode(text, number)) if number < text.count_chars() else " "
        if sign.isspace() or sign == "\0":
            if letters:
                words.append(Token(text=letters, box=_around(corners)))
            letters, corners = "", []
            continue
        letters += sign
        corners.append(pdf.box_of(page, text.get_charbox(number, loose=True), width, height))
    return tuple(words)


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _wider(box: Box) -> Box:
    left, top, right, bottom = box
    more = max(round((bottom - top) * _AROUND), 2)
    return left - more, top - more, right + more, bottom + more


def _box_of(area: Area, scale: float) -> Box:
    left, top = area.left * scale, area.top * scale
    right, bottom = left + area.width * scale, top + area.height * scale
    return int(left), int(top), int(right) + 1, int(bottom) + 1


def _area(page: int, token: Token, scale: float) -> Area:
    left, top, right, bottom = (each * scale for each in _wider(token.box))
    return Area(page=page, left=max(left, 0), top=max(top, 0), width=right - left, height=bottom - top)


def _other_objects(page: pypdfium2.PdfPage) -> int:
    """What is no picture on the page, and what lies above it."""
    drawn = sum(1 for each in page.get_objects(max_depth=8) if each.type != raw.FPDF_PAGEOBJ_IMAGE)
    return drawn + int(raw.FPDFPage_GetAnnotCount(page))
