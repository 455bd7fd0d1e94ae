"""practice 5: what a case does when the same mail has opened one of another company."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dsarbot.core import facts as f
from dsarbot.core.apply import apply, fold
from dsarbot.core.case import Case, LetterStatus, Sibling
from dsarbot.core.decide import decide
from dsarbot.core.rules import CancelSending, Decision
from dsarbot.core.siblings import Meet, confirms_by_itself
from tests.core.builders import NOW, Story, open_order, rules

SUD = Sibling(case="case9", named="Sud (SUD-2026-0001)")


def meet(case: Case, *, confirms: bool = True, sibling: Sibling = SUD) -> tuple[Decision, Case]:
    at = NOW + timedelta(hours=1)
    order = Meet(at=at, actor="service", cause="sibling:case9", sibling=sibling, confirms=confirms)
    decision = decide(case, order, rules())
    after = case
    for fact in decision.facts:
        after = apply(after, fact)
    return decision, after


def test_an_acknowledgement_that_waits_is_held_back_where_the_other_one_confirms() -> None:
    story = Story()
    decision, after = meet(story.now)
    assert after.siblings == (SUD,) and after.links == ("case9",)
    assert after.letters[0].status == LetterStatus.CANCELLED
    assert decision.effects == (CancelSending(letter="l1"),)
    assert [claim.status for claim in after.claims] == [claim.status for claim in story.now.claims]


def test_one_that_has_left_stays_sent() -> None:
    story = Story()
    sent = f.LetterSent(at=NOW, actor="service", cause="sent", letter="l1", sent_at=NOW)
    decision, after = meet(apply(story.now, sent))
    assert (after.siblings, after.letters[0].status, decision.effects) == ((SUD,), LetterStatus.SENT, ())


@pytest.mark.parametrize("story", [Story(blocked="dmarc-failed"), Story()])
def test_what_a_person_decides_and_what_nobody_confirms_is_left(story: Story) -> None:
    by_person = not story.now.letters[0].automatic
    _, after = meet(story.now, confirms=by_person)
    assert after.letters == story.now.letters
    assert after.siblings == (SUD,)


def test_met_twice_it_is_named_once() -> None:
    _, after = meet(Story().now)
    decision, again = meet(after)
    assert (decision.facts, again) == ((), after)


def test_a_new_case_names_its_siblings_and_the_journal_reads_back() -> None:
    decision = decide(None, replace(open_order(), siblings=(SUD,)), rules())
    assert fold(decision.facts).siblings == (SUD,)
    (linked,) = [each for each in decision.facts if isinstance(each, f.Linked)]
    assert (linked.why, linked.named) == ("sibling", SUD.named)


def test_only_what_leaves_by_itself_speaks_for_others() -> None:
    order = open_order()
    assert confirms_by_itself(order, rules())
    unsure = replace(order, asked=tuple(replace(each, certain=False) for each in order.asked))
    for other in (unsure, replace(order, automatic_blocked="staff"), replace(order, acknowledged_by="X")):
        assert not confirms_by_itself(other, rules())
    assert not confirms_by_itself(order, replace(rules(), automatic=frozenset()))
