"""Forgetting in the journal without breaking it: single payloads, and whole streams at the end of their time.

Always in the same order: an entry says so, then the key goes, then the bytes (security 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from dsarbot.core.case import Case
from dsarbot.errors import Conflict, NotAllowed, NotFound
from dsarbot.ports import Scope
from dsarbot.store.cases import row_values
from dsarbot.store.codec import canonical
from dsarbot.store.discord import forget as forget_discord
from dsarbot.store.id_copies import forget_copies
from dsarbot.store.journal import Head, append, append_to_ledger, chain_plain
from dsarbot.store.keys import KeyRing
from dsarbot.store.links import forget as forget_links
from dsarbot.store.tables import (
    AliasTable,
    CaseTable,
    ClaimTable,
    CollapsedTable,
    DestroyedTable,
    EntryTable,
    LookupTable,
)
from dsarbot.store.vault import FileVault, refuse_inside_transaction
from dsarbot.store.verify import ERASED


class Retention:
    """What the retention rules make of the journal. Call it outside transactions: it is final when it returns.

    NotAllowed for a case that an open inquiry of an authority is about."""

    def __init__(self, ring: KeyRing, vault: FileVault) -> None:
        self._ring = ring
        self._vault = vault

    async def erase_payloads(
        self, scope: Scope, case: Case, seqs: Sequence[int], *, rule: str, at: datetime, actor: str
    ) -> Case:
        """Destroy the sealed part of these entries. *case* is the case as it shall read from now on, without what is
        erased, at the version it was loaded with; Conflict when that is no longer its version.

        The stream can then no longer be folded in full: rebuild leaves such a case alone."""
        refuse_inside_transaction("destroyed")
        async with in_transaction("default") as db:
            row = await _locked(db, scope, case.id)
            if row.version != case.version:
                raise Conflict
            head = Head(scope=scope, stream=row.id, seq=row.version, hash=row.head, at=row.changed_at)
            public = {"seqs": " ".join(str(seq) for seq in sorted(seqs)), "rule": rule}
            entry, head = chain_plain(head, ERASED, canonical(public), at=at, actor=actor)
            await append(db, [entry])
            await self._forget(db, scope, await _sealed(db, row.id, seqs), rule=rule, at=at)
            key = (await self._ring.load([row.object]))[row.object]
            after = replace(case, version=head.seq)
            values = row_values(after, key, head, row.wake_at)
            await CaseTable.filter(id=row.id, version=row.version).using_db(db).update(**values)
        await self._vault.finish_destructions()
        return after

    async def collapse(self, scope: Scope, case_id: str, *, rule: str, at: datetime, actor: str) -> None:
        """The end of a case's retention: an entry in the organisation's stream and a tombstone are all that stays."""
        refuse_inside_transaction("destroyed")
        async with in_transaction("default") as db:
            row = await _locked(db, scope, case_id)
            public: dict[str, str | int | None] = {
                "stream": row.id, "seq": row.version, "head": row.head, "rule": rule
            }  # fmt: skip
            await append_to_ledger(db, scope, "collapsed", public, at=at, actor=actor)
            tomb = CollapsedTable(stream=row.id, organisation=scope, seq=row.version, head=row.head, rule=rule, at=at)
            await CollapsedTable.bulk_create([tomb], using_db=db)
            entries = EntryTable.filter(stream=row.id, object__not="", organisation=scope).using_db(db)
            links = await forget_links(db, scope, row.id)
            links = [*links, *await forget_discord(db, scope, row.id)]
            objects = [*[each.object for each in await entries], row.object, *links]
            await self._forget(db, scope, objects, rule=rule, at=at)
            await EntryTable.filter(stream=row.id, organisation=scope).using_db(db).delete()
            for table in (ClaimTable, LookupTable, AliasTable):
                await table.filter(case_id=row.id, organisation=scope).using_db(db).delete()
            await forget_copies(db, scope, row.id)
            await CaseTable.filter(id=row.id).using_db(db).delete()
        await self._vault.finish_destructions()

    async def _forget(
        self, db: BaseDBAsyncClient, scope: Scope, objects: Sequence[str], *, rule: str, at: datetime
    ) -> None:
        await EntryTable.filter(object__in=list(objects)).using_db(db).update(sealed=None)
        tombs = [DestroyedTable(id=each, organisation=scope, rule=rule, at=at) for each in objects]
        await DestroyedTable.bulk_create(tombs, ignore_conflicts=True, using_db=db)


async def _locked(db: BaseDBAsyncClient, scope: Scope, case_id: str) -> CaseTable:
    row = await CaseTable.filter(id=case_id, organisation=scope).using_db(db).select_for_update().first()
    if row is None:
        raise NotFound
    if row.holds:
        # security 24: "legal hold wins inside the same transaction".
        raise NotAllowed("legal-hold", "An inquiry of an authority is about this case: nothing of it is destroyed.")
    return row


async def _sealed(db: BaseDBAsyncClient, stream: str, seqs: Sequence[int]) -> list[str]:
    """The objects of these entries; NotFound when one has no payload to erase."""
    wanted = EntryTable.filter(stream=stream, seq__in=list(seqs), sealed__isnull=False).using_db(db)
    objects = [each.object for each in await wanted.only("id", "object")]
    if len(objects) != len(set(seqs)):
        raise NotFound("one of these entries has no payload")
    return objects
