"""Bars are drawn by pure functions: as long as their numbers say, within the picture, each with its number."""

from __future__ import annotations

import pytest

from dsarbot.web.bars import WIDTH, Chart, Series, columns, rows

NAMES = ["January", "February", "March"]
TWO = (
    Series(name="received", kind="first", numbers=[4, 0, 8]),
    Series(name="answered", kind="second", numbers=[2, 2, 2]),
)


def bars(chart: Chart, kind: str) -> list[float]:
    """Lengths, without the sample of the legend."""
    return [max(each.height, each.width) for each in chart.rects if each.kind == kind and each.y != 6]


@pytest.mark.parametrize("draw", [columns, rows])
def test_everything_lies_within_the_picture(draw: object) -> None:
    chart = draw(NAMES, TWO)  # type: ignore[operator]  # one of the two
    assert all(each.x >= 0 and each.x + each.width <= WIDTH for each in chart.rects)
    assert all(each.y >= 0 and each.y + each.height <= chart.height for each in chart.rects)
    assert all(0 <= each.y <= chart.height for each in chart.texts)
    texts = [each.text for each in chart.texts]
    assert {*NAMES, "received", "answered", "4", "8", "2"} <= set(texts)


def test_columns_are_as_high_as_their_numbers_and_nothing_is_drawn_for_nothing() -> None:
    heights = bars(columns(NAMES, TWO[:1]), "first")
    assert len(heights) == 2 and heights[1] == pytest.approx(2 * heights[0], abs=0.2)


def test_rows_are_as_long_as_their_numbers_and_a_nought_is_still_seen() -> None:
    chart = rows(NAMES, TWO[:1])
    found = [each.width for each in chart.rects if each.kind == "first" and each.y != 6]
    assert found[2] == pytest.approx(2 * found[0], abs=0.2) and found[1] == 1
    assert "0" in [each.text for each in chart.texts]


@pytest.mark.parametrize("draw", [columns, rows])
def test_a_picture_of_nothing_is_a_picture(draw: object) -> None:
    assert draw([], ()).height > 0  # type: ignore[operator]
    assert draw(NAMES, [Series(name="a", kind="first", numbers=[0, 0, 0])]).height > 0  # type: ignore[operator]
