"""Dates asked for again are those computed before, unless something they depend on is another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dsarbot.core.case import Claim, Status
from dsarbot.core.clock import Promise
from dsarbot.core.dating import _Place, dates_of
from dsarbot.core.jurisdictions import jurisdiction
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


def test_a_place_is_itself_alone() -> None:
    here = RULES.jurisdiction
    assert _Place(here) == _Place(here)
    assert hash(_Place(here)) == hash(_Place(here))
    assert _Place(here) != _Place(replace(here))
    assert _Place(here) != here
