"""What one transaction collects: keys to store before it commits, and new rows to write in one go.

A statement costs more than a row. So new rows wait here until the end, or until something of them is read in the
same transaction. Keys are stored just before the commit: a row whose key is missing could never be read again, a key
whose row is missing harms nobody (`dsarbot keys check` sweeps it).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from dsarbot.errors import Conflict
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey
from dsarbot.store.service_tables import InquiryTable
from dsarbot.store.sql import among, insert
from dsarbot.store.tables import AliasTable, CaseTable, ClaimTable, EntryTable, JobTable, LookupTable

#: A new row: every column that the database does not number itself.
Row = Mapping[str, object]

#: In this order; what may be there already is left as it is.
_WRITTEN: tuple[tuple[type[Model], bool], ...] = (
    (EntryTable, False),
    (CaseTable, False),
    (ClaimTable, False),
    (LookupTable, True),
    (AliasTable, True),
    (JobTable, False),
    (InquiryTable, False),
)


class Work:
    """One transaction at work."""

    def __init__(self, db: BaseDBAsyncClient, ring: KeyRing) -> None:
        self.db = db
        self.ring = ring
        self._made: dict[str, ObjectKey] = {}
        self._rows: dict[type[Model], list[Row]] = {}
        self._claims: dict[str, Sequence[Row]] = {}

    def made(self, keys: Iterable[ObjectKey]) -> None:
        """Remember new keys until the end."""
        self._made.update((key.id, key) for key in keys)

    async def keys(self, ids: Collection[str]) -> Mapping[str, ObjectKey]:
        """Keys made here or stored earlier."""
        stored = [each for each in ids if each not in self._made]
        found = await self.ring.load(stored) if stored else {}
        return {**found, **{each: self._made[each] for each in ids if each in self._made}}

    def add(self, table: type[Model], rows: Iterable[Row]) -> None:
        """New rows, to be written at the end."""
        self._rows.setdefault(table, []).extend(rows)

    def replace_claims(self, case_id: str, claims: Sequence[Row]) -> None:
        """All claims of a case, instead of those that are there."""
        self._claims[case_id] = claims

    async def write(self) -> None:
        """Write what waits. Conflict when somebody else has taken an id, a sequence number or a cause."""
        try:
            for table, may_be_there in _WRITTEN:
                if rows := self._rows.pop(table, []):
                    await insert(self.db, table, rows, may_be_there=may_be_there)
            if self._claims:
                await among(self.db, "DELETE FROM claim WHERE case_id IN ({among})", self._claims)
                await insert(self.db, ClaimTable, [claim for each in self._claims.values() for claim in each])
                self._claims.clear()
        except IntegrityError:
            raise Conflict from None

    async def flush(self) -> None:
        """The end: everything written, the new keys durable."""
        await self.write()
        await self.ring.add(tuple(self._made.values()))
        self._made.clear()
