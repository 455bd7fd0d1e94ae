"""Folders that are there after a power failure, for the service's own eyes."""

from __future__ import annotations

import os
from pathlib import Path

_PRIVATE_FOLDER = 0o700


def make_folder(folder: Path) -> None:
    """A folder for the service's own eyes; its name is durable in the folder above."""
    if not folder.is_dir():
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """The names in it are durable when this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
