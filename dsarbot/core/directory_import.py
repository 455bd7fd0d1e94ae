"""A table of customers becomes entries of the directory: read, compared with what is known, and what differs is said.

A value that the file does not have any more is named and stays; only a person removes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dsarbot.core import directory as d
from dsarbot.core.directory import Entry, Value
from dsarbot.core.evolve import replace
from dsarbot.errors import TheirInput

#: Between several values in one cell.
SEVERAL: Final = "|"
SINCE: Final = "since"
_ALIASES: Final[Mapping[str, str]] = {
    "e-mail": d.MAIL, "email": d.MAIL, "mail-address": d.MAIL, "address": d.POSTAL, "postal-address": d.POSTAL,
    "telephone": d.PHONE, "customer": d.CUSTOMER, "customer-no": d.CUSTOMER, "customer-id": d.CUSTOMER,
    "discord-id": d.DISCORD, "birthdate": d.BIRTH, "date-of-birth": d.BIRTH, "business": d.PROFESSIONAL,
}  # fmt: skip
_YES, _NO = frozenset({"yes", "y", "true", "1", "oui", "ja"}), frozenset({"no", "n", "false", "0", "non", "nein", ""})
_DISCORD: Final = re.compile(r"\d{15,21}")
_MOST_ERRORS: Final = 20
_LONGEST: Final = 300
_OTHER: Final = "has another value in this file; the old one stays"
_MISSING: Final = "is missing in this file; it stays"
_TWICE: Final = "the same person again"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the file. since: from when its values are in use; None: the file does not say."""

    line: int
    values: tuple[tuple[str, str], ...] = field(repr=False)
    since: date | None = None

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """What its person is looked up by, the surest first."""
        return tuple((kind, text) for wanted in d.KEYS for kind, text in self.values if kind == wanted)

    @property
    def name(self) -> str:
        return next((text for kind, text in self.values if kind == d.NAME), "")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something that a person should look at. what: in words, without any value."""

    line: int
    person: str
    kind: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What a file means. entries: new or changed ones; differences: what the file does not have any more, or has
    otherwise."""

    entries: tuple[Entry, ...] = ()
    new: int = 0
    again: int = 0
    added: int = 0
    differences: tuple[Difference, ...] = ()


def rows_of(head: Sequence[str], lines: Iterable[tuple[int, Sequence[str]]], *, today: date) -> tuple[Row, ...]:
    """The lines as rows. TheirInput with every mistake, each with its line and column; nothing is taken then."""
    kinds = _kinds(head)
    rows: list[Row] = []
    wrong: list[str] = []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        found = list(_mistakes(number, cells, kinds, today))
        wrong += found
        if not found:
            rows.append(_row(number, cells, kinds))
    if wrong:
        more = [f"... and {len(wrong) - _MOST_ERRORS} more"] if len(wrong) > _MOST_ERRORS else []
        raise TheirInput("\n".join(["Nothing was changed:", *wrong[:_MOST_ERRORS], *more]))
    return tuple(rows)


def _kinds(head: Sequence[str]) -> tuple[str, ...]:
    named = (re.sub(r"[\s_]+", "-", name.strip().casefold()) for name in head)
    kinds = tuple(_ALIASES.get(name, name) for name in named)
    known = ", ".join((*d.KINDS, SINCE, f"{d.FACT}NAME"))
    for column, kind in enumerate(kinds, start=1):
        if kind != SINCE and not d.is_kind(kind):
            raise TheirInput(f"line 1, column {column} ({head[column - 1]}): no such column; use {known}.")
    if d.NAME not in kinds and not set(d.KEYS) & set(kinds):
        raise TheirInput(f"line 1: without name, {', '.join(d.KEYS)} nobody can be found; use {known}.")
    return kinds


def _mistakes(number: int, cells: Sequence[str], kinds: Sequence[str], today: date) -> Iterator[str]:
    if len(cells) != len(kinds):
        yield f"line {number}: {len(cells)} columns instead of {len(kinds)}"
        return
    named = False
    for column, (cell, kind) in enumerate(zip(cells, kinds, strict=True), start=1):
        where = f"line {number}, column {column} ({kind})"
        for text in _parts(cell):
            named = named or kind == d.NAME or kind in d.KEYS
            if problem := _unfit(text) or _problem(kind, text, today):
                yield f"{where}: {problem}"
    if not named:
        yield f"line {number}: it has neither a name nor {', '.join(d.KEYS)}"


def _problem(kind: str, text: str, today: date) -> str:
    """What is wrong with a value, without the value."""
    day = d.day_of(text)
    if kind in (d.BIRTH, SINCE) and (day is None or day > today):
        return "no date that has been; write 1980-05-17"
    if kind == d.MAIL and not d.comparable(kind, text):
        return "no mail address"
    if kind == d.PHONE and not d.comparable(kind, text):
        return "no telephone number; write it with its country, as +352 26 00 00"
    if kind == d.DISCORD and not _DISCORD.fullmatch(text):
        return "no Discord id; it is a number of 15 to 21 digits, not the name"
    if kind == d.PROFESSIONAL and text.casefold() not in _YES | _NO:
        return "write yes or no"
    return "" if kind == SINCE or d.comparable(kind, text) else "nothing that could be compared"


