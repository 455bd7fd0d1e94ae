"""Greetings, closings, names and small print: what is left out before the learned model reads, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.courtesy import bounds
from dsarbot.reading.cutting import cut
from dsarbot.reading.learned import judge
from dsarbot.reading.learned_words import pieces

LONG = "The snapshot is in use by a volume that was removed on Monday, and it eats the quota of our whole team. " * 2


def said(text: str) -> str:
    begin, end = bounds(text)
    return text[begin:end].strip()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bonjour,\nsupprimez mes données.\n\nCordialement,\nZoé Müller", "supprimez mes données."),
        ("Dear Sir or Madam,\n\nplease erase.\n\nKind regards,\nJ. van der Berg\n+352 123", "please erase."),
        ("Hallo zusammen,\nwas steht da? Gruß Sepp", "was steht da?"),
        ("Geachte heer, mevrouw,\nwis dit.\nMvg", "wis dit."),
        ("Moien Madame Weis,\nläscht alles.\nMat beschte Gréiss\nTun\n4, rue du Moulin", "läscht alles."),
        ("Please call me.\nThanks and best regards\n\nTom Smith\nCEO, Acme Ltd", "Please call me."),
        (f"{LONG}\n\nAnjali\n\nThis is for the intended recipient only, else delete it.", f"{LONG}\n\nAnjali"),
    ],
)
def test_what_only_greets_and_signs_is_left_out(text: str, left: str) -> None:
    assert said(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Hallo lösch meine Daten!",
        "Merci\nSupprimez mon compte",
        "Thanks. Now delete it",
        "Danke für die Auskunft",
        "LG\nPS: läscht och d'Fotoen",
        "Hello",
        "Cheers,\nTom",
        "",
    ],
)
def test_what_may_ask_is_kept(text: str) -> None:
    assert said(text) == text


@given(st.text(max_size=300))
def test_any_text_has_bounds_in_order(text: str) -> None:
    begin, end = bounds(text)
    assert 0 <= begin <= end <= len(text)


def test_names_weigh_nothing() -> None:
    letters = [
        f"{greeting}\n\nDer Server ist seit gestern nicht erreichbar.\n\n{closing}\n{name}"
        for greeting, closing, name in (
            ("Hallo,", "LG", "Kim"),
            ("Sehr geehrte Frau Lösch,", "Mit freundlichen Grüßen", "Zoé Müller"),
            ("Liebes Team,", "Vielen Dank im Voraus", "Dr. Achim Datenberg"),
        )
    ]
    first, *others = (judge((cut(""), cut(letter), cut(""))) for letter in letters)
    assert all(other == first for other in others)


def test_reasons_still_stand_at_their_places() -> None:
    text = "Dear Sir or Madam, please delete my data.\nYours, Kim"
    (piece,) = pieces(cut(text))
    start, end = cut(text).places(piece.sentence)[piece.first]
    assert text[start:end] == "please" == piece.words[0]
