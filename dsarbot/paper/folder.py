"""The folder in which printed letters wait: whole files for their owner only, with no name of a person."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: The reference of the case and the id of the letter, nothing else.
_NAME: Final = re.compile(r"(?P<reference>[A-Z0-9]+-\d{4}-\d+-[0-9A-Z])-(?P<letter>l\d+)\.pdf")
_ASIDE: Final = re.compile(r"\..+\.pdf\.[0-9a-f]{8}")


def file_name(reference: str, letter: str) -> str:
    """How a letter is called in the folder."""
    return f"{reference}-{letter}.pdf"


class Folder:
    """One organisation's folder, made when the first letter comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def letters(self) -> Iterator[tuple[str, str]]:
        """(reference, letter) of the files that are ours; others are left alone."""
        for each in sorted(self.path.glob("*.pdf")):
            if found := _NAME.fullmatch(each.name):
                yield found["reference"], found["letter"]

    def has(self, name: str) -> bool:
        return (self.path / name).is_file()

    def put(self, name: str, data: bytes) -> None:
        """The file is there whole, or as it was before; what a crash left half written is removed."""
        path = self.path / name
        if _same(path, data):
            return
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self.path.iterdir():
            if _ASIDE.fullmatch(left.name):
                left.unlink(missing_ok=True)
        aside = path.with_name(f".{name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)

    def take(self, name: str) -> None:
        """Remove the file if it is there."""
        (self.path / name).unlink(missing_ok=True)


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except (FileNotFoundError, PermissionError):
        return False
