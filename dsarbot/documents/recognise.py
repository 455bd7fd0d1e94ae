"""One page, from picture to text: set straight, read by the fast lane where that is plausible, else by the sure one.

Needs the extra `ocr`; runs in the reading process only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import pypdfium2
import zxingcpp

from dsarbot.documents import plausible, rapid, raster, tesseract
from dsarbot.documents import upright as up
from dsarbot.documents.pages import How, Page, Piece, Turn
from dsarbot.documents.pdf import layer
from dsarbot.documents.raster import Grey
from dsarbot.documents.sheet import MARK
from dsarbot.reading.pictures import Picture

_Read = Callable[[Grey], tuple[Piece, ...]]
#: Turns and levels another picture of the same page in the same way.
Straightened = Callable[[Grey], Grey]
_UPSIDE_DOWN: Final[dict[Turn, Turn]] = {0: 180, 90: 270, 180: 0, 270: 90}
#: The mark on a separator sheet is as wide as this share of the page; the picture of one in a letter is smaller.
_LEAST_MARK: Final = 0.2
_QR: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """A page turned by right angles and levelled. flat: without shadows."""

    turn: Turn
    degrees: float
    grey: Grey
    flat: Grey

    @property
    def page(self) -> Page:
        return Page(number=0, how="blank", width=self.grey.shape[1], height=self.grey.shape[0], turned=self.turn)


def pdf_page(number: int, page: pypdfium2.PdfPage) -> Page:
    """A page of a PDF; or NotRead."""
    grey = raster.of_pdf(page)
    return picture(number, grey, layer(page, grey.shape[1], grey.shape[0]))


def pictures(kind: Picture, data: bytes) -> Iterator[Page]:
    """The pages of another file; or NotRead."""
    for number, grey in enumerate(raster.of_picture(kind, data), start=1):
        yield picture(number, grey)


def picture(number: int, grey: Grey, said: tuple[Piece, ...] = ()) -> Page:
    """What stands on a page. said: what the file itself says of it."""
    height, width = grey.shape
    if is_separator(grey):
        return Page(number=number, how="blank", width=width, height=height, separator=True)
    flat = up.flattened(grey)
    marks = up.ink(flat)
    if said and plausible.layer(said, up.left_out(marks, (each.box for each in said))):
        return Page(number=number, how="layer", width=width, height=height, pieces=said)
    if up.is_blank(marks):
        return Page(number=number, how="blank", width=width, height=height)
    return replace(_read(grey, flat, _turn(marks))[0], number=number)


def straight(grey: Grey) -> tuple[Page, Grey, Straightened]:
    """What stands on a page whatever its file says, the page set straight as its places mean it, and how that was
    done."""
    flat = up.flattened(grey)
    marks = up.ink(flat)
    if up.is_blank(marks):
        return Page(number=0, how="blank", width=grey.shape[1], height=grey.shape[0]), grey, lambda picture: picture
    page, sheet = _read(grey, flat, _turn(marks))
    return page, sheet.grey, lambda picture: up.levelled(up.turned(picture, sheet.turn), sheet.degrees)


def _turn(marks: Grey) -> Turn:
    return 90 if up.lies_on_its_side(marks) else 0


def is_separator(grey: Grey) -> bool:
    """Whether the page is the sheet that parts two letters (`dsarbot separator`)."""
    for found in zxingcpp.read_barcodes(grey, formats=_QR):
        place = found.position
        across = [place.top_left.x, place.top_right.x, place.bottom_left.x, place.bottom_right.x]
        if found.text == MARK and max(across) - min(across) >= _LEAST_MARK * min(grey.shape):
            return True
    return False


def _read(grey: Grey, flat: Grey, turn: Turn) -> tuple[Page, _Sheet]:
    sheet = _set_straight(grey, flat, turn)
    if tesseract.languages():
        quick = _by("tesseract", tesseract.read, sheet)
        if _is_whole(quick, sheet):
            return quick, sheet
        if plausible.upside_down(quick.pieces):
            other = _set_straight(grey, flat, _UPSIDE_DOWN[turn])
            again = _by("tesseract", tesseract.read, other)
            if _is_whole(again, other):
                return again, other
            sheet = max((quick, sheet), (again, other), key=lambda each: plausible.worth(each[0].pieces))[1]
    found = _by("rapidocr", rapid.read, sheet)
    if plausible.upside_down(found.pieces):
        other = _set_straight(grey, flat, _UPSIDE_DOWN[sheet.turn])
        again = _by("rapidocr", rapid.read, other)
        return max((found, sheet), (again, other), key=lambda each: plausible.worth(each[0].pieces))
    return found, sheet


def _set_straight(grey: Grey, flat: Grey, turn: Turn) -> _Sheet:
    grey, flat = up.turned(grey, turn), up.turned(flat, turn)
    degrees = up.skew(up.ink(flat))
    return _Sheet(turn=turn, degrees=degrees, grey=up.levelled(grey, degrees), flat=up.levelled(flat, degrees))


def _by(how: How, read: _Read, sheet: _Sheet) -> Page:
    """Tesseract is lost in shadows, which the other reads better untouched."""
    pieces = read(sheet.flat if how == "tesseract" else sheet.grey)
    return replace(sheet.page, how=how, pieces=pieces)


def _is_whole(page: Page, sheet: _Sheet) -> bool:
    left = up.left_out(up.ink(sheet.flat), (each.box for each in page.pieces))
    return plausible.fast_lane(page.pieces, left)
