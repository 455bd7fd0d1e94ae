"""Files that are there, whole, after a power failure: written aside, synced, renamed, and the folder synced too."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


def place(root: Path, object_id: str) -> Path:
    """Where an object lies: in one of 16 folders. Few, since a batch must sync every folder it touches."""
    return root / sha256(object_id.encode()).hexdigest()[0] / object_id


def write_all(root: Path, contents: Iterable[tuple[str, bytes]]) -> None:
    """Write every (id, bytes); all of them are durable when it returns.

    All are written before the first is synced: the disk then carries out the syncs of a batch as one."""
    written = [(_write_aside(place(root, name), data), place(root, name)) for name, data in contents]
    for aside, _ in written:
        _sync(aside)
    for aside, final in written:
        aside.rename(final)
    for folder in sorted({final.parent for _, final in written}):
        _sync(folder)


def remove_all(root: Path, ids: Iterable[str]) -> None:
    """Remove the objects that are there; the removal is durable when it returns."""
    folders = set()
    for name in ids:
        place(root, name).unlink(missing_ok=True)
        folders.add(place(root, name).parent)
    for folder in sorted(folders):
        if folder.is_dir():
            _sync(folder)


def make_folder(folder: Path) -> None:
    """A folder for the service's own eyes; its name is durable in the folder above."""
    if not folder.is_dir():
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        _sync(folder.parent)


def _write_aside(final: Path, data: bytes) -> Path:
    make_folder(final.parent)
    aside = final.with_name(f".{final.name}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return aside


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
