"""The life of a case: orders, letters that leave, facts, and what the law forbids."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.agenda import agenda, due, next_wake
from dsarbot.core.apply import apply, fold
from dsarbot.core.case import LetterStatus, Moment, Outcome, Section, Status, summary
from dsarbot.core.clock import Promise
from dsarbot.core.decide import decide
from dsarbot.core.rules import CancelSending, Draft, Send
from dsarbot.errors import NotAllowed
from tests.core.builders import NOW, RECEIVED, Story, asked_for, open_order, rules

LATER = NOW + timedelta(days=2)
DETAIL = "Three systems hold data of eleven years and must be searched by hand."


def refused(rule: str, act: object) -> None:
    with pytest.raises(NotAllowed) as caught:
        act()  # type: ignore[operator]
    assert caught.value.rule == rule
    assert str(caught.value)


# --- opening ---------------------------------------------------------------------------------------------------


def test_a_certain_request_opens_claims_with_dates_and_an_automatic_acknowledgement() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    assert [(c.id, c.right, c.status) for c in story.now.claims] == [
        ("c1", "access", Status.OPEN),
        ("c2", "erasure", Status.OPEN),
    ]
    assert all(c.dates and c.dates.target == date(2026, 4, 2) for c in story.now.claims)
    assert story.last_letter().moment == Moment.ACKNOWLEDGED
    assert story.last_letter().automatic
    send = story.decisions[-1].effects[0]
    assert send == Send(letter="l1", not_before=NOW + timedelta(minutes=10))


def test_an_unsure_request_runs_its_clock_but_gets_no_letter() -> None:
    story = Story(asked_for("access", certain=False))
    (claim,) = story.now.claims
    assert claim.status == Status.UNCONFIRMED
    assert claim.dates
    assert story.now.letters == ()


def test_a_blocked_sender_gets_an_acknowledgement_only_by_a_person() -> None:
    story = Story(blocked="dmarc-failed")
    assert not story.last_letter().automatic
    assert story.decisions[-1].effects == ()


def test_links_to_other_cases_of_the_sender_are_kept() -> None:
    decision = decide(None, replace(open_order(), links=("case0",)), rules())
    assert fold(decision.facts).links == ("case0",)


def test_a_right_nobody_knows_is_refused() -> None:
    refused("unknown-right", lambda: Story(asked_for("cake")))


def test_a_case_begins_with_its_opening() -> None:
    fact = f.Noted(at=NOW, actor="dpo", cause="x", kind="work", text="x")
    with pytest.raises(ValueError, match="CaseOpened"):
        apply(None, fact)
    with pytest.raises(ValueError, match="CaseOpened"):
        fold([])
    refused("no-case", lambda: decide(None, fact, rules()))


def test_an_order_without_a_rule_is_refused() -> None:
    refused("unknown-order", lambda: Story().do(o.Order(at=NOW, actor="dpo", cause="x")))


def test_a_fact_without_a_time_zone_does_not_exist() -> None:
    with pytest.raises(ValueError, match="time zone"):
        f.Noted(at=datetime(2026, 1, 1), actor="x", cause="x", kind="work", text="x")  # noqa: DTZ001


# --- confirming ------------------------------------------------------------------------------------------------


def test_confirming_opens_and_acknowledges_once() -> None:
    story = Story(asked_for("access", certain=False))
    story.order(o.Confirm)
    assert story.now.claims[0].status == Status.OPEN
    assert [each.moment for each in story.now.letters] == [Moment.ACKNOWLEDGED]
    refused("moves", lambda: story.order(o.Confirm))


def test_confirming_with_other_rights_replaces_what_triage_found() -> None:
    story = Story(asked_for("access", certain=False), asked_for("objection", certain=False))
    story.order(o.Confirm, asked=(asked_for("access"), asked_for("erasure")))
    assert [(c.right, c.status) for c in story.now.claims] == [
        ("access", Status.OPEN),
        ("objection", Status.NOT_A_REQUEST),
        ("erasure", Status.OPEN),
    ]
    assert {c.received_at for c in story.now.claims} == {RECEIVED}


def test_not_a_request_stops_the_acknowledgement_and_can_be_taken_back() -> None:
    story = Story()
    story.order(o.NotARequest, reason="password reset")
    assert story.decisions[-1].effects == (CancelSending(letter="l1"),)
    assert story.last_letter().status == LetterStatus.CANCELLED
    assert summary(story.now).closed
    story.order(o.Confirm)
    assert story.now.claims[0].status == Status.OPEN
    assert [each.status for each in story.now.letters] == [LetterStatus.CANCELLED, LetterStatus.DRAFTED]


def test_orders_name_claims_that_exist() -> None:
    refused("no-such-claim", lambda: Story().order(o.NotARequest, claims=("c9",)))


# --- identity and clarification --------------------------------------------------------------------------------


def test_a_prompt_identity_question_with_a_doubt_pauses_the_clock_from_the_day_it_left() -> None:
    story = Story()
    story.order(o.AskIdentity, doubt="The address is not on file.", rung="R2")
    assert story.now.claims[0].status == Status.OPEN, "a drafted question pauses nothing"
    story.send("l2", LATER)
    (claim,) = story.now.claims
    assert claim.status == Status.WAITING_PERSON
    assert claim.dates and claim.dates.paused and claim.dates.legal_due is None
    assert claim.dates.safe_due == date(2026, 4, 2)
    story.order(o.Verify, rung="R2", how="code entered", answered_on=date(2026, 3, 9))
    (claim,) = story.now.claims
    assert claim.status == Status.OPEN
    assert story.now.rung == "R2"
    assert claim.dates and claim.dates.legal_due == date(2026, 4, 7)
    refused("identity-known", lambda: story.order(o.AskIdentity, doubt="again", rung="R1"))


def test_a_late_identity_question_pauses_nothing() -> None:
    story = Story()
    story.order(o.AskIdentity, doubt="The address is not on file.", rung="R2")
    story.send("l2", RECEIVED + timedelta(days=7))
    assert story.now.claims[0].dates and not story.now.claims[0].dates.paused
    assert story.now.claims[0].status == Status.WAITING_PERSON


@pytest.mark.parametrize(("doubt", "rung", "rule"), [(" ", "R2", "identity-doubt"), ("why", "R7", "identity-rung")])
def test_identity_is_asked_only_with_a_doubt_and_never_unredacted(doubt: str, rung: str, rule: str) -> None:
    refused(rule, lambda: Story().order(o.AskIdentity, doubt=doubt, rung=rung))


def test_a_verdict_says_how_and_on_which_rung() -> None:
    story = Story()
    refused("identity-how", lambda: story.order(o.Verify, rung="R2", how=" ", answered_on=NOW.date()))
    refused("identity-rung", lambda: story.order(o.Verify, rung="R9", how="x", answered_on=NOW.date()))


def test_a_clarification_of_little_data_waits_but_pauses_nothing() -> None:
    story = Story()
    story.order(o.Clarify, about="Which of your two contracts?")
    story.send("l2", LATER)
    assert story.now.claims[0].status == Status.WAITING_PERSON
    assert story.now.claims[0].dates and not story.now.claims[0].dates.paused


def test_two_open_questions_wait_until_both_are_answered() -> None:
    story = Story()
    story.order(o.Clarify, about="Which period?", large=True)
    story.order(o.AskIdentity, doubt="Unknown address.", rung="R2")
    story.send("l2", LATER)
    story.send("l3", LATER)
    story.order(o.Verify, rung="R3", how="two facts", answered_on=date(2026, 3, 6))
    assert story.now.claims[0].status == Status.WAITING_PERSON
    story.order(o.Clarified, answered_on=date(2026, 3, 6))
    assert story.now.claims[0].status == Status.OPEN
    assert story.now.claims[0].open_question() is None


def test_an_answer_that_seems_older_than_its_question_counts_from_the_question() -> None:
    story = Story()
    story.order(o.Clarify, about="Which period?", large=True)
    story.send("l2", LATER)
    story.order(o.Clarified, answered_on=date(2026, 3, 1))
    assert story.now.claims[0].questions[0].answered_on == LATER.date()


def test_clarified_needs_a_clarification() -> None:
    refused("moves", lambda: Story().order(o.Clarified, answered_on=NOW.date()))
    story = Story()
    story.order(o.AskIdentity, doubt="Unknown address.", rung="R2")
    story.send("l2", LATER)
    refused("no-open-question", lambda: story.order(o.Clarified, answered_on=NOW.date()))
    refused("clarification-about", lambda: story.order(o.Clarify, about=" "))


def test_a_follow_up_soon_after_an_answer_keeps_pausing() -> None:
    story = Story()
    story.order(o.Clarify, about="Which period?", large=True)
    story.send("l2", LATER)
    story.order(o.Clarified, answered_on=date(2026, 3, 16))
    story.order(o.Clarify, about="And which service?", large=True)
    story.send("l3", datetime(2026, 3, 18, 9, tzinfo=UTC))
    assert [question.accepted for question in story.now.claims[0].questions] == [True, True]


# --- more time -------------------------------------------------------------------------------------------------


def test_an_extension_in_time_moves_the_target_two_months_from_receipt() -> None:
    story = Story()
    story.order(o.Extend, reason="complexity", detail=DETAIL)
    assert story.last_letter().purpose.until == date(2026, 6, 2)
    refused("extension-once", lambda: story.order(o.Extend, reason="number", detail=DETAIL))
    story.send("l2", datetime(2026, 3, 25, 9, tzinfo=UTC))
    (claim,) = story.now.claims
    assert claim.dates and (claim.dates.target, claim.dates.extension_valid) == (date(2026, 6, 2), "yes")
    refused("extension-once", lambda: story.order(o.Extend, reason="number", detail=DETAIL))


def test_a_bounced_extension_may_be_sent_again_and_changes_no_date_by_itself() -> None:
    story = Story()
    story.order(o.Extend, reason="complexity", detail=DETAIL)
    story.send("l2", datetime(2026, 3, 25, 9, tzinfo=UTC))
    before = story.now.claims[0].dates
    story.do(f.LetterBounced(at=LATER, actor="service", cause="b", letter="l2", status="5.1.1", permanent=True))
    assert story.now.claims[0].dates == before
    assert story.now.letter("l2").status == LetterStatus.BOUNCED
    story.order(o.Extend, reason="complexity", detail=DETAIL)
    assert story.last_letter().moment == Moment.EXTENDED


def test_a_delayed_delivery_is_trouble_but_no_bounce() -> None:
    story = Story()
    story.do(f.LetterBounced(at=LATER, actor="service", cause="b", letter="l1", status="4.4.1", permanent=False))
    assert (story.now.letter("l1").status, story.now.letter("l1").trouble) == (LetterStatus.DRAFTED, "4.4.1")


@pytest.mark.parametrize(
    ("reason", "detail", "rule"),
    [("holidays", DETAIL, "extension-reason"), ("complexity", "much work", "extension-detail")],
)
def test_an_extension_needs_a_lawful_reason_concretely_explained(reason: str, detail: str, rule: str) -> None:
    refused(rule, lambda: Story().order(o.Extend, reason=reason, detail=detail))


@pytest.mark.parametrize(
    ("code", "day", "allowed"),
    [("LU", date(2026, 4, 2), True), ("LU", date(2026, 4, 3), False), ("FR", date(2026, 4, 3), True)],
)
def test_after_the_date_nothing_can_be_extended(code: str, day: date, allowed: bool) -> None:
    """practice 16: by safe_due, or by legal_due where the suspension is statutory (France)."""
    story = Story(rules_=rules(code))
    story.order(o.AskIdentity, doubt="Unknown address.", rung="R2")
    story.send("l2", LATER)
    story.order(o.Verify, rung="R2", how="code", answered_on=date(2026, 3, 6))
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    if allowed:
        story.order(o.Extend, reason="number", detail=DETAIL, at=at)
    else:
        refused("extension-in-time", lambda: story.order(o.Extend, reason="number", detail=DETAIL, at=at))


def test_while_a_statutory_pause_is_open_there_is_no_last_day_to_extend() -> None:
    story = Story()
    story.order(o.AskIdentity, doubt="Unknown address.", rung="R2")
    story.send("l2", LATER)
    story.order(o.Extend, reason="number", detail=DETAIL, at=datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert story.last_letter().moment == Moment.EXTENDED


# --- answers ---------------------------------------------------------------------------------------------------


def test_an_answer_counts_when_the_letter_has_left() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Copy attached.", claims=("c1",))
    assert story.now.claims[0].status == Status.OPEN
    story.send("l2", LATER)
    first, second = story.now.claims
    assert (first.status, first.outcome, first.answered_at, first.late) == (
        Status.ANSWERED,
        Outcome.GRANTED,
        LATER,
        False,
    )
    assert second.status == Status.OPEN
    assert summary(story.now).status == Status.OPEN


def test_late_never_blocks_but_is_marked() -> None:
    story = Story()
    story.order(o.Answer, outcome=Outcome.NOTHING_HELD, detail="Nothing held.")
    story.send("l2", datetime(2026, 4, 2, 22, 0, tzinfo=UTC))
    assert story.now.claims[0].late


def test_the_last_second_is_in_time() -> None:
    story = Story()
    story.order(o.Answer, outcome=Outcome.NOTHING_HELD, detail="Nothing held.")
    story.send("l2", datetime(2026, 4, 2, 21, 59, 59, tzinfo=UTC))
    assert not story.now.claims[0].late


@pytest.mark.parametrize(
    ("outcome", "detail", "rule"),
    [(Outcome.REFUSED, "x", "answer-outcome"), (Outcome.GRANTED, " ", "answer-detail")],
)
def test_an_answer_has_an_outcome_and_a_content(outcome: Outcome, detail: str, rule: str) -> None:
    refused(rule, lambda: Story().order(o.Answer, outcome=outcome, detail=detail))


def test_what_a_partial_answer_leaves_out_needs_its_ground() -> None:
    refused("refusal-ground", lambda: Story().order(o.Answer, outcome=Outcome.PARTLY, detail="Copy attached."))


def test_a_refusal_needs_a_ground_of_that_right_and_a_reason() -> None:
    story = Story(asked_for("erasure"))
    refused("refusal-ground", lambda: story.order(o.Refuse, ground="accurate", detail="x"))
    refused("refusal-detail", lambda: story.order(o.Refuse, ground="legal-obligation", detail=" "))
    story.order(o.Refuse, ground="legal-obligation", detail="Invoices: ten years.")
    story.send("l2", LATER)
    assert story.now.claims[0].outcome == Outcome.REFUSED


def test_an_objection_to_marketing_cannot_be_refused() -> None:
    story = Story(asked_for("objection", marketing=True))
    refused("marketing-absolute", lambda: story.order(o.Refuse, ground="compelling-grounds", detail="we like it"))
    assert story.now.claims[0].goal == date(2026, 3, 3)


def test_a_forwarded_claim_waits_for_the_party() -> None:
    story = Story()
    story.order(o.Forward, party="customer")
    story.send("l2", LATER)
    assert (story.now.claims[0].status, story.now.claims[0].outcome) == (Status.WAITING_PARTY, Outcome.FORWARDED)


def test_withdrawing_needs_evidence_closes_and_says_so() -> None:
    story = Story()
    refused("withdrawal-evidence", lambda: story.order(o.Withdraw, evidence=" "))
    story.order(o.Withdraw, evidence="mail of 4 March")
    assert (story.now.claims[0].status, story.now.claims[0].outcome) == (Status.CLOSED, Outcome.WITHDRAWN)
    assert [each.moment for each in story.now.letters] == [Moment.ACKNOWLEDGED, Moment.CLOSED]
    assert story.now.letters[0].status == LetterStatus.CANCELLED


def test_nothing_is_closed_without_an_answer() -> None:
    story = Story()
    refused("moves", lambda: story.order(o.Close))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Copy attached.")
    refused("moves", lambda: story.order(o.Close))
    story.send("l2", LATER)
    story.order(o.Close)
    assert summary(story.now).closed


def test_a_contested_answer_keeps_the_first_date() -> None:
    story = Story()
    story.order(o.Answer, outcome=Outcome.PARTLY, detail="Copy attached.", ground="rights-of-others")
    story.send("l2", LATER)
    story.order(o.Reopen, why="contested")
    assert (story.now.claims[0].status, story.now.claims[0].outcome) == (Status.OPEN, Outcome.PENDING)
    assert (story.last_letter().moment, story.last_letter().purpose.until) == (Moment.CONTESTED, date(2026, 3, 16))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="The rest attached.")
    story.send("l4", LATER + timedelta(days=9))
    assert story.now.claims[0].answered_at == LATER


# --- letters ---------------------------------------------------------------------------------------------------


def approve(story: Story, letter: str, **fields: object) -> None:
    story.order(o.Approve, letter=letter, digest="d", version=fields.pop("version", story.now.version), **fields)


def test_an_approved_letter_goes_into_the_outbox() -> None:
    story = Story()
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Copy attached.")
    approve(story, "l2")
    assert story.decisions[-1].effects == (Send(letter="l2", not_before=NOW),)
    assert (story.now.letter("l2").status, story.now.letter("l2").digest) == (LetterStatus.APPROVED, "d")
    refused("approved-already", lambda: approve(story, "l2"))
    story.send("l2", LATER)
    refused("letter-done", lambda: approve(story, "l2"))


def test_an_approval_binds_the_version_and_the_findings() -> None:
    story = Story()
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Copy attached.")
    refused("approval-version", lambda: approve(story, "l2", version=1))
    refused("pre-send", lambda: approve(story, "l2", findings=("language",)))
    refused("override-reason", lambda: approve(story, "l2", findings=("language",), overrides=("language",)))
    refused("override-unknown", lambda: approve(story, "l2", overrides=("Jeanne",), reason="x"))
    approve(story, "l2", findings=("language",), overrides=("language",), reason="She asked for English by phone.")
    refused("no-such-letter", lambda: approve(story, "l9"))


def test_calling_a_request_excessive_takes_two() -> None:
    story = Story()
    story.order(o.Refuse, ground="excessive", detail="The fifth identical request this month.",
                evidence="Requests of 2, 9, 16 and 23 February.", actor="dpo")  # fmt: skip
    refused("second-person", lambda: approve(story, "l2", actor="dpo"))
    approve(story, "l2", actor="boss")
    assert story.now.letter("l2").approved_by == "boss"


def test_editing_takes_the_approval_away_and_keeps_the_sections() -> None:
    story = Story()
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Copy attached.")
    approve(story, "l2")
    refused("letter-section", lambda: story.order(o.Edit, letter="l2", sections=()))
    story.order(o.Edit, letter="l2", sections=(Section(key="body", text="Autre texte"),))
    letter = story.now.letter("l2")
    assert (letter.status, letter.digest, letter.sections[0].text) == (LetterStatus.DRAFTED, "", "Autre texte")
    assert story.decisions[-1].effects == (CancelSending(letter="l2"),)
    story.order(o.Discard, letter="l2")
    assert story.now.letter("l2").status == LetterStatus.CANCELLED


def test_a_returned_or_stuck_letter_shows_its_trouble() -> None:
    story = Story()
    story.do(f.LetterStuck(at=LATER, actor="service", cause="s", letter="l1", why="deferred-12h"))
    assert story.now.letter("l1").trouble == "deferred-12h"
    story.do(f.LetterReturned(at=LATER, actor="service", cause="r", letter="l1", why="cap"))
    assert (story.now.letter("l1").status, story.now.letter("l1").trouble) == (LetterStatus.RETURNED, "cap")


def post_story() -> Story:
    story = Story(asked_for("access", certain=False))
    story.do(
        f.PersonCorrected(
            at=NOW, actor="dpo", cause="p", person=replace(story.now.person, address="", postal=("1 rue X",))
        )
    )
    story.order(o.Confirm)
    return story


def test_paper_counts_as_sent_only_when_posted() -> None:
    story = post_story()
    assert story.last_letter().medium == "post"
    refused("posted-approved", lambda: story.order(o.Posted, letter="l1", on=NOW.date()))
    approve(story, "l1")
    assert story.decisions[-1].effects == ()
    refused("posted-number", lambda: story.order(o.Posted, letter="l1", on=NOW.date(), registered="to Jeanne M."))
    refused("posted-future", lambda: story.order(o.Posted, letter="l1", on=date(2026, 3, 3)))
    story.order(o.Posted, letter="l1", on=date(2026, 3, 4), registered="RK 1", at=datetime(2026, 3, 5, 8, tzinfo=UTC))
    assert story.now.letter("l1").sent_at == datetime(2026, 3, 4, 8, tzinfo=UTC)
    refused("posted-mail", lambda: Story().order(o.Posted, letter="l1", on=NOW.date()))


# --- conversation, merge, split, move --------------------------------------------------------------------------


def test_a_message_joins_without_moving_anything() -> None:
    story = Story()
    before = story.now.claims
    story.order(o.Join, inbound="i2", received_at=LATER, how="reply", proposes=("withdrawal",))
    assert story.now.claims == before
    assert [each.kind for each in story.now.proposals] == ["withdrawal"]
    story.order(o.Settle, proposal="p1", accepted=False)
    assert story.now.proposals[0].settled
    refused("no-such-proposal", lambda: story.order(o.Settle, proposal="p1", accepted=True))


def test_notes_and_assignment() -> None:
    story = Story()
    refused("note-empty", lambda: story.order(o.Note, text=" "))
    story.order(o.Note, text="Called her.", kind="decision")
    story.order(o.Assign, staff="agent")
    assert (story.now.notes[0].text, story.now.assignee) == ("Called her.", "agent")


def test_a_receipt_moves_earlier_alone_and_later_only_with_a_second_person() -> None:
    story = Story()
    earlier, later = RECEIVED - timedelta(days=3), RECEIVED + timedelta(days=1)
    refused("receipt-evidence", lambda: story.order(o.CorrectReceipt, received_at=earlier, evidence=""))
    future = NOW + timedelta(days=1)
    refused("receipt-future", lambda: story.order(o.CorrectReceipt, received_at=future, evidence="stamp"))
    story.order(o.CorrectReceipt, received_at=earlier, evidence="stamp")
    assert story.now.claims[0].received_at == earlier
    assert story.now.claims[0].dates and story.now.claims[0].dates.target == date(2026, 3, 27)
    order = {"received_at": later, "evidence": "log", "at": LATER}
    refused("receipt-later", lambda: story.order(o.CorrectReceipt, **order))
    refused("receipt-later", lambda: story.order(o.CorrectReceipt, second="dpo", **order))
    story.order(o.CorrectReceipt, second="boss", **order)
    assert story.now.claims[0].received_at == later


def test_a_calendar_change_dates_again_and_says_so() -> None:
    story = Story()
    story.rules = rules("LU", promise=Promise(days=20))
    story.order(o.Redate)
    assert story.now.claims[0].dates and story.now.claims[0].dates.target == date(2026, 3, 20)
    assert "Calendar" in story.now.notes[0].text


def test_what_is_done_keeps_its_dates_when_the_calendar_changes() -> None:
    story = Story()
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Copy attached.")
    story.send("l2", LATER)
    before = story.now.claims[0].dates
    story.rules = rules("LU", promise=Promise(days=20))
    story.order(o.Redate)
    assert story.now.claims[0].dates == before


def test_a_split_leaves_something_behind_and_takes_the_receipt_along() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    refused("split-all", lambda: story.order(o.Leave, to_case="case2", claims=("c1", "c2"), mode="split"))
    refused("no-such-claim", lambda: story.order(o.Leave, to_case="case2", claims=("c7",), mode="split"))
    refused("same-case", lambda: story.order(o.Leave, to_case="case1", claims=("c1",), mode="split"))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Copy attached; erased.")
    story.send("l1", LATER)
    story.order(o.Extend, reason="number", detail=DETAIL, claims=("c1",))
    gone = story.now.claim("c2")
    story.order(o.Leave, to_case="case2", claims=("c2",), mode="split")
    assert story.now.claim("c2").status == Status.CLOSED
    assert [each.status for each in story.now.letters] == [
        LetterStatus.SENT,
        LetterStatus.CANCELLED,
        LetterStatus.DRAFTED,
    ]
    assert story.now.links == ("case2",)
    other = Story(asked_for("access"))
    other.order(o.Absorb, from_case="case1", reference="DSR", claims=(gone,), inbounds=story.now.inbounds, mode="split")
    assert [(c.id, c.right, c.received_at) for c in other.now.claims][1] == ("c2", "erasure", RECEIVED)
    assert other.now.aliases == ()


def test_the_acknowledgement_still_leaves_after_a_split_but_not_once_everything_is_gone() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    story.order(o.Leave, to_case="case2", claims=("c2",), mode="split")
    assert story.now.letters[0].status == LetterStatus.DRAFTED
    story.order(o.Leave, to_case="case3", claims=("c1",), mode="move", organisation="other")
    assert story.now.letters[0].status == LetterStatus.CANCELLED


def test_of_the_same_right_the_earliest_receipt_leads_after_a_merge() -> None:
    story, older = Story(asked_for("access")), RECEIVED - timedelta(days=5)
    twin = replace(story.now.claims[0], received_at=older)
    younger = replace(story.now.claims[0], received_at=RECEIVED + timedelta(days=5))
    foreign = replace(story.now.claims[0], party="customer")
    story.order(
        o.Absorb, from_case="case2", reference="DSR-2", claims=(twin, younger, foreign), inbounds=(), mode="merge"
    )
    assert [(c.party, c.received_at) for c in story.now.claims] == [("nordlicht", older), ("customer", RECEIVED)]
    assert story.now.aliases == ("DSR-2",)


def test_a_merged_case_takes_no_more_orders() -> None:
    story = Story()
    story.order(o.Leave, to_case="case2", claims=("c1",), mode="merge")
    assert story.now.merged_into == "case2"
    refused("merged", lambda: story.order(o.NotARequest))
    refused("merged", lambda: story.order(o.Leave, to_case="case3", claims=(), mode="merge"))


def test_a_moved_case_says_where_it_went() -> None:
    story = Story()
    story.order(o.Leave, to_case="case2", claims=("c1",), mode="move", organisation="other")
    assert (story.now.moved_to, story.now.links) == ("other", ("case2",))


# --- time ------------------------------------------------------------------------------------------------------


def woke(key: str, at: datetime) -> f.Woke:
    return f.Woke(at=at, actor="service", cause=f"alarm:{key}", alarm=key)


def test_the_agenda_fires_each_alarm_once() -> None:
    story = Story()
    first = next_wake(story.now, story.rules)
    assert first
    (entry,) = due(story.now, story.rules, first)
    story.do(woke(entry.key, first))
    assert entry not in due(story.now, story.rules, first)
    after = next_wake(story.now, story.rules)
    assert after and after > first


def test_a_done_case_has_no_agenda() -> None:
    story = Story()
    story.order(o.NotARequest)
    assert agenda(story.now, story.rules) == ()
    assert next_wake(story.now, story.rules) is None


def test_silence_on_a_question_drafts_one_reminder_at_a_time() -> None:
    story = Story()
    story.order(o.AskIdentity, doubt="Unknown address.", rung="R2")
    story.send("l2", LATER)
    keys = [entry.key for entry in agenda(story.now, story.rules) if entry.key.startswith("remind")]
    assert keys == ["remind-7:l2", "remind-21:l2"]
    story.do(woke("remind-7:l2", LATER + timedelta(days=7)))
    assert (story.last_letter().moment, story.last_letter().purpose.question) == (Moment.REMINDER, "l2")
    story.do(woke("remind-21:l2", LATER + timedelta(days=21)))
    assert len(story.now.letters) == 3, "the first reminder still waits for approval"
    story.order(o.Verify, rung="R2", how="code", answered_on=date(2026, 3, 20))
    story.order(o.Discard, letter="l3")
    story.do(woke("remind-28:l2", LATER + timedelta(days=28)))
    assert len(story.now.letters) == 3, "the question was answered"


def test_silence_on_identity_ends_with_a_letter_that_gives_the_reasons() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    story.order(o.AskIdentity, doubt="Unknown address.", rung="R2")
    story.send("l2", LATER)
    story.do(woke("due-5:c1:2026-04-02", LATER + timedelta(days=20)))
    letter = story.last_letter()
    assert (letter.moment, letter.claims, letter.purpose.ground) == (Moment.REFUSED, ("c1", "c2"), "not-identified")
    assert not letter.automatic
    story.do(woke("due-5:c2:2026-04-02", LATER + timedelta(days=20)))
    assert len(story.now.letters) == 3, "one letter for both"
    story.send("l3", LATER + timedelta(days=21))
    assert {claim.outcome for claim in story.now.claims} == {Outcome.REFUSED}


def test_silence_on_the_scope_never_ends_with_a_refusal() -> None:
    story = Story()
    story.order(o.Clarify, about="Which account?", large=True)
    story.send("l2", LATER)
    story.do(woke("due-5:c1:2026-04-02", LATER + timedelta(days=20)))
    assert len(story.now.letters) == 2


# --- the whole -------------------------------------------------------------------------------------------------


def test_folding_the_facts_gives_the_case() -> None:
    story = Story(asked_for("access"), asked_for("erasure", certain=False))
    story.order(o.Clarify, about="Which period?", large=True, claims=("c1",))
    story.send("l1", LATER)
    story.order(o.Note, text="x")
    assert fold(story.facts) == story.now
    assert story.now.version == len(story.facts)


def test_a_decision_without_facts_changes_nothing() -> None:
    decision = decide(Story().now, o.Clarify(at=NOW, actor="dpo", cause="x", about="Which?"), rules())
    assert decision.facts == ()
    assert isinstance(decision.effects[0], Draft)


def test_the_most_urgent_open_claim_speaks_for_the_case() -> None:
    story = Story(asked_for("access"), asked_for("erasure"), rules_=rules())
    found = summary(story.now)
    assert (found.status, found.rights, found.target) == (Status.OPEN, ("access", "erasure"), date(2026, 4, 2))
    story.order(o.NotARequest, claims=("c1",))
    assert summary(story.now).rights == ("erasure",)
    story.order(o.NotARequest, claims=("c2",))
    assert summary(story.now).rights == ("access",)
    assert summary(story.now).target is None


def test_unknown_names_are_key_errors() -> None:
    story = Story()
    with pytest.raises(KeyError):
        story.now.claim("c9")
    with pytest.raises(KeyError):
        story.now.letter("l9")
    assert [claim.id for claim in story.now.active] == ["c1"]
