"""Until when a copy of an identity paper may live."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest

from dsarbot.core.identity_copy import Extension, Verdict, copy_dates, extended
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.errors import NotAllowed

FR = jurisdiction("FR")
#: Thursday; the Friday after it is a working day, then comes a weekend.
ARRIVED = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def test_the_verdict_is_due_in_two_working_days_and_the_deputy_hears_on_the_third() -> None:
    dates = copy_dates(ARRIVED, FR)
    assert (dates.verdict_due, dates.deputy_on) == (date(2026, 11, 23), date(2026, 11, 24))


def test_working_days_are_those_of_the_place() -> None:
    # 14 July 2026 is a Tuesday; 23:30 in UTC is already Monday the 13th in Paris.
    dates = copy_dates(datetime(2026, 7, 12, 23, 30, tzinfo=UTC), FR)
    assert (dates.verdict_due, dates.deputy_on) == (date(2026, 7, 16), date(2026, 7, 17))


def test_a_copy_lives_seven_days_at_most() -> None:
    assert copy_dates(ARRIVED, FR).delete_by == ARRIVED + WEEK


def test_seven_more_days_with_a_reason_once() -> None:
    extension = extended(
        ARRIVED, None, at=ARRIVED + timedelta(days=6), reason=" The name was cut; asked the registry. "
    )
    assert extension.reason == "The name was cut; asked the registry."
    assert copy_dates(ARRIVED, FR, extension=extension).delete_by == ARRIVED + 2 * WEEK


@pytest.mark.parametrize(
    ("known", "days", "reason", "rule"),
    [
        (Extension(at=ARRIVED, reason="x"), 8, "Again.", "copy-extended"),
        (None, 1, "  ", "copy-reason"),
        (None, 7, "Too late.", "copy-late"),
    ],
)
def test_an_extension_that_may_not_be(known: Extension | None, days: int, reason: str, rule: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        extended(ARRIVED, known, at=ARRIVED + timedelta(days=days), reason=reason)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("decided", "deleted"),
    [
        (ARRIVED + timedelta(hours=3), ARRIVED + timedelta(hours=3)),
        (ARRIVED + timedelta(days=9), ARRIVED + WEEK),
        # A paper of somebody whom a person had verified before it came.
        (ARRIVED - timedelta(days=1), ARRIVED),
    ],
)
def test_with_the_verdict_the_copy_goes(decided: datetime, deleted: datetime) -> None:
    verdict = Verdict(match="yes", doc_type="passport UTO", checked_by="anna", at=decided)
    assert copy_dates(ARRIVED, FR, verdict=verdict).delete_by == deleted


def test_what_is_kept_holds_no_number() -> None:
    assert [field.name for field in fields(Verdict)] == ["match", "doc_type", "checked_by", "at"]
