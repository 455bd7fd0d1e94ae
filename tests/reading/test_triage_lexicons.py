"""The phrase language of the lexicons, and the files themselves."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.cutting import cut
from dsarbot.reading.lexicons import Lexicon, compile_lexicon, fold, lexicon
from dsarbot.reading.matching import LONGEST, PAGE, Masks, begin, locate, search

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
    assert hits(text, small(phrase, who=["about me", "me"])) == ([found] if found else [])


def hits(text: str, lexicon: Lexicon) -> list[str]:
    read = cut(text)
    places = [(read.places(hit.sentence), hit) for hit in search(read, lexicon).hits]
    return [text[place[hit.first][0] : place[hit.behind - 1][1]] for place, hit in places]


def test_a_phrase_never_reaches_into_the_next_sentence() -> None:
    assert not hits("I erase. Data stay", small("erase .. data"))
    assert not hits("I erase. Data stay", small("erase ... data"))
    assert not hits("erase\n\ndata", small("erase .. data"))
    assert hits("erase art. 17 data", small("erase ... data"))


def test_each_sentence_tells_it_once() -> None:
    text = "Erase data, erase data. Do not erase data! Keep it."
    assert hits(text, small("erase data")) == ["Erase data", "erase data"]


def test_what_stands_on_the_seam_of_two_pages_is_found_once() -> None:
    for shift in range(-25, 3):
        text = "word " * (PAGE + shift) + "erase all data " + "word " * 30
        assert hits(text, small("erase .. data")) == ["erase all data"]


def test_long_sentences_are_read_to_their_end() -> None:
    text = "word " * (LONGEST - 1) + "erase data " + "word " * 300 + "erase data"
    assert hits(text, small("erase data")) == ["erase data"] * 2


def test_mistakes_of_a_lexicon_are_named() -> None:
    with pytest.raises(ValueError, match="unknown word group"):
        small("erase {nothing}")
    with pytest.raises(ValueError, match="too short"):
        small("er* data")


@given(st.lists(st.sampled_from(["a", "b", "c", "x"]), max_size=20))
def test_locate_agrees_with_a_plain_search(words: list[str]) -> None:
    made = small("a .. b c|x")
    phrases = list(made.every())
    masks = Masks(list(enumerate(words)), made)
    reached, ends = locate(phrases[0], masks) if phrases[0].needs <= masks.present else ([], 0)
    behind = (ends & -ends).bit_length() - 1
    plain = [
        (i, j + 2)
        for i, a in enumerate(words)
        for j in range(i + 1, min(i + 5, len(words) - 1))
        if a == "a" and words[j] == "b" and words[j + 1] in {"c", "x"}
    ]
    assert bool(ends) == bool(plain)
    assert not ends or (begin(phrases[0], reached, behind), behind) in plain


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
