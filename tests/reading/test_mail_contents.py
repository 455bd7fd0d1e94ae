"""The small readers that a body needs: flowed lines, invitations, files in text, Outlook's wrapping, HTML."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading import calendars, flowed, tnef
from dsarbot.reading.compressed_rtf import expanded
from dsarbot.reading.embedded import cut_out
from dsarbot.reading.hypertext import text_of
from dsarbot.reading.transfer import prose_or_base64, undo
from tests.reading.odd_mails.wrapped import literal, stored, winmail

# --- flowed ----------------------------------------------------------------------------------------------------------

_FLOWED_LINE = st.text("abc >-", max_size=12)


@given(st.lists(_FLOWED_LINE, max_size=10), st.booleans())
def test_joining_lines_loses_no_word(lines: list[str], delete_space: bool) -> None:
    joined = flowed.joined("\n".join(lines), delete_space=delete_space)
    for letter in "abc-":
        assert joined.count(letter) == "".join(lines).count(letter)
    assert joined.count("\n") < max(1, len(lines))


# --- invitations -----------------------------------------------------------------------------------------------------


def test_of_several_entries_the_first_one_speaks() -> None:
    assert calendars.text_of("SUMMARY:one\r\nSUMMARY:two\r\nLOCATION:\r\n") == "one"


@given(st.text(max_size=300))
def test_no_calendar_raises(source: str) -> None:
    calendars.text_of(source)


# --- Outlook's wrapping ----------------------------------------------------------------------------------------------

# [MS-OXRTFCP] 4.1: the two worked examples.
_SIMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
_CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def test_compressed_rtf_as_the_specification_works_it_out() -> None:
    assert expanded(_SIMPLE) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert expanded(_CROSSING) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@given(st.binary(max_size=300))
def test_rtf_without_references_comes_back(rtf: bytes) -> None:
    assert expanded(literal(rtf)) == rtf
    assert rtf in expanded(stored(rtf))


@given(st.binary(max_size=200))
def test_no_bytes_make_the_expander_raise(data: bytes) -> None:
    expanded(data)
    expanded(_SIMPLE[:16] + data)


_WINMAIL = winmail(plain="text", wide="text", html="<p>x</p>", rtf="x", files={"a.txt": b"content"})


@given(st.integers(0, len(_WINMAIL)), st.binary(max_size=8))
def test_a_damaged_winmail_is_read_as_far_as_it_goes(at: int, noise: bytes) -> None:
    tnef.unwrapped(_WINMAIL[:at])
    tnef.unwrapped(_WINMAIL[:at] + noise + _WINMAIL[at + len(noise) :])


def test_a_winmail_tells_its_texts_and_files() -> None:
    found = tnef.unwrapped(_WINMAIL)
    assert found is not None
    assert (found.plain, found.html, [(one.name, one.content) for one in found.attached]) == (
        "text",
        b"<p>x</p>",
        [("a.txt", b"content")],
    )


# --- files in the text -----------------------------------------------------------------------------------------------


@given(st.binary(min_size=1, max_size=300), st.sampled_from([b"\n", b"\r\n"]))
def test_uuencoded_files_come_out_of_the_text(content: bytes, end: bytes) -> None:
    lines = [binascii.b2a_uu(content[at : at + 45], backtick=True).rstrip(b"\n") for at in range(0, len(content), 45)]
    text = end.join([b"Hello", b"begin 644 a.bin", *lines, b"`", b"end", b"Bye"])
    rest, files = cut_out(text)
    assert rest.split() == [b"Hello", b"Bye"]
    assert [(file.name, undo(file.content, file.encoding)) for file in files] == [("a.bin", content)]


def test_text_that_only_mentions_such_files_stays_whole() -> None:
    text = b"I begin 644 a\nand end\nbegin 644 b.txt\nnot encoded at all\nend\n"
    assert cut_out(text) == (text, ())


@given(st.binary(max_size=400))
def test_what_is_base64_is_decoded_as_such(content: bytes) -> None:
    assert prose_or_base64(base64.encodebytes(content)) == content


# --- HTML ------------------------------------------------------------------------------------------------------------

_HTML = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div hidden>",
            "</div>",
            "<",
            ">",
            '"',
            "'",
            "<!--",
            "-->",
            "<br>",
            "&amp;",
            "&#0;",
            "<style>",
            "</style>",
            "<td>",
            "</td>",
            "<li>",
            "<pre>",
            "</pre>",
            " ",
            "\n",
            "<a href='",
            "x",
        ]
    ),
    max_size=30,
)


@given(_HTML)
def test_any_pile_of_tags_gives_text(pieces: list[str]) -> None:
    assert text_of("".join(pieces)).strip() == text_of("".join(pieces))


@given(st.text("abc é.,", max_size=80), st.sampled_from(["p", "div", "span", "td", "b", "li", "h1", "unknown"]))
def test_words_in_any_element_are_kept(words: str, element: str) -> None:
    assert "".join(text_of(f"<{element} class='x'>{words}</{element}>").removeprefix("*").split()) == "".join(
        words.split()
    )


@pytest.mark.parametrize("hidden", ["display:none", "visibility: hidden", "mso-hide:all", "font-size:0", "opacity:0"])
def test_what_a_style_hides_is_not_read(hidden: str) -> None:
    assert text_of(f'<span style="color:red;{hidden}">one</span><p>two</p>') == "two"


@pytest.mark.parametrize(
    "shown", ["font-size:0.9em", "font-size:10px", "max-height:0.5em", "opacity:0.5", "display:block"]
)
def test_what_only_looks_like_hiding_by_its_style_is_read(shown: str) -> None:
    assert text_of(f'<span style="{shown}">one</span><p>two</p>').split() == ["one", "two"]


@pytest.mark.parametrize(
    "attributes", ["class='a hidden b'", 'title="display:none"', "aria-hidden=true", "data-hidden"]
)
def test_what_only_looks_like_hiding_by_its_attributes_is_read(attributes: str) -> None:
    assert text_of(f"<span {attributes}>one</span><p>two</p>").split() == ["one", "two"]
