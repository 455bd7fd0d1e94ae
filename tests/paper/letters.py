"""Letters on paper for tests, and a look into the PDF that is made of them. All of it is invented."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pypdfium2
from pypdfium2 import raw

from dsarbot.core.case import Case, Letter, LetterStatus, Moment, Outcome, Purpose, Section
from dsarbot.desk.letterhead import Letterhead
from dsarbot.paper.data import data
from dsarbot.paper.page import page_set
from dsarbot.paper.stationery import program, stationery
from dsarbot.paper.typesetting import typeset
from tests.desk import letter_samples as samples

REFERENCE: Final = "DSR-2026-00042-9"
ADDRESS: Final = (
    "Frau Dr. Marie Keller-Hohenstein",
    "c/o Schmitt",
    "Appartement 12, bâtiment B",
    "1, place du Test",
    "Zone industrielle Nord",
    "L-1234 Exempleville",
    "LUXEMBURG",
)
#: Millimetres of a PDF unit.
_MM: Final = 25.4 / 72


def head(code: str = "DE") -> Letterhead:
    return replace(samples.letterhead(code), registration="RCS Exempleville B 000000")


def answer(
    *,
    language: str = "de",
    code: str = "DE",
    detail: str = "Name und Anschrift.",
    address: tuple[str, ...] = ADDRESS,
    status: LetterStatus = LetterStatus.APPROVED,
    sections: tuple[Section, ...] = (),
    subject: str = "",
) -> tuple[Case, Letter]:
    """An approved answer by post, and its case."""
    case = samples.case(samples.claim(code=code), language=language, channel="post")
    purpose = Purpose(outcome=Outcome.GRANTED, detail=detail, by="dpo")
    letter = samples.draft(case, Moment.ANSWERED, purpose, head=head(code))
    letter = replace(letter, recipient="\n".join(address), status=status, digest="d" * 64)
    letter = replace(letter, sections=sections or letter.sections, subject=subject or letter.subject)
    return replace(case, letters=(letter,)), letter


def pdf_of(case: Case, letter: Letter, *, code: str = "DE", window: str = "", paper: Letterhead | None = None) -> bytes:
    pages = page_set(case, letter, stationery(paper or head(code), jurisdiction=code, window=window))
    return typeset(data(pages), pages.day, program())


def printed(code: str = "DE", **more: Any) -> bytes:
    """The PDF of such an answer."""
    case, letter = answer(code=code, **more)
    return pdf_of(case, letter, code=code)


@dataclass(frozen=True, kw_only=True)
class Box:
    """Text and where it stands, in millimetres from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Pdf:
    """A PDF as pdfium reads it."""

    def __init__(self, made: bytes) -> None:
        self.raw = made
        self._document = pypdfium2.PdfDocument(made)

    def __len__(self) -> int:
        return len(self._document)

    @property
    def pages(self) -> list[str]:
        """The text of each page, one line for each line of print."""
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in self._document]

    @property
    def words(self) -> str:
        """All of it, with one space wherever there is white space or none but a break."""
        return squeezed(" ".join(self.pages))

    @property
    def metadata(self) -> dict[str, str]:
        return dict(self._document.get_metadata_dict())

    @property
    def tagged(self) -> bool:
        return bool(raw.FPDFCatalog_IsTagged(self._document))

    @property
    def language(self) -> str:
        size = raw.FPDFCatalog_GetLanguage(self._document, None, 0)
        buffer = ctypes.create_string_buffer(size)
        raw.FPDFCatalog_GetLanguage(self._document, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
        return buffer.raw.decode("utf-16-le").rstrip("\0")

    def tags(self, page: int = 0) -> list[str]:
        """The kinds of the elements of the page's structure, in reading order."""
        tree = raw.FPDF_StructTree_GetForPage(self._document[page])
        found = []
        for n in range(raw.FPDF_StructTree_CountChildren(tree)):
            found += list(_tags(raw.FPDF_StructTree_GetChildAtIndex(tree, n)))
        raw.FPDF_StructTree_Close(tree)
        return found

    def boxes(self, page: int = 0) -> list[Box]:
        """The pieces of text of a page."""
        sheet = self._document[page]
        height, text = sheet.get_height(), sheet.get_textpage()
        found = []
        for n in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(n)
            said = text.get_text_bounded(left, bottom, right, top).strip()
            found.append(
                Box(text=said, left=left * _MM, top=(height - top) * _MM, right=right * _MM,
                    bottom=(height - bottom) * _MM)
            )  # fmt: skip
        return found

    def box(self, text: str, page: int = 0) -> Box:
        """The first piece that begins with that text."""
        return next(each for each in self.boxes(page) if each.text.startswith(text))


def _tags(element: Any) -> Iterator[str]:
    size = raw.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDF_StructElement_GetType(element, buffer, size)
    yield buffer.raw.decode("utf-16-le").rstrip("\0")
    for n in range(raw.FPDF_StructElement_CountChildren(element)):
        if child := raw.FPDF_StructElement_GetChildAtIndex(element, n):
            yield from _tags(child)


def squeezed(text: str) -> str:
    """Words with one ordinary space between them; what only allows a break is left out."""
    return " ".join(text.replace("\u200b", "").split())
