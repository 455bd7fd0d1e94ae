"""Text and HTML say the same words, and nothing in a letter becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.case import Section
from dsarbot.desk.emit import emit_html, emit_text, tree
from dsarbot.desk.sections import read

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
