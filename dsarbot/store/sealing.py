"""AES-256-GCM over numbered chunks: how everything personal is kept (security 1 and 2).

A sealed object is ``version | prefix | chunk 0 | chunk 1 | ...``. Each chunk has its own nonce, made of the random
prefix, the chunk's number and a mark on the last one, so chunks can neither be moved, repeated nor cut off. The
additional data names organisation, object and kind: a ciphertext that somebody moves to another row does not open.
One-shot GCM ends at 2 GiB; chunks do not.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dsarbot.errors import Tampered

#: Format of sealed bytes; also part of the additional data.
VERSION = b"\x01"
KEY_BYTES = 32
_PREFIX_BYTES = 7
_TAG_BYTES = 16
#: Plain bytes per chunk.
CHUNK = 1 << 20
_HEADER = len(VERSION) + _PREFIX_BYTES
_LENGTH = struct.Struct(">I").pack
#: Behind the prefix of a nonce: the chunk's number, and whether it is the last one.
_CHUNK_MARK = struct.Struct(">IB").pack
#: Of an object that is one chunk, as nearly all are.
_ONLY = _CHUNK_MARK(0, True)


@dataclass(frozen=True, slots=True)
class Label:
    """What a ciphertext is bound to. scope: whose it is; object_id: opaque; kind: what it is."""

    scope: str
    object_id: str
    kind: str

    @property
    def associated(self) -> bytes:
        """The additional data: length-prefixed, so that no two labels give the same bytes."""
        scope, object_id, kind = self.scope.encode(), self.object_id.encode(), self.kind.encode()
        parts = (VERSION, _LENGTH(len(scope)), scope, _LENGTH(len(object_id)), object_id, _LENGTH(len(kind)), kind)
        return b"".join(parts)


def new_key() -> bytes:
    """A random key of 32 bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes | AESGCM, data: bytes | memoryview, label: Label) -> bytes:
    """The bytes under that key, bound to the label. Whoever uses a key often hands it over ready for use."""
    cipher = key if isinstance(key, AESGCM) else AESGCM(key)
    associated, prefix = label.associated, os.urandom(_PREFIX_BYTES)
    if len(data) <= CHUNK:
        return b"".join((VERSION, prefix, cipher.encrypt(prefix + _ONLY, data, associated)))
    last = (len(data) - 1) // CHUNK
    view = memoryview(data)
    chunks = (
        cipher.encrypt(_nonce(prefix, number, number == last), view[number * CHUNK : (number + 1) * CHUNK], associated)
        for number in range(last + 1)
    )
    return b"".join((VERSION, prefix, *chunks))


def unseal(key: bytes | AESGCM, sealed: bytes, label: Label) -> bytes:
    """The plain bytes; Tampered when anything differs: bytes, label, order or number of chunks, key."""
    if sealed[: len(VERSION)] != VERSION or len(sealed) < _HEADER + _TAG_BYTES:
        raise Tampered(f"the sealed {label.kind} {label.object_id} has no known format")
    cipher = key if isinstance(key, AESGCM) else AESGCM(key)
    associated, prefix = label.associated, sealed[len(VERSION) : _HEADER]
    body, size = memoryview(sealed)[_HEADER:], CHUNK + _TAG_BYTES
    try:
        if len(body) <= size:
            return cipher.decrypt(prefix + _ONLY, body, associated)
        last = (len(body) - 1) // size
        return b"".join(
            cipher.decrypt(
                _nonce(prefix, number, number == last), body[number * size : (number + 1) * size], associated
            )
            for number in range(last + 1)
        )
    except InvalidTag:
        raise Tampered(f"the sealed {label.kind} {label.object_id} does not verify") from None


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + _CHUNK_MARK(number, last)
