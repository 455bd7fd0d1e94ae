"""The text layer of a PDF. Pages without one are a scan, which OCR reads where there is one, or a person."""

from __future__ import annotations

import ctypes
from typing import Final

import pypdfium2
from pypdfium2 import raw

from dsarbot.documents.answer import MOST_CHARACTERS, NotRead, Text, shortened
from dsarbot.documents.pages import MOST_PIECES, Piece

_MOST_PAGES: Final = 200
_MOST_PAGE_CHARACTERS: Final = 40_000


def opened(data: bytes) -> pypdfium2.PdfDocument:
    """The document, to be closed again; or NotRead."""
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as why:
        locked = getattr(why, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise NotRead("encrypted" if locked else "broken") from None


def read(data: bytes) -> Text:
    """The text of the first pages."""
    try:
        document = opened(data)
    except NotRead as why:
        return Text(unread=why.unread)
    with document:
        pieces: list[str] = []
        length, count = 0, len(document)
        for number in range(min(count, _MOST_PAGES)):
            pieces.append(_page(document, number))
            length += len(pieces[-1])
            if length > MOST_CHARACTERS:
                break
        found = shortened("\n".join(pieces))
        return Text(text=found.text, unread=found.unread, cut=found.cut or count > _MOST_PAGES)


def layer(page: pypdfium2.PdfPage, width: int, height: int) -> tuple[Piece, ...]:
    """The text that the page itself holds, with its places in a picture of it of that size."""
    text, found = page.get_textpage(), []
    for number in range(min(text.count_rects(0, _characters(text)), MOST_PIECES)):
        corners = text.get_rect(number)
        words = " ".join(str(text.get_text_bounded(*corners)).split())
        if words:
            found.append(Piece(text=words, box=box_of(page, corners, width, height), confidence=1.0))
    return tuple(found)


def box_of(
    page: pypdfium2.PdfPage, corners: tuple[float, float, float, float], width: int, height: int
) -> tuple[int, int, int, int]:
    """Where the page shows it: pages may be turned and cropped."""
    x, y = ctypes.c_int(), ctypes.c_int()
    seen = []
    for across, up in (corners[:2], corners[2:]):
        raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, across, up, ctypes.byref(x), ctypes.byref(y))
        seen.append((x.value, y.value))
    (x0, y0), (x1, y1) = seen
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _characters(text: pypdfium2.PdfTextPage) -> int:
    """Of a page of text no more than these are looked at: each piece is looked up among all of them."""
    return min(int(text.count_chars()), _MOST_PAGE_CHARACTERS)


def _page(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
        text: str = page.get_textpage().get_text_range()
    except pypdfium2.PdfiumError:
        return ""
    return text.replace("\r\n", "\n")
