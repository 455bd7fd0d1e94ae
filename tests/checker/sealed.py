"""Opens what is sealed, by the documented format alone (the page about security): nothing here asks dsarbot.

A sealed object is version, nonce prefix, chunks; the additional data names scope, object and kind. Keys lie wrapped
in the same form: master key around the scopes' keys, a scope's key around those of its objects.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.checker.tables import Row, Tables

_CHUNK = (1 << 20) + 16
_HEADER = 8
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Closed(Exception):
    """These bytes cannot be opened: they, their label or their key are not what they were."""


def opened(key: bytes, sealed: bytes, *, scope: str, object_id: str, kind: str) -> bytes:
    """The plain bytes; Closed when anything differs."""
    parts = [part.encode() for part in (scope, object_id, kind)]
    label = b"\x01" + b"".join(struct.pack(">I", len(part)) + part for part in parts)
    prefix, body = sealed[1:_HEADER], sealed[_HEADER:]
    pieces = [body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK)] or [b""]
    try:
        return b"".join(
            AESGCM(key).decrypt(prefix + struct.pack(">IB", number, number == len(pieces) - 1), piece, label)
            for number, piece in enumerate(pieces)
        )
    except (InvalidTag, ValueError):
        raise Closed(f"{kind} {object_id}") from None


def master_key(path: Path) -> bytes:
    """The key written as groups of four signs and a check sign."""
    number = 0
    for group in path.read_text().strip().split("-"):
        for sign in group[:-1]:
            number = number << 5 | _SIGNS.index(sign)
    return number.to_bytes(32)


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """The unwrapped key of one object and what its bytes are bound to."""

    id: str
    scope: str
    origin: str
    kind: str
    key: bytes

    def open(self, sealed: bytes, kind: str = "") -> bytes:
        return opened(self.key, sealed, scope=self.origin, object_id=self.id, kind=kind or self.kind)


class Keys:
    """Every key of the evidence, by object."""

    def __init__(self, tables: Tables, master: bytes) -> None:
        self._tables = tables
        self._master = master
        self._rows = {row["id"]: row for row in tables.rows("object_key")}

    @cached_property
    def _scopes(self) -> Mapping[str, bytes]:
        return {row["id"]: self._scope_key(row) for row in self._tables.rows("scope_key")}

    def _scope_key(self, row: Row) -> bytes:
        kind = f"scope-key:{row['purpose']}:{row['generation']}"
        return opened(self._master, row["wrapped"], scope=row["organisation"], object_id=row["id"], kind=kind)

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(self._rows)

    def row(self, object_id: str) -> Row:
        return self._rows[object_id]

    def of(self, object_id: str) -> ObjectKey:
        """Closed when there is no such key, or its wrapping does not open."""
        row = self._rows.get(object_id)
        if row is None:
            raise Closed(f"no key of {object_id}")
        scope, wrapper = row["organisation"], self._scopes[row["wrapper_id"]]
        key = opened(wrapper, row["wrapped"], scope=scope, object_id=object_id, kind="object-key")
        return ObjectKey(object_id, scope, row["origin"], row["kind"], key)

    def fingerprint(self, scope: str, kind: str, value: str) -> str:
        """The keyed hash under which a value may stand in the clear; "" when the scope has no look-up key."""
        rows = [row for row in self._tables.rows("scope_key") if row["purpose"] == "lookup"]
        for row in rows:
            if row["organisation"] == scope:
                return hmac.new(self._scopes[row["id"]], f"{kind}\0{value}".encode(), sha256).hexdigest()
        return ""
