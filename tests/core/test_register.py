"""The register's lines: what a case says of itself without naming anybody."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dsarbot.core.case import Case, Claim, Letter, LetterStatus, Moment, Outcome, Person, Purpose, Status
from dsarbot.core.clock import compute
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.letter import Part, Result
from dsarbot.core.register import Entry, Fate, entry

FR = jurisdiction("FR")
RECEIVED = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
ANSWERED = datetime(2026, 3, 20, 9, tzinfo=UTC)


def claim(number: int = 1, **given: Any) -> Claim:
    made = Claim(
        id=f"c{number}", right="access", party="nord", received_at=RECEIVED, status=Status.OPEN,
        dates=compute(RECEIVED, FR),
    )  # fmt: skip
    return replace(made, **given)


def case(*claims: Claim, **given: Any) -> Case:
    made = Case(
        id="k", reference="DSR-2026-00001-X", organisation="nord", channel="mail", language="en", opened_at=RECEIVED,
        person=Person(name="Zoé Marker", address="zoe@example.net"), claims=claims,
    )  # fmt: skip
    return replace(made, **given)


def letter(**given: Any) -> Letter:
    made = Letter(
        id="l1", moment=Moment.REFUSED, claims=("c1",), language="en", medium="mail", recipient="", subject="",
        sections=(), purpose=Purpose(ground="excessive"), status=LetterStatus.SENT,
    )  # fmt: skip
    return replace(made, **given)


def test_a_case_that_is_open() -> None:
    assert entry(case(claim()), FR) == Entry(
        reference="DSR-2026-00001-X", rights=("access",), received=date(2026, 3, 3), due=date(2026, 4, 3),
        answered=None, late=False, extended=None, outcome=Outcome.PENDING, grounds=(), channel="mail", rung="",
        chain=(), open=True,
    )  # fmt: skip


def test_a_case_that_was_refused_for_a_part_and_answered_late() -> None:
    refused = claim(
        status=Status.ANSWERED,
        outcome=Outcome.REFUSED,
        answered_at=ANSWERED,
        late=True,
        extended_on=date(2026, 3, 10),
        parts=(Part(name="trade secrets", given=False, ground="rights-of-others"), Part(name="rest", given=True)),
    )
    passed = claim(2, right="erasure", party="hosted-co", status=Status.CLOSED, outcome=Outcome.FORWARDED)
    found = entry(case(refused, passed, letters=(letter(),), rung="R2"), FR)
    assert found is not None
    assert (found.answered, found.late, found.extended) == (date(2026, 3, 20), True, date(2026, 3, 10))
    assert (found.grounds, found.rung, found.chain) == (("rights-of-others", "excessive"), "R2", ("hosted-co",))
    assert found.rights == ("access", "erasure") and not found.open and found.outcome == Outcome.REFUSED


@pytest.mark.parametrize(
    "given",
    [
        {"status": LetterStatus.DRAFTED}, {"moment": Moment.EXTENDED}, {"claims": ("c9",)},
        {"purpose": Purpose(results=(Result(claim="c1", outcome=Outcome.GRANTED),))},
    ],
)  # fmt: skip
def test_only_a_letter_that_left_and_answered_gives_a_ground(given: dict[str, Any]) -> None:
    found = entry(case(claim(status=Status.ANSWERED, answered_at=ANSWERED), letters=(letter(**given),)), FR)
    assert found is not None and found.grounds == ()


@pytest.mark.parametrize(
    "made",
    [
        case(claim(status=Status.NOT_A_REQUEST)), case(claim(status=Status.UNCONFIRMED)), case(),
        case(claim(), merged_into="other"), case(claim(), moved_to="other"),
    ],
)  # fmt: skip
def test_what_was_none_or_went_elsewhere_has_no_line(made: Case) -> None:
    assert entry(made, FR) is None


def test_a_case_without_dates_has_no_due_day() -> None:
    found = entry(case(claim(dates=None)), FR)
    assert found is not None and found.due is None


def test_nothing_that_names_somebody_has_a_place_in_a_line() -> None:
    assert {each.name for each in fields(Entry)} & {"person", "name", "address", "subject", "notes"} == set()
    assert "Marker" not in repr(entry(case(claim()), FR))


def fate(**given: Any) -> Fate:
    made = Fate(
        right="access", channel="mail", outcome=Outcome.PENDING, received=date(2026, 3, 3), due=date(2026, 4, 3),
        answered=None, late=False, extended=None,
    )  # fmt: skip
    return replace(made, **given)


@pytest.mark.parametrize(
    ("given", "missed"),
    [
        ({}, date(2026, 4, 3)),
        ({"due": date(2026, 6, 1)}, None),
        ({"due": None}, None),
        ({"answered": date(2026, 4, 9), "late": True}, date(2026, 4, 9)),
        ({"answered": date(2026, 4, 1)}, None),
    ],
)
def test_when_something_was_late(given: dict[str, Any], missed: date | None) -> None:
    assert fate(**given).missed(date(2026, 5, 1)) == missed
