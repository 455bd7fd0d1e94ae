"""A folder into which a scanner writes: which files are whole, and where they go. Decisions first, then the disk."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dsarbot.errors import TheirInput
from dsarbot.scans.said import SIDES

DONE, HELD = "done", "held"
#: Names under which programs write what is not whole yet.
_UNFINISHED: Final = re.compile(r"\..*|.*(?:~|\.(?:tmp|temp|part|partial|filepart|crdownload|lock|swp))", re.IGNORECASE)


#: The number that a second file of the same name was given when it moved.
_NUMBERED: Final = re.compile(r"-\d+(\.[^.]*|)\Z")


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it looked. changed: its mtime in nanoseconds."""

    size: int
    changed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A scan that is whole. side: the file that says something about it, "" for none."""

    name: str
    side: str = ""


def ready(before: Mapping[str, Seen], now: Mapping[str, Seen]) -> tuple[Ready, ...]:
    """The scans that looked the same at two looks, with the file beside each if there is one, oldest first."""
    scans = [name for name in now if not name.lower().endswith(SIDES)]
    found = (Ready(name=name, side=_side_of(name, now)) for name in scans)
    whole = [each for each in found if all(_steady(part, before, now) for part in (each.name, each.side) if part)]
    return tuple(sorted(whole, key=lambda each: (now[each.name].changed, each.name)))


def _steady(name: str, before: Mapping[str, Seen], now: Mapping[str, Seen]) -> bool:
    return before.get(name) == now[name]


def _side_of(name: str, now: Mapping[str, Seen]) -> str:
    stem = name.rpartition(".")[0] or name
    return next((side for end in SIDES for side in (name + end, stem + end) if side in now), "")


def original_names(name: str) -> tuple[str, ...]:
    """What a file in done/ or held/ may have been called in the folder: itself, or without the number of `_free`."""
    bare = _NUMBERED.sub(r"\1", name, count=1)
    return (name,) if bare == name else (name, bare)


class Folder:
    """The folder on the disk. Only plain files in it are looked at: a link may lead anywhere."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def look(self) -> dict[str, Seen]:
        """What lies there now."""
        return dict(self._entries())

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a file. TheirInput for one that is empty or too large."""
        descriptor = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(most + 1)
        if not data:
            raise TheirInput("empty")
        if len(data) > most:
            raise TheirInput("too-large")
        return data

    def done(self, each: Ready) -> None:
        """What is kept leaves the folder; the scan last, so that a crash repeats it whole."""
        for name in (each.side, each.name):
            if name:
                self._move(name, DONE)

    def held(self, each: Ready, reason: str) -> None:
        """What a person must look at, with the reason beside it."""
        if each.side:
            self._move(each.side, HELD)
        place = self._free(each.name, HELD)
        note = place.with_name(place.name + ".txt")
        with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(reason + "\n")
        (self.path / each.name).rename(place)

    def _entries(self) -> Iterator[tuple[str, Seen]]:
        with os.scandir(self.path) as entries:
            for entry in entries:
                if _UNFINISHED.fullmatch(entry.name):
                    continue
                found = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(found.st_mode):
                    yield entry.name, Seen(found.st_size, found.st_mtime_ns)

    def _move(self, name: str, where: str) -> None:
        (self.path / name).rename(self._free(name, where))

    def _free(self, name: str, where: str) -> Path:
        """A place of that name, or of a name like it where one lies already."""
        folder = self.path / where
        folder.mkdir(mode=0o700, exist_ok=True)
        stem, dot, end = name.rpartition(".")
        if not dot:
            stem, end = end, ""
        place, number = folder / name, 1
        while place.exists():
            number += 1
            place = folder / f"{stem}-{number}{dot}{end}"
        return place
