"""Parties and contracts at rest: the register of an organisation is one sealed document (security 1, 5).

That somebody changed it stands in the organisation's own stream, in numbers and keys; what stood in it does not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError
from tortoise.transactions import in_transaction

from dsarbot.core.parties import Register
from dsarbot.errors import Conflict, NewerDatabase, Tampered
from dsarbot.ports import Scope
from dsarbot.store.journal import append_to_ledger
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.party_tables import PartiesTable
from dsarbot.store.pending import Work
from dsarbot.store.trouble import translating

#: Kind of its key.
KIND: Final = "parties"
_FORM: Final = 1
_REGISTER: Final = TypeAdapter(Register)
Public = Mapping[str, str | int | None]


@translating
class Parties:
    """The registers of all organisations; every call says whose."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    async def register(self, scope: Scope) -> Register:
        """An empty one where nobody has put anything in."""
        row = await PartiesTable.filter(organisation=scope).first()
        return Register() if row is None else _opened(row, await self._ring.load([row.object]))

    async def save(
        self, scope: Scope, register: Register, *, before: Register, public: Public, at: datetime, actor: str
    ) -> None:
        """The register as it is now. before: as it was read; Conflict when somebody changed it since."""
        async with in_transaction("default") as db:
            work = Work(db, self._ring)
            row = await PartiesTable.filter(organisation=scope).using_db(db).select_for_update().first()
            keys = await work.keys([row.object]) if row else {}
            if (_opened(row, keys) if row else Register()) != before:
                raise Conflict
            if row is None:
                key = new_object_key(scope, KIND)
                work.made([key])
                await PartiesTable.create(
                    organisation=scope, version=1, changed_at=at, object=key.id, document=_sealed(key, register),
                    using_db=db,
                )  # fmt: skip
            else:
                document = _sealed(_present(keys.get(row.object)), register)
                await (
                    PartiesTable.filter(organisation=scope)
                    .using_db(db)
                    .update(version=row.version + 1, changed_at=at, document=document)
                )
            await append_to_ledger(db, scope, "parties-changed", public, at=at, actor=actor)
            await work.flush()


async def objects() -> Sequence[str]:
    """Objects that rows name, for the inventory."""
    return [row.object for row in await PartiesTable.all().only("organisation", "object")]


def _sealed(key: ObjectKey, register: Register) -> bytes:
    return key.seal(b'{"v":%d,"register":%s}' % (_FORM, _REGISTER.dump_json(register)))


def _opened(row: PartiesTable, keys: Mapping[str, ObjectKey]) -> Register:
    document = _present(keys.get(row.object)).unseal(row.document)
    try:
        outer = json.loads(document)
        if outer["v"] > _FORM:
            raise NewerDatabase
        return _REGISTER.validate_python(outer["register"])
    except (KeyError, TypeError, ValidationError, json.JSONDecodeError):
        raise Tampered("a register of parties does not have its form") from None


def _present(key: ObjectKey | None) -> ObjectKey:
    if key is None:
        raise Tampered("the key of a register of parties is missing")
    return key
