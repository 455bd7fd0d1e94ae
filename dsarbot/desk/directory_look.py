"""The customer directory at the desk, whoever asks by whatever door: looked up, added to, read from a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Protocol

from dsarbot.core import directory as d
from dsarbot.core.directory import Entry, Value
from dsarbot.core.directory_import import Row, rows_of
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import Scope

#: What somebody is looked up by, in the order in which it is tried.
BY: Final = (d.MAIL, d.CUSTOMER, d.DISCORD, d.NAME)
_SHOWN: Final = 8
_LONGEST_SOURCE: Final = 60
_DELIMITERS: Final = ";,\t"


class Finds(Protocol):
    """The part of `store.directory` that looks."""

    async def find(self, scope: Scope, kind: str, value: str) -> tuple[Entry, ...]: ...


async def search(directory: Finds, scope: Scope, value: str, by: str = "") -> tuple[Entry, ...]:
    """Who is on file with that: by the kind named, else by what it looks like."""
    for kind in (by,) if by else (d.MAIL,) if "@" in value else BY:
        if found := await directory.find(scope, kind, value):
            return found
    return ()


def source_of(name: str) -> str:
    """The name of a system; TheirInput for what is none."""
    if not name.strip() or len(name) > _LONGEST_SOURCE or not name.isprintable():
        raise TheirInput("--source names the system in a word or two, such as crm; nothing was changed.")
    return name.strip()


async def new_entry(
    directory: Finds, scope: Scope, given: Sequence[tuple[str, str]], *, entry: str, source: str, on: date,
    since: date | None, today: date,
) -> Entry:  # fmt: skip
    """Somebody put on file by a person who looks at the source. given: kinds and values; entry: its new id.

    TheirInput or NotAllowed when it cannot be."""
    rows = rows_of([kind for kind, _ in given], [(1, [text for _, text in given])], today=today) if given else ()
    if not rows:
        raise TheirInput("Say at least a name, a mail address or a customer number; nothing was changed.")
    since = since or on
    if since > on:
        raise TheirInput("--since is later than the day on which you looked; nothing was changed.")
    for kind, text in rows[0].keys:
        if known := await directory.find(scope, kind, text):
            raise NotAllowed("directory-known", f"That {kind} is on file already: {known[0].id[:_SHOWN]}.")
    return Entry(id=entry, values=tuple(
        Value(kind=kind, text=text, source=source, since=since, seen=on, by_person=True)
        for kind, text in rows[0].values
    ))  # fmt: skip


def read_rows(lines: Iterable[str], today: date) -> tuple[Row, ...]:
    """The lines of a CSV file; the first names the columns. TheirInput names every mistake; csv.Error: it is none."""
    source = iter(lines)
    first = next(source, "")
    delimiter = max(_DELIMITERS, key=first.count)
    head = next(csv.reader([first], delimiter=delimiter), [])
    rest = csv.reader(source, delimiter=delimiter)
    # `line_num` counts what this reader has read; the line of names came before it.
    return rows_of(head, ((rest.line_num + 1, row) for row in rest), today=today)
