"""Facts about what is done for rights: written and read again; what was written before they existed is still read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dsarbot.core import facts as f
from dsarbot.core import facts_rights as r
from dsarbot.core.case import Outcome
from dsarbot.core.fact import Fact
from dsarbot.core.letter import Fee, Part
from dsarbot.core.measures import Person, Representative
from dsarbot.store.codec import read_case, read_fact, write_case, write_fact
from tests.store import samples

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)
STAMP: dict[str, Any] = {"at": NOW, "actor": "anna", "cause": "order:1"}
MARK = "Markertext"
FEE = Fee(amount=1250, currency="EUR", basis="excessive", calculation=MARK)
ACTING = Representative(role="heir", person=Person(name=MARK), mandate=MARK, data_to="representative", until=TODAY)
FACTS: tuple[Fact, ...] = (
    r.StepDone(**STAMP, claim="c1", step="search", note=MARK),
    r.StepUndone(**STAMP, claim="c1", step="search"),
    r.RestrictionStarted(**STAMP, claim="c1", since=TODAY, frozen=MARK),
    r.LiftingAnnounced(**STAMP, claim="c1", letter="l2", ends_on=TODAY),
    r.RestrictionLifted(**STAMP, claim="c1", on=TODAY),
    r.FeeAsked(**STAMP, claim="c1", letter="l2", asked_on=TODAY, fee=FEE),
    r.FeeSettled(**STAMP, claim="c1", how="waived"),
    r.DirectiveRecorded(**STAMP, claim="c1", version=1, recorded_on=TODAY, text=MARK, consent=MARK, executor=MARK),
    r.DirectiveRevoked(**STAMP, claim="c1", version=1, revoked_on=TODAY),
    r.ForwardProved(**STAMP, claim="c1", proof=MARK),
    r.MandateRecorded(**STAMP, representative=ACTING),
    r.MandateEnded(**STAMP, reason=MARK),
    r.LetterMisdirected(**STAMP, letter="l2", known_at=NOW, report_by=NOW, how=MARK),
    r.BreachDecided(**STAMP, letter="l2", verdict="reported", reason=MARK),
    r.Confided(**STAMP, staff=("anna",), reason=MARK),
    r.RetentionHeld(**STAMP, inquiry="SA-2026-0007-T"),
    r.RetentionReleased(**STAMP, inquiry="SA-2026-0007-T"),
    r.Suppressed(**STAMP, claim="c1"),
)


def test_every_kind_is_here() -> None:
    assert {type(each) for each in FACTS} == {kind for kind in f.FACTS.values() if kind.__module__ == r.__name__}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_it_is_read_as_it_was_written_and_nothing_personal_is_in_the_clear(fact: Fact) -> None:
    written = write_fact(fact)
    assert MARK not in written.public
    assert read_fact(written.kind, written.v, "anna", written.public, written.private) == fact


def test_mandates_of_before_are_still_read_in_facts_and_in_cases() -> None:
    written = write_fact(r.MandateRecorded(**STAMP, representative=ACTING))
    document = json.loads(written.private)
    for name in ("rights", "company"):
        del document["representative"][name]
    old = read_fact(written.kind, written.v, "anna", written.public, json.dumps(document).encode())
    assert isinstance(old, r.MandateRecorded) and old.representative == ACTING
    case = replace(samples.case_of(samples.opened("case-1")), representative=ACTING)
    stored = json.loads(write_case(case))
    for name in ("rights", "company"):
        del stored["case"]["representative"][name]
    assert read_case(json.dumps(stored, separators=(",", ":")).encode()) == case


def test_answers_and_approvals_of_before_are_still_read() -> None:
    parts = (Part(name="invoices", given=False, ground="legal-obligation"),)
    answered = f.ClaimAnswered(
        **STAMP, claim="c1", letter="l2", outcome=Outcome.PARTLY, answered_at=NOW, late=False, parts=parts
    )
    written = write_fact(answered)
    assert "invoices" not in written.public
    old = read_fact("ClaimAnswered", written.v, "anna", written.public, b"")
    assert isinstance(old, f.ClaimAnswered) and old.parts == ()
    approved = f.LetterApproved(**STAMP, letter="l2", digest="d", by="anna", decided_by="boss", version=3)
    document = json.loads(write_fact(approved).public)
    del document["decided_by"]
    before = read_fact("LetterApproved", written.v, "anna", json.dumps(document), b"")
    assert isinstance(before, f.LetterApproved) and before.decided_by == ""
