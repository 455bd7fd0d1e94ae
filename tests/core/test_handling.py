"""What is done about claims besides letters: checklist, restriction, fee, directives, proof of a forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dsarbot.core import facts as f
from dsarbot.core import facts_rights as fr
from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.apply import fold
from dsarbot.core.case import Moment, Outcome, Status
from dsarbot.core.letter import Fee
from tests.core.builders import NOW, Story, asked_for
from tests.core.test_answering import approve, refused

LATER = NOW + timedelta(days=2)
MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
FEE = Fee(amount=1250, currency="EUR", basis="further-copies", calculation="50 pages at 0.25 EUR")


# --- the checklist -----------------------------------------------------------------------------------------------


def test_a_step_is_ticked_with_who_and_what_and_can_be_undone() -> None:
    story = Story(asked_for("access"), asked_for("portability"))
    story.order(r.Tick, step="search", note="CRM, billing")
    assert [[(d.step, d.actor, d.note, d.at) for d in c.done] for c in story.now.claims] == [
        [("search", "dpo", "CRM, billing", NOW)],
        [],
    ]
    story.order(r.Tick, step="identity")
    assert [len(c.done) for c in story.now.claims] == [2, 1]
    refused("no-such-step", story, r.Tick, step="identity")
    refused("no-such-step", story, r.Tick, step="search", claims=("c1", "c2"))
    refused("no-such-step", story, r.Tick, step="cake")
    story.order(r.Tick, step="identity", undo=True, claims=("c1",), note="the address was another")
    assert [[d.step for d in c.done] for c in story.now.claims] == [["search"], ["identity"]]
    refused("no-such-step", story, r.Tick, step="identity", undo=True, claims=("c1",))
    assert fold(story.facts) == story.now


def test_a_case_goes_on_when_the_package_of_its_right_was_taken_away() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    story.rules = replace(story.rules, rights={"access": story.rules.rights["access"]})
    story.order(r.Tick, step="search")
    assert [len(claim.done) for claim in story.now.claims] == [1, 0]
    story.order(o.Refuse, claims=("c2",), ground="excessive", detail="The fifth.", evidence="since January")
    story.send("l2", LATER)
    assert story.now.claims[1].outcome == Outcome.REFUSED


# --- restriction -------------------------------------------------------------------------------------------------


def restricted() -> Story:
    story = Story(asked_for("restriction"))
    story.order(r.Restrict, frozen="address history in the CRM", since=NOW.date())
    return story


def test_a_restriction_has_a_start_and_says_what_is_frozen() -> None:
    story = restricted()
    held = story.now.claims[0].restriction
    assert held and (held.since, held.frozen, held.lifted_on) == (NOW.date(), "address history in the CRM", None)
    refused("restriction-claim", story, r.Restrict, frozen="x", since=NOW.date())
    other = Story(asked_for("restriction"))
    refused("restriction-frozen", other, r.Restrict, frozen=" ", since=NOW.date())
    refused("future-day", other, r.Restrict, frozen="x", since=LATER.date())
    refused("restriction-claim", Story(asked_for("access")), r.Restrict, frozen="x", since=NOW.date())


def test_it_is_lifted_only_after_the_person_was_told_and_the_day_has_come() -> None:
    story = restricted()
    refused("lift-notice", story, r.Lift)
    refused("lift-reason", story, r.AnnounceLifting, reason=" ", ends_on=date(2026, 5, 4))
    refused("lift-early", story, r.AnnounceLifting, reason="Checked.", ends_on=date(2026, 3, 11))
    story.order(r.AnnounceLifting, reason="The address was checked.", ends_on=date(2026, 5, 4))
    letter = story.last_letter()
    assert (letter.moment, letter.purpose.until) == (Moment.LIFTING, date(2026, 5, 4))
    refused("lift-notice", story, r.Lift, at=MAY)
    story.send(letter.id, LATER)
    refused("lift-day", story, r.Lift, at=MAY - timedelta(days=1))
    story.order(r.Lift, at=MAY)
    held = story.now.claims[0].restriction
    assert held and (held.notice, held.lifted_on) == (letter.id, MAY.date())
    refused("restriction-none", story, r.Lift, at=MAY)
    refused("restriction-none", story, r.AnnounceLifting, reason="x", ends_on=date(2026, 9, 1), at=MAY)
    story.order(r.Restrict, frozen="again", since=MAY.date(), at=MAY)
    assert fold(story.facts) == story.now


def test_a_notice_that_came_back_was_none() -> None:
    story = restricted()
    story.order(r.AnnounceLifting, reason="The address was checked.", ends_on=date(2026, 5, 4))
    story.send("l2", LATER)
    story.do(f.LetterBounced(at=LATER, actor="service", cause="b", letter="l2", status="5.1.1", permanent=True))
    refused("lift-notice", story, r.Lift, at=MAY)


def test_a_notice_that_lies_in_the_case_before_counts_after_a_split() -> None:
    story = Story(asked_for("restriction"), asked_for("access"))
    story.order(r.Restrict, frozen="everything", since=NOW.date())
    story.order(r.AnnounceLifting, reason="Checked.", ends_on=date(2026, 5, 4))
    story.send("l2", LATER)
    other = Story(asked_for("erasure"))
    other.order(o.Absorb, from_case="case9", reference="R", claims=story.now.claims[:1], inbounds=(), mode="split")
    held = other.now.claims[-1].restriction
    assert held and held.notice == "case9:l2"
    other.order(r.Lift, at=MAY)
    assert other.now.claims[-1].restriction and other.now.claims[-1].restriction.lifted_on == MAY.date()


def test_facts_about_what_is_not_there_change_nothing() -> None:
    story = Story()
    before = story.now
    story.do(fr.RestrictionLifted(at=LATER, cause="a", claim="c1", on=LATER.date()))
    story.do(fr.FeeSettled(at=LATER, cause="b", claim="c1", how="paid"))
    assert replace(story.now, version=before.version) == before


# --- fees --------------------------------------------------------------------------------------------------------


def test_a_fee_is_told_before_the_work_and_settled_once() -> None:
    story = Story()
    story.order(r.AskFee, fee=FEE)
    letter = story.last_letter()
    assert (letter.moment, letter.purpose.fee, letter.purpose.detail) == (Moment.FEE_ASKED, FEE, FEE.calculation)
    refused("fee-none", story, r.SettleFee, how="paid")
    approve(story, letter.id)
    story.send(letter.id, LATER)
    (claim,) = story.now.claims
    assert claim.charge and (claim.charge.fee, claim.charge.asked_on, claim.charge.settled) == (FEE, LATER.date(), "")
    assert (claim.status, claim.dates and claim.dates.paused) == (Status.OPEN, False)
    refused("fee-open", story, r.AskFee, fee=FEE)
    story.order(r.SettleFee, how="narrowed")
    assert story.now.claims[0].charge and story.now.claims[0].charge.settled == "narrowed"
    refused("fee-none", story, r.SettleFee, how="paid")
    story.order(r.AskFee, fee=FEE)
    assert fold(story.facts) == story.now


@pytest.mark.parametrize(
    ("rule", "right", "fee"),
    [
        ("fee-basis", "erasure", FEE),
        ("fee-basis", "consent-withdrawal", replace(FEE, basis="excessive")),
        ("fee-calculation", "access", replace(FEE, amount=0)),
        ("fee-calculation", "access", replace(FEE, calculation=" ")),
        ("fee-calculation", "access", replace(FEE, currency="euros")),
        ("refusal-evidence", "access", replace(FEE, basis="excessive")),
    ],
)
def test_a_fee_that_the_law_does_not_know(rule: str, right: str, fee: Fee) -> None:
    refused(rule, Story(asked_for(right)), r.AskFee, fee=fee)


def test_a_fee_for_what_is_excessive_takes_two() -> None:
    story = Story()
    story.order(r.AskFee, fee=replace(FEE, basis="excessive"), evidence="Five since January.")
    with pytest.raises(Exception, match="excessive"):
        approve(story, "l2")
    approve(story, "l2", actor="boss")
    assert story.now.letter("l2").approved_by == "boss"


def test_a_letter_without_its_values_still_means_something() -> None:
    story = Story()
    for moment in (Moment.FEE_ASKED, Moment.LIFTING):
        drafted = replace(story.last_letter(), id=f"x-{moment}", moment=moment, automatic=False)
        story.do(f.LetterDrafted(at=NOW, cause=f"d{moment}", letter=drafted))
        story.send(drafted.id, LATER)
    assert [type(each) for each in story.facts if type(each).__module__.endswith("facts_rights")] == [
        fr.FeeAsked,
        fr.LiftingAnnounced,
    ]


# --- directives and forwards -------------------------------------------------------------------------------------


def test_directives_have_versions_and_are_revoked_at_any_time() -> None:
    story = Story(asked_for("directives"))
    given = {"consent": "form of 2 March", "recorded_on": NOW.date()}
    refused("directive-consent", story, r.RecordDirective, text="Erase everything.", **{**given, "consent": ""})
    refused("directive-none", story, r.RevokeDirective, revoked_on=NOW.date())
    story.order(r.RecordDirective, text="Erase everything.", executor="Paul Martin", **given)
    story.order(r.RecordDirective, text="Keep the photos.", **given)
    first, second = story.now.claims[0].directives
    assert (first.version, first.executor, first.revoked_on) == (1, "Paul Martin", NOW.date())
    assert (second.version, second.text, second.revoked_on) == (2, "Keep the photos.", None)
    story.order(r.RevokeDirective, revoked_on=LATER.date())
    assert [each.revoked_on for each in story.now.claims[0].directives] == [NOW.date(), LATER.date()]
    assert story.last_letter().moment == Moment.DIRECTIVES_REVOKED
    several = Story(asked_for("directives"), asked_for("access"))
    refused("directive-claim", several, r.RecordDirective, text="x", **given)
    assert fold(story.facts) == story.now


def test_a_proved_and_told_forward_closes_and_an_answer_of_the_party_reopens_it() -> None:
    story = Story()
    refused("moves", story, r.ProveForward, proof="acknowledged")
    story.order(o.Forward, party="customer")
    story.send("l2", LATER)
    refused("forward-proof", story, r.ProveForward, proof=" ")
    story.order(r.ProveForward, proof="acknowledged on 5 March")
    (claim,) = story.now.claims
    assert (claim.status, claim.outcome, claim.passed_on) == (
        Status.CLOSED,
        Outcome.FORWARDED,
        "acknowledged on 5 March",
    )
    story.order(o.Reopen, why="mistake")
    assert (story.now.claims[0].status, story.now.claims[0].passed_on) == (Status.OPEN, "")
