"""What `dsarbot directory` does: reads files, looks up, changes entries. Looking is journalled, as with cases."""

from __future__ import annotations

import argparse
import json
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from dsarbot.cli import shown
from dsarbot.cli.hand import Hand, ordering, reading
from dsarbot.core import directory as d
from dsarbot.core.directory import Entry
from dsarbot.desk import directory_look as look
from dsarbot.errors import NotFound, TheirInput
from dsarbot.ports import Scope
from dsarbot.store.directory import Directory

_SHOWN: Final = 8
_ID_BYTES: Final = 16


def scope_of(hand: Hand, args: argparse.Namespace) -> Scope:
    """The organisation named, or the only one of this person."""
    if args.organisation:
        return hand.organisation(args.organisation).scope
    if len(hand.person.organisations) == 1:
        return Scope(hand.person.organisations[0])
    known = ", ".join(hand.person.organisations)
    raise TheirInput(f"Each organisation has a directory of its own; say --organisation, one of: {known}.")


def today_at(hand: Hand, scope: Scope) -> date:
    """The day it is at the establishment."""
    return shown.today_of(hand.now, hand.app.organisations[scope].rules)


def looked_on(day: date | None, today: date) -> date:
    """That day, or today; TheirInput for one that has not come."""
    if day is not None and day > today:
        raise TheirInput(f"{day} has not come yet; nothing was changed.")
    return day or today


def new_ids() -> Iterator[str]:
    """Random ids of new entries."""
    while True:
        yield secrets.token_hex(_ID_BYTES)


# --- looking ------------------------------------------------------------------------------------------------------


def search(args: argparse.Namespace) -> int:
    """1 when nobody is on file."""

    async def work(hand: Hand) -> int:
        scope = scope_of(hand, args)
        directory = hand.app.store.directory
        found = await look.search(directory, scope, args.value, args.by or "")
        await directory.told(
            scope, "directory-searched", {"found": len(found)}, at=hand.now, actor=hand.person.key
        )  # fmt: skip
        if args.json:
            print(json.dumps([_entry_json(each) for each in found], ensure_ascii=False))
        else:
            for each in found:
                print(f"{each.id[:_SHOWN]}  {each.first(d.NAME) or '(no name)'}  {_numbers(each)}".rstrip())
            if not found:
                number = await directory.number(scope)
                print(f"Nobody is on file with that; the directory of {scope} has {number} people.")
        return 0 if found else 1

    return reading(args, work)


def _numbers(entry: Entry) -> str:
    counted = Counter(each.kind for each in entry.values if each.kind != d.NAME)
    return ", ".join(f"{kind} {number}" if number > 1 else kind for kind, number in counted.items())


def show(args: argparse.Namespace) -> int:
    """Every value with its source and dates."""

    async def work(hand: Hand) -> int:
        scope = scope_of(hand, args)
        entry = await _find(hand.app.store.directory, scope, args.person)
        await hand.app.store.directory.told(
            scope, "viewed", {"person": entry.id, "what": "directory"}, at=hand.now, actor=hand.person.key
        )
        if args.json:
            print(json.dumps(_entry_json(entry), ensure_ascii=False))
            return 0
        print(f"{entry.id}  ({scope})")
        for each in entry.values:
            by = "by a person" if each.by_person else "by an import"
            print(f"  {each.kind:<16} {each.text}")
            print(f"  {'':<16} {each.source}: since {each.since}, last seen {each.seen} {by}")
        return 0

    return reading(args, work)


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "values": [
            {
                "kind": each.kind,
                "text": each.text,
                "source": each.source,
                "since": each.since.isoformat(),
                "seen": each.seen.isoformat(),
                "by_person": each.by_person,
            }
            for each in entry.values
        ],
    }


async def _find(directory: Directory, scope: Scope, person: str) -> Entry:
    """The entry of that id, or of the only one that begins so."""
    ids = [each for each in await directory.ids(scope, person) if each.startswith(person)] if person else []
    if len(ids) == 1:
        return await directory.entry(scope, ids[0])
    if ids:
        raise NotFound(f"{len(ids)} people have an id that begins with {person}; give more of it.")
    raise NotFound(f"Nobody in the directory of {scope} has the id {person}; find it: dsarbot directory search VALUE")


# --- changing -----------------------------------------------------------------------------------------------------


def add(args: argparse.Namespace) -> int:
    """A person is put on file by somebody who looks at the source."""

    async def work(hand: Hand) -> int:
        scope = scope_of(hand, args)
        today = today_at(hand, scope)
        on = looked_on(args.on, today)
        kinds = (d.NAME, d.MAIL, d.POSTAL, d.PHONE, d.CUSTOMER, d.DISCORD, d.BIRTH, d.PROFESSIONAL)
        given = [(kind, text) for kind in kinds for text in _given(args, kind)]
        directory = hand.app.store.directory
        entry = await look.new_entry(
            directory, scope, given, entry=next(new_ids()), source=look.source_of(args.source), on=on,
            since=args.since, today=today,
        )  # fmt: skip
        await directory.save(
            scope, [entry], what="directory-added", public={"person": entry.id}, at=hand.now, actor=hand.person.key
        )
        print(f"On file: {entry.id[:_SHOWN]}")
        return 0

    return ordering(args, work)


def _given(args: argparse.Namespace, kind: str) -> list[str]:
    found: str | list[str] | None = getattr(args, kind.replace("-", "_"))
    return [found] if isinstance(found, str) else list(found or [])


def seen(args: argparse.Namespace) -> int:
    """practice 29: an import "proposes and never proves", until somebody has looked."""

    async def work(hand: Hand) -> int:
        scope = scope_of(hand, args)
        directory = hand.app.store.directory
        entry = await _find(directory, scope, args.person)
        on = looked_on(args.on, today_at(hand, scope))
        after = d.seen_again(entry, args.kind, args.value, source=look.source_of(args.source), on=on)
        if after is None:
            kinds = ", ".join(dict.fromkeys(each.kind for each in entry.values))
            raise NotFound(f"That value does not stand in the entry, which has: {kinds}. Nothing was changed.")
        public = {"person": entry.id, "kind": args.kind}
        await directory.save(
            scope, [after], what="directory-seen", public=public, at=hand.now, actor=hand.person.key
        )  # fmt: skip
        print(f"Seen in {args.source} on {on}.")
        return 0

    return ordering(args, work)


def remove(args: argparse.Namespace) -> int:
    """The entry, its key and what it is looked up by."""

    async def work(hand: Hand) -> int:
        scope = scope_of(hand, args)
        directory = hand.app.store.directory
        entry = await _find(directory, scope, args.person)
        await directory.remove(
            scope, entry.id, rule=f"directory-{args.reason}", at=hand.now, actor=hand.person.key
        )  # fmt: skip
        print(f"{entry.id[:_SHOWN]} is destroyed. The next import of a file that still has the person brings it back.")
        return 0

    return ordering(args, work)
