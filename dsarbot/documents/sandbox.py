"""What a reading process takes from itself before it sees a document (security 15)."""

from __future__ import annotations

import ctypes
import os
import resource
from dataclasses import dataclass
from typing import Final

_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38


@dataclass(frozen=True, kw_only=True)
class Limits:
    """memory: bytes of address space. cpu_each, cpu_life: seconds of processor time for one piece of work, and for the
    process in its whole life. files: open at once."""

    memory: int
    cpu_each: int
    cpu_life: int
    files: int


DOCUMENTS: Final = Limits(memory=1024 * 1024 * 1024, cpu_each=10, cpu_life=600, files=16)
#: For one page of a scan. The models of rapidocr take 0.7 GB, and twice as much address space; a page at 200 dpi takes
#: 5 s, and again as much when it turns out to stand on its head.
SCANS: Final = Limits(memory=2 * 1024 * 1024 * 1024, cpu_each=60, cpu_life=3600, files=32)


def enter(limits: Limits = DOCUMENTS) -> bool:
    """Give up memory, files, processes' privileges and the network; whether the kernel let go of the network."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits.files, limits.files))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_each, limits.cpu_life))
    os.chdir("/")
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "unshare"):
        # No Linux: the limits above hold, the network stays.
        return False
    library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    # A user namespace of its own also takes root's rights over files away.
    return int(library.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)) == 0


def more_time(limits: Limits = DOCUMENTS) -> None:
    """Processor time for one more piece of work, counted from what was used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + limits.cpu_each
    resource.setrlimit(resource.RLIMIT_CPU, (min(seconds, limits.cpu_life), limits.cpu_life))
