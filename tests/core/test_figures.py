"""A year in numbers, and cells that no spreadsheet carries out."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from dsarbot.core.case import Outcome
from dsarbot.core.cells import cell, table
from dsarbot.core.figures import figures, quantile
from dsarbot.core.register import Fate
from tests.core.test_register import fate

TODAY = date(2026, 12, 1)


def answered(received: date, days: int, **given: object) -> Fate:
    return fate(
        received=received, due=received + timedelta(days=30), answered=received + timedelta(days=days),
        late=days > 30, outcome=Outcome.GRANTED, **given,
    )  # fmt: skip


def test_each_event_counts_in_its_own_month() -> None:
    found = figures(
        [
            answered(date(2025, 12, 20), 20),
            answered(date(2026, 1, 5), 10, right="erasure", extended=date(2026, 1, 9)),
            answered(date(2026, 1, 6), 40, channel="post"),
            fate(received=date(2026, 3, 1), due=date(2026, 4, 1)),
            fate(received=date(2026, 11, 20), due=date(2026, 12, 20)),
        ],
        2026,
        TODAY,
    )
    assert (found.whole.received, found.whole.answered, found.whole.late, found.whole.extended) == (4, 3, 2, 1)
    assert (found.whole.median, found.whole.ninetieth) == (20, 40)
    months = {each.key: (each.received, each.answered, each.late, each.extended) for each in found.months}
    assert months["2026-01"] == (2, 2, 0, 1) and months["2026-02"] == (0, 1, 1, 0)
    assert months["2026-04"] == (0, 0, 1, 0) and months["2026-11"] == (1, 0, 0, 0) and len(months) == 12
    assert [(each.key, each.received) for each in found.rights] == [("access", 3), ("erasure", 1)]
    assert [each.key for each in found.channels] == ["mail", "post"]
    assert {each.key: each.answered for each in found.outcomes} == {"granted": 3, "pending": 0}


def test_a_year_of_nothing() -> None:
    found = figures([answered(date(2024, 1, 1), 3)], 2026, TODAY)
    assert found.whole.median is None and found.whole.ninetieth is None and found.rights == ()


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [((), 0.5, None), ((7,), 0.9, 7), ((1, 2, 3, 4), 0.5, 2), (tuple(range(1, 11)), 0.9, 9), ((3, 4), 0.0, 3)],
)
def test_the_nearest_rank(values: tuple[int, ...], share: float, found: int | None) -> None:
    assert quantile(values, share) == found


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_begins_like_a_formula_is_text(start: str) -> None:
    [[found]] = csv.reader(io.StringIO(table((f"{start}1+1",), []), newline=""))
    assert found == f"'{start}1+1"


def test_other_cells_stay_as_they_are() -> None:
    assert [cell(each) for each in (None, 4, "a=b", "")] == ["", "4", "a=b", ""]
    assert table(("a", "b"), [("x;y", 'with "quotes"')]) == 'a,b\r\nx;y,"with ""quotes"""\r\n'
