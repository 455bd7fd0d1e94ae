"""The vault: sealed objects as files, found by opaque ids. Its catalogue are the keys: an object without is gone."""

from __future__ import annotations

import asyncio
import fcntl
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from dsarbot.errors import Gone, NotFound, StoreProblem, Tampered
from dsarbot.ports import Blob, Scope, mailbox_scope
from dsarbot.store.files import make_folder, place, remove_all, write_all
from dsarbot.store.journal import append_to_ledger
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.sql import among
from dsarbot.store.tables import DestroyedTable
from dsarbot.store.trouble import translating

#: Ids become file names.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")
#: Objects named by one journal entry.
_BATCH = 100
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
        """Bytes first, then keys: an object exists once its key does.

        Keeping the same bytes again is harmless, and what was destroyed stays so: a mail may be read twice."""
        if not all(_ID.fullmatch(blob.id) for blob in blobs):
            raise ValueError("an object's id has 8 to 64 letters, digits, hyphens and underscores")
        # Whoever waits for the vault while holding the database stops whoever holds the vault and needs the database.
        refuse_inside_transaction("kept")
        async with self._alone():
            fresh = await self._not_kept_yet(scope, blobs)
            if not fresh:
                return
            keys = [new_object_key(scope, blob.kind, blob.id) for blob in fresh]
            await asyncio.to_thread(self._write, keys, fresh)
            await self._ring.add(keys)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Two who keep the same mail at once would each put their bytes under the other's key."""
        with self.root.with_name(".vault.lock").open("w") as lock:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            yield

    async def _not_kept_yet(self, scope: Scope, blobs: Sequence[Blob]) -> Sequence[Blob]:
        ids = [blob.id for blob in blobs]
        gone = await _destroyed(ids)
        known = await self._ring.load(ids)
        for blob in blobs:
            if blob.id in known and blob.id not in gone and await self.open(scope, blob.id) != blob.data:
                raise StoreProblem(f"object {blob.id} is kept already, with other bytes")
        return [blob for blob in blobs if blob.id not in known and blob.id not in gone]

    def _write(self, keys: Sequence[ObjectKey], blobs: Sequence[Blob]) -> None:
        # One after the other: what is sealed already need not wait in memory for the others.
        write_all(self.root, ((key.id, key.seal(blob.data)) for key, blob in zip(keys, blobs, strict=True)))

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
        return await asyncio.to_thread(lambda: [self._read(keys[each]) for each in object_ids])

    def _read(self, key: ObjectKey) -> bytes:
        try:
            return key.unseal(place(self.root, key.id).read_bytes())
        except FileNotFoundError:
            raise Tampered(f"the bytes of object {key.id} are missing, and no entry explains it") from None

    async def destroy(self, scope: Scope, object_ids: Sequence[str], *, rule: str, actor: str) -> None:
        """Journal entry, then key, then bytes (security 2). NotFound, and nothing is done, when one is not theirs.

        It is final when it returns, so it is refused inside a transaction, which may still be undone."""
        refuse_inside_transaction("destroyed")
        wanted = await self._still_there(scope, object_ids)
        for start in range(0, len(wanted), _BATCH):
            await self._declare(scope, wanted[start : start + _BATCH], rule=rule, actor=actor)
        await self.finish_destructions()

    async def _still_there(self, scope: Scope, object_ids: Sequence[str]) -> Sequence[str]:
        ids = list(dict.fromkeys(object_ids))
        if not all(_ID.fullmatch(each) for each in ids):
            raise NotFound
        gone = {each for each, owner in (await _destroyed(ids)).items() if owner == scope}
        keys: Mapping[str, ObjectKey] = await self._ring.load(ids)
        if any(each not in gone and (each not in keys or keys[each].scope != scope) for each in ids):
            raise NotFound
        return [each for each in ids if each not in gone]

    async def _declare(self, scope: Scope, ids: Sequence[str], *, rule: str, actor: str) -> None:
        now = self._clock()
        tombstones = [DestroyedTable(id=each, organisation=scope, rule=rule, at=now) for each in ids]
        async with in_transaction("default") as db:
            public = {"objects": " ".join(ids), "rule": rule}
            await append_to_ledger(db, scope, "objects-destroyed", public, at=now, actor=actor)
            await DestroyedTable.bulk_create(tombstones, using_db=db)

    async def finish_destructions(self) -> int:
        """Carry out every destruction that was declared, also those a crash had interrupted; how many."""
        done = 0
        while rows := await DestroyedTable.filter(finished_at__isnull=True).limit(_BATCH).only("id"):
            ids = [row.id for row in rows]
            if not await self._ring.delete(ids):
                break
            await asyncio.to_thread(remove_all, self.root, ids)
            await DestroyedTable.filter(id__in=ids).update(finished_at=self._clock())
            done += len(ids)
        return done


async def _destroyed(ids: Sequence[str]) -> Mapping[str, str]:
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
