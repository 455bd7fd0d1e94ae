"""RTF: characters by code page and by Unicode, and none of the tables around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dsarbot.documents import rtf
from dsarbot.documents.answer import MOST_CHARACTERS


def test_a_letter_as_a_word_processor_writes_it() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\*\generator Writer 1;}{\info{\author Somebody}}"
        rb"\pard\f0 Je demande l\'92acc\'e8s \'e0 mes donn\'e9es.\par"
        b"\r\n"
        rb"\b Merci\b0\tab Anna\line {\i Durand}\par}"
    )
    assert rtf.read(data).text == "Je demande l’accès à mes données.\nMerci\tAnna\nDurand\n"


def test_unicode_with_its_replacements() -> None:
    assert rtf.read(rb"{\rtf1\uc1 L\u246?schung \u8364\'80 \uc0\u963x}").text == "Löschung € σx"
    assert rtf.read(rb"{\rtf1 {\uc2\u246??}\u252?}").text == "öü"


def test_a_character_beyond_the_first_plane_comes_in_two() -> None:
    assert rtf.read(rb"{\rtf1\u-10179?\u-8704?}").text == "\U0001f600"


def test_a_lone_surrogate_is_replaced() -> None:
    found = rtf.read(rb"{\rtf1 a\u-10179?b}").text
    found.encode("utf-8")
    assert found.startswith("a") and found.endswith("b")


def test_two_byte_code_pages_are_decoded_together() -> None:
    assert rtf.read(rb"{\rtf1\ansicpg932 \'8c\'c2\'90\'6c}").text == "個人"


def test_an_unknown_code_page_is_read_as_western() -> None:
    assert rtf.read(rb"{\rtf1\ansicpg99999 \'e9}").text == "é"


def test_signs_and_escapes() -> None:
    assert rtf.read(rb"{\rtf1 a\~b \{c\} \\ \emdash\ldblquote d\rdblquote}").text == "a b {c} \\ —“d”"


def test_pictures_and_instructions_are_no_text() -> None:
    assert rtf.read(rb"{\rtf1{\pict 89504e47}{\field{\*\fldinst PAGE}{\fldrslt 1}}}").text == "1"


def test_a_text_without_words_is_none() -> None:
    assert rtf.read(rb"{\rtf1{\pict 00}}").unread == "no-text"


def test_limits() -> None:
    assert rtf.read(b"{\\rtf1 " + b"word " * 100_000 + b"}").cut
    assert len(rtf.read(b"{\\rtf1 " + b"word " * 100_000 + b"}").text) <= MOST_CHARACTERS
    assert rtf.read(b"{\\rtf1 " + b"{" * 5000).unread == "broken"


PIECES = [b"{", b"}", b"\\", b"\\u1", b"\\'e9", b"\\uc9", b"\\*", b"abc ", b"\n", b"\\'", b"\\par"]


@given(st.lists(st.sampled_from(PIECES)))
def test_no_input_raises(pieces: list[bytes]) -> None:
    rtf.read(b"{\\rtf1" + b"".join(pieces)).text.encode("utf-8")
