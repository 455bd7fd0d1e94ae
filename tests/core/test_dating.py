"""Dates asked for again are those computed before, unless something they depend on is another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from dsarbot.core.case import Claim, Status
from dsarbot.core.clock import Promise, compute
from dsarbot.core.dating import dates_of
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.same import Same
from tests.core.builders import rules

AT = datetime(2026, 11, 25, 10, tzinfo=UTC)
RULES = rules()
CLAIM = Claim(id="c1", right="access", party="nord", received_at=AT, status=Status.OPEN)


def test_each_input_of_the_dates_counts() -> None:
    claim, first = CLAIM, dates_of(CLAIM, RULES)
    assert dates_of(claim, RULES) == first
    assert dates_of(replace(claim, received_at=AT + timedelta(days=1)), RULES) != first
    assert dates_of(replace(claim, extended_on=AT.date()), RULES) != first
    assert dates_of(claim, replace(RULES, promise=Promise(days=5))) != first
    elsewhere = "LU" if RULES.jurisdiction.code != "LU" else "FR"
    assert dates_of(claim, replace(RULES, jurisdiction=jurisdiction(elsewhere))) != first


def test_a_value_as_a_key_is_itself_alone() -> None:
    here = RULES.jurisdiction
    assert Same(here) == Same(here)
    assert hash(Same(here)) == hash(Same(here))
    assert Same(here) != Same(replace(here))
    assert Same(here) != here


def test_every_instant_of_a_day_has_the_dates_that_are_computed_for_it_alone() -> None:
    # 29 March 2026: the clocks of Europe go forward; 25 October: back.
    for day in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), AT):
        for minutes in (-61, 0, 29, 61, 119, 600, 1380, 1439):
            at = day + timedelta(minutes=minutes)
            expected = compute(at, RULES.jurisdiction, promise=RULES.promise)
            assert dates_of(replace(CLAIM, received_at=at), RULES) == expected


def test_one_instant_in_two_zones_is_given_back_as_it_was_written() -> None:
    paris = AT.astimezone(timezone(timedelta(hours=1)))
    for at in (AT, paris, AT):
        assert dates_of(replace(CLAIM, received_at=at), RULES).received_at.isoformat() == at.isoformat()
