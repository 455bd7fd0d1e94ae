"""The learned model and what it says together with the rules."""

from __future__ import annotations

from functools import cache
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.reading.combined import Said, combine
from dsarbot.reading.cutting import cut
from dsarbot.reading.learned import Learned, Opinion
from dsarbot.reading.learned import judge as judge_parts
from dsarbot.reading.learned_model import Answer, Model, build, model
from dsarbot.reading.learned_words import LONGEST_SENTENCE, MOST_WORDS, Meanings, pieces, word_key
from dsarbot.reading.triage import triage
from dsarbot.reading.weighing import Found
from tests.reading.train.labelled import development, training
from tests.reading.train.learning import COST, meanings
from tests.reading.train.solver import Example, solve

WORD = st.sampled_from(["delete", "effacer", "löschen", "meine", "daten", "my", "?", ".\n\n", "a@b.example", "12", "ß"])
ERASURE = Found(right="erasure", score=0.8, because=("erase my data",))


def words() -> tuple[str, ...]:
    return ("words",)


def opinion(name: str, probability: float, *, marketing: bool = False) -> Opinion:
    return Opinion(name=name, probability=probability, why=words, marketing=marketing)


def learned(request: float, *rights: tuple[str, float], **kinds: float) -> Learned:
    named = tuple(opinion(kind.replace("_", "-"), sure) for kind, sure in kinds.items())
    return Learned(request=opinion("request", request), rights=tuple(opinion(*right) for right in rights), kinds=named)


def judge(text: str, subject: str = "", attached: str = "") -> Learned:
    return judge_parts((cut(subject), cut(text), cut(attached)))


def said(kind: Literal["request", "ordinary"], *rights: Found, certain: bool = False) -> Said:
    because = tuple(phrase for right in rights for phrase in right.because)
    return Said(kind=kind, certain=certain, rights=rights, about=bool(rights), because=because)


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
    assert found.request.probability > 0.5
    assert right in {opinion.name for opinion in found.rights if opinion.probability > 0.5}


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
    assert judge(text).request.probability < 0.35


def test_one_sentence_in_a_long_mail_is_found_where_it_stands() -> None:
    talk = "The server was moved to the new rack. The invoice is paid. Thanks for the quick help last week.\n\n"
    found = judge(talk * 8 + "Please delete all personal data you hold about me.\n\n" + talk * 8)
    assert found.request.probability > 0.5
    assert found.rights[0].name == "erasure"
    assert any("delete" in phrase for phrase in found.rights[0].why())


def test_the_attachment_is_judged_and_the_subject_helps() -> None:
    letter = "I request a copy of all personal data that you hold about me."
    assert judge("see attached", attached=letter).request.probability > 0.5
    assert judge("", subject=letter).request.probability > 0.5
    assert judge("").request.probability == 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(WORD, max_size=60).map(" ".join), st.text(max_size=200))
def test_any_text_is_judged_the_same_every_time_and_reasons_stand_in_it(text: str, subject: str) -> None:
    first = judge(text, subject)
    assert first == judge(text, subject)
    read = text or subject
    every = (first.request, *first.rights, *first.kinds)
    assert all(phrase in read for opinion in every for phrase in opinion.why())
    assert all(0 <= opinion.probability <= 1 for opinion in every)


