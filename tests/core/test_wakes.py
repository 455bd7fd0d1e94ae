"""Alarms: in order, on days when somebody is there, never after what they warn of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.calendars import TeamCalendar
from dsarbot.core.clock import Pause, Promise, compute
from dsarbot.core.jurisdictions import codes, jurisdiction
from dsarbot.core.wakes import Alarm, alarms, next_wake

FR = jurisdiction("FR")


def local_days(found: tuple[Alarm, ...]) -> dict[str, str]:
    return {each.kind: f"{each.at.astimezone(FR.tz):%Y-%m-%d %H:%M}" for each in found}


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=FR.tz)


def test_the_alarms_of_an_ordinary_month() -> None:
    dates = compute(at("2026-06-10"), FR, promise=Promise(days=29))
    assert local_days(alarms(dates, jurisdiction=FR, team=None)) == {
        "half-time": "2026-06-24 07:00",
        "three-quarter": "2026-07-01 07:00",
        "extension-plan": "2026-07-02 07:00",
        "due-5": "2026-07-02 07:00",
        "extension-last": "2026-07-03 07:00",  # 4 July is a Saturday: earlier, never later
        "due-2": "2026-07-07 07:00",
        "due-1": "2026-07-08 07:00",
        "promise": "2026-07-09 07:00",
        "safe-due": "2026-07-10 07:00",
        "legal-due": "2026-07-10 07:00",
    }


def test_a_closed_office_is_warned_before_it_closes() -> None:
    dates = compute(at("2026-06-10"), FR)
    team = TeamCalendar(calendar=FR.calendar, closures=((date(2026, 7, 6), date(2026, 7, 31)),))
    found = local_days(alarms(dates, jurisdiction=FR, team=team))
    assert found["safe-due"] == "2026-07-03 07:00"
    assert found["due-1"] == "2026-07-03 07:00"
    assert found["due-2"] == "2026-07-02 07:00"
    assert dates.target == date(2026, 7, 10)


def test_a_valid_extension_moves_the_alarms_and_needs_no_second_notice() -> None:
    before = compute(at("2026-06-10"), FR)
    after = compute(at("2026-06-10"), FR, extended_on=date(2026, 7, 1))
    kinds = {each.kind for each in alarms(after, jurisdiction=FR, team=None)}
    assert "extended-due" in kinds
    assert not kinds & {"extension-plan", "extension-last", "safe-due", "legal-due"}
    keys = [{each.key for each in alarms(each, jurisdiction=FR, team=None)} for each in (before, after)]
    assert not keys[0] & keys[1]


def test_an_invalid_extension_leaves_the_old_last_days() -> None:
    late = compute(at("2026-06-10"), FR, extended_on=date(2026, 7, 13))
    kinds = {each.kind for each in alarms(late, jurisdiction=FR, team=None)}
    assert {"safe-due", "legal-due"} <= kinds
    assert not kinds & {"extension-plan", "extended-due"}


def test_an_open_question_silences_only_the_legal_date() -> None:
    pause = Pause(kind="identity", asked_on=date(2026, 6, 11))
    found = alarms(compute(at("2026-06-10"), FR, pauses=[pause]), jurisdiction=FR, team=None)
    kinds = {each.kind for each in found}
    assert "safe-due" in kinds
    assert "legal-due" not in kinds


def test_nothing_is_remembered_from_before_the_receipt() -> None:
    dates = compute(at("2026-06-10"), FR, promise=Promise(days=2))
    kinds = {each.kind for each in alarms(dates, jurisdiction=FR, team=None)}
    assert "due-5" not in kinds
    assert "due-1" in kinds


def test_the_next_wake_is_the_earliest_that_has_not_fired() -> None:
    found = alarms(compute(at("2026-06-10"), FR), jurisdiction=FR, team=None)
    now = at("2026-06-11")
    assert next_wake(found, frozenset(), now) == found[0].at
    assert next_wake(found, frozenset({found[0].key}), now) == found[1].at
    assert next_wake(found, frozenset({found[0].kind}), now) == found[1].at
    assert next_wake(found, frozenset(each.key for each in found), now) is None


def test_a_missed_alarm_is_due_at_once() -> None:
    found = alarms(compute(at("2026-06-10"), FR), jurisdiction=FR, team=None)
    assert next_wake(found, frozenset(), at("2026-09-01")) == at("2026-09-01")


@given(
    st.sampled_from(codes()),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.none() | st.integers(1, 60),
    st.none() | st.integers(0, 40),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 20)), max_size=3),
)
def test_laws_of_alarms(
    code: str, received: datetime, promised: int | None, sent: int | None, closed: list[tuple[int, int]]
) -> None:
    place = jurisdiction(code)
    start = place.local_date(received)
    dates = compute(
        received,
        place,
        promise=Promise(days=promised, extension_months=2),
        extended_on=None if sent is None else start + timedelta(days=sent),
    )
    closures = tuple((start + timedelta(days=a), start + timedelta(days=a + b)) for a, b in closed)
    team = TeamCalendar(calendar=place.calendar, closures=closures)
    found = alarms(dates, jurisdiction=place, team=team)
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert len({each.kind for each in found}) == len(found)
    for each in found:
        assert received <= each.at
        assert each.at.utcoffset() == timedelta(0)
        day = place.local_date(each.at)
        assert day <= each.day
        assert team.is_office_day(day)
