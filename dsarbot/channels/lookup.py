"""Host names without being held up: the system's resolver may hang, and nothing can interrupt it.

So it is asked in a thread that nobody has to wait for, one per name at a time, and the answer is awaited for so long.
"""

from __future__ import annotations

import socket
import threading
from typing import Any

from dsarbot.channels.down import Down

#: What ``socket.getaddrinfo`` returns.
Addresses = list[tuple[Any, ...]]

_lock = threading.Lock()
_running: dict[tuple[str, int], _Lookup] = {}


class _Lookup:
    """One question on its way. A daemon thread, because a hanging one must not keep the process from ending."""

    def __init__(self, host: str, port: int) -> None:
        self.done = threading.Event()
        self.found: Addresses = []
        self.error: OSError | None = None
        self._key = (host, port)
        threading.Thread(target=self._ask, name=f"dns-{host}", daemon=True).start()

    def _ask(self) -> None:
        try:
            self.found = socket.getaddrinfo(*self._key, type=socket.SOCK_STREAM)
        except OSError as error:
            self.error = error
        finally:
            with _lock:
                _running.pop(self._key, None)
            self.done.set()


def look_up(host: str, port: int, *, seconds: float) -> Addresses:
    """The addresses of ``host``. Raises ``Down("dns")`` when there are none, or no answer comes in time."""
    with _lock:
        lookup = _running.get((host, port))
        if lookup is None:
            lookup = _running[host, port] = _Lookup(host, port)
    if not lookup.done.wait(seconds):
        raise Down("dns", "timeout")
    if lookup.error is not None or not lookup.found:
        raise Down("dns")
    return lookup.found


def connect(host: str, port: int, *, seconds: float) -> socket.socket:
    """A connected socket: the first address of ``host`` that answers, ``seconds`` for each. Raises ``OSError``."""
    last: OSError = ConnectionRefusedError()
    for family, kind, protocol, _, address in look_up(host, port, seconds=seconds):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(seconds)
            sock.connect(address)
        except OSError as error:
            sock.close()
            last = error
            continue
        return sock
    raise last
