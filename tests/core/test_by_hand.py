"""Mails that staff wrote by hand, printed dates of receipt, and paper that was posted: what follows from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.apply import fold
from dsarbot.core.case import LetterStatus, Moment, Outcome, Section, Status
from dsarbot.core.facts_by_hand import StaffMailBounced, StaffWrote
from dsarbot.errors import NotAllowed
from tests.core.builders import NOW, RECEIVED, Story, asked_for, open_order

SENT = NOW + timedelta(days=3)


def wrote(story: Story, *, inbound: str = "i2", to: str = "Jeanne@example.org", how: str = "reply") -> None:
    story.do(
        StaffWrote(
            at=SENT + timedelta(hours=1),
            actor="service",
            cause=f"inbound:{inbound}",
            inbound=inbound,
            sent_at=SENT,
            how=how,
            recipient=to,
            message_id=f"<{inbound}@nordlicht.example>",
        )
    )


def offered(story: Story) -> list[tuple[str, str, bool]]:
    return [(each.kind, each.inbound, each.settled) for each in story.now.proposals]


def refused(rule: str, story: Story, **fields: object) -> None:
    before = story.now
    with pytest.raises(NotAllowed) as caught:
        story.order(o.AnsweredByHand, **fields)
    assert (caught.value.rule, story.now) == (rule, before)


def test_what_staff_wrote_joins_changes_no_clock_and_is_offered_once() -> None:
    story = Story()
    before = story.now.claims
    wrote(story)
    assert story.now.claims == before
    joined = story.now.inbounds[-1]
    assert (joined.recipient, joined.received_at, joined.how) == ("Jeanne@example.org", SENT, "reply")
    assert offered(story) == [("answered-by-hand", "i2", False)]
    assert fold(story.facts) == story.now


@pytest.mark.parametrize(("to", "how"), [("lawyer@law.example", "thread"), ("jeanne@example.org", "split")])
def test_what_went_to_others_or_was_looked_at_in_another_case_is_not_offered(to: str, how: str) -> None:
    story = Story()
    wrote(story, to=to, how=how)
    assert offered(story) == []


def test_where_nothing_is_open_nothing_is_offered() -> None:
    story = Story()
    story.order(o.NotARequest)
    wrote(story)
    assert offered(story) == []


def test_the_answer_counts_from_when_it_was_sent_and_settles_the_offer() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    wrote(story)
    words = (Section(key="by-hand", text="Here it is."),)
    story.order(
        o.AnsweredByHand, claims=("c1",), inbound="i2", outcome=Outcome.GRANTED, subject="Re: data", sections=words
    )
    first, second = story.now.claims
    assert (first.status, first.answered_at, first.late, second.status) == (
        Status.ANSWERED,
        SENT,
        False,
        Status.OPEN,
    )
    letter = story.last_letter()
    assert (letter.moment, letter.status, letter.sent_at, letter.inbound) == (
        Moment.ANSWERED,
        LetterStatus.SENT,
        SENT,
        "i2",
    )
    assert (letter.recipient, letter.sections) == ("Jeanne@example.org", words)
    assert offered(story) == [("answered-by-hand", "i2", True)]
    assert [each.written_id for each in story.facts if isinstance(each, f.LetterSent)] == ["<i2@nordlicht.example>"]
    refused("recorded-already", story, claims=("c2",), inbound="i2", outcome=Outcome.GRANTED)


def test_an_unsure_request_that_was_answered_by_hand_is_answered() -> None:
    story = Story(asked_for("access", certain=False))
    wrote(story)
    story.order(o.AnsweredByHand, inbound="i2", outcome=Outcome.NOTHING_HELD)
    assert story.now.claims[0].status == Status.ANSWERED


def test_only_mails_of_staff_that_reached_somebody_with_a_lawful_outcome_are_recorded() -> None:
    story = Story()
    wrote(story)
    refused("not-by-hand", story, inbound="i1", outcome=Outcome.GRANTED)
    refused("answer-outcome", story, inbound="i2", outcome=Outcome.FORWARDED)
    refused("refusal-ground", story, inbound="i2", outcome=Outcome.PARTLY)
    story.order(o.AnsweredByHand, inbound="i2", outcome=Outcome.REFUSED, ground="excessive")
    assert story.last_letter().moment == Moment.REFUSED


@pytest.mark.parametrize(("permanent", "trouble"), [(False, ""), (True, "5.1.1")])
def test_a_mail_that_came_back_for_good_answers_nothing(permanent: bool, trouble: str) -> None:
    story = Story()
    wrote(story)
    story.do(StaffMailBounced(at=SENT, cause="b", inbound="i2", status="5.1.1", permanent=permanent))
    assert [each.trouble for each in story.now.inbounds] == ["", trouble]
    if permanent:
        refused("came-back", story, inbound="i2", outcome=Outcome.GRANTED)


def test_what_staff_wrote_goes_with_a_merge_as_something_that_staff_wrote() -> None:
    source, story = Story(), Story()
    wrote(source, inbound="i9")
    story.order(
        o.Absorb,
        from_case="other",
        reference="DSR-2026-00002-X",
        claims=(),
        inbounds=source.now.inbounds,
        mode="merge",
    )
    assert [(each.inbound, each.recipient, each.how) for each in story.now.inbounds[1:]] == [
        ("i1", "", "merge"),
        ("i9", "Jeanne@example.org", "merge"),
    ]
    assert offered(story) == []


# --- a date that is only printed ---------------------------------------------------------------------------------

PRINTED = datetime(2026, 2, 2, 9, tzinfo=UTC)


def test_a_printed_date_is_proposed_beside_what_else_must_be_looked_at() -> None:
    order = open_order()
    story = Story()
    story.case = None
    story.do(
        o.Open(
            **{
                **vars(order),
                "case": "case2",
                "cause": "x",
                "proposes": ("authority-in-copy",),
                "earlier_receipt": PRINTED,
            }
        )
    )
    assert [(each.id, each.kind, each.instant) for each in story.now.proposals] == [
        ("p1", "authority-in-copy", None),
        ("p2", "earlier-receipt", PRINTED),
    ]
    assert story.now.claims[0].received_at == RECEIVED
    story.order(o.CorrectReceipt, received_at=PRINTED, evidence="the colleague's mailbox")
    assert [each.settled for each in story.now.proposals] == [False, True]


# --- what ends a case ends its questions -------------------------------------------------------------------------


def test_who_ends_the_last_matter_of_a_case_has_looked_at_its_messages() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    wrote(story)
    story.order(o.NotARequest, claims=("c1",))
    assert offered(story) == [("answered-by-hand", "i2", False)]
    story.order(o.NotARequest, claims=("c2",))
    assert offered(story) == [("answered-by-hand", "i2", True)]


def test_closing_settles_and_a_later_message_asks_again() -> None:
    story = Story()
    wrote(story)
    story.order(o.AnsweredByHand, inbound="i2", outcome=Outcome.GRANTED)
    story.order(o.Join, inbound="i3", received_at=SENT, how="reply", proposes=("contested",))
    story.order(o.Close)
    assert all(settled for _, _, settled in offered(story))
    story.order(o.Join, inbound="i4", received_at=SENT, how="reply", proposes=("contested",))
    assert offered(story)[-1] == ("contested", "i4", False)


# --- paper -------------------------------------------------------------------------------------------------------


def test_an_answer_on_paper_answers_its_claim_once_it_was_posted() -> None:
    story = Story()
    story.do(f.PersonCorrected(at=NOW, cause="p", person=story.now.person.__class__(name="Jeanne Martin")))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Copy enclosed.")
    letter = story.last_letter()
    assert (letter.moment, letter.medium) == (Moment.ANSWERED, "post")
    story.order(o.Approve, letter=letter.id, digest="d", version=story.now.version)
    assert story.now.claims[0].status == Status.OPEN
    story.order(o.Posted, letter=letter.id, on=date(2026, 3, 4), at=datetime(2026, 3, 5, 8, tzinfo=UTC))
    (claim,) = story.now.claims
    assert (claim.status, claim.answered_at) == (Status.ANSWERED, datetime(2026, 3, 4, 8, tzinfo=UTC))
