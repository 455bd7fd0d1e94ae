"""The pages as values: what stands where, before anything is set in type."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dsarbot.core.case import Section
from dsarbot.core.jurisdictions import codes
from dsarbot.paper.data import data
from dsarbot.paper.page import PageSet, Row, page_set
from dsarbot.paper.stationery import stationery, window_of, windows, words
from tests.paper.letters import ADDRESS, REFERENCE, answer, head


def pages(*, code: str = "DE", **more: object) -> PageSet:
    case, letter = answer(code=code, **more)  # type: ignore[arg-type]
    return page_set(case, letter, stationery(head(code), jurisdiction=code))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("DE", "german"), ("DE-BY", "german"), ("AT", "german"), ("LU", "german"), ("CH", "german"),
        ("FR", "french"), ("FR-AM", "french"), ("BE", "french"), ("NL", "german"), ("EU", "german"),
    ],
)  # fmt: skip
def test_the_window_is_that_of_the_country_unless_one_is_named(code: str, name: str) -> None:
    assert window_of(code) == windows()[name]
    assert window_of(code, "french") == windows()["french"]


def test_every_country_of_a_window_is_a_jurisdiction_and_no_text_begins_in_a_window() -> None:
    named = [code for each in windows().values() for code in each.jurisdictions]
    assert len(named) == len(set(named)) and set(named) <= set(codes())
    for each in windows().values():
        assert each.text_top > each.top + each.height
        assert each.side_left + each.side_width <= each.left or each.side_left >= each.left + each.width


def test_the_words_are_there_in_every_language_and_for_every_binding_one() -> None:
    assert words().keys() == {"fr", "en", "de"}
    for each in words().values():
        assert each.courtesy.keys() == words().keys()
        assert "{page}" in each.page and "{pages}" in each.page


def test_what_a_mail_says_below_its_signature_stands_beside_the_address() -> None:
    shown = pages(language="fr", code="FR")
    assert [row.label for row in shown.references] == ["Référence", "Reçu le", "Date", "Contact"]
    assert shown.references[0] == Row(label="Référence", lines=(REFERENCE,))
    assert "reference" not in {part.key for part in shown.parts}


@pytest.mark.parametrize("text", ["Kein Block", "**Nur fett**", "- **Aktenzeichen:** 1", "Akte **1**"])
def test_written_otherwise_it_stays_where_it_is_and_the_reference_is_named_all_the_same(text: str) -> None:
    shown = pages(sections=(Section(key="done", text="Ja."), Section(key="reference", text=text)))
    assert shown.references[0] == Row(label="Unser Zeichen", lines=(REFERENCE,))
    assert [part.key for part in shown.parts] == ["done", "reference"]


def test_the_date_is_the_local_day_on_which_the_letter_was_written() -> None:
    case, letter = answer(code="LU", language="en")
    letter = replace(letter, drafted_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    shown = page_set(case, letter, stationery(head("LU"), jurisdiction="LU"))
    assert shown.day == date(2027, 1, 1)
    assert "1 January 2027" in {line.replace("\u00a0", " ") for row in shown.references for line in row.lines}


def test_a_language_that_the_paper_does_not_speak_falls_back() -> None:
    case, letter = answer()
    shown = page_set(case, replace(letter, language="lb"), stationery(head(), jurisdiction="DE"))
    assert (shown.language, shown.page) == ("en", "page {page} of {pages}")


def test_an_organisation_without_address_or_register_has_still_a_foot_and_a_senders_line() -> None:
    case, letter = answer()
    bare = replace(head(), postal=(), registration="", contact_email="", contact_phone="", ways=frozenset({"reply"}))
    shown = page_set(case, letter, stationery(bare, jurisdiction="DE"))
    assert (shown.return_line, shown.foot) == (bare.organisation, (bare.organisation,))


def test_empty_lines_and_control_characters_of_an_address_are_left_out() -> None:
    assert pages(address=("Marie\tKeller", "", " ", "Weg 1\x00")).address == ("Marie Keller", "Weg 1")
    assert pages().address == ADDRESS


def blocks(*sections: Section) -> list[list[dict[str, object]]]:
    shown = json.loads(data(pages(sections=sections)))
    return [part["blocks"] for part in shown["parts"]]


def test_what_leads_up_to_something_stays_with_it() -> None:
    lead, rest = "Wir haben dies getan:", "- eins\n- zwei"
    ((first, second), (third,), (fourth,)) = blocks(
        Section(key="done", text=f"Ohne Doppelpunkt\n\n{rest}"),
        Section(key="next", text=lead),
        Section(key="law", text="wort " * 60 + ":"),
    )
    assert [first["keep"], second["keep"], third["keep"], fourth["keep"]] == [True, False, True, False]


def test_the_end_of_a_long_list_goes_along_with_the_signature() -> None:
    signature = Section(key="signature", text="Gruß\n\nFirma")
    (whole, _) = blocks(Section(key="done", text="- a\n- b\n- c"), signature)
    assert [(each["keep"], each["goes_on"], len(each["lines"])) for each in whole] == [(True, False, 3)]  # type: ignore[arg-type]
    (parts, _) = blocks(Section(key="done", text="\n".join(f"- {n}" for n in range(9))), signature)
    assert [(each["keep"], each["goes_on"], len(each["lines"])) for each in parts] == [  # type: ignore[arg-type]
        (False, False, 6), (True, True, 3),
    ]  # fmt: skip
