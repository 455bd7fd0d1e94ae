"""Files that are there, whole, after a power failure: written aside, synced, renamed, and the folder synced too."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import ExitStack
from hashlib import sha256
from io import FileIO
from itertools import islice
from pathlib import Path

_PRIVATE_FILE = 0o600
#: So many files are open at once while a batch is written.
_TOGETHER = 50
_PRIVATE_FOLDER = 0o700


def place(root: Path, object_id: str) -> Path:
    """Where an object lies: in one of 16 folders. Few, since a batch must sync every folder it touches."""
    return root / sha256(object_id.encode()).hexdigest()[0] / object_id


def write_all(root: Path, contents: Iterable[tuple[str, bytes]]) -> None:
    """Write every (id, bytes); all of them are durable when it returns."""
    folders: set[str] = set()
    every = iter(contents)
    while _write_some(root, islice(every, _TOGETHER), folders):
        pass
    for folder in sorted(folders):
        _sync(folder)


def _write_some(root: Path, contents: Iterable[tuple[str, bytes]], folders: set[str]) -> bool:
    """All are written before the first is synced: the disk then carries out the syncs of a batch as one. None of them
    is held in memory longer than it takes to write it. False when there was nothing to write."""
    with ExitStack() as still_open:
        written = []
        for name, data in contents:
            path = place(root, name)
            folder = str(path.parent)
            if folder not in folders:
                make_folder(path.parent)
                folders.add(folder)
            aside = path.with_name(f".{name}.{secrets.token_hex(4)}")
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
            file = still_open.enter_context(os.fdopen(handle, "wb", buffering=0))
            written.append((file, aside, path))
            _write(file, data)
        for file, _, _ in written:
            os.fsync(file.fileno())
    for _, aside, path in written:
        aside.rename(path)
    return bool(written)


def _write(file: FileIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


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


def _sync(path: Path | str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
