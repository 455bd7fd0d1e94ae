"""What start-up has made is set aside for good, and what comes later is still freed."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from dsarbot.service.collector import YOUNG, settle


class Ring:
    """Refers to itself, so that counting references does not free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_rings_of_the_start_are_freed_before_the_rest_is_set_aside() -> None:
    ring = weakref.ref(Ring())
    settle()
    assert ring() is None
    # The modules of the tests alone are many more.
    assert gc.get_freeze_count() > 10_000


def test_rings_that_come_later_are_freed_without_being_asked_for() -> None:
    settle()
    ring = weakref.ref(Ring())
    kept = [Ring() for _ in range(2 * YOUNG)]
    assert ring() is None
    assert len(kept) == 2 * YOUNG
