"""Object keys in their rows: each is wrapped by its scope's key, and bound to scope and object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dsarbot.ports import Scope
from dsarbot.store.object_keys import ObjectKey
from dsarbot.store.packs import place_of
from dsarbot.store.sealing import Label, seal, unseal


@dataclass(frozen=True, slots=True)
class Wrapper:
    """An unwrapped scope key, and what seals with it: it wraps every key of its scope."""

    id: str
    key: bytes
    cipher: AESGCM


def key_row(wrapper: Wrapper, key: ObjectKey, now: datetime) -> Mapping[str, object]:
    """The row of a new key."""
    pack, start, length = key.place or (None, None, None)
    return {
        "id": key.id,
        "organisation": key.scope,
        "origin": key.origin,
        "kind": key.kind,
        "wrapper_id": wrapper.id,
        "wrapped": _wrap(wrapper, key),
        "created_at": now,
        "pack": pack,
        "start": start,
        "length": length,
    }


def moved(wrapper: Wrapper, key: ObjectKey, source: Scope) -> tuple[object, ...]:
    """What changes in the row of a key that gets another owner or another wrapper, and the row by id and owner."""
    return key.scope, wrapper.id, _wrap(wrapper, key), key.id, source


def unwrapped(wrapper: Wrapper, row: Mapping[str, Any]) -> ObjectKey:
    """The key of a row; Tampered when the row is not as it was written."""
    scope = Scope(row["organisation"])
    return ObjectKey(
        id=row["id"],
        scope=scope,
        origin=Scope(row["origin"]),
        kind=row["kind"],
        key=unseal(wrapper.cipher, row["wrapped"], _label(scope, row["id"])),
        place=place_of(row["pack"], row["start"], row["length"]),
    )


def _wrap(wrapper: Wrapper, key: ObjectKey) -> bytes:
    return seal(wrapper.cipher, key.key, _label(key.scope, key.id))


def _label(scope: Scope, object_id: str) -> Label:
    return Label(scope, object_id, "object-key")
