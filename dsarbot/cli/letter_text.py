"""A letter on the terminal: as its reader sees it, and as a text that a person edits and gives back.

In the form for editing each section stands under its key. The keys are what the pre-send check looks for, so a
section may be rewritten but not removed, and an unknown key is a typing mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.table import Screen
from dsarbot.core.case import Case, Letter, LetterStatus, Section
from dsarbot.core.guarding import addressee
from dsarbot.core.presend import Finding
from dsarbot.desk.emit import emit_html, emit_text, tree
from dsarbot.desk.people import initials
from dsarbot.errors import TheirInput

_HEAD: Final = re.compile(r"=== ([a-z0-9-]{1,40}) ===")
_SUBJECT: Final = "Subject: "
_HELP: Final = "# Text only: paragraphs, '- ' lists, **bold**. Keep every === line. Lines with # above are ignored."

_STATES: Final = {
    LetterStatus.DRAFTED: "drafted, not sent",
    LetterStatus.APPROVED: "approved, not sent yet",
    LetterStatus.SENT: "sent",
    LetterStatus.RETURNED: "came back to the desk, not sent",
    LetterStatus.CANCELLED: "cancelled, never sent",
    LetterStatus.BOUNCED: "sent, did not arrive",
}


def state_of(letter: Letter) -> str:
    """Where the letter stands, in words."""
    automatic = letter.automatic and letter.status == LetterStatus.DRAFTED
    words = "waits to leave by itself" if automatic else _STATES[letter.status]
    words = f"{words} by hand" if letter.inbound else words
    return f"{words} ({letter.trouble})" if letter.trouble else words


def page(letter: Letter, to: Screen) -> Iterator[str]:
    """The letter as its reader sees it, with who gets it above."""
    yield f"{to.paint(f'Letter {letter.id}', 'strong')}: {shown.letter_name(letter)}, {state_of(letter)}"
    way = "By post to:" if letter.medium == "post" else "To:"
    yield f"{way} {', '.join(letter.recipient.splitlines()) or 'nobody: no address is known'}"
    yield f"Subject: {letter.subject}"
    yield ""
    yield from emit_text(tree(letter.sections)).splitlines()


def html(letter: Letter) -> str:
    """The same as a document."""
    return emit_html(tree(letter.sections), language=letter.language, title=letter.subject)


def findings(found: Sequence[Finding], to: Screen) -> Iterator[str]:
    """What the pre-send check says, blocking ones first."""
    if not found:
        yield to.paint("✓ The check before sending found nothing.", "done")
    for each in found:
        mark = to.paint("! blocks", "late") if each.severity == "block" else to.paint("? look", "soon")
        where = f" [{each.section}]" if each.section else ""
        yield f"{mark}  {each.rule}{where}: {each.text}"
        yield f"          {each.source}"


def written(case: Case, letter: Letter) -> str:
    """The form for editing."""
    to = addressee(case, letter.moment)
    lines = [f"# {case.reference}, letter {letter.id}: {shown.letter_name(letter)} to {initials(to)}"]
    lines += [_HELP, f"{_SUBJECT}{letter.subject}", ""]
    for section in letter.sections:
        lines += [f"=== {section.key} ===", section.text.strip("\n"), ""]
    return "\n".join(lines)


def read(text: str, letter: Letter) -> tuple[str, tuple[Section, ...]]:
    """Subject and sections from the form. TheirInput names what does not fit; nothing has changed then."""
    head, *parts = re.split(r"(?m)^(?==== [a-z0-9-]{1,40} ===\s*$)", text.replace("\r\n", "\n"))
    subjects = [line.removeprefix(_SUBJECT).strip() for line in head.splitlines() if line.startswith(_SUBJECT)]
    if len(subjects) != 1 or not subjects[0]:
        raise TheirInput(f"The text needs one line '{_SUBJECT}...' above the first section; nothing was changed.")
    sections: dict[str, str] = {}
    known = [section.key for section in letter.sections]
    for part in parts:
        first, _, body = part.partition("\n")
        match = _HEAD.fullmatch(first.strip())
        key = match[1] if match else ""
        if key not in known:
            raise TheirInput(f"The letter has no section '{key}'; it has: {', '.join(known)}. Nothing was changed.")
        if key in sections:
            raise TheirInput(f"The section '{key}' stands there twice; nothing was changed.")
        sections[key] = body.strip("\n")
    return subjects[0], tuple(Section(key=key, text=body) for key, body in sections.items())
