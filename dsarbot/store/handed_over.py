"""What the relay has taken and the database does not know yet: a file that outlives the process.

Sending goes on while what was sent before waits to be committed together. A process that is killed in between would
send all of it again; so each hand-over is noted here at once. The note is written and not synced: that costs nothing,
survives the death of the process, and is lost at most with the machine, which at-least-once allows (security 12).

Each process has a file of its own, locked for its life. The kernel frees the lock at death only, so the next process
takes over what a dead one has left. A line is an opaque id and an instant.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from dsarbot.store.files import make_folder

#: Nothing is tried for longer: by then every hand-over is in the database, or its job was given up.
_OLDEST = timedelta(days=10)


class HandedOver:
    """The notes of this process, and of those that died before it, in a folder beside the vault."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{secrets.token_hex(8)}.handed"
        self._file: int | None = None
        self._left: dict[str, datetime] = {}
        self._open: set[str] = set()

    def take_over(self, now: datetime) -> None:
        """Begin: from now on this process notes here, and knows what the dead ones have noted."""
        if self._file is not None:
            return
        make_folder(self._folder)
        left: dict[str, datetime] = {}
        dead = [path for path in sorted(self._folder.glob("*.handed")) if _is_dead(path)]
        for path in dead:
            left |= _read(path.read_text("ascii", "replace"))
        self._left = {job: at for job, at in left.items() if now - at < _OLDEST}
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_EXCL, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._rewrite()
        for each in dead:
            each.unlink(missing_ok=True)

    def note(self, job_id: str, at: datetime) -> None:
        """The relay has taken it. One write, which is whole or not there."""
        if self._file is not None:
            self._open.add(job_id)
            os.write(self._file, _line(job_id, at))

    def known(self, job_ids: Collection[str]) -> Mapping[str, datetime]:
        """Of these jobs those that a process which died has handed over, and when."""
        return {each: self._left[each] for each in job_ids if each in self._left}

    def forget(self, job_ids: Collection[str]) -> None:
        """The database knows of them now."""
        self._open.difference_update(job_ids)
        for each in job_ids:
            self._left.pop(each, None)
        if not self._open and self._file is not None:
            self._rewrite()

    def close(self) -> None:
        """The end of the process in good order; the file stays only where something in it is still needed."""
        if self._file is None:
            return
        if not self._open and not self._left:
            self._path.unlink(missing_ok=True)
        os.close(self._file)
        self._file = None

    def _rewrite(self) -> None:
        assert self._file is not None  # noqa: S101  # only called while it is open
        os.ftruncate(self._file, 0)
        if self._left:
            os.write(self._file, b"".join(_line(job, at) for job, at in self._left.items()))


def _line(job_id: str, at: datetime) -> bytes:
    return f"{job_id} {at.isoformat()}\n".encode("ascii")


def _read(text: str) -> Mapping[str, datetime]:
    """The whole lines; what a full disk has torn is no note."""
    found = {}
    for line in text.splitlines(keepends=True):
        job_id, _, at = line.rstrip("\n").partition(" ")
        if line.endswith("\n") and at:
            try:
                found[job_id] = datetime.fromisoformat(at)
            except ValueError:
                continue
    return found


def _is_dead(path: Path) -> bool:
    """Whether nobody holds the lock of that file any more."""
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
