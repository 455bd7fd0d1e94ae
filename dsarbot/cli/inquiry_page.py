"""One inquiry as text and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dsarbot.cli import shown
from dsarbot.cli.case_json import iso
from dsarbot.cli.table import Screen
from dsarbot.core.dates import long_date
from dsarbot.core.inquiry import Duty, Inquiry
from dsarbot.core.rules import Rules


@dataclass(frozen=True, kw_only=True)
class View:
    """cases: references of those that may be shown; hidden: how many more there are; names: of staff, by key."""

    inquiry: Inquiry
    rules: Rules
    now: datetime
    cases: Sequence[str]
    hidden: int
    names: Mapping[str, str]


def page(view: View, to: Screen) -> Iterator[str]:
    """The whole page."""
    inquiry, today = view.inquiry, shown.today_of(view.now, view.rules)
    place = view.rules.jurisdiction
    whose = f"{inquiry.authority}, {inquiry.file_number}  ({inquiry.organisation})"
    yield f"{to.paint(inquiry.reference, 'strong')}  {whose}"
    yield from _wrapped(inquiry.about, to)
    yield f"Received {shown.moment_of(inquiry.received_at, place, today)}"
    yield ""
    if inquiry.closed_at is None:
        line = f"  ANSWER BY  {long_date(inquiry.due)}  ({shown.left(inquiry.due, today)})"
        yield to.paint(line, shown.urgency(inquiry.due, today) or "strong")
    else:
        by = view.names.get(inquiry.decided_by, inquiry.decided_by)
        yield f"  Closed {shown.moment_of(inquiry.closed_at, place, today)}: {inquiry.outcome}; decided by {by}."
        yield from _wrapped(inquiry.result, to)
    yield ""
    linked = [*view.cases, *([f"{view.hidden} that you may not see"] if view.hidden else [])]
    yield f"Cases: {', '.join(linked) or 'none linked'}"
    for letter in inquiry.letters:
        yield f"Letter of the authority: item {letter.inbound[:8]}, {shown.moment_of(letter.received_at, place, today)}"
    yield from (line for duty in inquiry.duties for line in _duty(duty, view, to))
    for note in inquiry.notes:
        at = shown.moment_of(note.at, place, today)
        yield f"{note.kind}, {at}, {view.names.get(note.actor, note.actor)}:"
        yield from _wrapped(note.text, to)


def _duty(duty: Duty, view: View, to: Screen) -> Iterator[str]:
    today = shown.today_of(view.now, view.rules)
    mark = "[x]" if duty.done_by else "[ ]"
    due = f", by {shown.near(duty.due, today)}" if duty.due and not duty.done_by else ""
    yield f"{mark} {duty.id}  {view.names.get(duty.owner, duty.owner)}{due}"
    yield from _wrapped(duty.text, to)
    if duty.note:
        yield from _wrapped(f"-> {duty.note}", to)


def _wrapped(text: str, to: Screen) -> list[str]:
    indent = "      "
    return textwrap.wrap(text, min(to.width, 100), initial_indent=indent, subsequent_indent=indent)


def as_json(view: View) -> dict[str, Any]:
    """The same for programs."""
    inquiry = view.inquiry
    return {
        "reference": inquiry.reference,
        "organisation": inquiry.organisation,
        "authority": inquiry.authority,
        "file_number": inquiry.file_number,
        "about": inquiry.about,
        "received_at": iso(inquiry.received_at),
        "due": iso(inquiry.due),
        "cases": list(view.cases),
        "hidden_cases": view.hidden,
        "letters": [{"item": each.inbound, "received_at": iso(each.received_at)} for each in inquiry.letters],
        "tasks": [
            {
                "id": each.id,
                "text": each.text,
                "owner": each.owner,
                "due": iso(each.due),
                "done_at": iso(each.done_at),
                "done_by": each.done_by or None,
                "note": each.note or None,
            }
            for each in inquiry.duties
        ],
        "notes": [
            {"at": iso(each.at), "actor": each.actor, "kind": each.kind, "text": each.text} for each in inquiry.notes
        ],
        "outcome": inquiry.outcome,
        "result": inquiry.result or None,
        "decided_by": inquiry.decided_by or None,
        "closed_at": iso(inquiry.closed_at),
    }
