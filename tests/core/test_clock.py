"""The statutory clock: promises, extensions, pauses, and what must hold for every input."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.clock import Dates, Pause, Promise, compute, due_before_utc, extend_to
from dsarbot.core.dates import LANGUAGES, Language, add_months, long_date
from dsarbot.core.explain import sentence
from dsarbot.core.jurisdictions import Jurisdiction, codes, jurisdiction

FR, LU, GB, CH, EU = (jurisdiction(code) for code in ("FR", "LU", "GB", "CH", "EU"))
JSBCLOUD = Promise(days=30, extension_months=2)


def at(day: str, place: Jurisdiction = FR) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=place.tz)


def d(text: str) -> date:
    return date.fromisoformat(text)


def pause(asked: str, answered: str | None, kind: Literal["identity", "clarification"] = "identity") -> Pause:
    return Pause(kind=kind, asked_on=d(asked), answered_on=d(answered) if answered else None)


def rules(dates: Dates) -> list[str]:
    return [step.rule for step in dates.steps]


# --- promises


def test_thirty_days_are_stricter_than_a_month_of_thirty_one() -> None:
    dates = compute(at("2026-07-01"), FR, promise=JSBCLOUD)
    # 1 August 2026 is a Saturday: the law moves on to Monday, the promise does not.
    assert (dates.safe_due, dates.promise_due, dates.target) == (d("2026-08-03"), d("2026-07-31"), d("2026-07-31"))


def test_a_month_is_stricter_than_thirty_days_in_february() -> None:
    dates = compute(at("2027-02-01"), FR, promise=JSBCLOUD)
    assert (dates.safe_due, dates.promise_due, dates.target) == (d("2027-03-01"), d("2027-03-03"), d("2027-03-01"))


def test_a_policy_that_repeats_the_month_is_no_separate_promise() -> None:
    dates = compute(at("2026-03-05"), FR, promise=Promise())
    assert dates.promise_due is None
    assert dates.target == dates.safe_due
    assert "promise-month" in rules(dates)


def test_a_promise_on_a_day_off_is_kept_on_the_working_day_before() -> None:
    # 3 May 2026 is a Sunday, 1 May a holiday: back to Thursday 30 April.
    dates = compute(at("2026-04-03"), FR, promise=Promise(days=30))
    assert dates.promise_due == d("2026-04-30")
    assert "promise-back" in rules(dates)


def test_a_promise_is_never_moved_back_before_the_receipt() -> None:
    # Received on a Saturday, one day promised: Friday would be before the receipt.
    assert compute(at("2026-03-07"), FR, promise=Promise(days=1)).promise_due == d("2026-03-08")


def test_a_pause_moves_neither_promise_nor_target() -> None:
    dates = compute(at("2026-07-01"), FR, promise=JSBCLOUD, pauses=[pause("2026-07-02", "2026-07-20")])
    assert (dates.promise_due, dates.target) == (d("2026-07-31"), d("2026-07-31"))
    assert dates.legal_due is not None
    assert dates.legal_due > dates.safe_due


def test_a_valid_extension_gives_the_promise_its_own_two_months() -> None:
    dates = compute(at("2026-07-01"), FR, promise=JSBCLOUD, extended_on=d("2026-07-20"))
    assert dates.extended_due == d("2026-10-01")
    assert (dates.promise_due, dates.target) == (d("2026-09-30"), d("2026-09-30"))


def test_an_extended_promise_is_capped_by_the_extended_date() -> None:
    dates = compute(at("2026-07-01"), FR, promise=Promise(days=60, extension_months=2), extended_on=d("2026-07-20"))
    assert dates.promise_due == dates.extended_due == dates.target == d("2026-10-01")
    assert "promise-capped" in rules(dates)


def test_a_promise_without_an_extension_clause_stands_as_published() -> None:
    dates = compute(at("2026-07-01"), FR, promise=Promise(days=30), extended_on=d("2026-07-20"))
    assert (dates.promise_due, dates.target) == (d("2026-07-31"), d("2026-07-31"))
    assert dates.extended_due == d("2026-10-01")
    assert "promise-kept" in rules(dates)


@pytest.mark.parametrize("days", [0, -1])
def test_a_promise_that_cannot_be_kept_is_no_value(days: int) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        Promise(days=days)


# --- extensions


def test_the_notice_names_three_months_from_receipt() -> None:
    # X06: never counted from the rolled first day.
    assert extend_to(at("2026-03-06"), FR) == d("2026-06-08")


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        (Promise(days=30, extension_months=2), "2026-09-30"),
        (Promise(days=30), "2026-10-01"),
        (Promise(), "2026-10-01"),
        (Promise(extension_months=2), "2026-10-01"),
    ],
)
def test_the_notice_names_the_extended_promise_where_there_is_one(promise: Promise, expected: str) -> None:
    assert extend_to(at("2026-07-01"), FR, promise) == d(expected)


def test_a_notice_within_a_statutory_pause_is_valid_in_france() -> None:
    dates = compute(at("2026-01-20"), FR, pauses=[pause("2026-01-22", "2026-02-02")], extended_on=d("2026-03-03"))
    assert dates.extension_valid == "yes"
    assert dates.target == dates.extended_due == d("2026-05-04")  # 20 April + 11 days = 1 May, a holiday; then Monday
    assert dates.due_before_utc == datetime(2026, 5, 4, 22, tzinfo=UTC)


def test_a_notice_within_a_soft_pause_is_unproven_and_moves_no_target() -> None:
    dates = compute(at("2026-01-20", LU), LU, pauses=[pause("2026-01-22", "2026-02-02")], extended_on=d("2026-02-25"))
    assert dates.extension_valid == "unproven"
    assert dates.extended_due == d("2026-05-04")  # 20 April + 11 days = 1 May, a holiday
    assert dates.target == dates.safe_due == d("2026-02-20")
    assert dates.due_before_utc == due_before_utc(d("2026-03-03"), LU)


def test_a_scope_question_carries_no_late_notice_in_france() -> None:
    # The decree speaks of identity only; the CNIL's word on scope questions is guidance.
    dates = compute(
        at("2026-01-20"),
        FR,
        pauses=[pause("2026-01-22", "2026-02-02", "clarification")],
        extended_on=d("2026-02-25"),
    )
    assert dates.extension_valid == "unproven"


@pytest.mark.parametrize(("place", "expected"), [(FR, "yes"), (GB, "yes"), (LU, "unproven")])
def test_a_notice_while_the_question_is_open(place: Jurisdiction, expected: str) -> None:
    dates = compute(at("2026-01-20", place), place, pauses=[pause("2026-01-22", None)], extended_on=d("2026-02-25"))
    assert dates.extension_valid == expected
    assert dates.legal_due is None
    assert dates.due_before_utc is None
    assert dates.extended_due is not None
    assert dates.target == (dates.extended_due if expected == "yes" else dates.safe_due)


def test_a_late_notice_changes_nothing() -> None:
    late = compute(at("2026-03-10"), FR, extended_on=d("2026-04-13"))
    assert (late.extension_valid, late.extended_due, late.target) == ("no", None, d("2026-04-10"))
    assert "extension-no" in rules(late)


# --- pauses


def test_a_question_after_the_last_day_has_no_effect() -> None:
    dates = compute(at("2026-01-20"), FR, pauses=[pause("2026-02-21", None)])
    assert (dates.legal_due, dates.paused) == (d("2026-02-20"), False)
    assert "pause-late" in rules(dates)


def test_a_question_within_the_time_an_earlier_pause_gave_counts() -> None:
    dates = compute(at("2026-01-20"), FR, pauses=[pause("2026-02-25", "2026-02-27"), pause("2026-01-22", "2026-02-02")])
    # 11 days, then 2 more: 20 February + 13 days.
    assert dates.legal_due == d("2026-03-05")


def test_an_open_pause_does_not_undo_the_closed_one_beside_it() -> None:
    dates = compute(
        at("2026-01-20"),
        FR,
        pauses=[pause("2026-01-22", None), pause("2026-01-23", "2026-01-26", "clarification")],
        extended_on=d("2026-02-10"),
    )
    assert dates.paused
    assert dates.extended_due == d("2026-04-23")  # 20 April + the 3 days of the answered question


def test_a_day_stopped_twice_counts_once_in_the_explanation_too() -> None:
    dates = compute(
        at("2026-02-26"),
        FR,
        pauses=[pause("2026-02-27", "2026-03-06"), pause("2026-03-04", "2026-03-10", "clarification")],
    )
    counts = [dict(step.values)["count"] for step in dates.steps if step.rule == "pause"]
    assert counts == ["7d", "4d"]


def test_the_day_of_receipt_is_not_taken_out_a_second_time() -> None:
    # Asked on the very day of receipt, which does not count anyway: 3, 4 and 5 March are out.
    dates = compute(at("2026-03-02", GB), GB, pauses=[pause("2026-03-02", "2026-03-05", "clarification")])
    assert dates.legal_due == d("2026-04-06")  # 5 April is a Sunday; Easter Monday is a working day in Scotland


def test_a_uk_identity_answer_swallows_earlier_excluded_days() -> None:
    dates = compute(
        at("2026-03-02", GB),
        GB,
        pauses=[pause("2026-03-03", "2026-03-06", "clarification"), pause("2026-03-04", "2026-03-10")],
    )
    assert dates.legal_due == d("2026-04-10")


def test_swiss_law_stops_no_time() -> None:
    dates = compute(at("2026-03-02", CH), CH, pauses=[pause("2026-03-03", None), pause("2026-03-04", "2026-03-09")])
    assert (dates.legal_due, dates.paused) == (d("2026-04-01"), False)
    assert rules(dates).count("pause-none") == 2


def test_the_swiss_safe_date_is_not_moved_to_a_working_day() -> None:
    dates = compute(at("2026-03-06", CH), CH)  # + 30 days = Sunday 5 April
    assert (dates.safe_due, dates.target, dates.legal_due) == (d("2026-04-05"), d("2026-04-05"), d("2026-04-06"))
    late = compute(at("2026-03-06", CH), CH, extended_on=d("2026-04-06"))
    assert late.extension_valid == "unproven"
    assert compute(at("2026-03-06", CH), CH, extended_on=d("2026-04-05")).target == d("2026-06-04")


def test_an_answer_before_its_question_is_no_value() -> None:
    with pytest.raises(ValueError, match="before it was asked"):
        pause("2026-03-04", "2026-03-03")


def test_a_naive_receipt_names_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        compute(datetime(2026, 3, 5, 10), FR)  # noqa: DTZ001 - the point


def test_midnight_after_the_last_day_follows_summer_time() -> None:
    assert due_before_utc(d("2026-10-24"), FR) == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert due_before_utc(d("2026-10-25"), FR) == datetime(2026, 10, 25, 23, tzinfo=UTC)


# --- words


@pytest.mark.parametrize(
    ("language", "day", "text"),
    [
        ("en", "2026-04-07", "Tuesday 7 April 2026"),
        ("fr", "2026-04-07", "mardi 7 avril 2026"),
        ("fr", "2026-08-01", "samedi 1er août 2026"),
        ("de", "2026-04-07", "Dienstag, 7. April 2026"),
    ],
)
def test_a_date_in_words(language: Language, day: str, text: str) -> None:
    assert long_date(d(day), language) == text


def test_the_english_text_of_a_step_is_its_sentence() -> None:
    dates = compute(at("2026-03-05"), FR, promise=JSBCLOUD)
    assert [sentence(step.rule, dict(step.values), FR) for step in dates.steps] == [step.text for step in dates.steps]
    assert "Monday 6 April 2026 (Easter Monday)" in dates.steps[2].text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", [FR, LU, GB, CH, EU], ids=lambda place: place.code)
def test_every_step_can_be_said_in_every_language(place: Jurisdiction, language: Language) -> None:
    said = set()
    for asked, answered, sent in (
        ("2026-02-02", "2026-02-10", "2026-02-20"),
        ("2026-02-02", "2026-02-10", "2026-03-05"),
        ("2026-02-02", None, "2026-04-20"),
        ("2026-06-02", None, "2026-06-20"),
    ):
        for promise in (JSBCLOUD, Promise(days=30), Promise(days=90, extension_months=2), Promise()):
            dates = compute(
                at("2026-01-31", place), place, promise=promise, pauses=[pause(asked, answered)], extended_on=d(sent)
            )
            texts = [sentence(step.rule, dict(step.values), place, language) for step in dates.steps]
            assert not any("{" in text or "None" in text for text in texts)
            said |= {step.rule for step in dates.steps}
    assert {"receipt", "safe", "target", "promise", "promise-month"} <= said


def test_amounts_agree_with_their_number() -> None:
    dates = compute(at("2026-01-20"), FR, pauses=[pause("2026-01-22", "2026-01-22"), pause("2026-01-23", "2026-01-24")])
    one, nothing = (step for step in reversed(dates.steps) if step.rule == "pause")
    assert "Not counted: 0 days" in nothing.text
    assert "Not counted: 1 day (" in one.text
    assert "0 jour (" in sentence(nothing.rule, dict(nothing.values), FR, "fr")
    assert "0 Tage (" in sentence(nothing.rule, dict(nothing.values), FR, "de")


def test_a_receipt_known_by_its_day_only_shows_no_time() -> None:
    midnight = datetime(2026, 3, 5, tzinfo=FR.tz)
    assert "5 March 2026 (Europe/Paris)" in compute(midnight, FR).steps[0].text
    assert "at 10:00 (Europe/Paris)" in compute(at("2026-03-05"), FR).steps[0].text


# --- what holds for every input

PLACES = st.sampled_from([jurisdiction(code) for code in codes()])
INSTANTS = st.datetimes(
    min_value=datetime(2018, 5, 25),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2040, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZoneInfo("Europe/Paris"), ZoneInfo("America/Montreal")]),
)
PROMISES = st.none() | st.builds(
    Promise, days=st.none() | st.integers(1, 90), extension_months=st.none() | st.integers(1, 3)
)


@st.composite
def pauses_after(draw: st.DrawFn, received: datetime) -> tuple[Pause, ...]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        asked = received.date() + timedelta(days=draw(st.integers(-2, 90)))
        length = draw(st.none() | st.integers(0, 60))
        answered = None if length is None else asked + timedelta(days=length)
        kind: Literal["identity", "clarification"] = draw(st.sampled_from(("identity", "clarification")))
        found.append(Pause(kind=kind, asked_on=asked, answered_on=answered))
    return tuple(found)


@given(st.data(), PLACES, INSTANTS, PROMISES)
def test_laws_of_the_clock(
    data: st.DataObject, place: Jurisdiction, received: datetime, promise: Promise | None
) -> None:
    pauses = data.draw(pauses_after(received))
    sent = data.draw(st.none() | st.integers(0, 120).map(lambda days: received.date() + timedelta(days=days)))
    dates = compute(received, place, promise=promise, pauses=pauses, extended_on=sent)

    assert dates == compute(received, place, promise=promise, pauses=pauses[::-1], extended_on=sent)
    assert dates.safe_due == compute(received, place).safe_due
    assert dates.paused is (dates.legal_due is None) is (dates.due_before_utc is None)
    assert (dates.extended_due is None) is (dates.extension_valid in {None, "no"})
    if dates.extension_valid != "yes":
        assert dates.target <= dates.safe_due
    elif dates.extended_due is not None:
        assert dates.safe_due <= dates.extended_due
        assert dates.target <= dates.extended_due
    if dates.legal_due is not None:
        assert place.calendar.is_working_day(dates.legal_due)
        assert dates.legal_due >= dates.safe_due
    if dates.promise_due is not None:
        assert dates.target <= dates.promise_due
    assert dates.target >= place.local_date(received)


@given(PLACES, INSTANTS)
def test_an_extension_never_reaches_beyond_three_months_from_receipt(place: Jurisdiction, received: datetime) -> None:
    start = place.local_date(received)
    # Switzerland counts days, not months: from 1 February 90 days are a day longer than three months.
    last = add_months(start, 3) if place.base == "month" else start + timedelta(days=90)
    ceiling = place.calendar.next_working_day(last)
    assert compute(received, place).safe_due < extend_to(received, place) <= ceiling


@given(PLACES, INSTANTS, st.integers(0, 400))
def test_a_later_receipt_is_never_due_earlier(place: Jurisdiction, received: datetime, hours: int) -> None:
    earlier, later = compute(received, place), compute(received + timedelta(hours=hours), place)
    assert earlier.safe_due <= later.safe_due
    assert earlier.legal_due is not None
    assert later.legal_due is not None
    assert earlier.legal_due <= later.legal_due


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 24))
def test_months_keep_the_day_number_or_end_with_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
