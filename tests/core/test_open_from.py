"""Claims that go on in a case of their own: the receipt goes along, what was promised is computed anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.agenda import agenda
from dsarbot.core.apply import fold
from dsarbot.core.case import Case, LetterStatus, Moment, Status
from dsarbot.core.clock import Promise
from dsarbot.core.decide import decide
from dsarbot.core.measures import Person, Representative
from dsarbot.core.rules import Draft, Rules
from dsarbot.errors import NotAllowed
from tests.core.builders import NOW, RECEIVED, Story, asked_for, rules

LATER = NOW + timedelta(days=2)


def order_for(case: Case, *claims: str, **fields: object) -> o.OpenFrom:
    order = o.OpenFrom(
        at=LATER,
        actor="dpo",
        cause="order:split",
        case="case2",
        reference="DSR-2026-00002-1",
        organisation="nordlicht",
        channel=case.channel,
        language=case.language,
        received_at=RECEIVED,
        inbound="",
        person=case.person,
        subject=case.subject,
        asked=(),
        from_case=case.id,
        mode="split",
        claims=tuple(case.claim(each) for each in claims),
        inbounds=case.inbounds,
        rung=case.rung,
    )
    return replace(order, **fields)  # type: ignore[arg-type]


def opened(order: o.OpenFrom, by: Rules | None = None) -> Case:
    return fold(decide(None, order, by or rules()).facts)


def test_whoever_writes_for_the_person_writes_for_them_in_the_new_case() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    acting = Representative(role="lawyer", person=Person(name="Office", address="office@law.example"), mandate="signed")
    case = opened(order_for(story.now, "c2", representative=acting))
    assert (case.representative, opened(order_for(story.now, "c2")).representative) == (acting, None)


def test_a_split_case_has_the_person_the_receipt_and_what_was_proved() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    story.order(o.Verify, rung="R2", how="code to the address on file", answered_on=RECEIVED.date())
    case = opened(order_for(story.now, "c2"))
    (claim,) = case.claims
    assert (claim.id, claim.right, claim.received_at, claim.status) == ("c1", "erasure", RECEIVED, Status.OPEN)
    assert claim.dates == story.now.claim("c2").dates
    assert (case.person, case.rung, case.links) == (story.now.person, "R2", ("case1",))
    assert [(each.inbound, each.how) for each in case.inbounds] == [("i1", "split")]


def test_the_new_reference_is_told_by_a_letter_that_waits_for_a_person() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    decision = decide(None, order_for(story.now, "c2"), rules())
    assert decision.effects == (Draft(moment=Moment.ACKNOWLEDGED, claims=("c1",)),)
    unsure = Story(asked_for("access", certain=False), asked_for("erasure"))
    assert decide(None, order_for(unsure.now, "c1"), rules()).effects == ()


def test_after_a_move_the_new_organisation_answers_by_its_own_calendar() -> None:
    story = Story()
    story.order(o.Verify, rung="R2", how="code", answered_on=RECEIVED.date())
    other = replace(rules("LU", promise=Promise(days=20)), organisation="other")
    case = opened(order_for(story.now, "c1", mode="move", organisation="other", rung=""), other)
    (claim,) = case.claims
    assert (claim.party, case.organisation, case.rung) == ("other", "other", "")
    assert claim.dates is not None
    assert (claim.dates.jurisdiction, claim.dates.promise_due) == ("LU", date(2026, 3, 20))
    assert claim.received_at == RECEIVED


def test_nothing_to_take_along_is_refused() -> None:
    story = Story()
    with pytest.raises(NotAllowed) as refused:
        opened(order_for(story.now))
    assert refused.value.rule == "no-claims"


def test_a_right_that_the_new_organisation_does_not_know_is_refused() -> None:
    story = Story()
    few = replace(rules(), rights={})
    with pytest.raises(NotAllowed) as refused:
        opened(order_for(story.now, "c1", mode="move"), few)
    assert refused.value.rule == "unknown-right"


def _asked(*rights: str) -> Story:
    story = Story(*(asked_for(each) for each in rights))
    story.order(o.AskIdentity, doubt="the address is not on file", rung="R2")
    story.send("l2", NOW)
    return story


def test_a_question_goes_along_and_is_named_with_the_case_its_letter_lies_in() -> None:
    story = _asked("access", "erasure")
    case = opened(order_for(story.now, "c2"))
    (question,) = case.claims[0].questions
    assert question.letter == "case1:l2"
    assert case.claims[0].status == Status.WAITING_PERSON
    # A second time it keeps the case where the letter really lies.
    again = replace(order_for(case, "c1"), case="case3", reference="DSR-2026-00003-2", from_case="case2")
    assert opened(again).claims[0].questions[0].letter == "case1:l2"


def test_its_reminder_comes_all_the_same_and_never_quotes_a_letter_of_the_new_case() -> None:
    story = _asked("access", "erasure")
    fresh = Story(asked_for("portability"))
    fresh.order(
        o.Absorb,
        from_case="case1",
        reference="DSR-2026-00001-3",
        claims=(story.now.claim("c2"),),
        inbounds=(),
        mode="split",
    )
    fresh.order(o.AskIdentity, doubt="another doubt", rung="R3", claims=("c1",))
    (reminder,) = (entry for entry in agenda(fresh.now, fresh.rules) if entry.key == "remind-7:case1:l2")
    fresh.do(f.Woke(at=reminder.at, actor="service", cause="alarm", alarm=reminder.key))
    letter = fresh.last_letter()
    assert (letter.moment, letter.claims) == (Moment.REMINDER, ("c2",))
    assert (letter.purpose.question, letter.purpose.rung) == ("case1:l2", "")


def test_an_extension_goes_along_and_happens_once() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    detail = "Three systems hold data of eleven years and must be searched by hand."
    story.order(o.Extend, reason="complexity", detail=detail)
    story.send("l2", LATER)
    case = opened(order_for(story.now, "c2"))
    assert case.claims[0].extension_letter == "case1:l2"
    assert case.claims[0].dates == story.now.claim("c2").dates
    with pytest.raises(NotAllowed) as refused:
        decide(case, o.Extend(at=LATER, actor="dpo", cause="x", reason="complexity", detail=detail), rules())
    assert refused.value.rule == "extension-once"


def test_what_leaves_is_closed_there() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    story.order(o.Leave, to_case="case2", claims=("c2",), mode="split")
    assert [(claim.id, claim.status) for claim in story.now.claims] == [("c1", Status.OPEN), ("c2", Status.CLOSED)]
    assert story.now.letters[0].status == LetterStatus.DRAFTED


def test_a_case_that_only_a_few_may_see_stays_one_when_it_is_split() -> None:
    case = Story().now
    decision = decide(None, replace(order_for(case, "c1"), confidential=("dpo",)), rules())
    assert fold(decision.facts).confidential == ("dpo",)
    assert fold(decide(None, order_for(case, "c1"), rules()).facts).confidential == ()
