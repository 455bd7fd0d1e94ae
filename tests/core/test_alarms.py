"""Alarms: raised once, overtaken by what is more urgent, ended with their matter, climbing by working days."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.alarms import (
    Alarm,
    Cause,
    Changes,
    Level,
    People,
    climb,
    climbs_at,
    compare,
    hearers,
    may_write,
    unheard,
)
from dsarbot.core.calendars import TeamCalendar
from dsarbot.core.jurisdictions import jurisdiction

PARIS = ZoneInfo("Europe/Paris")
TEAM = TeamCalendar(calendar=jurisdiction("FR").calendar)
#: A Tuesday, 09:00 in Paris.
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERYBODY = frozenset({"anna", "bruno", "chris"})


def ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"alarm{next(numbers)}"


def cause(kind: str = "due-5", matter: str = "case:1", **changes: object) -> Cause:
    ranks = {"due-5": 0, "due-2": 1, "due-1": 2, "overdue": 9}
    made = Cause(key=f"{kind}:{matter}", matter=matter, kind=kind, rank=ranks.get(kind, 0))
    return replace(made, **changes)  # type: ignore[arg-type]


def changes(open_alarms: tuple[Alarm, ...], *causes: Cause, now: datetime = NOW) -> Changes:
    return compare(open_alarms, causes, organisation="nord", now=now, new_id=ids())


def alarm(kind: str = "due-5", **wanted: object) -> Alarm:
    (made,) = changes((), cause(kind)).raised
    return replace(made, **wanted)  # type: ignore[arg-type]


def people(**wanted: object) -> People:
    made = People(owner="anna", deputy="bruno", escalation="chris", present=EVERYBODY, reachable=EVERYBODY)
    return replace(made, **wanted)  # type: ignore[arg-type]


# --- raised and ended ------------------------------------------------------------------------------------------


def test_what_stands_is_raised_with_everything_that_is_known_of_it() -> None:
    stands = cause("overdue", subject="NOR-1", case="1", day=date(2026, 11, 20), level=Level.DEPUTY, urgent=True)
    (raised,) = changes((), stands).raised
    assert raised == Alarm(
        id="alarm1", organisation="nord", key="overdue:case:1", matter="case:1", kind="overdue", subject="NOR-1",
        case="1", day=date(2026, 11, 20), rank=9, level=Level.DEPUTY, urgent=True, raised_at=NOW, climbed_at=NOW,
    )  # fmt: skip


def test_what_is_known_is_not_raised_again() -> None:
    assert changes((alarm(),), cause()) == Changes()


def test_what_stands_no_longer_ends_by_itself() -> None:
    later = NOW + HOUR
    assert changes((alarm(),), now=later).ended == (alarm(ended_at=later),)


def test_the_more_urgent_cause_of_a_matter_overtakes_the_other() -> None:
    found = changes((alarm(),), cause("due-2"), cause("due-5"))
    assert [each.kind for each in found.raised] == ["due-2"]
    assert [each.kind for each in found.ended] == ["due-5"]
    assert changes((alarm("due-2"),), cause("due-5"), now=NOW) == Changes(), "less urgent than what is known"


def test_what_nobody_answered_is_not_asked_from_below_again() -> None:
    climbed = alarm(level=Level.ESCALATION)
    assert changes((climbed,), cause("due-2")).raised[0].level == Level.ESCALATION
    answered = replace(climbed, acknowledged_by="chris", acknowledged_at=NOW)
    assert changes((answered,), cause("due-2")).raised[0].level == Level.OWNER
    assert changes((alarm(),), cause("overdue", level=Level.DEPUTY)).raised[0].level == Level.DEPUTY


def test_of_two_alarms_of_one_matter_the_more_urgent_stays() -> None:
    both = (alarm("due-2", id="second"), alarm("due-5", id="first"))
    found = changes(both, cause("due-2"))
    assert ([each.id for each in found.ended], found.raised) == (["first"], ())


@given(st.lists(st.sets(st.tuples(st.sampled_from("abc"), st.integers(0, 3))), max_size=12))
def test_whatever_comes_and_goes_each_matter_has_at_most_one_open_alarm(looks: list[set[tuple[str, int]]]) -> None:
    known: dict[str, Alarm] = {}
    new_id = ids()
    for number, stands in enumerate(looks):
        causes = [cause(key=f"{m}{r}:{number}", matter=m, rank=r) for m, r in sorted(stands)]
        now = NOW + number * HOUR
        found = compare(tuple(known.values()), causes, organisation="nord", now=now, new_id=new_id)
        for each in found.ended:
            assert known.pop(each.id).ended_at is None
            assert each.ended_at == now
        known |= {each.id: each for each in found.raised}
        assert sorted(each.matter for each in known.values()) == sorted({m for m, _ in stands})


# --- climbing --------------------------------------------------------------------------------------------------


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def test_a_working_day_without_an_answer_climbs_to_the_deputy_and_then_further() -> None:
    first = alarm()
    assert climb(first, at("2026-11-25T08:59"), team=TEAM, zone=PARIS) is first
    second = climb(first, at("2026-11-25T09:00"), team=TEAM, zone=PARIS)
    assert (second.level, second.climbed_at) == (Level.DEPUTY, at("2026-11-25T09:00"))
    third = climb(second, at("2026-11-26T09:00"), team=TEAM, zone=PARIS)
    assert third.level == Level.ESCALATION
    assert climb(third, at("2027-11-26T09:00"), team=TEAM, zone=PARIS) is third


def test_after_a_long_stand_still_the_deputy_too_gets_a_working_day() -> None:
    late = climb(alarm(), at("2026-12-24T09:00"), team=TEAM, zone=PARIS)
    assert late.level == Level.DEPUTY
    assert climb(late, at("2026-12-24T10:00"), team=TEAM, zone=PARIS) is late


def test_what_somebody_is_on_or_what_is_over_climbs_no_further() -> None:
    taken = alarm(acknowledged_by="anna", acknowledged_at=NOW)
    over = alarm(ended_at=NOW)
    for each in (taken, over):
        assert climb(each, NOW + timedelta(days=30), team=TEAM, zone=PARIS) is each


def test_nobody_is_blamed_for_a_night_a_weekend_or_a_closure() -> None:
    def due(raised: str, team: TeamCalendar = TEAM) -> datetime:
        return climbs_at(alarm(climbed_at=at(raised)), team=team, zone=PARIS)

    assert due("2026-11-24T03:00") == at("2026-11-25T08:00"), "before the office opens"
    assert due("2026-11-24T17:00") == at("2026-11-26T08:00"), "after it closed: counted from the next morning"
    assert due("2026-11-27T12:00") == at("2026-11-30T12:00"), "from Friday to Monday"
    assert due("2026-11-28T12:00") == at("2026-12-01T08:00"), "on a Saturday: counted from Monday morning"
    closed = replace(TEAM, closures=((date(2026, 11, 25), date(2026, 11, 30)),))
    assert due("2026-11-24T12:00", closed) == at("2026-12-01T12:00")
    never = replace(TEAM, closures=((date(2026, 1, 1), date(2029, 1, 1)),))
    assert due("2026-11-24T12:00", never) == at("2026-11-26T08:00"), "closed for years: by the calendar's days"


# --- who hears of it -------------------------------------------------------------------------------------------


def test_the_owner_hears_first_then_the_deputy_too_then_the_escalation_contact_too() -> None:
    assert hearers(alarm(), people()) == ("anna",)
    assert hearers(alarm(level=Level.DEPUTY), people()) == ("anna", "bruno")
    assert hearers(alarm(level=Level.ESCALATION), people()) == ("anna", "bruno", "chris")


def test_what_waits_for_somebody_away_goes_to_the_next_at_once() -> None:
    assert hearers(alarm(), people(present=frozenset({"bruno", "chris"}))) == ("bruno",)
    assert hearers(alarm(), people(present=frozenset({"chris"}))) == ("chris",)
    assert hearers(alarm(level=Level.DEPUTY), people(present=frozenset({"anna", "chris"}))) == ("anna", "chris")
    assert hearers(alarm(level=Level.ESCALATION), people(present=frozenset({"anna"}))) == ("anna",)


def test_where_nobody_is_there_an_alarm_still_goes_to_somebody() -> None:
    assert hearers(alarm(), people(present=frozenset())) == ("anna",)
    assert hearers(alarm(), people(present=frozenset(), reachable=frozenset({"chris"}))) == ("chris",)
    assert hearers(alarm(), people(reachable=frozenset())) == ()


def test_without_deputy_or_escalation_contact_the_owner_hears_alone() -> None:
    alone = people(deputy="", escalation="", present=frozenset({"anna"}), reachable=frozenset({"anna"}))
    assert hearers(alarm(level=Level.ESCALATION), alone) == ("anna",)


def test_everybody_is_told_once() -> None:
    first, second = alarm(id="a"), alarm(id="b", told=("anna",), level=Level.DEPUTY)
    over, taken = alarm(id="c", ended_at=NOW), alarm(id="d", acknowledged_by="anna", acknowledged_at=NOW)
    assert unheard([first, second, over, taken], people(), {}) == {"anna": (first,), "bruno": (second,)}


def test_of_a_confidential_case_those_who_may_see_it_hear_as_well() -> None:
    told = alarm(case="case1")
    confided = {"case1": ("emil", "anna", "gone")}
    reachable = people(reachable=EVERYBODY | {"emil"})
    assert unheard([told], reachable, confided) == {"anna": (told,), "emil": (told,)}
    assert unheard([alarm(case="case2")], reachable, confided) == {"anna": (alarm(case="case2"),)}


def test_no_storm_of_mails_unless_it_is_urgent() -> None:
    pause = timedelta(minutes=15)
    plain = [alarm()]
    assert may_write(plain, None, NOW, pause)
    assert not may_write(plain, NOW - timedelta(minutes=14), NOW, pause)
    assert may_write(plain, NOW - pause, NOW, pause)
    assert may_write([*plain, alarm(urgent=True)], NOW, NOW, pause)
    assert may_write(plain, NOW + HOUR, NOW, pause), "a clock that was put back silences nobody"
