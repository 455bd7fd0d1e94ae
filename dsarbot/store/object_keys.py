"""The key of one object, unwrapped: lives in memory for as long as the object is being read or written."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from dsarbot.ports import Scope
from dsarbot.store.packs import Place
from dsarbot.store.sealing import Label, new_key, seal, unseal


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectKey:
    """An object's key. scope: who may open it; origin: where it was sealed; kind: what it is; place: where its bytes
    lie in the vault, None when they stand in a row."""

    id: str
    scope: Scope
    origin: Scope
    kind: str
    key: bytes
    place: Place | None = None

    def label(self, kind: str = "") -> Label:
        """What the object's bytes are bound to; a kind of its own where place matters (journal entries)."""
        return Label(self.origin, self.id, kind or self.kind)

    def seal(self, data: bytes | memoryview, kind: str = "") -> bytes:
        return seal(self.key, data, self.label(kind))

    def unseal(self, sealed: bytes, kind: str = "") -> bytes:
        return unseal(self.key, sealed, self.label(kind))


def new_object_key(scope: Scope, kind: str, object_id: str = "") -> ObjectKey:
    """A fresh key, not stored yet. Ids are random and never used twice: a key left behind by a transaction that
    failed can never be taken for that of another object."""
    return ObjectKey(id=object_id or secrets.token_hex(16), scope=scope, origin=scope, kind=kind, key=new_key())
