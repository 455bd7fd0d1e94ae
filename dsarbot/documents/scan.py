"""The pages of a scan, one after the other, and how it ended. Runs in the reading process only."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, Final

import pypdfium2

from dsarbot.documents import pdf
from dsarbot.documents.answer import NotRead, Unread
from dsarbot.documents.kinds import MOST_PAGES, ScanKind, pages_in
from dsarbot.documents.pages import End, How, Page

#: What the extra `ocr` brings.
_LIBRARIES: Final = ("cv2", "numpy", "PIL", "pi_heif", "rapidocr", "zxingcpp")


def installed() -> bool:
    """Whether pictures can be read here."""
    return all(importlib.util.find_spec(each) is not None for each in _LIBRARIES)


def read(kind: ScanKind, data: bytes, most: int = MOST_PAGES) -> Iterator[Page | End]:
    """Every page as soon as it is read, at most so many; the last is the End, whatever happens."""
    ways: set[How] = set()
    text, seen, count = False, 0, 0
    why: Unread = ""
    try:
        count = _count(kind, data)
        for page in islice(_pages(kind, data), most):
            seen += 1
            ways.add(page.how)
            text = text or bool(page.pieces)
            yield page
    except NotRead as reason:
        why = reason.unread
    if not text and not why:
        why = "no-ocr" if "unread" in ways else "no-text"
    yield End(count=max(count, seen), unread=why, cut=seen < count)


def _count(kind: ScanKind, data: bytes) -> int:
    """How many pages there are; NotRead for more than anybody sends, before one of them is looked at."""
    if kind == "pdf":
        with pdf.opened(data) as document:
            count = len(document)
    else:
        count = pages_in(data, MOST_PAGES)
    if count > MOST_PAGES:
        raise NotRead("too-many-pages")
    return count


def _pages(kind: ScanKind, data: bytes) -> Iterator[Page]:
    eyes = importlib.import_module("dsarbot.documents.recognise") if installed() else None
    if kind == "pdf":
        with pdf.opened(data) as document:
            for number in range(1, len(document) + 1):
                yield _pdf_page(eyes, document, number)
    elif eyes is not None:
        yield from eyes.pictures(kind, data)
    else:
        yield from (Page(number=number, how="unread") for number in range(1, pages_in(data, MOST_PAGES) + 1))


def _pdf_page(eyes: Any, document: pypdfium2.PdfDocument, number: int) -> Page:  # noqa: ANN401  # a module
    """A page that is damaged leaves the others readable."""
    with suppress(pypdfium2.PdfiumError, NotRead):
        page = document[number - 1]
        if eyes is not None:
            found: Page = eyes.pdf_page(number, page)
            return found
        width, height = (round(side) for side in page.get_size())
        if pieces := pdf.layer(page, width, height):
            return Page(number=number, how="layer", width=width, height=height, pieces=pieces)
    return Page(number=number, how="unread")
