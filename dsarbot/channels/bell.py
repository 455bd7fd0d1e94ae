"""A bell that can be waited for beside a socket: how other threads wake a mailbox thread that sleeps in IDLE."""

from __future__ import annotations

import select
import socket


class Bell:
    """Ringing is remembered until ``hush``; safe from any thread."""

    def __init__(self) -> None:
        self._listen, self._ring = socket.socketpair()
        self._listen.setblocking(False)
        self._ring.setblocking(False)

    def fileno(self) -> int:
        return self._listen.fileno()

    def ring(self) -> None:
        """Wake whoever waits. A full buffer or a closed bell means that nobody needs to be woken."""
        try:
            self._ring.send(b"!")
        except OSError:
            return

    def hush(self) -> bool:
        """Forget past ringing; True if it had rung."""
        rung = False
        try:
            while self._listen.recv(4096):
                rung = True
        except BlockingIOError:
            return rung
        return rung

    def wait(self, seconds: float) -> bool:
        """Sleep until it rings, at most ``seconds``; True if it rang."""
        wait_readable(self.fileno(), seconds=seconds)
        return self.hush()

    def close(self) -> None:
        self._listen.close()
        self._ring.close()


def wait_readable(*descriptors: int, seconds: float) -> set[int]:
    """The descriptors that became readable (or broken) within ``seconds``; ``poll`` has no limit of 1024."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return {descriptor for descriptor, _ in poll.poll(max(seconds, 0) * 1000)}
