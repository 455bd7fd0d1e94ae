"""The quick `replace` gives what the library's gives, and refuses what it refuses."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from dsarbot.core import facts as f
from dsarbot.core.case import Case, Person
from dsarbot.core.clock import Pause
from dsarbot.core.evolve import replace

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CASE = Case(
    id="case-1", reference="AC-2026-0001", organisation="acme", channel="mail", language="fr", opened_at=AT,
    person=Person(name="Jeanne Martin", address="jeanne@example.net"), subject="Mes données",
)  # fmt: skip


def test_a_changed_value_equals_the_one_the_library_makes_and_the_first_one_stays() -> None:
    before = dataclasses.replace(CASE)
    changed = replace(CASE, version=7, assignee="anna")
    assert changed == dataclasses.replace(CASE, version=7, assignee="anna")
    assert type(changed) is Case
    assert before == CASE
    assert changed.__dict__.keys() == CASE.__dict__.keys()


def test_a_name_that_is_no_field_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        replace(CASE, colour="blue")  # type: ignore[call-arg]  # what the types forbid


def test_a_value_that_checks_itself_does_so_again() -> None:
    fact = f.Noted(at=AT, actor="anna", cause="", kind="work", text="called back")
    with pytest.raises(ValueError, match="time zone"):
        replace(fact, at=AT.replace(tzinfo=None))
    assert replace(fact, text="wrote").text == "wrote"


def test_a_value_with_slots_is_changed_too() -> None:
    pause = Pause(kind="identity", asked_on=AT.date())
    assert replace(pause, answered_on=AT.date()) == dataclasses.replace(pause, answered_on=AT.date())
    with pytest.raises(TypeError):
        replace(pause, colour="blue")  # type: ignore[call-arg]  # what the types forbid
