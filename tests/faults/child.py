"""The service as a child process in a world that a test may spoil while it runs: a resolver that hangs, a clock that
jumps. Everything else is `dsarbot` itself.

``python -m tests.faults.child FOLDER ARGUMENTS...``: names ending in ``.hanging.example`` are never resolved; when
FOLDER/clock exists, its content is added to the clock, in seconds.
"""

from __future__ import annotations

import socket
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dsarbot.app
from dsarbot.cli.main import main

HANGING = ".hanging.example"


def spoil(folder: Path) -> None:
    resolve, now = socket.getaddrinfo, dsarbot.app.utc_now
    clock = folder / "clock"

    def getaddrinfo(host: Any, *arguments: Any, **more: Any) -> Any:
        if str(host).endswith(HANGING):
            threading.Event().wait()
        return resolve(host, *arguments, **more)

    def utc_now() -> datetime:
        return now() + (timedelta(seconds=float(clock.read_text())) if clock.exists() else timedelta())

    socket.getaddrinfo = getaddrinfo
    dsarbot.app.utc_now = utc_now


if __name__ == "__main__":
    spoil(Path(sys.argv[1]))
    raise SystemExit(main(sys.argv[2:]))
