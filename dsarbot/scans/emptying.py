"""done/ and held/ of a watched folder: what the vault has leaves them after a while; what lies only there stays."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from dsarbot.documents.kinds import MOST_SCAN
from dsarbot.errors import TheirInput
from dsarbot.scans.folder import DONE, HELD, Folder, original_names
from dsarbot.scans.said import SIDES
from dsarbot.scans.taking import Taking

log = logging.getLogger(__name__)

_NOTE: Final = ".txt"


async def empty(folder: Folder, taking: Taking, *, before: datetime) -> int:
    """Delete what was moved there before that instant and is kept in the vault, with the notes beside it; how many."""
    old = await asyncio.to_thread(lambda: list(_old(folder, before)))
    gone = [path for path in old if await _kept(folder, taking, path)]
    if gone:
        # security, invariants, 15: the ledger entry comes before the destruction.
        await taking.note_emptied(len(gone))
        await asyncio.to_thread(_delete, gone)
        log.info("%d scans left the folder; the vault has them", len(gone), extra={"action": "scan_folder_emptied"})
    return len(gone)


def _old(folder: Folder, before: datetime) -> Iterator[Path]:
    """The scans that lie there for so long. A rename changes ctime, and nothing that a scanner writes."""
    for where in (DONE, HELD):
        place = folder.path / where
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            about = path.name.lower().endswith((*SIDES, _NOTE))
            if not about and path.is_file() and not path.is_symlink() and path.stat().st_ctime < before.timestamp():
                yield path


async def _kept(folder: Folder, taking: Taking, path: Path) -> bool:
    """Known by its bytes and the place where it lay first, as it was when it was taken in."""
    try:
        data = await asyncio.to_thread(Folder(path.parent).read, path.name, MOST_SCAN)
    except (TheirInput, OSError):
        return False
    for name in original_names(path.name):
        if await taking.in_vault(str(folder.path / name), data):
            return True
    return False


def _delete(gone: list[Path]) -> None:
    for path in gone:
        stem = path.name.rpartition(".")[0] or path.name
        for beside in {path.name + _NOTE, *(name + end for end in SIDES for name in (path.name, stem))}:
            (path.parent / beside).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
