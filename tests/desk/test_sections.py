"""The subset and its tree: nothing typed can break it, and what is written is read back the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.desk.sections import Bullets, Paragraph, Span, clean, inline, plain, read, tidy, write

TYPED = st.text(alphabet=st.sampled_from("ab -*\\{}[]#<>&\n\r\t\u00a0é\u202e\x00"), max_size=80) | st.text(max_size=80)


def test_paragraphs_lists_and_bold_are_read() -> None:
    assert read("Hello **you**,\nsecond line\n\n- one\n- **two**\n\nEnd") == (
        Paragraph(((Span("Hello "), Span("you", bold=True), Span(",")), (Span("second line"),))),
        Bullets(((Span("one"),), (Span("two", bold=True),))),
        Paragraph(((Span("End"),),)),
    )


def test_a_list_may_follow_its_introduction_without_an_empty_line() -> None:
    assert read("Intro:\n- one") == (Paragraph(((Span("Intro:"),),)), Bullets(((Span("one"),),)))


def test_a_switch_that_nothing_closes_is_text() -> None:
    assert inline("2 ** 3") == (Span("2 ** 3"),)
    assert inline("**a** and **b") == (Span("a", bold=True), Span(" and **b"))


def test_a_backslash_takes_a_punctuation_mark_literally_and_nothing_else() -> None:
    assert inline(r"\*\*no\*\* C:\temp \- \\") == (Span(r"**no** C:\temp - \ ".rstrip()),)


@pytest.mark.parametrize("text", ["", " \n\t\n", "**", "****", "-", "- ", "- - x", "\\", "\\-", "** **"])
def test_odd_little_texts_are_read_and_written_back(text: str) -> None:
    assert read(write(read(text))) == read(text)


@given(TYPED)
def test_what_is_written_is_read_back_the_same(text: str) -> None:
    assert read(write(read(text))) == read(text)


@given(st.lists(st.builds(Span, TYPED.map(clean), st.booleans()), max_size=4))
def test_any_spans_survive_being_written(spans: list[Span]) -> None:
    line = tidy(spans)
    for tree in ((Paragraph((line,)),), (Bullets((line,)),)) if line else ():
        assert read(write(tree)) == tree


def test_text_that_looks_like_a_list_item_stays_text() -> None:
    tree = (Paragraph(((Span("- not an item"),),)),)
    assert write(tree) == r"\- not an item"
    assert read(write(tree)) == tree


def test_control_characters_and_direction_overrides_do_not_get_in() -> None:
    assert clean("a\x00b\x1b[31m\u202ec\ud800\u2028d\r\ne") == "a b [31mc d e"
    assert clean("a\r\nb\rc", keep_breaks=True) == "a\nb\nc"


def test_the_words_alone() -> None:
    assert plain(read("**A** b\n\n- c\n- d")) == "A b\nc\nd"
