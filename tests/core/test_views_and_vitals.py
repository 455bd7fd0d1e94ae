"""Saved lists of cases, and how the service is in numbers."""

from __future__ import annotations

import pytest

from dsarbot.core.case_view import MOST, View, added, without
from dsarbot.core.vitals import Vitals
from dsarbot.errors import NotAllowed


def test_a_saved_list_takes_the_place_of_its_namesake() -> None:
    mine = added((), View(name=" My  list ", query="right=access"))
    assert mine == (View(name="My list", query="right=access"),)
    again = added(mine, View(name="my LIST", query="right=erasure", text="x"))
    assert again == (View(name="my LIST", query="right=erasure", text="x"),)
    assert without(again, "my LIST") == ()


def test_a_list_without_a_name_and_one_too_many_are_refused() -> None:
    with pytest.raises(NotAllowed, match="name"):
        added((), View(name=" ", query=""))
    full = tuple(View(name=str(number), query="") for number in range(MOST))
    with pytest.raises(NotAllowed, match="remove one"):
        added(full, View(name="one more", query=""))


def test_what_must_leave_and_what_will_not_is_counted() -> None:
    jobs = {("letter", "queued"): 2, ("code", "claimed"): 1, ("letter", "shunted"): 3, ("digest", "shunted"): 1}
    vitals = Vitals(
        jobs=jobs, oldest=None, inbounds={}, alarms=0, untaken=0, wake=None, entry=None, anchor=None
    )  # fmt: skip
    assert (vitals.depth, vitals.shunted, vitals.failures) == (3, 4, 3)
