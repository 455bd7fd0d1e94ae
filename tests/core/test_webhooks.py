"""What other systems are told of a case, and what not."""

from __future__ import annotations

import json
from datetime import timedelta

from dsarbot.core.apply import fold
from dsarbot.core.case import Status
from dsarbot.core.evolve import replace
from dsarbot.core.webhooks import EventKind, body, events_of, signature
from tests.core.builders import Story, asked_for
from tests.store.samples import drafted, noted, opened, sent


def test_a_letter_that_has_left_is_told_by_its_moment() -> None:
    facts = [*opened("case-0001"), drafted()]
    before, after = fold(facts), fold([*facts, sent()])
    (event,) = events_of(before, after, [sent()])
    assert (event.kind, event.letter) == (EventKind.LETTER_SENT, after.letters[0].moment)
    assert json.loads(body(event))["letter"] == after.letters[0].moment
    # The same change tried again has the same name; the next one another.
    assert events_of(before, after, [sent()]) == (event,)
    assert events_of(before, replace(after, version=99), [sent()])[0].id != event.id


def test_what_concerns_the_desk_alone_is_told_to_nobody() -> None:
    facts = opened("case-0001")
    case = fold(facts)
    assert events_of(case, fold([*facts, noted()]), [noted()]) == ()
    assert events_of(None, case, []) == ()
    assert events_of(None, replace(case, claims=()), facts) == ()
    assert events_of(None, replace(case, confidential=("anna",)), facts) == ()
    assert [each.kind for each in events_of(replace(case, claims=()), case, facts)] == [EventKind.CASE_OPENED]


def test_a_status_a_date_and_the_end_are_told_once() -> None:
    case = Story(asked_for("access")).now
    (claim,) = case.claims
    assert claim.dates and claim.dates.target
    later = replace(claim.dates, target=claim.dates.target + timedelta(days=1))
    moved = replace(case, claims=(replace(claim, dates=later),))
    (event,) = events_of(case, moved, [noted()])
    assert event.kind == EventKind.TARGET_CHANGED and "letter" not in json.loads(body(event))
    closed = replace(case, claims=(replace(claim, status=Status.CLOSED),))
    kinds = [each.kind for each in events_of(case, closed, [noted()])]
    assert EventKind.STATUS_CHANGED in kinds and kinds[-1] == EventKind.CLOSED
    assert EventKind.CLOSED not in [each.kind for each in events_of(closed, closed, [noted()])]


def test_the_signature_is_of_the_event_its_time_and_its_body() -> None:
    mine = signature("secret", "e1", 1, b"{}")
    assert mine == signature("secret", "e1", 1, b"{}")
    others = {
        signature("other", "e1", 1, b"{}"),
        signature("secret", "e2", 1, b"{}"),
        signature("secret", "e1", 2, b"{}"),
    }
    assert mine not in others and len(others) == 3
