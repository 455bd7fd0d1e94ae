"""The picture of a case: nothing lies on anything else, and everything stands in the table as well."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dsarbot.desk.timeline import Days, Event, Stop
from dsarbot.web.screen import Say
from dsarbot.web.timeline import WIDTH, _placed, _ways, picture

FIRST = date(2026, 3, 2)
SLUGS = ("received", "sent:acknowledged", "target", "safe", "legal", "promise", "answered:identity")


def days(offsets: list[int], *, length: int = 90, today: int = 10) -> Days:
    events = tuple(
        Event(day=FIRST + timedelta(days=each), slugs=(SLUGS[n % len(SLUGS)],), strong=n == 2)
        for n, each in enumerate(sorted(set(offsets)))
    )
    last = FIRST + timedelta(days=length)
    return Days(
        first=FIRST, last=last, today=FIRST + timedelta(days=today), events=events,
        stops=(Stop(kind="identity", first=FIRST, last=FIRST + timedelta(days=5)),), off=frozenset({FIRST}),
    )  # fmt: skip


@given(offsets=st.lists(st.integers(0, 90), min_size=1, max_size=3), language=st.sampled_from(["en", "fr", "de"]))
def test_no_label_lies_on_another_nor_on_its_line(offsets: list[int], language: str) -> None:
    say = Say(language)  # type: ignore[arg-type]
    some = days(offsets)
    placed = _placed(some, [(each, "Accusé de réception") for each in some.events], say)
    assert len(placed) == len(some.events)
    for n, each in enumerate(placed):
        assert each.start >= 0 and each.end <= WIDTH
        assert all(each.leaves_free(other) for other in placed[n + 1 :])


def test_labels_that_would_run_out_of_the_picture_run_to_the_left() -> None:
    some = days([90])
    (label,) = _ways(some.events[0], "a label of some length", some)
    assert label.anchor == "end" and label.end <= WIDTH
    (label,) = _ways(some.events[0], "long" * 100, some)
    assert (label.start, label.end) == (0, WIDTH)


def test_the_table_says_what_the_picture_shows() -> None:
    drawn = picture(days([0, 4, 30, 31]), Say("de"))
    assert [row[1] for row in drawn.rows] == ["Eingegangen", "Eingangsbestätigung", "ZIEL", "sicheres Datum"]
    assert [row[2] for row in drawn.rows] == [False, False, True, False]
    assert drawn.stops[0].label.startswith("Die Frist steht still")
    assert drawn.today is not None and len(drawn.off) == 1
    assert picture(days([0], today=-3), Say("en")).today is None
    assert not picture(days([0], length=900), Say("en")).off
