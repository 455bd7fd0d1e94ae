"""The worked examples of the specification: official ones (ICO, EDPB) and derived ones, row by row."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from dsarbot.core.clock import Dates, Pause, compute
from dsarbot.core.jurisdictions import jurisdiction

ROWS: list[dict[str, Any]] = json.loads(
    Path(__file__).parent.parent.joinpath("data", "clock_cases.json").read_text("utf-8")
)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def computed(row: dict[str, Any], *, extended: bool = True) -> Dates:
    place = jurisdiction(row["jurisdiction"])
    received = datetime.fromisoformat(row["received_at"])
    return compute(
        received if received.tzinfo else received.replace(tzinfo=place.tz),
        place,
        pauses=[
            Pause(kind=kind, asked_on=date.fromisoformat(asked), answered_on=day(answered))
            for kind, asked, answered in row["pauses"]
        ],
        extended_on=day(row["extension_notice"]) if extended else None,
    )


def test_all_thirty_examples_are_there() -> None:
    assert len(ROWS) == 30


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_worked_example_gives_the_published_dates(row: dict[str, Any]) -> None:
    dates, unextended = computed(row), computed(row, extended=False)
    is_open = row["final"] is None
    assert dates.safe_due == day(row["safe"])
    assert dates.paused is is_open
    # While a question is open the file's `first` is the date without it; ours is unknown.
    assert unextended.legal_due == (None if is_open else day(row["first"]))
    valid = {True: "yes", False: "no", None: None}[row["ext_ok"]]
    assert dates.extension_valid == valid
    counting = dates.extended_due if valid == "yes" else dates.legal_due
    assert counting == day(row["final"])
    assert (dates.due_before_utc and dates.due_before_utc.isoformat()) == row["due_before_utc"]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_worked_example_is_explained_from_receipt_to_target(row: dict[str, Any]) -> None:
    dates = computed(row)
    rules = [step.rule for step in dates.steps]
    assert rules[0] == "receipt"
    assert rules[-1] == "target"
    # A UK identity answer begins another period; the first day of the explanation is the receipt all the same.
    if not any(kind == "identity" and row["jurisdiction"] == "UK" for kind, _, _ in row["pauses"]):
        assert dates.steps[0].date == day(row["start"])
    assert dates.steps[-1].date == dates.target
    assert all(step.text for step in dates.steps)
