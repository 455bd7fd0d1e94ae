"""The vault: sealed objects in packs, found by opaque ids. Its catalogue are the keys: an object without is gone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from dsarbot.errors import Conflict, Gone, NotFound, StoreProblem, Tampered
from dsarbot.ports import Blob, Scope, mailbox_scope
from dsarbot.store.files import make_folder
from dsarbot.store.journal import append_to_ledger
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.packs import erase, place_of, read_all, write_all
from dsarbot.store.sql import among
from dsarbot.store.tables import DestroyedTable
from dsarbot.store.trouble import translating

#: What an object may be called.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")
#: Objects named by one journal entry.
_BATCH = 100
#: How often somebody else may be quicker.
_TRIES = 3
_OTHER_BYTES = "object {} is kept already, with other bytes"
_ANY_MAILBOX = mailbox_scope("")


@translating
class FileVault:
    """The Vault of ports.py in a folder. clock: for the instant of destructions."""

    def __init__(self, root: Path, ring: KeyRing, clock: Callable[[], datetime]) -> None:
        self.root = root
        self._ring = ring
        self._clock = clock
        make_folder(root)

    async def keep(self, scope: Scope, blobs: Sequence[Blob]) -> None:
        """Bytes first, then keys: an object exists once its key does, and only its key says where its bytes lie.

        Keeping the same bytes again is harmless, and what was destroyed stays so: a mail may be read twice. Nobody
        waits for anybody: of two who keep the same at once the second finds the keys there, and looks once more."""
        if not all(_ID.fullmatch(blob.id) for blob in blobs):
            raise ValueError("an object's id has 8 to 64 letters, digits, hyphens and underscores")
        # Files are synced here: no transaction of the database may wait for that.
        refuse_inside_transaction("kept")
        for _ in range(_TRIES):
            fresh = await self._not_kept_yet(scope, blobs)
            if not fresh or await self._keep(scope, fresh):
                return
        raise Conflict

    async def _keep(self, scope: Scope, blobs: Sequence[Blob]) -> bool:
        """False, and nothing is left of it, when somebody else has kept one of them meanwhile."""
        keys = await asyncio.to_thread(self._write, scope, blobs)
        try:
            await self._ring.add(keys)
        except Conflict:
            await asyncio.to_thread(erase, self.root, [key.place for key in keys if key.place], ())
            return False
        return True

    async def _not_kept_yet(self, scope: Scope, blobs: Sequence[Blob]) -> Sequence[Blob]:
        wanted: dict[str, Blob] = {}
        for blob in blobs:
            first = wanted.setdefault(blob.id, blob)
            if first is not blob and first.data != blob.data:
                raise StoreProblem(_OTHER_BYTES.format(blob.id))
        # Keys first: what is destroyed in between has its tombstone before it loses its key.
        known = await self._ring.load(wanted)
        gone = await _destroyed(wanted)
        for name in known.keys() - gone.keys():
            if await self.open(scope, name) != wanted[name].data:
                raise StoreProblem(_OTHER_BYTES.format(name))
        return [blob for name, blob in wanted.items() if name not in known and name not in gone]

    def _write(self, scope: Scope, blobs: Sequence[Blob]) -> list[ObjectKey]:
        keys = [new_object_key(scope, blob.kind, blob.id) for blob in blobs]
        # One after the other: what is sealed already need not wait in memory for the others.
        places = write_all(self.root, (key.seal(blob.data) for key, blob in zip(keys, blobs, strict=True)))
        return [replace(key, place=place) for key, place in zip(keys, places, strict=True)]

    async def open(self, scope: Scope, object_id: str) -> bytes:
        """The bytes. Gone when destroyed, Tampered when they do not verify, NotFound when never kept."""
        [found] = await self.open_all(scope, [object_id])
        return found

    async def open_all(self, scope: Scope, object_ids: Sequence[str]) -> Sequence[bytes]:
        """As `open` for each, in few steps."""
        if not all(map(_ID.fullmatch, object_ids)):
            raise NotFound
        if scope in (await _destroyed(object_ids)).values():
            raise Gone
        keys = await self._ring.load(object_ids)
        if not all(each in keys and may_open(scope, keys[each]) for each in object_ids):
            raise NotFound
        return await asyncio.to_thread(self._read, [keys[each] for each in object_ids])

    def _read(self, keys: Sequence[ObjectKey]) -> Sequence[bytes]:
        if not all(key.place for key in keys):
            raise NotFound
        found = [b""] * len(keys)
        for number, sealed in read_all(self.root, [key.place for key in keys if key.place]):
            if sealed is None:
                raise Tampered(f"the bytes of object {keys[number].id} are missing, and no entry explains it")
            found[number] = keys[number].unseal(sealed)
        return found

    async def destroy(self, scope: Scope, object_ids: Sequence[str], *, rule: str, actor: str) -> None:
        """Journal entry, then key, then bytes (security 2). NotFound, and nothing is done, when one is not theirs.

        It is final when it returns, so it is refused inside a transaction, which may still be undone."""
        refuse_inside_transaction("destroyed")
        wanted = await self._still_there(scope, object_ids)
        for start in range(0, len(wanted), _BATCH):
            await self._declare(scope, wanted[start : start + _BATCH], rule=rule, actor=actor)
        await self.finish_destructions()

    async def _still_there(self, scope: Scope, object_ids: Sequence[str]) -> Sequence[ObjectKey]:
        ids = list(dict.fromkeys(object_ids))
        if not all(_ID.fullmatch(each) for each in ids):
            raise NotFound
        keys: Mapping[str, ObjectKey] = await self._ring.load(ids)
        gone = {each for each, owner in (await _destroyed(ids)).items() if owner == scope}
        if any(each not in gone and (each not in keys or keys[each].scope != scope) for each in ids):
            raise NotFound
        return [keys[each] for each in ids if each not in gone]

    async def _declare(self, scope: Scope, keys: Sequence[ObjectKey], *, rule: str, actor: str) -> None:
        now = self._clock()
        tombstones = [_tombstone(key, scope, rule, now) for key in keys]
        async with in_transaction("default") as db:
            public = {"objects": " ".join(key.id for key in keys), "rule": rule}
            await append_to_ledger(db, scope, "objects-destroyed", public, at=now, actor=actor)
            await DestroyedTable.bulk_create(tombstones, using_db=db)

    async def finish_destructions(self) -> int:
        """Carry out every destruction that was declared, also those a crash had interrupted; how many."""
        done = 0
        while rows := await DestroyedTable.filter(finished_at__isnull=True).limit(_BATCH):
            ids = [row.id for row in rows]
            if not await self._ring.delete(ids):
                break
            places = [place for row in rows if (place := place_of(row.pack, row.start, row.length))]
            living = await self._ring.living({place.pack for place in places})
            await asyncio.to_thread(erase, self.root, places, living)
            await DestroyedTable.filter(id__in=ids).update(finished_at=self._clock())
            done += len(ids)
        return done


def _tombstone(key: ObjectKey, scope: Scope, rule: str, now: datetime) -> DestroyedTable:
    """It remembers where the bytes lie: once the key is gone nothing else does."""
    pack, start, length = key.place or (None, None, None)
    return DestroyedTable(id=key.id, organisation=scope, rule=rule, at=now, pack=pack, start=start, length=length)


async def _destroyed(ids: Collection[str]) -> Mapping[str, str]:
    """Of these objects those that were destroyed, with whose they were."""
    statement = "SELECT id, organisation FROM destroyed WHERE id IN ({among})"
    return {row["id"]: row["organisation"] for row in await among(get_connection("default"), statement, ids)}


def refuse_inside_transaction(what: str) -> None:
    """StoreProblem inside a transaction: it may still be undone, a destroyed key may not. what: "kept", "destroyed"."""
    if isinstance(get_connection("default"), TransactionalDBClient):
        raise StoreProblem(f"nothing is {what} inside a transaction")


def may_open(scope: Scope, key: ObjectKey) -> bool:
    """An object's own scope, and the mailbox through which it came: the intake may read on after giving it away."""
    return scope == key.scope or (scope == key.origin and scope.startswith(_ANY_MAILBOX))
