"""The learned model and what it says together with the rules."""

from __future__ import annotations

from array import array
from functools import cache
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.reading.combined import Said, combine
from dsarbot.reading.learned import Learned, Opinion, judge
from dsarbot.reading.learned_model import Answer, Model, Sums, build, model
from dsarbot.reading.learned_words import LONGEST_SENTENCE, MOST_WORDS, Known, Meanings, Reader, cut, word_key
from dsarbot.reading.triage import triage
from dsarbot.reading.weighing import Found
from tests.reading.train.labelled import development, training
from tests.reading.train.learning import COST, meanings
from tests.reading.train.solver import Example, solve

WORD = st.sampled_from(["delete", "effacer", "löschen", "meine", "daten", "my", "?", ".\n\n", "a@b.example", "12", "ß"])
ERASURE = Found(right="erasure", score=0.8, because=("erase my data",))


def learned(request: float, *rights: tuple[str, float], **kinds: float) -> Learned:
    opinions = tuple(Opinion(right=right, probability=sure, phrases=("words",)) for right, sure in rights)
    named = tuple((kind.replace("_", "-"), sure) for kind, sure in kinds.items())
    return Learned(request=request, phrases=("words",), rights=opinions, kinds=named)


def said(kind: Literal["request", "ordinary"], *rights: Found, certain: bool = False) -> Said:
    because = tuple(phrase for right in rights for phrase in right.because)
    return Said(kind=kind, certain=certain, rights=rights, because=because)


# --- the model -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Salut, vous pouvez virer ma fiche client avec tout ce qu'il y a dedans ?", "erasure"),
        ("What exactly have you got stored about me, and since when?", "access"),
        ("Könnt ihr meinen Nachnamen ändern? Ich habe geheiratet und heiße jetzt Muster.", "rectification"),
        ("Kunnen jullie alles wat jullie over mij hebben verwijderen? Ik ben al jaren geen klant meer.", "erasure"),
        ("Ech wëll wëssen, wéi eng Donnéeën dir iwwer mech gespäichert hutt.", "access"),
    ],
)
def test_informal_requests_are_likely_and_name_the_right(text: str, right: str) -> None:
    found = judge(text)
    assert found.request > 0.5
    assert right in {opinion.right for opinion in found.rights if opinion.probability > 0.5}


@pytest.mark.parametrize(
    "text",
    [
        "Mein Server ist seit heute Nacht nicht erreichbar, könnt ihr ihn bitte neu starten?",
        "Our invoice for October shows the wrong VAT number, please send a new one.",
        "Le certificat SSL de mon site a expiré, comment le renouveler ?",
        "Profiteer nu van 50% korting op alle hostingpakketten! Klik hier.",
    ],
)
def test_ordinary_mail_is_unlikely_to_ask(text: str) -> None:
    assert judge(text).request < 0.3


def test_one_sentence_in_a_long_mail_is_found_where_it_stands() -> None:
    talk = "The server was moved to the new rack. The invoice is paid. Thanks for the quick help last week.\n\n"
    found = judge(talk * 8 + "Please delete all personal data you hold about me.\n\n" + talk * 8)
    assert found.request > 0.5
    assert found.rights[0].right == "erasure"
    assert any("delete" in phrase for phrase in found.rights[0].phrases)


def test_the_attachment_is_judged_and_the_subject_helps() -> None:
    letter = "I request a copy of all personal data that you hold about me."
    assert judge("see attached", attached=letter).request > 0.5
    assert judge("", subject=letter).request > 0.5
    assert judge("").request == 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(WORD, max_size=60).map(" ".join), st.text(max_size=200))
def test_any_text_is_judged_the_same_every_time_and_reasons_stand_in_it(text: str, subject: str) -> None:
    first = judge(text, subject)
    assert first == judge(text, subject)
    read = text or subject
    assert all(phrase in read for opinion in first.rights for phrase in opinion.phrases)
    assert all(phrase in read for phrase in first.phrases)
    assert all(0 <= sure <= 1 for sure in (first.request, *(sure for _, sure in first.kinds)))


