"""Whose words are these? Speaking for somebody, signed by somebody else, or simply signed as people sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.authorities import DOMAINS, is_authority
from dsarbot.reading.others import names_another

FOR_OTHERS = [
    ("My husband would like to see his data as well.", "My husband"),
    ("I write on behalf of Mr Example.", "on behalf of"),
    ("Please find the power of attorney attached.", "power of attorney"),
    ("Mon fils a aussi un compte chez vous.", "Mon fils"),
    ("J'écris au nom de ma mère.", "au nom de"),
    ("En qualité de conseil, nous vous écrivons.", "En qualité de conseil"),
    ("Meine Frau hat ebenfalls geschrieben.", "Meine Frau"),
    ("Ich schreibe im Namen meines Vaters.", "im Namen meines"),
    ("Namens und in Vollmacht unseres Mandanten ...", "Namens und in Vollmacht"),
]


@pytest.mark.parametrize(("text", "words"), FOR_OTHERS)
def test_words_that_speak_for_somebody_else_are_named(text: str, words: str) -> None:
    assert names_another(text, "Jeanne Martin").lower() == words.lower()


SIGNED = [
    ("Kind regards,\nPaul Martin", "Jeanne Martin", "Paul Martin"),
    ("Cordialement\n\nClaire Dupont", "Jeanne Martin", "Claire Dupont"),
    ("Mit freundlichen Grüßen\nKarl Beispiel", "Johanna Beispiel", "Karl Beispiel"),
    ("Any news?\n-- \nPaul Durand", "Jeanne Martin", "Paul Durand"),
    ("Any news?\nThanks,\nPaul", "Jeanne Martin", "Paul"),
]


@pytest.mark.parametrize(("text", "person", "signed"), SIGNED)
def test_another_name_below_the_text_is_named(text: str, person: str, signed: str) -> None:
    assert names_another(text, person) == signed


SAME = [
    ("Any news?\nThanks,\nJeanne", "Jeanne Martin"),
    ("Any news?\nKind regards,\nJ. Martin", "Jeanne Martin"),
    ("Des nouvelles ?\nCordialement,\nMme Jeanne MARTIN", "Jeanne Martin"),
    ("Des nouvelles ?\nCordialement,\nJeanne Martin-Dupont", "Jeanne Martin"),
    ("Gibt es etwas Neues?\nLG\nKathi", "Katharina Muster"),
    ("Gibt es etwas Neues?\nViele Grüße\nDr. Jörg Müller", "Joerg Muller Jörg"),
    ("Any news?\nKind regards,\nPaul Martin", ""),
    ("Any news?\nSent from my phone", "Jeanne Martin"),
    ("Der Server heißt Karl, ein Rechner namenlos.", "Jeanne Martin"),
    (
        "Any news?\n\nOn Mon, 2 Mar 2026 at 10:00, Paul Durand wrote:\n> on behalf of my wife\n> Paul Durand",
        "Jeanne Martin",
    ),
    ("", ""),
]


@pytest.mark.parametrize(("text", "person"), SAME)
def test_who_signs_as_people_do_is_the_same_person(text: str, person: str) -> None:
    assert names_another(text, person) == ""


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_text_has_an_answer(text: str, name: str) -> None:
    assert isinstance(names_another(text, name), str)


@pytest.mark.parametrize("address", ["plaintes@services.cnil.fr", "INFO@CNPD.LU", "poststelle@datenschutz.hessen.de"])
def test_authorities_are_known_by_their_domain_and_what_lies_below_it(address: str) -> None:
    assert is_authority(address)


@pytest.mark.parametrize("address", ["", "x", "cnil.fr@example.org", "x@notcnil.fr", "x@cnil.fr.example.org", "x@fr"])
def test_a_name_that_only_looks_like_one_is_none(address: str) -> None:
    assert not is_authority(address)


def test_the_list_holds_domains_in_small_letters() -> None:
    assert all(domain == domain.lower().strip(".") and "." in domain for domain in DOMAINS)
