"""Letters: shown with their findings before they are approved, edited by sections, posted on paper."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dsarbot.core import facts as f
from dsarbot.core.case import LetterStatus
from tests.cli.desk_world import World

Terminal = Callable[[int], None]


class Typed(io.StringIO):
    """Standard input with a person at it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def reference(world: World) -> str:
    """A case with a question about identity, l2, drafted."""
    reference = world.opened()
    world.said("cases", "ask-identity", reference, "--doubt", "Another address than on file", "--rung", "R2")
    return reference


def test_approve_shows_the_letter_and_queues_exactly_that(world: World, reference: str) -> None:
    out = world.said("cases", "approve", reference, "--yes")
    assert "Letter l2: question about identity, drafted, not sent" in out
    assert "To: jeanne@example.net" in out
    assert "✓ The check before sending found nothing." in out
    assert "Letter l2 approved and queued" in out
    letter = world.case(reference).letter("l2")
    assert (letter.status, letter.approved_by) == (LetterStatus.APPROVED, "anna")
    assert ("l2", "queued") in world.jobs()
    assert "approved-already" in world.refused("cases", "approve", reference, "l2", "--yes")


def test_without_a_terminal_nothing_is_sent_unless_said(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert "add --yes" in world.refused("cases", "approve", reference, code=2)
    assert world.case(reference).letter("l2").status == LetterStatus.DRAFTED


@pytest.mark.parametrize("case", [("y\n", 0, "approved"), ("\n", 1, "drafted")], ids=["yes", "no"])
def test_on_a_terminal_a_person_is_asked(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch, case: tuple[str, int, str]
) -> None:
    answer, code, status = case
    monkeypatch.setattr(sys, "stdin", Typed(answer))
    found, out, _ = world.run("cases", "approve", reference, "l2")
    assert found == code
    assert "Send this letter to jeanne@example.net? [y/N]" in out
    assert world.case(reference).letter("l2").status == status


def _with(world: World, reference: str, old: str, new: str, letter: str = "l2") -> str:
    """A file with the letter's text, a little changed."""
    source = world.said("cases", "show", reference, "--letter", letter, "--source")
    assert old in source
    path = world.folder / "letter.txt"
    path.write_text(source.replace(old, new), encoding="utf-8")
    return str(path)


def test_a_blocking_finding_stops_the_letter_until_it_is_set_aside_with_a_reason(world: World, reference: str) -> None:
    path = _with(world, reference, "=== doubt ===\n", "=== doubt ===\nTODO\n\n")
    assert "! blocks  placeholder [doubt]" in world.said("cases", "edit", reference, "l2", "--file", path)
    before = world.case(reference)
    approve = ("cases", "approve", reference, "l2", "--yes")
    assert "pre-send" in world.refused(*approve)
    assert "override-reason" in world.refused(*approve, "--override", "placeholder")
    assert "No finding language blocks" in world.refused(*approve, "--override", "language", code=2)
    assert world.case(reference) == before
    world.said(*approve, "--override", "placeholder", "--reason", "The word is the name of their product.")
    assert world.case(reference).letter("l2").status == LetterStatus.APPROVED


def test_an_edited_letter_needs_a_new_approval(world: World, reference: str) -> None:
    world.said("cases", "approve", reference, "l2", "--yes")
    path = _with(world, reference, "=== doubt ===\n", "=== doubt ===\nThank you for writing.\n\n")
    out = world.said("cases", "edit", reference, "l2", "--file", path)
    assert "Letter l2 changed." in out
    letter = world.case(reference).letter("l2")
    assert (letter.status, letter.approved_by) == (LetterStatus.DRAFTED, "")
    assert ("l2", "cancelled") in world.jobs()
    assert any("Thank you for writing." in section.text for section in letter.sections)


def test_an_unchanged_letter_stays_approved(world: World, reference: str) -> None:
    world.said("cases", "approve", reference, "l2", "--yes")
    out = world.said("cases", "edit", reference, "l2", "--file", _with(world, reference, "Subject: ", "Subject: "))
    assert "nothing was changed" in out
    assert world.case(reference).letter("l2").status == LetterStatus.APPROVED


@pytest.mark.parametrize(
    "wrong",
    [
        ("=== doubt ===", "=== dout ===", "no section 'dout'", 2),
        ("=== doubt ===", "=== outcome ===\nTwice\n\n=== doubt ===", "'outcome' stands there twice", 2),
        ("=== doubt ===", "", "letter-section", 1),
        ("Subject: ", "", "one line 'Subject: ...'", 2),
    ],
)
def test_a_text_that_does_not_fit_changes_nothing(
    world: World, reference: str, wrong: tuple[str, str, str, int]
) -> None:
    old, new, complaint, code = wrong
    before = world.case(reference)
    path = _with(world, reference, old, new)
    assert complaint in world.refused("cases", "edit", reference, "l2", "--file", path, code=code)
    assert world.case(reference) == before


def test_the_editor_gets_the_letter_in_a_private_file_that_is_removed(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, seen = world.folder / "editor.sh", world.folder / "seen"
    script.write_text(f'#!/bin/sh\nstat -c "%a $1" "$1" > {seen}\nsed -i "s/^Subject: /Subject: Re: /" "$1"\n')
    script.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(sys, "stdin", Typed())
    world.said("cases", "edit", reference, "l2")
    mode, path = seen.read_text(encoding="utf-8").split()
    assert mode == "600"
    assert not Path(path).exists()
    assert world.case(reference).letter("l2").subject.startswith("Re: ")


@pytest.mark.parametrize(
    "wrong", [("false", "editor-left", 1), ("/none/there", "does not start", 2), ("", "EDITOR", 2)]
)
def test_an_editor_that_fails_changes_nothing(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch, wrong: tuple[str, str, int]
) -> None:
    editor, complaint, code = wrong
    before = world.case(reference)
    monkeypatch.setattr(sys, "stdin", Typed())
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    assert complaint in world.refused("cases", "edit", reference, "l2", code=code)
    assert world.case(reference) == before


def test_several_waiting_letters_must_be_named(world: World, reference: str) -> None:
    world.said("cases", "clarify", reference, "--about", "Which account?")
    complaint = world.refused("cases", "approve", reference, "--yes", code=2)
    assert "l2 (identity-asked), l3 (clarification-asked)" in complaint
    world.said("cases", "discard", reference, "l2")
    world.said("cases", "discard", reference, "l3")
    assert "No letter" in world.refused("cases", "approve", reference, "--yes")


def test_paper_counts_as_sent_only_when_it_was_posted(world: World) -> None:
    scan = world.folder / "letter.pdf"
    scan.write_bytes(b"%PDF-1.4 invented")
    world.said("intake", str(scan), "--organisation", "nord", "--received", "2026-02-26", "--who", "Jeanne Martin",
               "--reach", "1 rue de l'Exemple; 00000 Exempleville", "--right", "access")  # fmt: skip
    (reference,) = world.references()
    posted = ("cases", "posted", reference, "l1", "--on", "2026-03-02", "--registered", "RR1")
    assert "posted-approved" in world.refused(*posted)
    page = world.said("cases", "show", reference, "--letter", "l1")
    assert "By post to: Jeanne Martin, 1 rue de l'Exemple, 00000 Exempleville" in page
    overrides = [part for rule in _blocking(world, reference) for part in ("--override", rule)]
    out = world.said("cases", "approve", reference, "--yes", *overrides, "--reason", "fallback language")
    assert "print and post it" in out and f"dsarbot cases posted {reference} l1 --on DATE" in out
    assert world.jobs() == []
    assert world.case(reference).letter("l1").sent_at is None
    world.said(*posted)
    letter = world.case(reference).letter("l1")
    assert (letter.status, letter.sent_at) == (LetterStatus.SENT, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def _blocking(world: World, reference: str) -> list[str]:
    letters = json.loads(world.said("cases", "show", reference, "--json"))["letters"]
    return [f["rule"] for letter in letters for f in letter["findings"] if f["severity"] == "block"]


def test_stopping_an_automatic_letter(world: World) -> None:
    reference = world.opened()
    assert "l1 drafted" not in world.said("cases", "discard", reference, "l1")
    assert world.jobs() == [("l1", "cancelled")]


def test_an_automatic_letter_that_came_back_waits_for_a_person(world: World) -> None:
    reference = world.opened()
    assert "No letter" in world.refused("cases", "approve", reference, "--yes")
    world.tell(reference, lambda now: f.LetterReturned(at=now, actor="service", cause="r", letter="l1", why="cap"))
    page = world.said("cases", "show", reference)
    assert "came back to the desk, not sent (cap)" in page
    assert f"Next: check and send the acknowledgement:\n  dsarbot cases approve {reference} l1" in page
    world.said("cases", "approve", reference, "--yes")
    assert world.case(reference).letter("l1").status == LetterStatus.APPROVED