def _unfit(text: str) -> str:
    """What nobody could read on a screen."""
    fits = len(text) <= _LONGEST and text.isprintable()
    return "" if fits else f"more than {_LONGEST} characters, or some that cannot be printed"


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(SEVERAL) if part.strip()]


def _row(number: int, cells: Sequence[str], kinds: Sequence[str]) -> Row:
    pairs = [(kind, text) for cell, kind in zip(cells, kinds, strict=True) for text in _parts(cell)]
    since = next((d.day_of(text) for kind, text in pairs if kind == SINCE), None)
    values = tuple((kind, _written(kind, text)) for kind, text in pairs if kind != SINCE)
    return Row(line=number, values=values, since=since)


def _written(kind: str, text: str) -> str:
    if kind == d.PROFESSIONAL:
        return "yes" if text.casefold() in _YES else "no"
    return d.comparable(kind, text) if kind == d.BIRTH else text


def taken(
    rows: Sequence[Row], known: Sequence[Entry], *, source: str, on: date, new_ids: Iterator[str]
) -> Imported:  # fmt: skip
    """What the rows mean for the entries that are known. on: the day the file shows; new_ids: of new entries."""
    directory = _Directory(known)
    new = again = added = 0
    changed: dict[str, Entry] = {}
    differences: list[Difference] = []
    for row in rows:
        entry = directory.find(row)
        if entry is None:
            entry, new = Entry(id=next(new_ids)), new + 1
        elif entry.id in changed:
            differences.append(Difference(line=row.line, person=entry.id, kind="", what=_TWICE))
        else:
            again += 1
        after, more, seen = _with_row(entry, row, source=source, on=on)
        added += more
        differences += seen
        changed[entry.id] = after
        directory.put(after)
    return Imported(
        entries=tuple(changed.values()), new=new, again=again, added=added, differences=tuple(differences)
    )  # fmt: skip


def _with_row(entry: Entry, row: Row, *, source: str, on: date) -> tuple[Entry, int, list[Difference]]:
    """The entry with the row's values, how many are new, and what differs."""
    values = list(entry.values)
    named = {(kind, d.comparable(kind, text)) for kind, text in row.values}
    added = 0
    for kind, text in row.values:
        wanted = (kind, d.comparable(kind, text), source)
        place = next((n for n, v in enumerate(values) if (v.kind, v.key, v.source) == wanted), None)
        if place is None:
            values.append(Value(kind=kind, text=text, source=source, since=row.since or on, seen=on))
            added += 1
        else:
            old = values[place]
            since = min(old.since, row.since or on)
            # What a person has seen stays seen by a person, as long as the file is not newer.
            looked = old.by_person and old.seen >= on
            values[place] = replace(old, since=since, seen=max(old.seen, on), by_person=looked)
    said = {kind for kind, _ in row.values}
    gone = [each for each in entry.values if each.source == source and (each.kind, each.key) not in named]
    differs = [
        Difference(line=row.line, person=entry.id, kind=each.kind, what=_OTHER if each.kind in said else _MISSING)
        for each in gone
    ]
    return replace(entry, values=tuple(values)), added if entry.values else 0, differs


class _Directory:
    """Entries by what they are found by."""

    def __init__(self, known: Sequence[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        self._by: dict[tuple[str, str], list[str]] = {}
        for entry in known:
            self.put(entry)

    def put(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        for value in entry.values:
            if value.kind in d.KEYS or value.kind == d.NAME:
                ids = self._by.setdefault((value.kind, value.key), [])
                if entry.id not in ids:
                    ids.append(entry.id)

    def find(self, row: Row) -> Entry | None:
        """Whose row it is: by the surest key that it has. A shared mail address is nobody's, unless the name fits; a
        name alone only where the birth date fits as well, or there is nothing else on both sides."""
        for kind, text in row.keys:
            found = [self._entries[each] for each in self._by.get((kind, d.comparable(kind, text)), ())]
            if kind == d.CUSTOMER and found:
                return found[0]
            same = [each for each in found if self._fits(each, row)]
            if same:
                return same[0]
            if kind == d.CUSTOMER:
                # Another customer number is another customer, whatever else they share.
                return self._without_number(row)
        named = [self._entries[each] for each in self._by.get((d.NAME, d.comparable(d.NAME, row.name)), ())]
        return next((each for each in named if not row.keys and self._fits(each, row)), None)

    def _without_number(self, row: Row) -> Entry | None:
        """Somebody known by another key who has no customer number yet."""
        for kind, text in row.keys:
            for each in self._by.get((kind, d.comparable(kind, text)), ()):
                entry = self._entries[each]
                if not entry.of(d.CUSTOMER) and self._fits(entry, row):
                    return entry
        return None

    def _fits(self, entry: Entry, row: Row) -> bool:
        births = [text for kind, text in row.values if kind == d.BIRTH]
        if births and entry.of(d.BIRTH) and not entry.holds(d.BIRTH, births[0]):
            return False
        return not row.name or not entry.of(d.NAME) or entry.holds(d.NAME, row.name)
