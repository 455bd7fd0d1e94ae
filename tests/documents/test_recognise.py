"""From picture to text: the figures to reach, with some room (benchmarks/ocr.py prints them), and pages lying oddly."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from PIL import Image

from dsarbot.core.mrz import parse
from dsarbot.documents import plausible, rapid, recognise, tesseract
from dsarbot.documents.pages import Page, Piece
from dsarbot.documents.sheet import pdf as sheet
from tests.documents.drawn_papers import zone
from tests.documents.letters import (
    FRENCH,
    GERMAN,
    Placed,
    drawn,
    error_rate,
    photographed,
    placed,
    rastered,
    scanned,
    words_of,
)

CLEAN, PHOTO = 0.01, 0.03
#: For what does not depend on how much there is to read, which takes its time.
BRIEF = FRENCH.partition("\n\nMadame")[0]

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@pytest.fixture
def pip_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without tesseract."""
    monkeypatch.setattr(tesseract, "languages", lambda: "")


def read(picture: Image.Image) -> Page:
    return recognise.picture(1, np.asarray(picture))


@pytest.mark.parametrize("letter", [FRENCH, GERMAN], ids=["fr", "de"])
def test_pip_alone_reads_a_scan(letter: str, pip_only: None) -> None:
    page = read(scanned(drawn(placed(letter))))
    assert page.how == "rapidocr"
    assert error_rate(words_of(letter), page.text) < CLEAN


def test_pip_alone_reads_a_photograph(pip_only: None) -> None:
    assert error_rate(words_of(FRENCH), read(photographed(drawn(placed(FRENCH)))).text) < PHOTO


def test_pip_alone_turns_a_page_that_stands_on_its_head(pip_only: None) -> None:
    page = read(scanned(drawn(placed(BRIEF))).rotate(180))
    assert page.turned == 180
    assert error_rate(words_of(BRIEF), page.text) < CLEAN


@needs_tesseract
@pytest.mark.parametrize("letter", [FRENCH, GERMAN], ids=["fr", "de"])
def test_the_fast_lane_reads_a_scan(letter: str) -> None:
    page = read(scanned(drawn(placed(letter)), degrees=-3))
    assert page.how == "tesseract"
    assert error_rate(words_of(letter), page.text) < CLEAN
    assert page.confidence > 0.85


@needs_tesseract
def test_the_fast_lane_reads_a_page_on_its_side() -> None:
    page = read(scanned(drawn(placed(GERMAN))).rotate(90, expand=True))
    assert (page.how, page.turned) == ("tesseract", 90)
    # The boxes are those of the page as it is turned, not as it came.
    assert page.height > page.width and max(piece.box[3] for piece in page.pieces) <= page.height
    assert error_rate(words_of(GERMAN), page.text) < CLEAN


@needs_tesseract
def test_what_the_fast_lane_cannot_read_goes_to_the_sure_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """It saw a line and was sure of it: the rest of the page is print that nobody has read."""
    seen = Piece(text="die Daten und der Vertrag " * 4, box=(160, 100, 1500, 130), confidence=0.99)
    monkeypatch.setattr(tesseract, "read", lambda grey: (seen,))
    page = read(scanned(drawn(placed(BRIEF))))
    assert page.how == "rapidocr"
    assert error_rate(words_of(BRIEF), page.text) < CLEAN


def test_an_empty_page_is_blank_and_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(grey: object) -> tuple[Piece, ...]:
        raise AssertionError

    monkeypatch.setattr(rapid, "read", nobody)
    monkeypatch.setattr(tesseract, "read", nobody)
    assert read(scanned(Image.new("L", (1654, 2339), 255))).how == "blank"


TURNS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as printed": lambda sheet: sheet,
    "scanned askew": lambda sheet: scanned(sheet, degrees=4),
    "on its head": lambda sheet: scanned(sheet).rotate(180),
    "on its side": lambda sheet: scanned(sheet).rotate(90, expand=True),
    "coarse": lambda sheet: scanned(sheet.resize((sheet.width // 2, sheet.height // 2)), noise=30),
}


@pytest.mark.parametrize("turn", TURNS)
def test_the_separator_sheet_is_found(turn: str) -> None:
    assert read(TURNS[turn](rastered(sheet()))).separator


def test_a_small_picture_of_it_parts_nothing(pip_only: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may send us a photograph of our own sheet."""
    monkeypatch.setattr(rapid, "read", lambda grey: ())
    page = Image.new("L", (1654, 2339), 255)
    page.paste(rastered(sheet()).resize((413, 584)), (100, 100))
    assert not read(page).separator


def test_a_line_of_the_scanner_on_the_picture_of_a_letter_is_not_the_letter(
    pip_only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = Piece(text="the letter", box=(0, 0, 9, 9), confidence=1)
    monkeypatch.setattr(rapid, "read", lambda grey: (letter,))
    picture = np.asarray(drawn(placed(FRENCH)))
    line = Piece(text="Scanned with the application of some company, page 1", box=(100, 2250, 900, 2280), confidence=1)
    page = recognise.picture(1, picture, (line,))
    assert (page.how, page.text) == ("rapidocr", "the letter")


def test_the_text_layer_is_taken_where_it_covers_the_page() -> None:
    picture = np.asarray(drawn([Placed(60, 100, "x" * 50)]))
    layer = (Piece(text="x" * 50, box=(100, 200, 1600, 300), confidence=1),)
    assert recognise.picture(1, picture, layer).how == "layer"


def piece(text: str, confidence: float = 0.95) -> Piece:
    return Piece(text=text, box=(0, 0, 10, 10), confidence=confidence)


GOOD = "Je vous prie de bien vouloir me communiquer une copie de l'ensemble des données que vous avez sur moi"


@pytest.mark.parametrize(
    ("pieces", "left_out", "plausible_"),
    [
        ((piece(GOOD),), 0.02, True),
        ((piece(GOOD),), 0.4, False),
        ((piece(GOOD, 0.6),), 0.02, False),
        ((piece("Je vous prie"),), 0.02, False),
        ((piece("xlv Qqrt bnnm wtz plkj hgfd vbnm qwrt zxcv lkjh gfds mnbv cxzl kjhg fdsp oiuz"),), 0.02, False),
        ((), 0.0, False),
    ],
)
def test_what_is_plausible(pieces: tuple[Piece, ...], left_out: float, plausible_: bool) -> None:
    assert plausible.fast_lane(pieces, left_out) is plausible_


def test_a_strip_with_the_zone_of_a_paper_is_read_from_its_first_line(pip_only: None) -> None:
    lines = zone()
    page = drawn([Placed(40, 40 + 18 * number, text, size=12, font="F3") for number, text in enumerate(lines)])
    found = parse(read(scanned(page.crop((0, 55, page.width, 270)))).text, date(2026, 3, 2))
    assert (found.format, found.fields.number, found.fields.surname) == ("TD1", "D23145890", "LEFEVRE")
