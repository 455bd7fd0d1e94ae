"""Days off: the library's, what data changes in them, and those of one office."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from holidays.version import __version__ as library_version
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.calendars import Amendments, AnnualDay, Calendar, TeamCalendar
from dsarbot.core.jurisdictions import codes, jurisdiction

FR = Calendar(country="FR")
DAYS = st.dates(date(2018, 1, 1), date(2045, 12, 31))


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("code", [code for code in codes() if code != "EU"])
def test_our_short_way_to_a_country_gives_the_librarys_own_days(code: str) -> None:
    calendar = jurisdiction(code).calendar
    assert calendar.country is not None
    years = range(2024, 2032)
    public = holidays.country_holidays(calendar.country, subdiv=calendar.subdivision, years=years)
    expected = {day for day in public if day.year in years}
    found = {day for day, _ in calendar.holidays_between(d("2024-01-01"), d("2031-12-31"))}
    assert found == expected


def test_alsace_moselle_has_two_days_more_than_france() -> None:
    both = (
        calendar.holidays_between(d("2026-01-01"), d("2026-12-31")) for calendar in (FR, jurisdiction("FR-57").calendar)
    )
    national, local = ({day for day, _ in days} for days in both)
    assert len(national) == 11
    assert local - national == {d("2026-04-03"), d("2026-12-26")}


def test_luxembourg_has_eleven_days_and_shifts_none() -> None:
    # 1 November 2026 is a Sunday: the Monday is an ordinary working day.
    calendar = jurisdiction("LU").calendar
    assert len(calendar.holidays_between(d("2026-01-01"), d("2026-12-31"))) == 11
    assert calendar.is_working_day(d("2026-11-02"))


def test_the_eu_calendar_has_only_the_days_of_all_member_states() -> None:
    assert jurisdiction("EU").calendar.holidays_between(d("2026-01-01"), d("2026-12-31")) == (
        (d("2026-01-01"), "New Year's Day"),
        (d("2026-12-25"), "Christmas Day"),
    )


def test_scotland_is_not_england() -> None:
    assert jurisdiction("GB-SCT").calendar.is_working_day(d("2026-04-06"))
    assert not jurisdiction("GB-ENG").calendar.is_working_day(d("2026-04-06"))


def test_names_follow_the_language_where_the_library_has_it() -> None:
    easter_monday = d("2026-04-06")
    assert FR.holiday_name(easter_monday) == "Easter Monday"
    assert FR.holiday_name(easter_monday, "fr") == "Lundi de Pâques"
    assert FR.holiday_name(easter_monday, "de") == "Lundi de Pâques"
    assert jurisdiction("EU").calendar.holiday_name(d("2026-12-25"), "de") == "Weihnachten"
    assert FR.holiday_name(d("2026-04-07")) is None


def test_steps_over_a_long_weekend() -> None:
    # Good Friday is a working day in France, Easter Monday is not.
    assert FR.next_working_day(d("2026-04-04")) == d("2026-04-07")
    assert FR.previous_working_day(d("2026-04-06")) == d("2026-04-03")
    assert FR.add_working_days(d("2026-04-03"), 1) == d("2026-04-07")
    assert FR.add_working_days(d("2026-04-07"), -2) == d("2026-04-02")
    assert FR.add_working_days(d("2026-04-04"), 0) == d("2026-04-04")


def test_a_day_can_be_added_and_taken_away() -> None:
    changed = Calendar(
        country="FR",
        amendments=Amendments(added=((d("2026-04-07"), "Mourning"),), removed=(d("2026-04-06"),)),
    )
    assert changed.is_working_day(d("2026-04-06"))
    assert changed.holiday_name(d("2026-04-07")) == "Mourning"


def test_a_removed_annual_day_works_again_and_an_added_one_wins() -> None:
    christmas = AnnualDay(month=12, day=25, names=(("en", "Christmas Day"),))
    removed = Amendments(removed=(d("2026-12-25"),))
    assert Calendar(annual=(christmas,), amendments=removed).is_working_day(d("2026-12-25"))
    back = removed | Amendments(added=((d("2026-12-25"), "Feast"),))
    assert Calendar(annual=(christmas,), amendments=back).holiday_name(d("2026-12-25")) == "Feast"


def test_the_version_names_the_library_and_every_change() -> None:
    one = Amendments(added=((d("2026-04-07"), "Mourning"),))
    two = Amendments(removed=(d("2026-04-06"),))
    assert FR.version.startswith(f"holidays {library_version} FR +")
    assert Calendar(annual=()).version.startswith("own days +")
    versions = {Calendar(country="FR", amendments=each).version for each in (Amendments(), one, two, one | two)}
    assert len(versions) == 4
    assert Calendar(country="FR", amendments=one | two).version == Calendar(country="FR", amendments=two | one).version
    assert Calendar(country="FR", subdivision="57").version.split(" +")[0].endswith(" FR-57")


@given(DAYS, st.sampled_from(codes()))
def test_rolling_ends_on_the_nearest_working_day(day: date, code: str) -> None:
    calendar = jurisdiction(code).calendar
    after, before = calendar.next_working_day(day), calendar.previous_working_day(day)
    assert before <= day <= after
    assert calendar.is_working_day(before)
    assert calendar.is_working_day(after)
    between = (before + timedelta(days=n) for n in range(1, (after - before).days))
    assert not any(calendar.is_working_day(each) for each in between)
    assert (before == after == day) is calendar.is_working_day(day)


@given(DAYS, st.integers(-30, 30))
def test_working_days_are_counted_one_by_one(day: date, number: int) -> None:
    moved = FR.add_working_days(day, number)
    first, last = sorted((day, moved))
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert sum(FR.is_working_day(each) for each in span if each != day) == abs(number)


# --- the office


def test_a_closure_moves_the_last_office_day_back() -> None:
    team = TeamCalendar(calendar=FR, closures=((d("2026-12-24"), d("2027-01-03")),))
    assert team.last_office_day_before_or_on(d("2026-12-28")) == d("2026-12-23")
    assert team.last_office_day_before_or_on(d("2026-12-23")) == d("2026-12-23")
    assert team.office_days_before(d("2026-12-28"), 2) == d("2026-12-22")
    assert FR.is_working_day(d("2026-12-28"))


def test_an_office_may_keep_another_week() -> None:
    team = TeamCalendar(calendar=FR, weekend=frozenset({4, 5, 6}))
    assert not team.is_office_day(d("2026-03-06"))
    assert team.last_office_day_before_or_on(d("2026-03-08")) == d("2026-03-05")


def test_an_office_that_never_opens_does_not_hang_the_clock() -> None:
    team = TeamCalendar(calendar=FR, weekend=frozenset(range(7)))
    assert team.last_office_day_before_or_on(d("2026-03-06")) == d("2026-03-06")
