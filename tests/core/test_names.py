"""Names on file and on papers: what is the same, what is probable, what is not, and why."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.names import Likeness, compare
from dsarbot.core.names_folding import tables, words


def why(found: Likeness) -> list[str]:
    return [reason.code for reason in found.why]


SAME = [
    ("Anna Maria Eriksson", "ERIKSSON", "ANNA MARIA"),
    ("ERIKSSON, Anna Maria", "ERIKSSON", "ANNA MARIA"),
    ("eriksson anna-maria", "ERIKSSON", "ANNA MARIA"),
    # ICAO 9303: AE, OE, UE and SS; but also the writing without the dots.
    ("Jürgen Müller", "MUELLER", "JUERGEN"),
    ("Jürgen Müller", "MULLER", "JURGEN"),
    ("Ju\u0308rgen Mu\u0308ller", "MUELLER", "JUERGEN"),
    ("Ümit Yıldız", "UXXMIT", "YILDIZ"),
    ("Jörg Weiß", "WEISS", "JOERG"),
    ("Änne Åström", "AASTROEM", "AENNE"),
    ("Søren Kjær", "KJAER", "SOEREN"),
    ("Chloé L'Haÿ", "LHAY", "CHLOE"),
    ("Hélène Cœur", "COEUR", "HELENE"),
    ("Łukasz Żółć", "ZOLC", "LUKASZ"),
    ("Begoña Núñez", "NUNXXEZ", "BEGONXXA"),
    ("Þóra Ðögg", "DOEGG", "THORA"),
    ("Иван Щербаков", "SHCHERBAKOV", "IVAN"),
    # Together or apart, with or without apostrophe.
    ("Enya O'Connor", "OCONNOR", "ENYA"),
    ("Enya O’Connor", "O CONNOR", "ENYA"),
    ("Annemarie Dupont", "DUPONT", "ANNE MARIE"),
    ("Anne Marie Dupont", "DUPONT", "ANNEMARIE"),
    ("Martin van der Müllen", "VAN DER MUELLEN", "MARTIN"),
    ("Martin Vandermüllen", "VAN DER MUELLEN", "MARTIN"),
    ("Jean Dupont-Martin", "DUPONT MARTIN", "JEAN"),
    # No given name on the paper: all words are the primary identifier.
    ("Arkfreith", "ARKFREITH", ""),
]


@pytest.mark.parametrize(("on_file", "surname", "given_names"), SAME)
def test_the_same_name(on_file: str, surname: str, given_names: str) -> None:
    assert compare(on_file, surname, given_names) == Likeness("same")


@pytest.mark.parametrize(
    ("on_file", "surname", "given_names", "code"),
    [
        ("Martin Müllen", "VAN DER MUELLEN", "MARTIN", "particle"),
        ("Charles de la Tour", "LA TOUR", "CHARLES", "particle"),
        ("Mme Anne Dupont", "DUPONT", "ANNE", "title"),
        ("Herr Dr. Jörg Weiß", "WEISS", "JOERG", "title"),
    ],
)
def test_particles_and_titles_are_only_mentioned(on_file: str, surname: str, given_names: str, code: str) -> None:
    found = compare(on_file, surname, given_names)
    assert (found.verdict, why(found)) == ("same", [code])


PROBABLY = [
    ("Anna Eriksson", "ERIKSSON", "ANNA MARIA", "fewer-given-names"),
    ("Anna Sophie Eriksson", "ERIKSSON", "ANNA", "more-on-file"),
    ("Marie Dupont-Martin", "DUPONT", "MARIE", "more-on-file"),
    ("Marie Dupont", "DUPONT MARTIN", "MARIE", "part-of-surname"),
    ("Mme Marie Dupont née Martin", "MARTIN", "MARIE", "married-name"),
    ("Erika Mustermann geb. Gabler", "GABLER", "ERIKA", "married-name"),
    ("A. Eriksson", "ERIKSSON", "ANNA", "initial"),
    ("M. Eriksson", "ERIKSSON", "MARIA", "initial"),
    ("Anna Ericsson", "ERIKSSON", "ANNA", "spelling"),
    ("Anna Erikson", "ERIKSSON", "ANNA", "spelling"),
    ("Anna Eriskson", "ERIKSSON", "ANNA", "spelling"),
    ("Jurgen Müller", "MUELLER", "JUERGEN", "umlaut"),
    ("Erika Müller née Gabler", "GABLER WEISS", "ERIKA", "married-name"),
]


@pytest.mark.parametrize(("on_file", "surname", "given_names", "code"), PROBABLY)
def test_probably_the_same_name(on_file: str, surname: str, given_names: str, code: str) -> None:
    found = compare(on_file, surname, given_names)
    assert found.verdict == "probably"
    assert code in why(found)


DIFFERENT = [
    ("Marie Martin", "DUPONT", "MARIE", "surname"),
    ("Marie Dupont", "DUPONT", "CLAIRE", "given-names"),
    ("Dupont", "DUPONT", "CLAIRE", "only-surname"),
    # Twins.
    ("Jean-Pierre Martin", "MARTIN", "JEAN PAUL", "other-given-names"),
    ("Marie Dupont-Martin", "DUPONT BERNARD", "MARIE", "other-surname"),
    ("Ana Eriksson", "ERIKSSON", "ANNA", "given-names"),
    ("Sophia Ericsson", "ERIKSSON", "SOPHIE", "spelling"),
    ("Iva Eriksson", "ERIKSSON", "ANNA", "given-names"),
    ("王 伟", "WANG", "WEI", "script"),
    ("", "WANG", "WEI", "script"),
]


@pytest.mark.parametrize(("on_file", "surname", "given_names", "code"), DIFFERENT)
def test_another_name(on_file: str, surname: str, given_names: str, code: str) -> None:
    found = compare(on_file, surname, given_names)
    assert (found.verdict, why(found)[0]) == ("different", code)


@pytest.mark.parametrize(
    ("surname", "given_names"),
    [("NILAVADHANANANDA", "CHAYAPA DEJTHAMR"), ("NILAVADHANANANDA", "CHAYAPA DEJ K"), ("NILAVADHAN", "CHAYAPA")],
)
def test_a_name_that_was_cut_is_probable(surname: str, given_names: str) -> None:
    on_file = "Chayapa Dejthamrong Krasuang Nilavadhanananda"
    found = compare(on_file, surname, given_names, cut=True)
    assert found.verdict == "probably" and "cut" in why(found)
    assert compare(on_file, "NILAVADHAN", given_names).verdict == "different"


def test_words_of_a_cut_name_that_differ_are_left_to_a_person() -> None:
    assert compare("Anna Sophie Eriksson", "ERIKSSON", "ANNA X", cut=True).verdict == "probably"


def test_a_letter_alone_is_no_other_surname() -> None:
    assert compare("E. Anna", "ERIKSSON", "ANNA").verdict == "different"


def test_the_words_that_decided_are_told_but_not_in_a_traceback() -> None:
    found = compare("Marie Martin", "DUPONT", "MARIE")
    assert found.why[0].words == ("DUPONT",)
    assert "DUPONT" not in repr(found) and "Martin" not in repr(words("Martin"))


def test_the_tables_hold_capitals_of_the_zone_only() -> None:
    read = tables()
    writings = [writing for each in read.letters.values() for writing in each]
    assert all(not writing or (writing.isascii() and writing.isalpha() and writing.isupper()) for writing in writings)
    listed = read.particles | read.titles | read.married
    assert all(word.isascii() and word.isalpha() and word.isupper() for word in listed)
    assert not read.particles & read.married


LATIN = st.text("ABCDEFGHIJLMNOPRSTUVWXYZ", min_size=5, max_size=9)


@given(st.lists(LATIN, min_size=2, max_size=3, unique=True), st.randoms(use_true_random=False))
def test_neither_order_nor_case_nor_accents_matter(name: list[str], random: object) -> None:
    accented = [word.capitalize().replace("e", "é").replace("c", "ç").replace("i", "î") for word in name]
    found = compare(" ".join(reversed(accented)), name[0], " ".join(name[1:]))
    assert found.verdict == "same" or set(why(found)) <= {"particle", "title"}


@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=40), st.booleans())
def test_any_texts_can_be_compared(on_file: str, surname: str, given_names: str, cut: bool) -> None:
    assert compare(on_file, surname, given_names, cut=cut).verdict in ("same", "probably", "different")


@pytest.mark.parametrize("word", ["ü", "ü ", "ä-", "x", "u\u0308", "Müller "])
def test_a_long_name_takes_no_long_time(word: str) -> None:
    began = time.process_time()
    compare(word * 100_000, word.upper() * 100_000, "MUELLER " * 100_000)
    assert time.process_time() - began < 1
