"""Pages as values: in reading order, across the pipe, and never believed."""

from __future__ import annotations

import json

import pytest

from dsarbot.documents.pages import MOST_PAGE, MOST_PIECES, End, Page, Piece, end_bytes, page_bytes, part_of
from dsarbot.errors import TheirInput


def piece(text: str, left: int, top: int, *, confidence: float = 1.0, height: int = 20) -> Piece:
    return Piece(text=text, box=(left, top, left + 10 * len(text), top + height), confidence=confidence)


PAGE = Page(
    number=2,
    how="tesseract",
    width=1654,
    height=2339,
    turned=180,
    pieces=(piece("right", 900, 103), piece("below", 100, 140), piece("left", 100, 100, confidence=0.5)),
)


def test_pieces_stand_in_rows() -> None:
    assert PAGE.text == "left right\nbelow"
    assert round(PAGE.confidence, 3) == round((4 * 0.5 + 5 + 5) / 14, 3)
    assert Page(number=1, how="blank").confidence == 0


def test_a_tall_stamp_joins_no_two_rows() -> None:
    page = Page(number=1, how="layer", pieces=(piece("a", 0, 0), piece("b", 0, 30), piece("STAMP", 300, 0, height=90)))
    assert [len(row) for row in page.rows] == [1, 2]


def test_pages_cross_the_pipe_as_they_are() -> None:
    assert part_of(page_bytes(PAGE)) == PAGE
    end = End(count=3, unread="too-long", cut=True)
    assert part_of(end_bytes(end)) == end


def test_a_page_that_is_all_letters_stays_within_its_frame() -> None:
    page = Page(number=1, how="layer", pieces=(piece("\U0001f600" * 100, 0, 0),) * (MOST_PIECES + 50))
    body = page_bytes(page)
    assert len(body) <= MOST_PAGE
    assert isinstance(part_of(body), Page)


GOOD = json.loads(page_bytes(PAGE))


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {"count": 1, "unread": "because", "cut": False},
        {"count": "1", "unread": "", "cut": False},
        {"count": 1, "unread": "", "cut": False, "more": 1},
        GOOD | {"more": 1},
        GOOD | {"how": "guessed"},
        GOOD | {"turned": 45},
        GOOD | {"size": [1]},
        GOOD | {"pieces": [["text", 1, 2, 3, 4]]},
        GOOD | {"pieces": [["text", 1, 2, 3, "4", 1.0]]},
        GOOD | {"pieces": [["x", 1, 2, 3, 4, 1.0]] * (MOST_PIECES + 1)},
    ],
)
def test_only_the_agreed_shape_is_an_answer(body: object) -> None:
    with pytest.raises(TheirInput):
        part_of(json.dumps(body).encode())


def test_what_is_no_json_is_no_answer() -> None:
    with pytest.raises(TheirInput):
        part_of(b"\xff")
