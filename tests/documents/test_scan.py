"""A whole file, page by page, in this process: what is said at its end, and what is said when nobody reads pictures."""

from __future__ import annotations

import pypdfium2
import pytest
from PIL import Image

from dsarbot.documents import rapid, scan, tesseract
from dsarbot.documents.answer import NotRead
from dsarbot.documents.cutting import cut
from dsarbot.documents.kinds import MOST_PAGES, ScanKind
from dsarbot.documents.pages import End, Page
from dsarbot.documents.sheet import pdf as sheet
from tests.documents.letters import FRENCH, placed, saved, typed
from tests.documents.samples import locked_pdf, pdf

BLANK = Image.new("L", (1654, 2339), 255)


def read(kind: ScanKind, data: bytes) -> tuple[list[Page], End]:
    *pages, end = scan.read(kind, data)
    assert isinstance(end, End)
    return [each for each in pages if isinstance(each, Page)], end


@pytest.fixture
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_LIBRARIES", ("a_library_that_nobody_has",))


def test_typed_pages_have_their_own_text() -> None:
    pages, end = read("pdf", typed(placed(FRENCH), placed(FRENCH)))
    assert [each.how for each in pages] == ["layer", "layer"]
    assert "demande d'accès" in pages[1].text
    assert end == End(count=2)


def test_the_address_on_the_right_is_a_piece_of_its_own() -> None:
    (page,), _ = read("pdf", typed(placed(FRENCH)))
    assert {"Camille Lefèvre", "Société Exemple S.A."} <= {each.text for each in page.pieces}


def test_nothing_but_blank_pages_is_no_letter() -> None:
    pages, end = read("tiff", saved([BLANK, BLANK], "TIFF"))
    assert [each.how for each in pages] == ["blank", "blank"]
    assert end == End(count=2, unread="no-text")


def test_a_picture_of_something_else_is_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "languages", lambda: "")
    monkeypatch.setattr(rapid, "read", lambda grey: ())
    picture = Image.linear_gradient("L").resize((1200, 900))
    picture.paste(0, (300, 300, 500, 600))
    _, end = read("jpeg", saved([picture], "JPEG"))
    assert end == End(count=1, unread="no-text")


@pytest.mark.parametrize(
    ("kind", "data", "end"),
    [
        ("pdf", locked_pdf(), End(count=0, unread="encrypted")),
        ("pdf", b"%PDF-1.4 nothing", End(count=0, unread="broken")),
        ("pdf", pdf(*["x"] * (MOST_PAGES + 1)), End(count=0, unread="too-many-pages")),
        ("png", b"\x89PNG\r\n\x1a\n", End(count=1, unread="broken", cut=True)),
    ],
)
def test_why_there_is_no_text(kind: ScanKind, data: bytes, end: End) -> None:
    assert read(kind, data) == ([], end)


def test_of_a_damaged_tiff_the_pages_before_are_there() -> None:
    whole = saved([BLANK, BLANK], "TIFF")
    pages, end = read("tiff", whole[:-2_000_000] + whole[-1:])
    assert len(pages) <= 1 and end.unread == "broken" and end.cut


def test_without_ocr_pictures_are_counted_and_said_to_be_unread(no_ocr: None) -> None:
    pages, end = read("tiff", saved([BLANK, BLANK, BLANK], "TIFF"))
    assert [(each.number, each.how) for each in pages] == [(1, "unread"), (2, "unread"), (3, "unread")]
    assert end == End(count=3, unread="no-ocr")
    pages, end = read("pdf", pdf("", ""))
    assert ([each.how for each in pages], end) == (["unread", "unread"], End(count=2, unread="no-ocr"))


def test_without_ocr_typed_pages_are_read_all_the_same(no_ocr: None) -> None:
    pages, end = read("pdf", pdf("Je demande l'accès", ""))
    assert [(each.how, each.text) for each in pages] == [("layer", "Je demande l'accès"), ("unread", "")]
    assert end == End(count=2)


def test_pages_of_a_pdf_as_a_file_of_their_own() -> None:
    part = cut("pdf", pdf("one", "two", "three", "four"), 2, 3)
    with pypdfium2.PdfDocument(part) as document:
        assert [page.get_textpage().get_text_range() for page in document] == ["two", "three"]


def test_pages_of_a_tiff_as_a_file_of_their_own() -> None:
    pages = [Image.new("1", (100, 100 + number), 1) for number in range(4)]
    part = cut("tiff", saved(pages, "TIFF", compression="group4", dpi=(204, 98)), 2, 3)
    pages_of_part, _ = read("tiff", part)
    assert [each.height for each in pages_of_part] == [210, 212]


def test_other_pictures_have_one_page() -> None:
    assert cut("png", b"as it is", 1, 1) == b"as it is"
    with pytest.raises(NotRead):
        cut("pdf", locked_pdf(), 1, 1)


def test_the_sheet_says_what_it_is_for_in_three_languages() -> None:
    with pypdfium2.PdfDocument(sheet()) as document:
        words = document[0].get_textpage().get_text_range()
    assert "Separator sheet" in words and "réutilisable" in words and "Trennblatt" in words
