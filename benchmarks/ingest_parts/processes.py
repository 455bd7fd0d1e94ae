"""What a process has used, as the kernel counts it, and what the benchmark's child processes run with."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_TICK: Final = os.sysconf("SC_CLK_TCK")


class GaveUp(RuntimeError):
    """What the benchmark waited for did not come, or a child process ended with an error."""


def environment() -> dict[str, str]:
    """Without compiled files every start would compile every library again; nobody runs a service that way."""
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": str(ROOT)}


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and all of its threads so far."""
    # proc(5): the name in brackets may hold blanks, what follows it does not; utime and stime are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def children_seconds(pid: int) -> float:
    """The same of its child processes, ended and living; dsarbot reads attached documents in one."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ended = (int(fields[13]) + int(fields[14])) / _TICK
    living = Path(f"/proc/{pid}/task").glob("*/children")
    return ended + sum(cpu_seconds(int(child)) for task in living for child in task.read_text().split())


def mebibytes(pid: int, name: str, *, file: str = "status") -> float:
    """VmRSS or VmHWM of the process, or a line of another file about it."""
    found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/{file}").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def await_that(holds: Callable[[], bool], *, seconds: float, what: str, pause: float = 0.05) -> float:
    """Look again and again; the moment (monotonic) at which it held. GaveUp after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise GaveUp(f"{what} did not happen within {seconds:g} s")
        time.sleep(pause)
    return time.monotonic()
