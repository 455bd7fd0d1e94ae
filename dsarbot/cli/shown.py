"""How commands show what the desk knows: states as word and mark, days with their weekday and distance, initials."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from dsarbot.cli.table import Screen, Tone
from dsarbot.core.case import Case, Letter, LetterStatus, Moment, Status
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.rules import Rules
from dsarbot.desk.dating import distance

#: From here on a date asks for attention (the digest lists the same days).
SOON: Final = timedelta(days=10)

_STATES: Final[Mapping[Status, tuple[str, Tone]]] = {
    Status.UNCONFIRMED: ("? unsure", "unsure"),
    Status.OPEN: ("○ open", ""),
    Status.WAITING_PERSON: ("~ waiting", "waiting"),
    Status.WAITING_PARTY: ("~ passed on", "waiting"),
    Status.ANSWERED: ("✓ answered", "done"),
    Status.CLOSED: ("✓ closed", "done"),
    Status.NOT_A_REQUEST: ("– no request", "faint"),
}
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR: Final = timedelta(days=180)

#: Letters that are written but neither approved nor sent.
WAITING: Final = (LetterStatus.DRAFTED, LetterStatus.RETURNED)

_LETTERS: Final[Mapping[Moment, str]] = {
    Moment.ACKNOWLEDGED: "acknowledgement",
    Moment.IDENTITY_ASKED: "question about identity",
    Moment.IDENTITY_CODE: "code to the contact on file",
    Moment.CONTACT_TOLD: "notice to the contact on file",
    Moment.CLARIFICATION_ASKED: "question about scope",
    Moment.EXTENDED: "extension notice",
    Moment.REMINDER: "reminder",
    Moment.ANSWERED: "answer",
    Moment.REFUSED: "refusal",
    Moment.CLOSED: "closing letter",
    Moment.FORWARDED: "forwarding notice",
    Moment.FEE_ASKED: "fee notice",
    Moment.LIFTING: "notice before a restriction ends",
    Moment.RECALLED: "recall of a misdirected letter",
    Moment.MANDATE_ASKED: "question about a mandate",
    Moment.CONTESTED: "notice that the answer is reviewed",
    Moment.DIRECTIVES_REVOKED: "revoked directives",
    Moment.BREACH_TOLD: "notice of a breach",
    Moment.HANDED_OVER: "notice that it was handed over",
    Moment.DESK_TOLD: "note to the desk in charge",
    Moment.CONTROLLER_ASKED: "request passed to the controller",
    Moment.CONTROLLER_REMINDED: "reminder to the controller",
    Moment.CONTROLLER_REPORTED: "report to the controller",
    Moment.CONTROLLER_QUESTIONED: "question about an instruction",
    Moment.PROCESSOR_INSTRUCTED: "instruction to a processor",
    Moment.RECIPIENT_TOLD: "notice to a recipient",
}


def state(status: Status) -> tuple[str, Tone]:
    """Mark and word, and the tone that may be added."""
    return _STATES[status]


def day(value: date, today: date) -> str:
    """``Tue 5 Jan``; with its year when it is not the next or last such day."""
    text = f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}"
    return text if abs(value - today) <= _NEAR else f"{text} {value.year}"


def left(value: date, today: date) -> str:
    """``in 12 days``, ``today``, ``3 days late``."""
    return distance(value, today, "en")


def near(value: date, today: date) -> str:
    """``Tue 5 Jan (in 12 days)``."""
    return f"{day(value, today)} ({left(value, today)})"


def urgency(value: date | None, today: date) -> Tone:
    """The tone of a date that is still to be met."""
    if value is None or value > today + SOON:
        return ""
    return "late" if value < today else "soon"


def moment_of(at: datetime, place: Jurisdiction, today: date) -> str:
    """``Mon 2 Mar 10:00`` at the establishment; midnight sharp is a receipt known only by its day."""
    local = at.astimezone(place.tz)
    clock = "" if (local.hour, local.minute, local.second) == (0, 0, 0) else f" {local:%H:%M}"
    return f"{day(local.date(), today)}{clock}"


def hidden(count: int, what: str, to: Screen) -> None:
    """practice 12: how many confidential things a list leaves out; beside it where a program reads the list."""
    if count:
        said = f"and {count} confidential {what}{'' if count == 1 else 's'}, not shown here"
        print(said, file=sys.stdout if to.terminal else sys.stderr)


def today_of(now: datetime, rules: Rules) -> date:
    """The day it is at the establishment."""
    return rules.jurisdiction.local_date(now)


def letter_name(letter: Letter) -> str:
    """What kind of letter it is."""
    return _LETTERS[letter.moment]


def to_approve(letter: Letter) -> bool:
    """Whether nothing happens to the letter until a person approves it; an automatic one needs that once it came
    back."""
    return letter.status in WAITING and not (letter.automatic and letter.status == LetterStatus.DRAFTED)


def rights_of(case: Case) -> str:
    """The rights invoked, each once."""
    return ", ".join(dict.fromkeys(claim.right for claim in case.claims))
