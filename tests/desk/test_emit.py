"""Text and HTML say the same words, and nothing in a letter becomes markup."""

from __future__ import annotations

import textwrap
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.case import Section
from dsarbot.desk.emit import _wrapped, emit_html, emit_text, letter_html, letter_text, tree
from dsarbot.desk.sections import Span, read

HOSTILE = st.text(alphabet=st.sampled_from("ab <>&\"'*-\\{}\n\u00a0/=!"), max_size=120)
OURS = {"html", "head", "meta", "title", "body", "p", "br", "ul", "li", "strong"}


class _Reader(HTMLParser):
    """What a browser would make of it: the tags, and the words of the body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.body = ""
        self._in_body = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._in_body = self._in_body or tag == "body"

    def handle_data(self, data: str) -> None:
        self.body += data if self._in_body else ""


def test_text_is_wrapped_with_lists_indented_and_bold_dropped() -> None:
    blocks = read(f"**Due:** soon\nnext\n\n- {'word ' * 20}\n- two")
    lines = emit_text(blocks).split("\n")
    assert lines[:3] == ["Due: soon", "next", ""]
    assert lines[3].startswith("- word")
    assert lines[4].startswith("  word")
    assert max(map(len, lines)) <= 76
    assert emit_text(blocks).endswith("- two\n")


def test_an_address_longer_than_a_line_is_not_torn_apart() -> None:
    url = "https://example.org/" + "a-b/" * 30
    assert url in emit_text(read(f"See {url} now"))


def test_an_unbreakable_space_keeps_its_words_on_one_line() -> None:
    text = emit_text(read("x " * 36 + "voici\u00a0: rien"))
    assert "voici\u00a0:" in text


def test_html_is_minimal_and_fetches_nothing() -> None:
    page = _Reader(emit_html(read("**a** b\nc\n\n- d"), language="fr", title="<x> & y"))
    assert page.tags == OURS
    assert page.attributes == {"lang", "charset", "style"}


def test_html_names_its_language_and_title() -> None:
    page = emit_html(read("a"), language="de", title="a <b>")
    assert '<html lang="de">' in page
    assert "<title>a &lt;b&gt;</title>" in page


@given(HOSTILE)
def test_both_forms_say_the_same_words_and_no_text_becomes_a_tag(text: str) -> None:
    blocks = read(text)
    page = _Reader(emit_html(blocks, language="en", title=text))
    marks_dropped = [word for word in emit_text(blocks, width=10_000).split() if word != "-"]
    assert [word for word in page.body.split() if word != "-"] == marks_dropped
    assert page.tags <= OURS


def test_a_letter_is_the_blocks_of_its_sections_in_order() -> None:
    sections = (Section(key="a", text="one"), Section(key="b", text="- two"))
    assert tree(sections) == (*read("one"), *read("- two"))


words = st.text(alphabet=st.sampled_from("ab-é\u00a0\u2009\u3000/.,"), min_size=1, max_size=30)


@given(st.lists(words, min_size=1, max_size=40), st.sampled_from([" ", "  ", "\t"]), st.booleans())
def test_lines_are_broken_as_textwrap_breaks_them(pieces: list[str], blank: str, item: bool) -> None:
    text = blank.join(pieces)
    first, other = ("- ", "  ") if item else ("", "")
    expected = textwrap.fill(
        text, 76, initial_indent=first, subsequent_indent=other, break_long_words=False, break_on_hyphens=False
    )
    assert _wrapped((Span(text),), 76, first, other) == expected


@given(st.lists(st.text(alphabet="ab *-\\\n<&{é", max_size=60), max_size=5))
def test_a_letter_is_written_as_its_tree_is(texts: list[str]) -> None:
    sections = [Section(key=f"k{number}", text=text) for number, text in enumerate(texts)]
    for _ in range(2):
        assert letter_text(sections) == emit_text(tree(sections))
        assert letter_html(sections, language="fr", title="<t>") == emit_html(
            tree(sections), language="fr", title="<t>"
        )
