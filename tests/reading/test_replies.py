"""New text apart from quotes and signatures; references found and verified."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.mail import parse
from dsarbot.reading.replies import MOST_LINES, find_references, split
from tests.reading.mail_samples import Sample, having

REPLIES = tomllib.loads((Path(__file__).parent / "replies.toml").read_text(encoding="utf-8"))

_HARD = (
    "> quoted",
    ">",
    "-- ",
    "--",
    "",
    "On 3 Nov 2025, Jane <jane@example.org> wrote:",
    "Le lun. 3 nov. 2025 à 09:01, Jane <jane@example.org> a",
    "écrit :",
    "Am 03.11.25 um 09:01 schrieb Datenschutz:",
    "-----Original Message-----",
    "________________________________",
    "De : Jane Doe <jane@example.org>",
    "Envoyé : lundi 3 novembre 2025 10:12",
    "À : Jane",
    "Objet : Demande",
    "Envoyé de mon iPhone",
)


@pytest.mark.parametrize("one", having("new"), ids=lambda one: one.key)
def test_what_is_new_and_what_is_quoted(one: Sample) -> None:
    reply = split(parse(one.raw).text)
    assert one.expected["new"] in reply.new_text
    assert one.expected["quoted"] in reply.quoted_text
    assert one.expected["quoted"] not in reply.new_text
    assert one.expected.get("signature", "") in reply.signature


@pytest.mark.parametrize("name", REPLIES)
def test_replies_of_many_mail_programs(name: str) -> None:
    expected = REPLIES[name]
    reply = split(expected["text"])
    assert " ".join(reply.new_text.split()) == expected["new"]
    assert expected["quoted"] in reply.quoted_text
    assert bool(expected["quoted"]) == bool(reply.quoted_text.strip())
    assert expected.get("signature", "") in reply.signature


@given(st.lists(st.sampled_from(_HARD) | st.text(max_size=30), max_size=30))
def test_no_line_is_lost_or_doubled(lines: list[str]) -> None:
    text = "\n".join(lines)
    reply = split(text)
    parts = (*reply.new_text.split("\n"), *reply.quoted_text.split("\n"), *reply.signature.split("\n"))
    assert Counter(line for line in parts if line) == Counter(line for line in text.split("\n") if line)


@given(st.lists(st.text(st.characters(exclude_characters=">|-_:\n*="), max_size=40), max_size=12))
def test_text_without_any_mark_of_a_quote_is_all_new(lines: list[str]) -> None:
    text = "\n".join(lines)
    reply = split(text)
    assert reply.quoted_text == ""


def test_answers_between_quoted_lines_are_new() -> None:
    reply = split("On 3 Nov 2025 Jane wrote:\n> Which account?\nThat of 2019.\n> Which period?\nAll.\n\n-- \nJane")
    assert reply.new_text.split() == ["That", "of", "2019.", "All."]
    assert reply.signature == "-- \nJane"


def test_a_text_without_end_is_new_where_nobody_looks() -> None:
    lines = ["x"] * MOST_LINES + ["> quoted, but far below"]
    assert split("\n".join(lines)).new_text.endswith("far below")


def test_quotations_in_html_are_marked_and_indented_words_are_not() -> None:
    cited = '<p>Yes.</p><blockquote type="cite"><p>Which account?</p></blockquote><p>That one.</p>'
    indented = "<p>I want:</p><blockquote><p>all my data</p></blockquote>"
    head = b"From: a@example.org\nContent-Type: text/html\n\n"
    reply = split(parse(head + cited.encode()).text)
    assert reply.new_text.split() == ["Yes.", "That", "one."]
    assert "Which account?" in reply.quoted_text
    assert "all my data" in split(parse(head + indented.encode()).text).new_text


def test_a_letter_that_begins_like_a_header_block_is_not_taken_for_a_quote() -> None:
    letter = "De : Jane Doe\nDate : 3 novembre 2025\nObjet : Demande d'accès\n\nJe demande mes données."
    assert split(letter).new_text == letter


def test_prose_that_begins_like_a_quote_head_is_not_taken_for_one() -> None:
    text = "On reflection, this is what my sister wrote:\nDelete everything."
    assert split(text).new_text == text


def test_a_long_text_below_two_hyphens_is_no_signature() -> None:
    text = "Dear Sirs\n--\n" + "\n".join(f"{number}. I want my data." for number in range(20))
    assert split(text).signature == ""


def _always(_reference: str) -> bool:
    return True


@pytest.mark.parametrize(
    "text",
    [
        "DSR-2026-00042-9",
        "[dsr-2026-00042-9]",
        "(DSR\u20112026\u201100042\u20119).",
        "Réf. DSR-2026-\n00042-9",
        "DSR - 2026 - 00042 - 9",
        "DSR-2026-00042-9 and again DSR-2026-00042-9",
    ],
)
def test_references_in_the_forms_that_mails_give_them(text: str) -> None:
    assert find_references(text, ("DSR", "DSRX"), _always) == ("DSR-2026-00042-9",)


@pytest.mark.parametrize(
    "text", ["XDSR-2026-00042-9", "DSR-2026-00042-99", "DSR-26-00042-9", "SA-2026-0007-T", "DSR 2026"]
)
def test_what_is_no_reference_of_ours(text: str) -> None:
    assert find_references(text, ("DSR",), _always) == ()


def test_a_wrong_check_character_is_no_reference() -> None:
    text = "DSR-2026-00042-9 DSR-2026-00042-8"
    assert find_references(text, ("DSR",), lambda reference: reference.endswith("-9")) == ("DSR-2026-00042-9",)
    assert find_references(text, (), _always) == ()


def test_a_prefix_is_no_pattern() -> None:
    assert find_references("DSR-2026-00042-9", (".*",), _always) == ()
