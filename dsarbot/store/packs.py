"""Packs: files with sealed objects one after the other. What is kept together is written and synced together.

A pack is written aside, synced, renamed, and its folder synced: under its name it is whole, also after a power
failure. It is never added to. An object in it can be overwritten with zeros; a pack of which nothing lives is removed.
Where an object lies is written beside its key and nowhere else.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from hashlib import sha256
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

from dsarbot.store.files import make_folder, sync_folder

_PRIVATE_FILE = 0o600
#: A pack is closed once it holds so much: room comes back only when nothing in a pack lives any more.
_LARGE = 8 * 1024 * 1024
_BUFFER = 1024 * 1024


class Place(NamedTuple):
    """Where an object's sealed bytes lie. length None: to the end (a file from before there were packs)."""

    pack: str
    start: int
    length: int | None


def place_of(pack: str | None, start: int | None, length: int | None) -> Place | None:
    """The place in three columns; None for an object whose bytes stand in a row."""
    return None if pack is None else Place(pack, start or 0, length)


def pack_file(root: Path, pack: str) -> Path:
    """A pack lies in one of 16 folders."""
    return root / sha256(pack.encode()).hexdigest()[0] / pack


def write_all(root: Path, contents: Iterable[bytes]) -> list[Place]:
    """Write them into as few packs as their size allows; the place of each. All are durable when it returns.

    They are taken one by one: none is held in memory longer than it takes to write it."""
    places: list[Place] = []
    every = iter(contents)
    for first in every:
        places += _write_pack(root, chain((first,), every))
    return places


def _write_pack(root: Path, contents: Iterator[bytes]) -> list[Place]:
    path = pack_file(root, secrets.token_hex(16))
    make_folder(path.parent)
    aside = path.with_name(f".{path.name}.new")
    places, end = [], 0
    with ExitStack() as undo:
        # A full disk must not keep what never got its name.
        undo.callback(aside.unlink, missing_ok=True)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
        with os.fdopen(handle, "wb", buffering=_BUFFER) as file:
            for data in contents:
                file.write(data)
                places.append(Place(path.name, end, len(data)))
                end += len(data)
                if end >= _LARGE:
                    break
            file.flush()
            os.fsync(handle)
        aside.rename(path)
    sync_folder(path.parent)
    return places


def read_all(root: Path, places: Sequence[Place]) -> Iterator[tuple[int, bytes | None]]:
    """(number in *places*, bytes) of each, pack by pack; None where the pack is missing."""
    for pack, some in groupby(sorted(enumerate(places), key=_by_pack), key=lambda each: each[1].pack):
        try:
            handle = os.open(pack_file(root, pack), os.O_RDONLY)
        except FileNotFoundError:
            yield from ((number, None) for number, _ in some)
            continue
        try:
            size = os.fstat(handle).st_size
            for number, place in some:
                start, length = _within(place, size)
                yield number, os.pread(handle, length, start)
        finally:
            os.close(handle)


def _by_pack(each: tuple[int, Place]) -> tuple[str, int]:
    return each[1].pack, each[1].start


def _within(place: Place, size: int) -> tuple[int, int]:
    """Start and length, no further than the file goes: a row may say anything."""
    start = min(place.start, size)
    return start, size - start if place.length is None else min(place.length, size - start)


def erase(root: Path, places: Collection[Place], living: Collection[str]) -> None:
    """Overwrite these objects, and remove packs of which nothing is *living*; durable when it returns."""
    folders = set()
    for pack, some in groupby(sorted(places), key=lambda each: each.pack):
        path = pack_file(root, pack)
        if pack in living:
            _overwrite(path, some)
        else:
            path.unlink(missing_ok=True)
            folders.add(path.parent)
    for folder in sorted(folders):
        if folder.is_dir():
            sync_folder(folder)


def _overwrite(path: Path, places: Iterable[Place]) -> None:
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        # Another process has removed it, or finished this before us.
        return
    try:
        size = os.fstat(handle).st_size
        for place in places:
            start, length = _within(place, size)
            for at in range(start, start + length, _BUFFER):
                os.pwrite(handle, bytes(min(_BUFFER, start + length - at)), at)
        os.fdatasync(handle)
    finally:
        os.close(handle)