@given(st.text(alphabet=st.characters(codec=None), max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    judge(text, text[:40], text[::-1])


def test_the_words_that_are_looked_at_are_limited() -> None:
    pieces = list(cut("word " * 5 * MOST_WORDS))
    assert sum(len(piece.words) for piece in pieces) == MOST_WORDS
    assert max(len(piece.words) for piece in pieces) == LONGEST_SENTENCE


def test_numbers_addresses_and_links_are_masked() -> None:
    reader = Reader(model().meanings)
    first, second = (
        reader.numbers(next(cut(text)))
        for text in (
            "Call 0123 or a@b.example see https://x.example/1",
            "Call 9876 or c@d.example see https://y.example/2",
        )
    )
    assert first == second


# --- its arithmetic --------------------------------------------------------------------------------------------


@given(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=300), st.integers(0, 2**32 - 1))
def test_every_known_number_is_found_and_no_other(numbers: set[int], stranger: int) -> None:
    known = Known.of(array("I", sorted(numbers)))
    assert [known.find(number) for number in sorted(numbers)] == list(range(len(numbers)))
    assert (known.find(stranger) >= 0) == (stranger in numbers)


@given(st.lists(st.lists(st.integers(0, 255), min_size=3, max_size=3), min_size=1, max_size=700))
def test_sums_are_those_of_the_single_weights(rows: list[list[int]]) -> None:
    answers = [Answer(name=name, slope=1.0, start=0.0) for name in "abc"]
    meant = Meanings(known=Known.of(array("I")), which=array("H"), of=())
    keys = array("I", range(1000, 1000 + len(rows)))
    made = Model.of(answers, meant, Known.of(keys), b"".join(bytes([*row, 1]) for row in rows))
    assert Sums(made).total([*keys, 5]) == [sum(row[n] - 128 for row in rows) for n in range(3)]


def test_a_damaged_model_is_refused() -> None:
    head = {"answers": [["request", 1.0, 0.0]], "meanings": [[0]], "words": 1, "rows": 1}
    whole = bytes(4) + bytes(2) + bytes(4) + bytes([200, 1])
    assert build(head, whole).row(0) == bytes([200, 0, 1, 0])
    for broken, data in ((head, whole[:-1]), (head | {"rows": 2}, whole), (head | {"answers": None}, whole)):
        with pytest.raises(ValueError, match="learned model"):
            build(broken, data)


def test_the_solver_separates_what_can_be_separated() -> None:
    examples = [Example(columns=(n % 2, 2), yes=n % 2 == 0, cost=COST) for n in range(20)]
    weights = solve(examples, 3)
    assert weights[0] > 0 > weights[1]
    assert weights == solve(examples, 3)


def test_words_of_one_meaning_share_it_in_all_languages() -> None:
    known = meanings()
    of = [known.look_up((word_key(word),)) for word in ("wipe", "virez", "gewist", "gelascht")]
    assert all(set(of[0]) & set(other) for other in of)


@cache
def learned_texts() -> frozenset[str]:
    return frozenset(item.text for item in (*development(), *training()))


def test_enough_is_learned_from_and_every_item_is_labelled() -> None:
    assert len(learned_texts()) > 2_000
    assert all(item.answers for item in training())


# --- together with the rules -----------------------------------------------------------------------------------


def test_the_model_finds_what_no_rule_knows_but_that_is_never_certain() -> None:
    found = combine(said("ordinary", certain=True), learned(0.95, ("erasure", 0.9)))
    assert (found.kind, found.certain) == ("request", False)
    assert found.rights == (Found(right="erasure", score=0.9, because=("words",)),)


def test_silence_of_both_is_sure_and_a_doubt_is_said() -> None:
    assert combine(said("ordinary", certain=True), learned(0.05)).certain
    doubtful = combine(said("ordinary", certain=True), learned(0.3))
    assert (doubtful.kind, doubtful.certain) == ("ordinary", False)


@pytest.mark.parametrize(
    ("opinion", "certain"),
    [
        (learned(0.95, ("erasure", 0.9)), True),
        (learned(0.4, ("erasure", 0.9)), False),
        (learned(0.95, ("erasure", 0.9), support=0.5), False),
        (learned(0.95, ("erasure", 0.9), ("access", 0.9)), False),
        (learned(0.0, newsletter=1.0), False),
    ],
)
def test_certain_rules_stay_a_request_and_certain_only_if_the_model_agrees(opinion: Learned, certain: bool) -> None:
    found = combine(said("request", ERASURE, certain=True), opinion)
    assert found.kind == "request" and found.certain is certain
    assert "erasure" in {right.right for right in found.rights}


def test_rules_that_only_suspect_yield_to_the_model() -> None:
    weak = said("request", Found(right="erasure", score=0.45, because=("delete",)))
    assert combine(weak, learned(0.1)).kind == "ordinary"
    assert combine(weak, learned(0.4)).kind == "request"
    assert combine(said("request"), learned(0.4)).kind == "ordinary"
    assert combine(said("request"), learned(0.6)).kind == "request"


def test_a_clear_phrase_yields_only_to_a_model_that_is_sure_of_another_kind() -> None:
    assert combine(said("request", ERASURE), learned(0.01, service_order=0.9)).kind == "ordinary"
    assert combine(said("request", ERASURE), learned(0.01, service_order=0.2)).kind == "request"
    assert combine(said("request", ERASURE), learned(0.4, service_order=0.9)).kind == "request"


def test_a_reminder_is_a_reply_that_keeps_its_rights() -> None:
    found = combine(said("request", ERASURE), learned(0.6, ("erasure", 0.6), reply=0.9))
    assert found.kind == "reply" and [right.right for right in found.rights] == ["erasure"]
    guessed = combine(said("ordinary"), learned(0.6, ("erasure", 0.6), reply=0.9))
    assert (guessed.kind, guessed.certain, guessed.rights) == ("ordinary", False, ())


def test_an_objection_is_to_advertising_or_to_more_but_not_both() -> None:
    opinions = (
        Opinion(right="objection", probability=0.9, phrases=(), marketing=True),
        Opinion(right="objection", probability=0.7, phrases=()),
    )
    found = combine(said("ordinary"), Learned(request=0.9, phrases=(), rights=opinions, kinds=()))
    assert [(right.right, right.marketing) for right in found.rights] == [("objection", True)]


def test_a_guess_that_names_no_right_needs_more() -> None:
    assert combine(said("ordinary"), learned(0.55, ("access", 0.2))).kind == "ordinary"
    assert combine(said("ordinary"), learned(0.65, ("access", 0.2))).kind == "request"
    assert combine(said("ordinary"), learned(0.55, ("access", 0.5))).kind == "request"


def test_what_was_refused_needs_more_than_the_same_words() -> None:
    refused = Said(kind="ordinary", certain=True, mentioned=("erasure",))
    assert combine(refused, learned(0.7, ("erasure", 0.9))).kind == "ordinary"
    assert combine(refused, learned(0.95, ("erasure", 0.9))).mentioned == ()


def test_no_other_mail_of_the_labelled_texts_is_a_certain_request() -> None:
    # An automatic acknowledgement goes out on a certain request.
    kept = {"request", "unsubscribe"}
    others = [item for item in (*development(), *training()) if item.kind not in kept]
    found = [(item.text, triage(item.text, subject=item.subject)) for item in others]
    assert [text for text, seen in found if seen.kind == "request" and seen.certain] == []
