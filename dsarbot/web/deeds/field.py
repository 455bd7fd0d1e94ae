"""The fields of a form: what can be typed or chosen, how it is shown, and how it is read.

A field is called as the option of the command line is that does the same (tests compare the two).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from dsarbot.core import orders as o
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import DsarbotError
from dsarbot.ports import Scope
from dsarbot.web.screen import Say
from dsarbot.web.site import Site, Visitor

S_co = TypeVar("S_co", covariant=True)
Kind = TypeVar("Kind", bound=o.Order)

#: text: a line; words: several lines; lines: each line a value; facts: rows of kind and value; secret: a line of text
#: that the browser does not remember.
Sort = Literal["text", "words", "lines", "day", "instant", "choice", "several", "tick", "facts"]
#: What is typed into one field at most.
MOST = 20_000
#: Rows of a field of facts.
FACT_ROWS = 4


@dataclass(frozen=True, kw_only=True)
class Room(Generic[S_co]):
    """Where an order is given: who, about what, in whose name. subject: the case or the inquiry as it stands."""

    site: Site
    visitor: Visitor
    scope: Scope
    organisation: Organisation
    subject: S_co

    @property
    def say(self) -> Say:
        return Say(self.visitor.language)

    @property
    def now(self) -> datetime:
        return self.site.app.clock()

    @property
    def today(self) -> date:
        """Where the matter is answered."""
        return self.organisation.rules.jurisdiction.local_date(self.now)

    def order(self, kind: type[Kind], /, **fields: Any) -> Kind:  # noqa: ANN401  # the fields of the order
        """An order of this visitor, now."""
        return self.visitor.order(self.site, kind, **fields)

    def staff(self) -> list[tuple[str, str]]:
        """Colleagues who work for the organisation: key and name."""
        there = self.site.app.settings.staff
        return [(each.key, each.name) for each in there if each.active and self.scope in each.organisations]


#: Something to choose: its value and what is said of it.
Choice = tuple[str, str]
Choices = Callable[[Room[Any]], Sequence[Choice]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field. choices: what there is to choose; first: what stands there before anybody types; past: a day or
    instant that has come; called: its label, where its name alone means something else in other forms."""

    name: str
    sort: Sort = "text"
    needed: bool = False
    choices: Choices | None = None
    first: Callable[[Room[Any]], Sequence[str]] | None = None
    past: bool = False
    called: str = ""

    @property
    def label(self) -> str:
        """The key of its label."""
        return f"field.{self.called or self.name.strip('_')}"


class Unfit(DsarbotError):
    """A field holds what cannot be taken. name: which; key: of the words that say so."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__(f"{name}: {key}")
        self.name = name
        self.key = key


@dataclass(frozen=True, kw_only=True)
class Given(Generic[S_co]):
    """What somebody typed into the fields of a form."""

    room: Room[S_co]
    fields: Mapping[str, Field]
    values: Mapping[str, tuple[str, ...]] = field(repr=False)

    def text(self, name: str) -> str:
        """What stands in it, "" for nothing."""
        text = next(iter(self.values.get(name, ())), "").replace("\r\n", "\n").strip()
        if len(text) > MOST:
            raise Unfit(name, "long")
        if not text and self.fields[name].needed:
            raise Unfit(name, "missing")
        if text and (choices := self.fields[name].choices) and text not in dict(choices(self.room)):
            raise Unfit(name, "choice")
        return text

    def many(self, name: str) -> tuple[str, ...]:
        """What was chosen, or the lines that were typed."""
        given = self.values.get(name, ())
        if self.fields[name].sort == "lines":
            given = tuple(line.strip() for line in self.text(name).split("\n"))
        found = tuple(dict.fromkeys(each for each in given if each))
        if (choices := self.fields[name].choices) and not set(found) <= set(dict(choices(self.room))):
            raise Unfit(name, "choice")
        if not found and self.fields[name].needed:
            raise Unfit(name, "missing")
        return found

    def number(self, name: str) -> int:
        """0 where nothing was typed."""
        text = self.text(name)
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Unfit(name, "number")
        return int(text or 0)

    def tick(self, name: str) -> bool:
        return bool(self.values.get(name))

    def day(self, name: str) -> date | None:
        """None where nothing was typed."""
        text = self.text(name)
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            raise Unfit(name, "day") from None
        if day is not None and self.fields[name].past and day > self.room.today:
            raise Unfit(name, "future")
        return day

    def day_or_today(self, name: str) -> date:
        return self.day(name) or self.room.today

    def instant(self, name: str) -> datetime | None:
        """Local at the establishment, as a browser writes it."""
        text = self.text(name)
        try:
            at = datetime.fromisoformat(text) if text else None
        except ValueError:
            raise Unfit(name, "instant") from None
        if at is not None and at.tzinfo is None:
            at = at.replace(tzinfo=self.room.organisation.rules.jurisdiction.tz)
        if at is not None and self.fields[name].past and at > self.room.now:
            raise Unfit(name, "future")
        return at

    def facts(self, name: str) -> Mapping[str, str]:
        """Kinds and values, row by row."""
        kinds, values = self.values.get(f"{name}-kind", ()), self.values.get(f"{name}-value", ())
        found = {kind: value.strip() for kind, value in zip(kinds, values, strict=False) if value.strip()}
        if "" in found or any(len(value) > MOST for value in found.values()):
            raise Unfit(name, "choice")
        return found


# --- what there is to choose --------------------------------------------------------------------------------------


def fixed(*values: str) -> Choices:
    """These, each said by its word."""
    return lambda room: [(each, room.say(f"pick.{each}")) for each in values]


def staff(room: Room[Any]) -> Sequence[Choice]:
    """Colleagues."""
    return room.staff()


def day(name: str, *, needed: bool = False, past: bool = False) -> Field:
    return Field(name=name, sort="day", needed=needed, past=past)


def words(name: str, *, needed: bool = True) -> Field:
    return Field(name=name, sort="words", needed=needed)


def text(name: str, *, needed: bool = True) -> Field:
    return Field(name=name, needed=needed)


def choice(name: str, choices: Choices, *, needed: bool = True) -> Field:
    return Field(name=name, sort="choice", needed=needed, choices=choices)


def several(name: str, choices: Choices, *, needed: bool = False) -> Field:
    return Field(name=name, sort="several", needed=needed, choices=choices)