@given(st.text(alphabet=st.characters(codec=None), max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    judge(text, text[:40], text[::-1])


def test_the_words_that_are_looked_at_are_limited() -> None:
    found = pieces(cut("word " * 5 * MOST_WORDS))
    assert sum(len(piece.words) for piece in found) == MOST_WORDS
    assert max(len(piece.words) for piece in found) == LONGEST_SENTENCE


def test_numbers_addresses_and_links_are_masked() -> None:
    first, second = (
        model().reader.numbers(pieces(cut(text))[0])
        for text in (
            "Call 0123 or a@b.example see https://x.example/1",
            "Call 9876 or c@d.example see https://y.example/2",
        )
    )
    assert first == second


# --- its arithmetic --------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(0, 255), min_size=3, max_size=3), min_size=1, max_size=700))
def test_sums_are_those_of_the_single_weights(rows: list[list[int]]) -> None:
    answers = [Answer(name=name, slope=1.0, start=0.0) for name in "abc"]
    meant = Meanings(of={}, starts=frozenset())
    made = Model.of(answers, meant, {1000 + place: bytes(row) for place, row in enumerate(rows)})
    assert made.total(range(1000, 1000 + len(rows))) == [sum(row[n] - 128 for row in rows) for n in range(3)]
    assert [made.weight(1000, answer) for answer in range(3)] == [weight - 128 for weight in rows[0]]


def test_a_damaged_model_is_refused() -> None:
    head = {"answers": [["request", 1.0, 0.0]], "meanings": [[0]], "starts": 1, "words": 1, "rows": 1}
    whole = bytes(4) + bytes(4) + bytes(2) + bytes(4) + bytes([200])
    assert build(head, whole).total([0]) == [200 - 128]
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
    assert [(right.right, right.because) for right in found.rights] == [("erasure", ("words",))]
    assert 0.9 < found.rights[0].score < 1


def test_silence_of_both_is_sure_and_a_doubt_is_said() -> None:
    assert combine(said("ordinary", certain=True), learned(0.05)).certain
    doubtful = combine(said("ordinary", certain=True), learned(0.3))
    assert (doubtful.kind, doubtful.certain) == ("ordinary", False)


@pytest.mark.parametrize(
    ("judged", "certain"),
    [
        (learned(0.95, ("erasure", 0.9)), True),
        (learned(0.4, ("erasure", 0.9)), False),
        (learned(0.95, ("erasure", 0.9), ("access", 0.97)), False),
        (learned(0.4, ("erasure", 0.5), support=0.2), False),
    ],
)
def test_certain_rules_stay_certain_only_if_the_model_agrees(judged: Learned, certain: bool) -> None:
    found = combine(said("request", ERASURE, certain=True), judged)
    assert found.kind == "request" and found.certain is certain
    assert "erasure" in {right.right for right in found.rights}


def test_rules_yield_to_a_model_that_is_sure_of_other_mail() -> None:
    weak = said("request", Found(right="erasure", score=0.45, because=("delete",)))
    assert combine(weak, learned(0.45)).kind == "request"
    assert combine(weak, learned(0.45, support=0.7)).kind == "ordinary"
    assert combine(said("request", ERASURE, certain=True), learned(0.01, service_order=0.9)).kind == "ordinary"


def test_a_request_that_names_the_law_yields_only_to_a_mail_that_recites_it() -> None:
    cited = Said(kind="request", certain=False, rights=(ERASURE,), law=True)
    assert combine(cited, learned(0.3, newsletter=0.4)).kind == "request"
    assert combine(cited, learned(0.3, newsletter=0.6)).kind == "ordinary"
    assert combine(cited, learned(0.01)).kind == "request"
    assert combine(cited, learned(0.01, newsletter=0.4)).kind == "ordinary"


def test_a_reminder_is_a_reply_that_keeps_its_rights() -> None:
    found = combine(said("request", ERASURE), learned(0.6, ("erasure", 0.6), reply=0.9))
    assert found.kind == "reply" and [right.right for right in found.rights] == ["erasure"]


def test_only_what_is_about_data_or_an_answer_is_a_reply() -> None:
    polite = learned(0.1, reply=0.9)
    assert combine(said("ordinary"), polite).kind == "ordinary"
    assert combine(said("ordinary"), learned(0.3, ("access", 0.4), reply=0.8)).kind == "ordinary"
    answer = combine(Said(kind="ordinary", certain=True, about=True), polite)
    assert (answer.kind, answer.certain, answer.because) == ("reply", False, ("words",))


@pytest.mark.parametrize("kind", ["authority", "breach-notice", "content-notice", "disclosure", "instruction"])
def test_the_model_names_what_somebody_must_see(kind: str) -> None:
    seen = learned(0.1, **{kind.replace("-", "_"): 0.7 if kind != "disclosure" else 0.92})
    found = combine(said("ordinary", certain=True), seen)
    assert (found.kind, found.certain, found.because) == (kind, False, ("words",))
    assert combine(said("request", ERASURE), learned(0.1, **{kind.replace("-", "_"): 0.7})).kind != kind
    for likely, expected in ((0.89, "request"), (0.99, kind)):
        sure = learned(0.8, ("erasure", 0.9), **{kind.replace("-", "_"): likely})
        found = combine(said("request", ERASURE, certain=True), sure)
        assert (found.kind, found.certain) == (expected, False)


def test_a_kind_that_somebody_must_see_must_be_likelier_than_quiet_mail() -> None:
    assert combine(said("ordinary"), learned(0.01, content_notice=0.75, support=0.7)).kind == "ordinary"
    assert combine(said("ordinary"), learned(0.01, content_notice=0.75, support=0.4)).kind == "content-notice"


def test_a_disclosure_that_speaks_of_nobody_must_be_very_likely() -> None:
    assert combine(said("ordinary"), learned(0.01, disclosure=0.85)).kind == "ordinary"
    assert combine(Said(kind="ordinary", certain=True, about=True), learned(0.01, disclosure=0.85)).kind == "disclosure"


def test_ordinary_mail_has_a_topic_and_leaving_a_list_is_told() -> None:
    found = combine(said("ordinary"), learned(0.01, support=0.9))
    assert (found.kind, found.topic, found.because) == ("ordinary", "support", ("words",))
    stop = Found(right="objection", score=0.8, because=("stop",), marketing=True)
    assert combine(said("request", stop), learned(0.6, unsubscribe=0.9)).topic == "unsubscribe"


def test_an_objection_is_to_advertising_or_to_more_but_not_both() -> None:
    opinions = (opinion("objection", 0.9, marketing=True), opinion("objection", 0.7))
    found = combine(said("ordinary"), Learned(request=opinion("request", 0.9), rights=opinions))
    assert [(right.right, right.marketing) for right in found.rights] == [("objection", True)]
    of_all = (opinion("objection", 0.6), opinion("objection", 0.5, marketing=True))
    for marketing in (True, False):
        rule = Found(right="objection", score=0.8, because=("stop",), marketing=marketing)
        kept = combine(said("request", rule), Learned(request=opinion("request", 0.9), rights=of_all))
        assert kept.rights == (rule,)


def test_a_letter_that_names_the_law_asks_for_no_right_that_the_rules_did_not_see() -> None:
    sure_of_two = learned(0.99, ("erasure", 0.99), ("access", 0.9))
    informal = combine(said("request", ERASURE), sure_of_two)
    assert {right.right for right in informal.rights} == {"access", "erasure"}
    letter = Said(kind="request", certain=True, rights=(ERASURE,), law=True)
    assert combine(letter, sure_of_two).rights == (ERASURE,)


def test_an_article_beside_the_words_of_another_right_is_asked_for_if_the_model_thinks_so() -> None:
    letter = Said(
        kind="request", certain=True, rights=(ERASURE,), mentioned=("restriction", "access"), law=True,
        cited=frozenset({"restriction"}),
    )  # fmt: skip
    found = combine(letter, learned(0.99, ("erasure", 0.9), ("restriction", 0.3), ("access", 0.3)))
    assert [right.right for right in found.rights] == ["erasure", "restriction"]
    assert found.mentioned == ("access",)


def test_certain_rules_are_not_certain_when_the_model_thinks_of_another_kind() -> None:
    likely = learned(0.95, ("erasure", 0.9), newsletter=0.4)
    found = combine(said("request", ERASURE, certain=True), likely)
    assert (found.kind, found.certain) == ("request", False)


def test_a_guess_that_names_no_right_needs_more() -> None:
    assert combine(said("ordinary"), learned(0.45)).kind == "ordinary"
    assert combine(said("ordinary"), learned(0.7)).kind == "request"
    assert combine(said("ordinary"), learned(0.45, ("access", 0.5))).kind == "request"


def test_in_an_answer_the_model_alone_must_be_surer() -> None:
    answer = Said(kind="ordinary", certain=True, answers=True)
    assert combine(answer, learned(0.5, ("access", 0.8))).kind == "ordinary"
    assert combine(answer, learned(0.9, ("access", 0.8))).kind == "request"


def test_what_was_refused_is_not_asked_for() -> None:
    refused = Said(kind="ordinary", certain=True, mentioned=("erasure",), refused=frozenset({"erasure"}))
    assert combine(refused, learned(0.6, ("erasure", 0.9))).kind == "ordinary"
    spoken_of = Said(kind="ordinary", certain=True, mentioned=("erasure",))
    assert combine(spoken_of, learned(0.95, ("erasure", 0.9))).mentioned == ()
    assert combine(spoken_of, learned(0.1, ("erasure", 0.2))).kind == "ordinary"


def test_no_other_mail_of_the_labelled_texts_is_a_certain_request() -> None:
    # An automatic acknowledgement goes out on a certain request.
    kept = {"request", "unsubscribe"}
    others = [item for item in (*development(), *training()) if item.kind not in kept]
    found = [(item.text, triage(item.text, subject=item.subject)) for item in others]
    assert [text for text, seen in found if seen.kind == "request" and seen.certain] == []
