"""The keys: master -> organisation -> one random key per object (security 2).

Only wrapped keys are ever written. An object is destroyed by deleting its key; so keys live in tables of their own,
and a deletion counts only once the write-ahead log no longer holds what was deleted.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from dsarbot.errors import Conflict, KeyProblem, Tampered
from dsarbot.ports import Scope
from dsarbot.store.key_tables import ObjectKeyTable, ScopeKeyTable, TokenTable
from dsarbot.store.object_keys import ObjectKey
from dsarbot.store.sealing import Label, new_key, seal, unseal
from dsarbot.store.sql import BATCH, among, batches, insert, many
from dsarbot.store.wrapping import Wrapper, key_row, moved, unwrapped

#: Name of the keys' connection.
CONNECTION = "keys"
Purpose = Literal["seal", "lookup"]

_TOKEN = b"the right master key opens this"
_TOKEN_LABEL = Label("", "1", "token")
_SELECT_KEYS = (
    "SELECT id, organisation, origin, kind, wrapper_id, wrapped, pack, start, length FROM object_key"
    " WHERE id IN ({among})"
)
_SELECT_LIVING = "SELECT DISTINCT pack FROM object_key WHERE pack IN ({among})"
_MOVE = "UPDATE object_key SET organisation = ?, wrapper_id = ?, wrapped = ? WHERE id = ? AND organisation = ?"
_CHECKPOINT_TRIES = 40
_CHECKPOINT_PAUSE = 0.05


class KeyRing:
    """All use of keys. Scope keys are remembered for the life of the process, object keys never."""

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._current: dict[tuple[Scope, Purpose], Wrapper] = {}
        self._by_id: dict[str, Wrapper] = {}

    # --- the master key ------------------------------------------------------------------------------------------

    async def is_new(self) -> bool:
        """Whether no master key was ever used with these tables."""
        return not await TokenTable.exists() and not await ScopeKeyTable.exists()

    async def check(self) -> None:
        """KeyProblem when this is not the master key of these tables; the first use decides which one it is."""
        if await self.is_new():
            sealed = seal(self._master, _TOKEN, _TOKEN_LABEL)
            await TokenTable.bulk_create([TokenTable(id=1, sealed=sealed)], ignore_conflicts=True)
        token = await TokenTable.get_or_none(id=1)
        if token is None:
            raise KeyProblem("the key database is damaged: its token is missing; restore it from the back-up")
        try:
            unseal(self._master, token.sealed, _TOKEN_LABEL)
        except Tampered:
            raise KeyProblem(
                "this is not the master key of this database; nothing was touched; use the key from its recovery copy"
            ) from None

    async def rewrap(self, new_master: bytes) -> int:
        """Put every organisation key under another master key, all or none; how many there were.

        From then on only the new one is accepted."""
        async with in_transaction(CONNECTION) as db:
            rows = await ScopeKeyTable.all().using_db(db)
            for row in rows:
                label = _scope_label(row)
                row.wrapped = seal(new_master, unseal(self._master, row.wrapped, label), label)
                await row.save(using_db=db, update_fields=["wrapped"])
            sealed = seal(new_master, _TOKEN, _TOKEN_LABEL)
            await TokenTable.filter(id=1).using_db(db).update(sealed=sealed)
        self._master = new_master
        await self.forget_deleted()
        return len(rows)

    # --- organisation keys ---------------------------------------------------------------------------------------

    async def fingerprint(self, scope: Scope, kind: str, value: str) -> str:
        """HMAC of a normalised value under the organisation's look-up key; "" for an empty value."""
        if not value:
            return ""
        wrapper = await self._scope_key(scope, "lookup")
        return hmac.digest(wrapper.key, f"{kind}\0{value}".encode(errors="surrogatepass"), "sha256").hex()

    async def _scope_key(self, scope: Scope, purpose: Purpose) -> Wrapper:
        known = self._current.get((scope, purpose))
        return known or await self._load_scope_key(scope, purpose)

    async def _load_scope_key(self, scope: Scope, purpose: Purpose) -> Wrapper:
        """The newest generation; the first one is made when there is none."""
        wanted = ScopeKeyTable.filter(organisation=scope, purpose=purpose).order_by("-generation")
        row = await wanted.first()
        if row is None:
            await self._make_scope_key(scope, purpose, 1)
            row = await wanted.get()
        wrapper = self._current[scope, purpose] = self._unwrapped(row)
        return wrapper

    async def _make_scope_key(self, scope: Scope, purpose: Purpose, generation: int) -> None:
        """Another process may make it in the same moment: then its key is the one, and ours never was."""
        # The master key may have been exchanged since we started: nothing may be wrapped by the old one any more.
        await self.check()
        row = ScopeKeyTable(
            id=secrets.token_hex(16), organisation=scope, purpose=purpose, generation=generation, wrapped=b""
        )
        row.wrapped = seal(self._master, new_key(), _scope_label(row))
        await ScopeKeyTable.bulk_create([row], ignore_conflicts=True)

    def _unwrapped(self, row: ScopeKeyTable) -> Wrapper:
        key = unseal(self._master, row.wrapped, _scope_label(row))
        wrapper = Wrapper(row.id, key, AESGCM(key))
        self._by_id[row.id] = wrapper
        return wrapper

    # --- object keys ---------------------------------------------------------------------------------------------

    async def add(self, keys: Sequence[ObjectKey]) -> None:
        """Store them; durable when it returns. A rotation that ended in between makes it wrap once more."""
        if not keys:
            return
        try:
            await self._insert(keys)
        except IntegrityError:
            for scope in {key.scope for key in keys}:
                await self._load_scope_key(scope, "seal")
            try:
                await self._insert(keys)
            except IntegrityError:
                raise Conflict("an object of that id is kept already") from None

    async def _insert(self, keys: Sequence[ObjectKey]) -> None:
        now = datetime.now(UTC)
        wrappers = {scope: await self._scope_key(scope, "seal") for scope in {key.scope for key in keys}}
        # In one order for all: of two who add the same keys on PostgreSQL one waits for the other.
        rows = [key_row(wrappers[key.scope], key, now) for key in sorted(keys, key=lambda each: each.id)]
        await insert(get_connection(CONNECTION), ObjectKeyTable, rows)

    async def load(self, ids: Collection[str]) -> Mapping[str, ObjectKey]:
        """The keys of these objects, by id; those destroyed or never kept are missing."""
        rows = await among(get_connection(CONNECTION), _SELECT_KEYS, ids)
        missing = {row["wrapper_id"] for row in rows} - self._by_id.keys()
        if missing:
            for scope_row in await ScopeKeyTable.filter(id__in=list(missing)):
                self._unwrapped(scope_row)
        return {row["id"]: unwrapped(self._by_id[row["wrapper_id"]], row) for row in rows}

    async def give(self, moves: Sequence[tuple[Collection[str], Scope, Scope]]) -> None:
        """(objects, source, target): objects that came in through *source*, a mailbox, become *target*'s, wherever a
        try before has put them. Those that came in elsewhere stay where they are."""
        try:
            await self._give(moves)
        except IntegrityError:
            for target in {target for _, _, target in moves}:
                await self._load_scope_key(target, "seal")
            await self._give(moves)

    async def _give(self, moves: Sequence[tuple[Collection[str], Scope, Scope]]) -> None:
        keys = await self.load([each for ids, _, _ in moves for each in ids])
        rows = []
        for ids, source, target in moves:
            wrapper = await self._scope_key(target, "seal")
            mine = (keys[each] for each in ids if each in keys)
            given = [key for key in mine if key.origin == source and key.scope != target]
            rows += [moved(wrapper, replace(key, scope=target), key.scope) for key in given]
        await many(get_connection(CONNECTION), _MOVE, rows)

    async def living(self, packs: Collection[str]) -> Collection[str]:
        """Of these packs those in which something still has its key."""
        return {row["pack"] for row in await among(get_connection(CONNECTION), _SELECT_LIVING, packs)}

    async def delete(self, ids: Collection[str]) -> bool:
        """Destroy keys. True once no trace of them is left in the key database's files."""
        async with in_transaction(CONNECTION) as db:
            for batch in batches(ids):
                await ObjectKeyTable.filter(id__in=batch).using_db(db).delete()
        return await self.forget_deleted()

    async def forget_deleted(self) -> bool:
        """Empty the write-ahead log, which still holds deleted keys; on PostgreSQL free their room.

        False when another process was reading all the time: to be tried again."""
        db = get_connection(CONNECTION)
        if db.capabilities.dialect != "sqlite":
            await db.execute_script("VACUUM object_key")
            return True
        for _ in range(_CHECKPOINT_TRIES):
            [row] = await db.execute_query_dict("PRAGMA wal_checkpoint(TRUNCATE)")
            if not row["busy"]:
                return True
            await asyncio.sleep(_CHECKPOINT_PAUSE)
        return False

    # --- rotation ------------------------------------------------------------------------------------------------

    async def rotate(self, scope: Scope, *, stop_after: int | None = None) -> bool:
        """Put the organisation's object keys under a new organisation key; True when all are.

        It may be interrupted (*stop_after* so many batches is for tests): until it has ended both keys are valid, and
        the next run goes on where this one stopped. The look-up key stays: another one would need every hash anew.
        """
        newest = await self._newest_generation(scope)
        old = [row.id for row in await ScopeKeyTable.filter(organisation=scope, purpose="seal", id__not=newest.id)]
        done = 0
        while old:
            rows = await ObjectKeyTable.filter(wrapper_id__in=old).limit(BATCH)
            if not rows and await _delete_wrappers(old):
                break
            if rows and stop_after is not None and done >= stop_after:
                return False
            await self._rewrap_objects(rows, newest)
            done += 1
        await self.forget_deleted()
        return True

    async def _newest_generation(self, scope: Scope) -> Wrapper:
        """Where everything goes: an unfinished rotation's key, or a new one."""
        generations = await ScopeKeyTable.filter(organisation=scope, purpose="seal").order_by("generation")
        if len(generations) <= 1:
            number = generations[0].generation + 1 if generations else 1
            await self._make_scope_key(scope, "seal", number)
        return await self._load_scope_key(scope, "seal")

    async def _rewrap_objects(self, rows: Sequence[ObjectKeyTable], wrapper: Wrapper) -> None:
        keys = await self.load([row.id for row in rows])
        await many(get_connection(CONNECTION), _MOVE, [moved(wrapper, key, key.scope) for key in keys.values()])


async def _delete_wrappers(ids: Sequence[str]) -> bool:
    """False when something was added under one of them meanwhile; the foreign key forbids it then."""
    try:
        await ScopeKeyTable.filter(id__in=list(ids)).delete()
    except IntegrityError:
        return False
    return True


def _scope_label(row: ScopeKeyTable) -> Label:
    return Label(row.organisation, row.id, f"scope-key:{row.purpose}:{row.generation}")
