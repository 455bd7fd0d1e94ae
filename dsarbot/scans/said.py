"""What people say of a scan: in a file beside it, or in its name. Pure.

Beside ``letter.pdf`` lies ``letter.pdf.toml``, ``letter.toml`` or the same as JSON::

    received = 2026-03-02          # the day on which the paper came, which is not the day of the scan
    registered = "RK123456785FR"   # the number of the registered mail

A name may say the same: ``received-2026-03-02_registered-RK123456785FR.pdf``; also in French and German.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dsarbot.errors import TheirInput

SIDES: Final = (".toml", ".json")
_LONGEST: Final = 64 * 1024
#: A number that nobody would take for a date or a page.
_REGISTERED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .-]{3,38}[A-Za-z0-9]")
_IN_NAME: Final = re.compile(
    r"(?:^|[^a-z])(?:received|re[cç]u|eingang|eingegangen|ontvangen)(?: (?:on|le|am|op)|:)?"
    r"[-_ ](?P<day>\d{4}-\d\d-\d\d)(?!\d)"
    r"|(?:^|[^a-z])(?:registered|recommand[eé]|einschreiben|aangetekend):?[-_ ](?P<number>[A-Za-z0-9]{5,40})",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """received: the day or the instant; registered: the number of the registered mail, "" for none."""

    received: date | None = None
    registered: str = ""


def by_name(name: str) -> Said:
    """What the name of the file says. TheirInput for a day that is none."""
    return by_words(name.rpartition(".")[0])


def by_words(words: str) -> Said:
    """The same in words, as in the subject of a mail: ``received 2026-03-02``. TheirInput for a day that is none."""
    day, number = "", ""
    for found in _IN_NAME.finditer(words):
        day, number = found["day"] or day, found["number"] or number
    return Said(received=_day(day) if day else None, registered=number)


def by_side(name: str, data: bytes) -> Said:
    """What the file beside it says; keys that we do not know are somebody else's. TheirInput for what is no answer."""
    if len(data) > _LONGEST:
        raise TheirInput("The side file is too long.")
    try:
        text = data.decode("utf-8-sig")
        found: Any = tomllib.loads(text) if name.lower().endswith(".toml") else json.loads(text)
    except (ValueError, RecursionError):
        raise TheirInput("The side file is neither TOML nor JSON.") from None
    if not isinstance(found, dict):
        raise TheirInput("The side file is no table of keys and values.")
    received, registered = found.get("received"), found.get("registered", "")
    if not isinstance(registered, str) or (registered and not _REGISTERED.fullmatch(registered)):
        raise TheirInput('The side file\'s "registered" is no number of registered mail.')
    return Said(received=None if received is None else _day(received), registered=registered)


def together(first: Said, second: Said) -> Said:
    """What the first leaves open, the second may say."""
    return Said(received=first.received or second.received, registered=first.registered or second.registered)


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value) if len(value) > len("2026-03-02") else date.fromisoformat(value)
    except ValueError:
        pass
    raise TheirInput('"received" is no day; write it as 2026-03-02.')
