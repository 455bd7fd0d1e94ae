"""The customer directory at rest: a sealed document per person, found by keyed hashes; nothing of it in the clear.

It is no part of any journal: it holds what other systems hold, and a person in it is forgotten without a trace of what
stood there. That somebody imported, looked or removed stands in the organisation's own stream, in numbers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from dsarbot.core import directory as d
from dsarbot.core.directory import Entry
from dsarbot.errors import NewerDatabase, NotFound, Tampered
from dsarbot.ports import Scope
from dsarbot.store.journal import append_to_ledger
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Work
from dsarbot.store.projection import name_words
from dsarbot.store.service_tables import DirectoryLookupTable, DirectoryTable
from dsarbot.store.sql import BATCH, among, insert, many
from dsarbot.store.tables import DestroyedTable
from dsarbot.store.trouble import translating
from dsarbot.store.vault import FileVault, refuse_inside_transaction

#: Kind of the key of a person.
KIND: Final = "directory"
_FORM: Final = 1
_ENTRY: Final = TypeAdapter(Entry)
#: Of a name so many words must be known: a middle name stands on one side only.
_WORDS: Final = 2
Public = Mapping[str, str | int | None]


@translating
class Directory:
    """The directories of all organisations; every call says whose."""

    def __init__(self, ring: KeyRing, vault: FileVault) -> None:
        self._ring = ring
        self._vault = vault

    async def find(self, scope: Scope, kind: str, value: str) -> tuple[Entry, ...]:
        """Who is on file with that value. Of a name: everybody with two of its words, or with its only one."""
        if kind == d.NAME:
            words = name_words(value)
            hashes = [await self._hash(scope, kind, word) for word in words]
            found = Counter([person for each in hashes for person in await self._known(scope, [each])])
            ids = [person for person, number in found.items() if number >= min(_WORDS, len(words))]
        else:
            ids = await self._known(scope, [await self._hash(scope, kind, d.comparable(kind, value))])
        return await self.entries(scope, ids)

    async def meant(self, scope: Scope, *, name: str, keys: Sequence[tuple[str, str]]) -> tuple[Entry, ...]:
        """Who could be meant by what a request shows."""
        found: dict[str, Entry] = {}
        for kind, text in (*((kind, text) for kind, text in keys if text), *(((d.NAME, name),) if name else ())):
            found |= {each.id: each for each in await self.find(scope, kind, text)}
        return d.matching(found.values(), name=name, keys=keys)

    async def shared(self, scope: Scope, entry: Entry) -> frozenset[str]:
        """Mail addresses of that person, as they are compared, that other people on file have as well."""
        found = {each.key: await self.find(scope, d.MAIL, each.text) for each in entry.of(d.MAIL)}
        return frozenset(key for key, entries in found.items() if len(entries) > 1)

    async def entries(self, scope: Scope, ids: Collection[str]) -> tuple[Entry, ...]:
        """These people, as far as the scope has them, in the order of their ids."""
        rows = await among(get_connection("default"), _SELECT, ids, scope)
        keys = await self._ring.load([row["object"] for row in rows])
        return tuple(_opened(row["id"], row["document"], keys.get(row["object"])) for row in rows)

    async def entry(self, scope: Scope, person: str) -> Entry:
        """NotFound when that scope has nobody of that id."""
        found = await self.entries(scope, [person])
        if not found:
            raise NotFound(f"Nobody in the directory of {scope} has the id {person}.")
        return found[0]

    async def every(self, scope: Scope) -> tuple[Entry, ...]:
        """The whole directory: for an import, which compares it with a file."""
        rows = await DirectoryTable.filter(organisation=scope).order_by("id").only("id")
        return await self.entries(scope, [row.id for row in rows])

    async def ids(self, scope: Scope, beginning: str) -> tuple[str, ...]:
        """The ids that begin so; none where that could not be an id."""
        if not beginning.isalnum():
            return ()
        rows = await DirectoryTable.filter(organisation=scope, id__startswith=beginning).order_by("id").only("id")
        return tuple(row.id for row in rows)

    async def number(self, scope: Scope) -> int:
        """How many people are on file."""
        return await DirectoryTable.filter(organisation=scope).count()

    async def save(
        self, scope: Scope, entries: Sequence[Entry], *, what: str, public: Public, at: datetime, actor: str
    ) -> None:
        """Write them as they are now, and that somebody did so. what: of the organisation's stream.

        In steps, so that nobody waits for a long file; what is cut off is made whole by the same file again."""
        for start in range(0, len(entries), BATCH):
            await self._save(scope, entries[start : start + BATCH], at)
        await self.told(scope, what, public, at=at, actor=actor)

    async def _save(self, scope: Scope, every: Sequence[Entry], at: datetime) -> None:
        hashes = {each.id: await self._hashes(scope, each) for each in every}
        async with in_transaction("default") as db:
            work = Work(db, self._ring)
            rows = await among(db, _SELECT, [each.id for each in every], scope)
            objects = {row["id"]: row["object"] for row in rows}
            keys = {**await self._ring.load(objects.values())}
            fresh = {each.id: new_object_key(scope, KIND) for each in every if each.id not in objects}
            work.made(fresh.values())
            new = [_row(scope, each, fresh[each.id], at) for each in every if each.id in fresh]
            await insert(db, DirectoryTable, new)
            old = [each for each in every if each.id not in fresh]
            sealed = [(_present(keys.get(objects[each.id]), each.id), each) for each in old]
            await many(db, _UPDATE, [(key.seal(_written(each)), at, each.id) for key, each in sealed])
            await _forget_hashes(db, [each.id for each in every])
            looked_up = [
                {"organisation": scope, "hash": hashed, "person": person}
                for person, found in hashes.items()
                for hashed in found
            ]
            await insert(db, DirectoryLookupTable, looked_up)
            await work.flush()

    async def remove(self, scope: Scope, person: str, *, rule: str, at: datetime, actor: str) -> None:
        """Forget somebody: an entry says so, then the key goes, then the bytes (security 2)."""
        refuse_inside_transaction("destroyed")
        async with in_transaction("default") as db:
            row = await DirectoryTable.filter(id=person, organisation=scope).using_db(db).select_for_update().first()
            if row is None:
                raise NotFound(f"Nobody in the directory of {scope} has the id {person}.")
            public = {"person": person, "rule": rule}
            await append_to_ledger(db, scope, "directory-removed", public, at=at, actor=actor)
            tomb = DestroyedTable(id=row.object, organisation=scope, rule=rule, at=at)
            await DestroyedTable.bulk_create([tomb], using_db=db)
            await _forget_hashes(db, [person])
            await DirectoryTable.filter(id=person).using_db(db).delete()
        await self._vault.finish_destructions()

    async def told(self, scope: Scope, what: str, public: Public, *, at: datetime, actor: str) -> None:
        """security 21: viewing content on the command line is journalled as in the console."""
        async with in_transaction("default") as db:
            await append_to_ledger(db, scope, what, public, at=at, actor=actor)

    async def _known(self, scope: Scope, hashes: Collection[str]) -> list[str]:
        rows = await among(get_connection("default"), _BY_HASH, [each for each in hashes if each], scope)
        return [row["person"] for row in rows]

    async def _hashes(self, scope: Scope, entry: Entry) -> list[str]:
        wanted = {(d.NAME, word) for value in entry.of(d.NAME) for word in name_words(value.text)}
        wanted |= {(kind, value.key) for kind in d.KEYS for value in entry.of(kind)}
        return [await self._hash(scope, kind, text) for kind, text in sorted(wanted) if text]

    async def _hash(self, scope: Scope, kind: str, text: str) -> str:
        # Not the hash under which cases are found: what one table shows says nothing about the other.
        return await self._ring.fingerprint(scope, f"directory-{kind}", text)


_SELECT: Final = "SELECT id, object, document FROM directory WHERE organisation = ? AND id IN ({among}) ORDER BY id"
_BY_HASH: Final = "SELECT person FROM directory_lookup WHERE organisation = ? AND hash IN ({among})"
_UPDATE: Final = "UPDATE directory SET document = ?, changed_at = ? WHERE id = ?"


async def _forget_hashes(db: BaseDBAsyncClient, people: Sequence[str]) -> None:
    await DirectoryLookupTable.filter(person__in=list(people)).using_db(db).delete()


def _row(scope: Scope, entry: Entry, key: ObjectKey, at: datetime) -> Mapping[str, object]:
    return {
        "id": entry.id,
        "organisation": scope,
        "changed_at": at,
        "object": key.id,
        "document": key.seal(_written(entry)),
    }  # fmt: skip


def _written(entry: Entry) -> bytes:
    return b'{"v":%d,"entry":%s}' % (_FORM, _ENTRY.dump_json(entry))


def _opened(person: str, document: bytes, key: ObjectKey | None) -> Entry:
    try:
        outer = json.loads(_present(key, person).unseal(document))
        if outer["v"] > _FORM:
            raise NewerDatabase
        return _ENTRY.validate_python(outer["entry"])
    except (KeyError, ValueError, TypeError):
        raise Tampered(f"the directory entry {person} does not have its form") from None


def _present(key: ObjectKey | None, person: str) -> ObjectKey:
    if key is None:
        raise Tampered(f"the key of the directory entry {person} is missing, and no entry says why")
    return key
