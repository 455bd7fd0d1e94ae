"""What other systems are told of a case, and what not."""

from __future__ import annotations

import json

from dsarbot.core.apply import fold
from dsarbot.core.evolve import replace
from dsarbot.core.webhooks import EventKind, body, events_of
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
