"""The text layer of a PDF. Pages without one are a scan, which a person must look at (or OCR, where there is one)."""

from __future__ import annotations

from typing import Final

import pypdfium2
from pypdfium2 import raw

from dsarbot.documents.answer import MOST_CHARACTERS, Text, shortened

_MOST_PAGES: Final = 200


def read(data: bytes) -> Text:
    """The text of the first pages."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as why:
        locked = getattr(why, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        return Text(unread="encrypted" if locked else "broken")
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


def _page(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
        text: str = page.get_textpage().get_text_range()
    except pypdfium2.PdfiumError:
        return ""
    return text.replace("\r\n", "\n")
