"""HTML of strangers becomes harmless HTML, whatever they wrote."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.rendition import html_of, rendered

ALLOWED = {
    "p", "div", "span", "strong", "b", "em", "i", "u", "s", "small", "sub", "sup", "ul", "ol", "li", "dl", "dt", "dd",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "h3", "h4", "pre", "code", "blockquote", "details",
    "summary", "br", "hr",
}  # fmt: skip


def seen(source: str) -> str:
    return rendered(source, quoted="Quoted", picture="Picture")


class Reader(HTMLParser):
    """What a browser would make of it: elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def read(source: str) -> list[tuple[str, tuple[str, ...]]]:
    reader = Reader()
    reader.feed(seen(source))
    reader.close()
    return reader.found


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("<p onclick='x()'>I <b>wait</b></p>", "<p>I <b>wait</b></p>"),
        ("<script>alert(1)</script>after", "after"),
        ("<style>*{display:none}</style>after", "after"),
        ("<a href='https://evil.example'>our site</a>", 'our site <span class="target">&lt;https://evil.example&gt;</span>'),
        ("<a href='#top'>top</a><a>bare</a>", "topbare"),
        ("<img src=x onerror=alert(1) alt='a <b>'>", '<span class="picture">[Picture: a &lt;b&gt;]</span>'),
        ("<img src=x>", '<span class="picture">[Picture]</span>'),
        ("<h1>Big</h1><center>mid</center>", "<h3>Big</h3><div>mid</div>"),
        ("<td colspan=2 rowspan='x' style='x'>c</td>", '<td colspan="2">c</td>'),
        ("<td colspan='999'>c</td>", "<td>c</td>"),
        ("<b>open", "<b>open</b>"),
        ("</b>stray", "stray"),
        ("<b><i>crossed</b></i>", "<b><i>crossed</i></b>"),
        ("a<br/>b<hr>", "a<br>b<hr>"),
        ("<blockquote>o</blockquote>n", "<details><summary>Quoted</summary><blockquote>o</blockquote></details>n"),
        ("<svg><p>x</p></svg>y<iframe src=x></iframe>", "y"),
        ("<object><script></object></script>never shown", ""),
        ("<head><title>t</title><body>no end of the head", "no end of the head"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<!-- <p>hidden</p> -->shown", "shown"),
        ("<form action=x><input name=p><button>Go</button></form>", ""),
        ("<p/>x", "<p>x</p>"),
    ],
)  # fmt: skip
def test_only_harmless_elements_come_out(source: str, made: str) -> None:
    assert seen(source) == made


def test_a_link_that_is_longer_than_a_line_is_cut() -> None:
    assert seen(f"<a href='https://example/{'x' * 999}'>x</a>").count("x") < 400


def test_depth_is_bounded() -> None:
    made = seen("<div>" * 5000 + "x")
    assert made.count("<div>") == made.count("</div>") == 100


@given(st.text(alphabet="<>/'\"=& abpscritmghefonxl-!\n", max_size=300))
def test_whatever_comes_nothing_else_comes_out(source: str) -> None:
    for tag, attributes in read(source):
        assert tag in ALLOWED and set(attributes) <= {"class", "colspan", "rowspan"}


@given(st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<blockquote>", "</blockquote>", "<script>", "</script>",
                                 "<td colspan=2>", "<a href=x>", "</a>", "text", "<", ">", '"'])))  # fmt: skip
def test_what_is_opened_is_closed(pieces: list[str]) -> None:
    made = seen("".join(pieces))
    for tag in ("p", "b", "blockquote", "details", "td"):
        assert made.count(f"<{tag}>") + made.count(f"<{tag} ") == made.count(f"</{tag}>"), tag


MAIL = (
    b"From: a@example.net\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    b"Content-Type: text/html; charset=utf-8\r\nContent-Disposition: attachment\r\n\r\n<p>attached</p>\r\n--x\r\n"
    b"Content-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\nContent-Type: text/plain\r\n\r\nplain\r\n--y\r\n"
    b"Content-Type: text/html; charset=iso-8859-1\r\n\r\n<p>\xe9t\xe9</p>\r\n--y--\r\n--x--\r\n"
)


def test_the_first_html_that_is_no_attachment_is_meant() -> None:
    assert html_of(MAIL).strip() == "<p>été</p>"
    assert html_of(b"Subject: x\r\n\r\nplain") == "" == html_of(b"")
