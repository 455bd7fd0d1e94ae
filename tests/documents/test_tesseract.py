"""Tesseract's table becomes pieces of text; a program that hangs or is missing reads nothing."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

from dsarbot.documents import tesseract

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
PAGE = np.full((100, 100), 255, np.uint8)


def row(text: str, left: int, *, line: int = 1, confidence: float = 90, level: int = 5) -> str:
    return "\t".join(map(str, (level, 1, 1, 1, line, 1, left, 50, 20 * len(text), 24, confidence, text)))


def test_words_near_each_other_are_one_piece() -> None:
    table = "\n".join((HEAD, row("", 0, level=4, confidence=-1), row("Bonjour", 0), row("Madame", 150, confidence=70)))
    (piece,) = tesseract.pieces(table)
    assert (piece.text, piece.box) == ("Bonjour Madame", (0, 50, 270, 74))
    assert round(piece.confidence, 4) == round((7 * 0.9 + 6 * 0.7) / 13, 4)


def test_columns_and_lines_are_pieces_of_their_own() -> None:
    table = "\n".join((row("left", 0), row("right", 800), row("below", 0, line=2)))
    assert [each.text for each in tesseract.pieces(table)] == ["left", "right", "below"]


@pytest.mark.parametrize("table", ["", "nonsense", HEAD, row(" ", 0), row("x", 0).rpartition("\t")[0]])
def test_what_is_no_word_is_none(table: str) -> None:
    assert tesseract.pieces(table) == ()


def test_one_that_hangs_has_read_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("tesseract", 1)

    monkeypatch.setattr(tesseract, "languages", lambda: "eng")
    monkeypatch.setattr(shutil, "which", lambda *_, **__: "/nowhere/tesseract")
    monkeypatch.setattr(subprocess, "run", hang)
    assert tesseract.read(PAGE) == ()


def test_where_it_is_not_installed_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "_PLACES", "/nowhere")
    tesseract.languages.cache_clear()
    assert tesseract.languages() == "" and tesseract.read(PAGE) == ()
    tesseract.languages.cache_clear()
