"""PDF: the text layer, and why there is none."""

from __future__ import annotations

from dsarbot.documents import pdf as reader
from tests.documents.samples import locked_pdf, pdf


def test_the_text_of_every_page() -> None:
    found = reader.read(pdf("Je demande l'accès à mes données.", "Anna Durand"))
    assert found.text.split("\n") == ["Je demande l'accès à mes données.", "Anna Durand"]


def test_a_scan_has_no_text() -> None:
    assert reader.read(pdf("", "")).unread == "no-text"


def test_a_locked_one_says_so() -> None:
    assert reader.read(locked_pdf()).unread == "encrypted"


def test_a_broken_one_says_so() -> None:
    assert reader.read(b"%PDF-1.4\nnothing").unread == "broken"


def test_of_a_very_long_one_the_first_pages_are_read() -> None:
    found = reader.read(pdf(*["page"] * 230))
    assert found.cut and found.text.count("page") == 200
