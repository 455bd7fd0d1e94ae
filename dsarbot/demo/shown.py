"""What the demo says in words: dates, states, letters, where to look; every output takes it from here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dsarbot.demo.observe import Line
from dsarbot.demo.office import DPO
from dsarbot.demo.plan import LOOPBACK
from dsarbot.demo.post_office import Found
from dsarbot.demo.stage import Stage
from dsarbot.desk.dating import distance

Tone = Literal["late", "soon", "waiting", "done", "unsure", "plain"]

TITLE = "DEMO dsarbot"
#: Who may write in a visitor's name, to whom; and whose portal is shown.
VISITOR, VISITED, ASKED = "claire@courriel.example.org", "privacy@nuage.example.com", "nuage"
#: Whose letter is shown in full: it is in English and has a date to keep.
IN_FULL = "jordan@mail.example.com"
_SOON_DAYS = 10
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STATES: dict[str, tuple[Tone, str]] = {
    "unconfirmed": ("unsure", "? unsure"),
    "waiting-person": ("waiting", "… waiting"),
    "waiting-party": ("waiting", "… waiting"),
    "answered": ("done", "✓ answered"),
    "closed": ("done", "✓ closed"),
    "not-a-request": ("done", "– no request"),
}


def day(value: date, today: date) -> str:
    """``Tue 22 Dec``, with the year when it is another one."""
    year = f" {value.year}" if value.year != today.year else ""
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}{year}"


def target(line: Line, today: date) -> tuple[str, str]:
    """The target and how far it is: ``Tue 22 Dec``, ``in 30 days``."""
    return (day(line.target, today), distance(line.target, today, "en")) if line.target else ("", "")


def state(line: Line) -> tuple[Tone, str]:
    """Colour, and the sign and word that say the same without it."""
    if line.status in _STATES:
        return _STATES[line.status]
    if line.left is not None and line.left < 0:
        return "late", "▲ late"
    if line.left is not None and line.left <= _SOON_DAYS:
        return "soon", "◆ soon"
    return "plain", f"○ {line.status}"


def heading(lines: Sequence[Line], today: date) -> str:
    """One line above the table."""
    late = sum(line.left is not None and line.left < 0 for line in lines)
    soon = sum(line.left is not None and 0 <= line.left <= _SOON_DAYS for line in lines)
    cases = "1 open case" if len(lines) == 1 else f"{len(lines)} open cases"
    return f"{TITLE} · {day(today, today)} {today.year} · {cases}, {late} late, {soon} due soon"


@dataclass(frozen=True, kw_only=True)
class Post:
    """What left the desk, as it lies in the mailboxes it went to."""

    letters: tuple[Found, ...]
    digests: tuple[Found, ...]
    notices: tuple[Found, ...] = ()


def post_of(stage: Stage) -> Post:
    """Read it by IMAP, as the people would. Blocks."""
    post = stage.post
    copies = [found for account in sorted(set(post.plan.routes.values())) for found in post.read(account, "Sent")]
    to_staff = sorted(post.read(DPO), key=sender)
    return Post(
        letters=tuple(copies),
        digests=tuple(each for each in to_staff if not each.is_notice),
        notices=tuple(each for each in to_staff if each.is_notice),
    )


def sender(found: Found) -> str:
    """The name in From: the organisation that wrote."""
    addresses = found.mail["From"].addresses if found.mail["From"] else ()
    return addresses[0].display_name if addresses else ""


def letter_lines(found: Found) -> Iterator[str]:
    """One mail in full: its head, then its text."""
    for name in ("From", "To", "Date", "Subject", "Auto-Submitted"):
        if value := str(found.mail[name] or ""):
            yield f"{name}: {value}"
    yield ""
    yield from found.text.rstrip().splitlines()


def where_to_look(stage: Stage, *, keep: bool) -> Iterator[str]:
    """How a visitor goes on from here."""
    passwords, post = stage.post.plan.accounts, stage.post
    yield f"Look at it in a browser: {stage.console_at}"
    if (web := stage.app.settings.web) is not None:
        yield f"Ask as a customer would: {web.portal_of(ASKED)}"
    yield f"Write to it: SMTP {LOOPBACK}:{post.smtp_port}, no encryption, to {VISITED}"
    yield f"  as {VISITOR}, password {passwords[VISITOR]}"
    yield f"Read answers: IMAP {LOOPBACK}:{post.imap_port}, same user; the digest:"
    yield f"  {DPO}, password {passwords[DPO]}"
    yield f"Ask it: dsarbot --config {stage.config} cases list"
    fate = "keeps (--keep)" if keep else "deletes"
    yield f"Ctrl-C ends the demo and {fate} its folder: {stage.folder}"
