"""Who this process is to others on the same database: the name under which it holds its leases."""

from __future__ import annotations

import fcntl
import hashlib
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOCK = "service.lock"


@contextmanager
def holder_name(data_dir: Path) -> Iterator[str]:
    """The name of the data folder, as long as no other process goes by it; else a name of its own.

    After a crash the next process from the same folder bears the name again and goes on at once with what the dead
    one held; a second process beside a living one does not, because the kernel frees the lock at death only.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / _LOCK).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield f"guest-{secrets.token_hex(8)}"
        else:
            place = f"{socket.gethostname()}\0{data_dir.resolve()}"
            yield f"home-{hashlib.sha256(place.encode()).hexdigest()[:16]}"
