"""What arrives from Discord, as values. Pure: no library of Discord is known here.

A snowflake (id) holds the instant at which Discord itself received something: that is the receipt (law 1.1: "Discord
snowflake"), not when the bot came to see it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from dsarbot.core.dates import Language

_EPOCH: Final = datetime(2015, 1, 1, tzinfo=UTC)
_SHIFT: Final = 22
#: How somebody asked. mine: the author's own context menu; theirs: that of staff, on somebody else's message.
How = Literal["form", "message", "dm", "mine", "theirs", "withdrawal"]
#: Nothing else is fetched from Discord: a picture or a PDF may be an identity paper, which cannot be told unopened.
_HARMLESS: Final = frozenset({"txt", "md", "eml", "csv", "log", "docx", "odt", "rtf"})
#: ... unless its name says what it is.
_PAPERS: Final = re.compile(
    r"pass(?:eport|port)?(?![a-z])|ausweis|reisepass|f(?:ü|ue)hrerschein|carte.{0,3}d.{0,3}identit|identit(?:é|e|y)"
    r"|\bcni\b|permis|licen[cs]e|titre.{0,3}de.{0,3}s(?:é|e)jour|(?:^|[^a-z])id(?:[^a-z]|$)|\bcin\b|perso(?:nal)?",
    re.IGNORECASE,
)
#: Names of forms: the one of a request, behind it the inbound whose hint was pressed; the one of a link.
FORM, LINK_FORM = "dsarbot-form", "dsarbot-link"
MOST_BYTES: Final = 8 * 1024 * 1024
MOST_TEXT: Final = 4000
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_]{2,63}")
#: Buttons: what they do, and of which case or inbound, whose ids are random.
_BUTTON: Final = re.compile(r"dsarbot:([a-z]{2,12}):([0-9a-f]{8,64})")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One request, message or wish. native: the interaction's or message's id; user: the author's numeric id, which is
    compared, never the name; token, token_of: of the interaction by which only this person can be answered; answers:
    the inbound whose hint was pressed; refused: files nobody opened."""

    native: int
    how: How
    user: int = field(repr=False)
    channel: int
    name: str = field(default="", repr=False)
    language: Language = "en"
    text: str = field(default="", repr=False)
    rights: tuple[str, ...] = ()
    email: str = field(default="", repr=False)
    by_dm: bool = False
    token: str = field(default="", repr=False)
    token_of: int = 0
    application: int = 0
    answers: str = ""
    refused: int = 0
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)

    @property
    def received_at(self) -> datetime:
        """When Discord received it."""
        return at_of(self.native)


def at_of(snowflake: int) -> datetime:
    """The instant in a snowflake."""
    return _EPOCH + timedelta(milliseconds=snowflake >> _SHIFT)


def first_of(at: datetime) -> int:
    """The smallest snowflake of that instant."""
    return int((at - _EPOCH) / timedelta(milliseconds=1)) << _SHIFT


def language_of(locale: str) -> Language:
    """The language we answer in, of what the person's own Discord is set to."""
    first = locale.partition("-")[0].lower()
    return "fr" if first == "fr" else "de" if first == "de" else "en"


def may_be_paper(name: str) -> bool:
    """Whether a file may be an identity paper. Judged unopened, and in doubt it may (rule: never on Discord)."""
    stem, dot, ending = name.rpartition(".")
    return not dot or ending.lower() not in _HARMLESS or bool(_PAPERS.search(stem))


def address_in(text: str) -> str:
    """The text as a mail address, "" when it is none."""
    found = text.strip()
    return found if _ADDRESS.fullmatch(found) else ""


def button(does: str, of: str) -> str:
    """The name of a button; it says what it does and to which case, so that it works for ever and after a restart."""
    return f"dsarbot:{does}:{of}"


def pressed(name: str) -> tuple[str, str]:
    """What a button does and of what; ("", "") for none of ours."""
    found = _BUTTON.fullmatch(name)
    return (found[1], found[2]) if found else ("", "")
