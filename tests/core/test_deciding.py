"""Who decides: a manager's decisions are theirs, the deputy's while they are away; advice stands beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Outcome
from dsarbot.core.deciding import Deciding, by_officer
from dsarbot.core.letter import Fee, Part, Result
from tests.core.builders import NOW, Story, asked_for, rules
from tests.core.test_answering import approve, refused

KEPT = Deciding(
    decider="boss", deputy="vice", kinds=frozenset({"refusal", "fee", "erasure"}), officers=frozenset({"dpo"})
)
AWAY = {"boss": ((date(2026, 3, 1), date(2026, 3, 8)),)}
FEE = Fee(amount=1000, currency="EUR", basis="further-copies", calculation="50 pages at 0.20")


def story(deciding: Deciding = KEPT, *rights: str) -> Story:
    asked = [asked_for(each) for each in rights or ("access", "erasure")]
    return Story(*asked, rules_=replace(rules(), deciding=deciding))


def approval(of: Story, **changes: object) -> dict[str, object]:
    return {"letter": of.last_letter().id, "digest": "d", "version": of.now.version, **changes}


def refuse(of: Story) -> None:
    of.order(o.Refuse, ground="rights-of-others", detail="Two names.", claims=("c1",))


def test_a_refusal_is_the_deciders_and_says_who_advised() -> None:
    of = story()
    refuse(of)
    refused("decider", of, o.Approve, **approval(of))
    refused("decider", of, o.Approve, **approval(of, decided_by="vice"))
    of.order(o.Approve, **approval(of, decided_by="boss"))
    [fact] = [each for each in of.facts if isinstance(each, f.LetterApproved)]
    assert (fact.by, fact.decided_by, fact.advised_by) == ("dpo", "boss", "dpo")


def test_the_decider_may_approve_by_hand() -> None:
    of = story()
    refuse(of)
    of.order(o.Approve, **approval(of), actor="boss")
    assert of.last_letter().decided_by == "boss"


def test_while_the_decider_is_away_the_deputy_decides() -> None:
    of = story(replace(KEPT, absences=AWAY))
    refuse(of)
    refused("decider", of, o.Approve, **approval(of, decided_by="boss"))
    of.order(o.Approve, **approval(of, decided_by="vice"))
    both = replace(KEPT, absences={**AWAY, "vice": AWAY["boss"]})
    assert both.on(date(2026, 3, 2)) == "boss"
    assert replace(KEPT, deputy="", absences=AWAY).on(date(2026, 3, 2)) == "boss"
    assert replace(KEPT, absences=AWAY).on(date(2026, 3, 9)) == "boss"


def test_answers_to_a_right_and_fees_can_be_kept_others_are_free() -> None:
    of = story()
    of.order(o.Answer, outcome=Outcome.GRANTED, detail="Here.", claims=("c1",))
    approve(of, of.last_letter().id)
    of.order(o.Answer, outcome=Outcome.GRANTED, detail="Erased.", claims=("c2",))
    refused("decider", of, o.Approve, **approval(of))
    of = story()
    of.order(r.AskFee, fee=FEE, claims=("c1",))
    refused("decider", of, o.Approve, **approval(of))


@pytest.mark.parametrize("kinds", [("partial-refusal",), ("extension",)])
def test_partial_refusals_and_extensions_can_be_kept(kinds: tuple[str, ...]) -> None:
    of = story(replace(KEPT, kinds=frozenset(kinds)))
    if "extension" in kinds:
        of.order(o.Extend, reason="complexity", detail="Eleven years of data.", claims=("c1",))
    else:
        parts = (Part(name="minutes", given=False, ground="rights-of-others"),)
        results = (Result(claim="c1", outcome=Outcome.PARTLY, parts=parts),)
        of.order(
            o.Answer,
            outcome=Outcome.PARTLY,
            ground="rights-of-others",
            detail="Most of it.",
            results=results,
            claims=("c1",),
        )
    refused("decider", of, o.Approve, **approval(of))


def test_nothing_is_kept_where_nobody_is_named() -> None:
    of = story(replace(KEPT, decider=""))
    refuse(of)
    of.order(o.Approve, **approval(of))
    assert of.last_letter().decided_by == "dpo"


def test_an_officer_who_decides_is_named() -> None:
    of = story(replace(KEPT, decider="dpo"))
    assert by_officer(of.now, of.rules.deciding) == ()
    refuse(of)
    of.order(o.Approve, **approval(of))
    assert by_officer(of.now, of.rules.deciding) == ("dpo",)
    assert by_officer(of.now, replace(KEPT, officers=frozenset())) == ()


def test_what_was_decided_about_a_breach_says_whose_decision_it_was() -> None:
    of = story(Deciding())
    of.order(o.Answer, outcome=Outcome.GRANTED, detail="Here.", claims=("c1",))
    letter = of.last_letter().id
    approve(of, letter)
    of.send(letter, NOW + timedelta(days=1))
    known = NOW + timedelta(days=2)
    of.order(r.Misdirected, letter=letter, known_at=known, how="a call", at=known)
    of.order(r.DecideBreach, letter=letter, verdict="not-reported", reason="unread", decided_by="boss", at=known)
    [fact] = [each for each in of.facts if type(each).__name__ == "BreachDecided"]
    assert (fact.actor, getattr(fact, "decided_by", "")) == ("dpo", "boss")
