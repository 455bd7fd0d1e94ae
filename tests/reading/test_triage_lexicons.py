"""The phrase language of the lexicons, and the files themselves."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.lexicons import Lexicon, compile_lexicon, fold, lexicon
from dsarbot.reading.matching import LONGEST, Masks, locate, search

RIGHTS = {
    "access", "rectification", "erasure", "restriction", "portability", "objection", "automated-decision",
    "consent-withdrawal", "directives",
}  # fmt: skip


def small(*phrases: str, **groups: list[str]) -> Lexicon:
    return compile_lexicon([("en", {"words": groups, "marks": {"it": list(phrases)}})])


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("erase data", "please ERASE Data now", "ERASE Data"),
        ("erase data", "erase my data", None),
        ("erase .. data", "erase all of my data", "erase all of my data"),
        ("erase .. data", "erase one two three four data", None),
        ("erase ... data", "erase 1 2 3 4 5 6 7 8 data", "erase 1 2 3 4 5 6 7 8 data"),
        ("eras* data|info", "erasing info", "erasing info"),
        ("erase + data", "data that you erase", "data that you erase"),
        ("erase {who}", "erase about me", "erase about me"),
        ("erase {who} now", "erase me now", "erase me now"),
        ("don't erase", "I don’t erase", "don’t erase"),
        ("erase take_out|data", "erase take out", "erase take out"),
        ("erase .. data .. me", "erase erase data of data of me", "erase data of data of me"),
        ("löschen", "loeschen", "loeschen"),
    ],
)
def test_the_phrase_language(phrase: str, text: str, found: str | None) -> None:
    hits = search(text, small(phrase, who=["about me", "me"])).hits
    assert [text[hit.start : hit.end] for hit in hits] == ([found] if found else [])


def test_a_phrase_never_reaches_into_the_next_sentence() -> None:
    assert not search("I erase. Data stay", small("erase .. data")).hits
    assert not search("erase\n\ndata", small("erase .. data")).hits
    assert search("erase art. 17 data", small("erase ... data")).hits


def test_long_sentences_are_read_to_their_end() -> None:
    text = "word " * (LONGEST - 1) + "erase data " + "word " * 300 + "erase data"
    assert search(text, small("erase data")).words > 300
    assert len(search(text, small("erase data")).hits) == 2


def test_mistakes_of_a_lexicon_are_named() -> None:
    with pytest.raises(ValueError, match="unknown word group"):
        small("erase {nothing}")
    with pytest.raises(ValueError, match="too short"):
        small("er* data")


@given(st.lists(st.sampled_from(["a", "b", "c", "x"]), max_size=20))
def test_locate_agrees_with_a_plain_search(words: list[str]) -> None:
    made = small("a .. b c|x")
    phrases = list(made.every())
    masks = Masks(made.meanings(words), made)
    found = locate(phrases[0], masks) if phrases[0].needs <= masks.present else None
    plain = [
        (i, j + 2)
        for i, a in enumerate(words)
        for j in range(i + 1, min(i + 5, len(words) - 1))
        if a == "a" and words[j] == "b" and words[j + 1] in {"c", "x"}
    ]
    assert (found is not None) == bool(plain)
    assert found is None or found in plain


def test_folding_makes_spellings_one() -> None:
    assert fold("Données") == fold("DONNE\u0301ES") == "donnees"
    assert fold("Groß") == "gross"


def test_every_lexicon_file_knows_only_rights_that_exist_and_covers_them() -> None:
    folder = files("dsarbot.reading") / "lexicon"
    for language in ("fr", "en", "de"):
        table = tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
        assert set(table["rights"]) == RIGHTS
    assert {phrase.label[1] for phrase in lexicon().every() if phrase.label[0] == "rights"} == RIGHTS


def test_the_strengths_in_the_files_are_those_that_weighing_knows() -> None:
    known = {"asks", "asks_not", "names", "hints", "follows", "third", "copies", "marketing", "marketing_not"}
    found = {phrase.label[2] for phrase in lexicon().every() if phrase.label[0] == "rights"}
    assert found <= known
