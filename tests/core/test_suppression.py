"""Who objected to advertising goes onto the list with the answer (GDPR 21(3))."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dsarbot.core import facts as f
from dsarbot.core import facts_rights as r
from dsarbot.core import orders as o
from dsarbot.core.case import Outcome, Person
from dsarbot.core.rules import Suppress
from dsarbot.core.suppression import normalised, suppression_hash
from tests.core.builders import NOW, Story, asked_for
from tests.core.test_answering import approve

LATER = NOW + timedelta(hours=3)


def objected(*, marketing: bool = True) -> Story:
    return Story(asked_for("objection", marketing=marketing), asked_for("access"))


def answer(story: Story, claim: str, outcome: Outcome = Outcome.GRANTED) -> list[object]:
    story.order(o.Answer, outcome=outcome, detail="Done.", claims=(claim,))
    letter = story.last_letter().id
    approve(story, letter)
    return list(story.send(letter, LATER).effects)


def test_the_answer_puts_the_address_on_the_list() -> None:
    story = objected()
    assert answer(story, "c1") == [Suppress(value="jeanne@example.org")]
    [fact] = [each for each in story.facts if isinstance(each, r.Suppressed)]
    assert (fact.claim, fact.at, fact.actor) == ("c1", LATER, "service")


@pytest.mark.parametrize("claim", ["c2"])
def test_other_answers_put_nobody_on_it(claim: str) -> None:
    story = objected()
    assert answer(story, claim) == []
    assert answer(objected(marketing=False), "c1") == []


def test_somebody_without_an_address_is_put_there_by_hand() -> None:
    story = objected()
    story.do(f.PersonCorrected(at=NOW, actor="dpo", cause="p", person=Person(name="J", postal=("1 rue", "Paris"))))
    assert answer(story, "c1") == []
    assert not [each for each in story.facts if isinstance(each, r.Suppressed)]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (" Jeanne@Example.ORG ", "jeanne@example.org"),
        ("ZOE\u0308@example.org", "zoë@example.org"),
        ("0033 (0)1.23-45/67 89", "+33012345 6789".replace(" ", "")),
        ("+352 26 12 34", "+352261234"),
        ("01 23 45 67 89", "0123456789"),
        ("12345", ""),
        ("@example.org", ""),
        ("jeanne@", ""),
        ("a b@example.org", ""),
        ("Jeanne Martin", ""),
        ("", ""),
    ],
)
def test_values_are_compared_in_one_spelling(value: str, written: str) -> None:
    assert normalised(value) == written


def test_the_hash_is_the_documented_one() -> None:
    # printf jeanne@example.org | openssl dgst -sha256 -hmac salt
    expected = "031762a13ba57b2fdd2930bb2c48d7784391707a96c618bb0166a124e0ad37fe"
    assert suppression_hash("salt", normalised("Jeanne@example.org")) == expected
