"""What the reading process takes from itself before it sees a document (security 15)."""

from __future__ import annotations

import ctypes
import os
import resource
from typing import Final

MEMORY: Final = 1024 * 1024 * 1024
#: Seconds of processor time of one document, and of the process in its whole life.
CPU_DOCUMENT: Final = 10
CPU_LIFE: Final = 600
_FILES: Final = 16
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38


def enter() -> bool:
    """Give up memory, files, processes' privileges and the network; whether the kernel let go of the network."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_DOCUMENT, CPU_LIFE))
    os.chdir("/")
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "unshare"):
        # No Linux: the limits above hold, the network stays.
        return False
    library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    # A user namespace of its own also takes root's rights over files away.
    return int(library.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)) == 0


def more_time() -> None:
    """Processor time for one more document, counted from what was used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_DOCUMENT
    resource.setrlimit(resource.RLIMIT_CPU, (min(seconds, CPU_LIFE), CPU_LIFE))
