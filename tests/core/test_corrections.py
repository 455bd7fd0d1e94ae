"""What people made of what triage had said, read off the facts of a case."""

from __future__ import annotations

from dataclasses import replace

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import Outcome
from dsarbot.core.corrections import Correction, correction
from dsarbot.core.decide import decide
from dsarbot.core.fact import Fact
from dsarbot.core.triaged import Triaged
from tests.core.builders import Story, asked_for, open_order, rules

SAID = Triaged(kind="request", certain=False, rights=("access",), rules="abc")


def told(story: Story, said: Triaged | None = SAID) -> list[Fact]:
    """The facts, as if this had been said when the case was opened."""
    first = story.facts[0]
    assert isinstance(first, f.CaseOpened)
    return [replace(first, triaged=said), *story.facts[1:]]


def corrected(story: Story) -> Correction:
    found = correction(told(story))
    assert found is not None
    return found


def test_what_triage_said_stands_in_the_first_fact() -> None:
    decision = decide(None, replace(open_order(), triaged=SAID), rules())
    first = decision.facts[0]
    assert isinstance(first, f.CaseOpened) and first.triaged == SAID


def test_nothing_is_told_before_a_person_has_decided_about_every_right() -> None:
    story = Story(asked_for("access", certain=False), asked_for("erasure", certain=False))
    assert correction(told(story)) is None
    story.order(o.Confirm, claims=("c1",))
    assert correction(told(story)) is None
    story.order(o.NotARequest, claims=("c2",), reason="only a question")
    assert corrected(story).rights == {"access"}


def test_a_confirmed_case_is_as_said_and_names_its_message_and_person() -> None:
    story = Story(asked_for("access", certain=False))
    story.order(o.Confirm)
    found = corrected(story)
    assert (found.inbound, found.language, found.address) == ("i1", "fr", "jeanne@example.org")
    assert found.said == SAID and found.as_said


def test_other_rights_replace_those_that_were_found() -> None:
    story = Story(asked_for("access", certain=False))
    story.order(o.Confirm, asked=(asked_for("erasure"), asked_for("portability")))
    found = corrected(story)
    assert found.rights == {"erasure", "portability"} and not found.as_said


def test_no_request_leaves_no_right_and_can_be_taken_back() -> None:
    story = Story(asked_for("access", certain=False))
    story.order(o.NotARequest, reason="asks for an invoice")
    assert corrected(story).rights == frozenset()
    story.order(o.Confirm)
    assert corrected(story).rights == {"access"}


def test_a_certain_case_counts_once_it_is_answered() -> None:
    story = Story(asked_for("access"))
    assert correction(told(story)) is None
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="All of it.")
    letter = story.last_letter()
    assert correction(told(story)) is None
    story.send(letter.id, story.now.opened_at)
    assert corrected(story).rights == {"access"}


def test_rights_that_a_person_named_when_taking_an_item_in_are_decided() -> None:
    decision = decide(None, replace(open_order(asked_for("erasure")), triaged=SAID, actor="anna"), rules())
    found = correction(decision.facts)
    assert found is not None and found.rights == {"erasure"} and not found.as_said


def test_a_person_names_an_objection_and_not_against_what_it_goes() -> None:
    story = Story(asked_for("objection", certain=False, marketing=True))
    story.order(o.Confirm)
    found = correction(told(story, replace(SAID, rights=("objection!",))))
    assert found is not None and found.rights == {"objection!"} and found.as_said
    by_hand = correction(told(story, replace(SAID, rights=("objection",))))
    assert by_hand is not None and by_hand.as_said


def test_a_case_that_triage_did_not_open_tells_nothing() -> None:
    story = Story(asked_for("access", certain=False))
    story.order(o.Confirm)
    assert correction(told(story, None)) is None
    without_message = [fact for fact in told(story) if not isinstance(fact, f.InboundJoined)]
    assert correction(without_message) is None
    assert correction([]) is None
