"""One answer for several claims, parts of an answer, and what must be on file before something is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Moment, Outcome, Status
from dsarbot.core.letter import Part, Result
from dsarbot.errors import NotAllowed
from tests.core.builders import NOW, Story, asked_for

LATER = NOW + timedelta(days=2)
WHY = "Invoices: ten years."


def refused(rule: str, story: Story, kind: type[o.Order], **fields: object) -> str:
    before = story.now
    with pytest.raises(NotAllowed) as caught:
        story.order(kind, **fields)
    assert (caught.value.rule, story.now) == (rule, before)
    return str(caught.value)


def approve(story: Story, letter: str, **fields: object) -> None:
    story.order(o.Approve, letter=letter, digest="d", version=story.now.version, **fields)


def test_one_answer_says_something_else_to_each_claim() -> None:
    story = Story(asked_for("access"), asked_for("erasure"), asked_for("objection", marketing=True))
    parts = (
        Part(name="invoices", given=False, ground="legal-obligation", detail="until 2031"),
        Part(name="profile", given=True),
    )
    story.order(
        o.Answer,
        outcome=Outcome.GRANTED,
        detail="See below.",
        results=(Result(claim="c2", outcome=Outcome.PARTLY, parts=parts),),
    )
    purpose = story.last_letter().purpose
    assert (purpose.outcome, purpose.ground) == (Outcome.PARTLY, "legal-obligation")
    story.send("l2", LATER)
    assert [(c.outcome, c.status) for c in story.now.claims] == [
        (Outcome.GRANTED, Status.ANSWERED),
        (Outcome.PARTLY, Status.ANSWERED),
        (Outcome.GRANTED, Status.ANSWERED),
    ]
    assert [c.parts for c in story.now.claims] == [(), parts, ()]


def test_a_claim_may_be_refused_in_an_answer_to_others_but_not_all_of_them() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    no = Result(claim="c2", outcome=Outcome.REFUSED, ground="no-ground-17-1", detail="The contract runs.")
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="The copy.", results=(no,))
    story.send("l2", LATER)
    assert [c.outcome for c in story.now.claims] == [Outcome.GRANTED, Outcome.REFUSED]
    other = Story(asked_for("erasure"))
    refused("answer-outcome", other, o.Answer, outcome=Outcome.REFUSED, detail=WHY, ground="no-ground-17-1")


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("no-such-claim", {"results": (Result(claim="c9", outcome=Outcome.GRANTED),)}),
        ("answer-parts", {"parts": (Part(name="invoices", given=False, ground="legal-obligation"),)}),
        ("refusal-ground", {"outcome": Outcome.PARTLY, "parts": (Part(name="x", given=False, ground="accurate"),)}),
        ("refusal-ground", {"outcome": Outcome.PARTLY}),
        ("refusal-evidence", {"outcome": Outcome.PARTLY, "ground": "excessive"}),
        ("answer-detail", {"detail": " "}),
        ("answer-outcome", {"outcome": Outcome.WITHDRAWN}),
        ("answer-holds", {"holds": ("cake",)}),
    ],
)
def test_an_answer_that_the_law_does_not_know(rule: str, fields: dict[str, object]) -> None:
    refused(rule, Story(asked_for("erasure")), o.Answer, **{"outcome": Outcome.GRANTED, "detail": "Done.", **fields})


def test_what_the_text_holds_is_on_record_each_item_or_all() -> None:
    story = Story(asked_for("access"))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="The copy.", holds=("copy", "purposes"))
    assert story.last_letter().purpose.holds == ("copy", "purposes")
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="The copy.", holds=("all",))
    assert {"all", "confirmation", "copy", "source"} <= set(story.last_letter().purpose.holds)


def test_what_the_law_wants_demonstrated_is_recorded_with_the_refusal() -> None:
    story = Story()
    said = refused("refusal-evidence", story, o.Refuse, ground="excessive", detail="The fifth this month.")
    assert "earlier requests" in said
    story.order(o.Refuse, ground="excessive", detail="The fifth this month.", evidence="2, 9, 16 February")
    assert story.last_letter().purpose.evidence == "2, 9, 16 February"
    story.order(o.Refuse, ground="rights-of-others", detail="Page 3 names a neighbour.")
    assert story.last_letter().purpose.ground == "rights-of-others"


def test_a_question_that_was_sent_shows_that_nobody_was_identified() -> None:
    story = Story()
    refused("refusal-evidence", story, o.Refuse, ground="not-identified", detail="No answer.")
    story.order(o.Clarify, about="Which account?")
    story.send("l2", LATER)
    refused("refusal-evidence", story, o.Refuse, ground="not-identified", detail="No answer.")
    story.order(o.AskIdentity, doubt="Unknown address.", rung="R2")
    story.send("l3", LATER)
    story.order(o.Refuse, ground="not-identified", detail="No answer.")
    assert story.last_letter().moment == Moment.REFUSED


def test_a_ground_in_a_part_takes_two_as_well() -> None:
    story = Story()
    part = Part(name="logs", given=False, ground="abuse")
    story.order(o.Answer, outcome=Outcome.PARTLY, detail="The copy.", evidence="his own words", parts=(part,))
    refused("refusal-evidence", story, o.Answer, outcome=Outcome.PARTLY, detail="x", parts=(part,))
    with pytest.raises(NotAllowed, match="abuse"):
        approve(story, "l2")
    approve(story, "l2", actor="boss", decided_by="director")
    letter = story.now.letter("l2")
    assert (letter.purpose.by, letter.approved_by, letter.decided_by) == ("dpo", "boss", "director")


def test_marketing_is_never_asked_for_proof_and_the_other_claims_are() -> None:
    story = Story(asked_for("objection", marketing=True))
    refused("identity-free", story, o.AskIdentity, doubt="Unknown address.", rung="R2")
    both = Story(asked_for("objection", marketing=True), asked_for("access"))
    refused("identity-free", both, o.AskIdentity, doubt="Unknown address.", rung="R2", claims=("c1", "c2"))
    both.order(o.AskIdentity, doubt="Unknown address.", rung="R2")
    assert both.last_letter().claims == ("c2",)
    both.send(both.last_letter().id, LATER)
    assert [c.status for c in both.now.claims] == [Status.OPEN, Status.WAITING_PERSON]


def test_a_contested_answer_has_its_goal_and_another_reviewer() -> None:
    story = Story()
    story.order(o.Answer, outcome=Outcome.PARTLY, detail="The copy.", ground="rights-of-others")
    approve(story, "l2")
    story.send("l2", LATER)
    story.order(o.Reopen, why="contested", at=datetime(2026, 3, 16, 9, tzinfo=UTC))
    assert story.now.claims[0].goal and story.now.claims[0].goal.isoformat() == "2026-03-30"
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="The rest.")
    with pytest.raises(NotAllowed) as caught:
        approve(story, "l4")
    assert caught.value.rule == "other-reviewer"
    approve(story, "l4", reason="Nobody else works here.")
    assert story.now.letter("l4").approved_by == "dpo"


def test_a_contested_answer_that_a_colleague_looks_at_needs_no_reason() -> None:
    story = Story()
    story.order(o.Answer, outcome=Outcome.NOTHING_HELD, detail="Nothing.")
    approve(story, "l2")
    story.send("l2", LATER)
    story.order(o.Reopen, why="contested")
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="We found something.")
    approve(story, "l4", actor="boss")
    assert story.now.letter("l4").approved_by == "boss"


def test_a_human_review_is_recorded_before_the_answer_leaves() -> None:
    story = Story(asked_for("automated-decision"))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="The order was released.")
    with pytest.raises(NotAllowed, match="reviewer, view"):
        approve(story, "l2")
    refused("step-note", story, r.Tick, step="reviewer")
    story.order(r.Tick, step="reviewer", note="Anna Muster, head of accounts")
    story.order(r.Tick, step="view", note="Pays by transfer since March; wrote on 4 March")
    approve(story, "l2")
    done = story.now.claims[0].done
    assert [(each.step, each.actor) for each in done] == [("reviewer", "dpo"), ("view", "dpo")]


def test_a_refusal_needs_no_review_first() -> None:
    story = Story(asked_for("automated-decision"))
    story.order(o.Refuse, ground="not-automated", detail="A person decided.")
    approve(story, "l2")
    assert story.now.letter("l2").approved_by == "dpo"


# --- what a claim brings up --------------------------------------------------------------------------------------


def test_an_objection_proposes_a_restriction_of_what_it_contests() -> None:
    story = Story(asked_for("objection"), asked_for("access"))
    (proposal,) = story.now.proposals
    assert (proposal.kind, proposal.settled) == ("right:restriction:c1", False)
    story.order(o.Settle, proposal=proposal.id, accepted=True, scope="credit scoring")
    found = story.now.claims[-1]
    assert (found.id, found.right, found.scope, found.status) == ("c3", "restriction", "credit scoring", Status.OPEN)
    assert (found.received_at, found.party) == (story.now.claims[0].received_at, "nordlicht")
    assert found.dates is not None
    refused("no-such-proposal", story, o.Settle, proposal=proposal.id, accepted=True)


def test_a_declined_proposal_opens_nothing_and_what_was_asked_is_not_proposed() -> None:
    story = Story(asked_for("objection"))
    story.order(o.Settle, proposal="p1", accepted=False)
    assert len(story.now.claims) == 1
    assert Story(asked_for("objection"), asked_for("restriction")).now.proposals == ()
    assert Story(asked_for("objection", marketing=True)).now.proposals == ()
    assert Story(asked_for("rectification")).now.proposals == ()


def test_an_unsure_objection_proposes_once_a_person_confirms_it() -> None:
    story = Story(asked_for("objection", certain=False))
    assert not story.now.proposals
    story.order(o.Confirm)
    assert [each.kind for each in story.now.proposals] == ["right:restriction:c1"]


def test_accepting_what_a_message_proposed_opens_no_claim() -> None:
    story = Story()
    story.order(o.Join, inbound="i2", received_at=NOW, how="reply", proposes=("contested",))
    story.order(o.Settle, proposal="p1", accepted=True)
    assert len(story.now.claims) == 1


def test_one_more_right_is_acknowledged_once_with_its_own_receipt() -> None:
    story = Story()
    told = {"because": "second paragraph of the mail of 5 March"}
    story.order(r.Invoke, right="erasure", received_at=LATER, at=LATER, **told)
    letter = story.last_letter()
    assert (letter.moment, letter.claims, letter.automatic) == (Moment.ACKNOWLEDGED, ("c2",), True)
    # It was no request after all, and then it was: whoever wrote has the letter, and the date in it still holds.
    story.send(letter.id, LATER)
    story.order(o.NotARequest, claims=("c2",), reason="mistake", at=LATER)
    story.order(r.Invoke, right="erasure", received_at=LATER, at=LATER, **told)
    assert (len(story.now.claims), len(story.now.letters)) == (3, 2)
    # The same right in a later message is another request.
    story.order(o.Withdraw, claims=("c3",), evidence="mail", at=LATER)
    later = LATER + timedelta(days=3)
    story.order(r.Invoke, right="erasure", received_at=later, at=later, **told)
    assert (story.last_letter().moment, story.last_letter().claims) == (Moment.ACKNOWLEDGED, ("c4",))


def test_an_acknowledgement_of_one_right_leaves_the_others_to_be_acknowledged() -> None:
    story = Story(asked_for("access", certain=False))
    story.order(r.Invoke, right="erasure", because="by telephone")
    assert story.last_letter().claims == ("c2",)
    story.order(o.Confirm)
    assert (story.last_letter().moment, story.last_letter().claims) == (Moment.ACKNOWLEDGED, ("c1",))


def test_a_right_that_somebody_else_answers_for_is_acknowledged_by_a_person() -> None:
    story = Story()
    told = {"right": "access", "because": "data of the shop"}
    refused("right-party", story, r.Invoke, party="The operator, of the shop", **told)
    story.order(r.Invoke, party="shop-operator", **told)
    claim = story.now.claims[-1]
    assert (claim.party, claim.right, story.last_letter().automatic) == ("shop-operator", "access", False)
    refused("right-known", story, r.Invoke, party="shop-operator", **told)


def test_one_more_right_has_its_own_clock_and_brings_up_what_it_brings_up() -> None:
    story = Story()
    told = {"because": "second paragraph of the mail of 5 March"}
    refused("unknown-right", story, r.Invoke, right="cake", **told)
    refused("right-known", story, r.Invoke, right="access", **told)
    refused("right-because", story, r.Invoke, right="erasure", because=" ")
    refused("receipt-future", story, r.Invoke, right="erasure", received_at=LATER, **told)
    story.order(r.Invoke, right="objection", scope="profiling", **told)
    story.order(r.Invoke, right="objection", marketing=True, received_at=LATER, at=LATER, **told)
    _, objection, marketing = story.now.claims
    assert (objection.received_at, objection.scope) == (story.now.claims[0].received_at, "profiling")
    assert (marketing.received_at, marketing.marketing, marketing.status) == (LATER, True, Status.OPEN)
    assert objection.dates and marketing.dates and marketing.dates.safe_due > objection.dates.safe_due
    assert [each.kind for each in story.now.proposals] == ["right:restriction:c2"]
    story.order(o.Leave, to_case="case2", claims=("c1", "c2", "c3"), mode="merge")
    refused("merged", story, r.Invoke, right="erasure", **told)
