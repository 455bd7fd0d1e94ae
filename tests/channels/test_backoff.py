"""How long to wait: grows, ends, scatters, never zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.channels.backoff import LOGIN, ORDINARY, Pace, delay

dice = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(attempt=st.integers(min_value=-5, max_value=10**9), chance=dice, pace=st.sampled_from([ORDINARY, LOGIN]))
def test_a_wait_is_never_shorter_than_half_the_first_nor_longer_than_the_longest(
    attempt: int, chance: float, pace: Pace
) -> None:
    assert pace.first / 2 <= delay(attempt, pace, chance) <= pace.longest


@given(attempt=st.integers(min_value=1, max_value=100), chance=dice)
def test_waits_do_not_shrink_with_the_same_dice(attempt: int, chance: float) -> None:
    assert delay(attempt, ORDINARY, chance) <= delay(attempt + 1, ORDINARY, chance)


def test_the_first_waits_double() -> None:
    assert [delay(attempt, ORDINARY, 0.0) for attempt in range(1, 6)] == [0.5, 1, 2, 4, 8]
    assert delay(50, ORDINARY, 0.0) == 150


def test_many_clients_do_not_come_back_together() -> None:
    assert len({delay(3, ORDINARY, chance / 10) for chance in range(10)}) == 10


def test_a_refused_login_is_tried_rarely() -> None:
    assert delay(1, LOGIN, 0.0) == 30
    assert delay(99, LOGIN, 0.0) == 900


@pytest.mark.parametrize(("first", "factor", "longest"), [(0, 2, 1), (2, 2, 1), (1, 0.5, 2)])
def test_a_pace_that_makes_no_sense_does_not_exist(first: float, factor: float, longest: float) -> None:
    with pytest.raises(ValueError, match="pace"):
        Pace(first=first, factor=factor, longest=longest)
