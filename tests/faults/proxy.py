"""A proxy in front of a mail server: counts the commands that pass, and can fall silent without closing anything, as a
firewall does that has forgotten a connection."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_TAGGED = re.compile(rb"^[A-Z]+\d+ (UID )?([A-Z]+)", re.MULTILINE)


class Proxy:
    """``commands``: names of the tagged IMAP commands that clients sent. ``silent``: from now on nothing passes in
    either direction on the connections that are open, and new ones are not taken."""

    def __init__(self, port: int) -> None:
        self.commands: list[str] = []
        self.connections = 0
        self._target = port
        self._passing = threading.Event()
        self._passing.set()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._run(self._accept)

    def _run(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def fall_silent(self) -> None:
        self._passing.clear()

    def speak_again(self) -> None:
        """For new connections; those that fell silent stay so, and are closed on our side only."""
        silent, self._open = self._open, []
        self._passing.set()
        for each in silent:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.speak_again()
        for each in self._threads:
            each.join(5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._passing.wait()
            with suppress(OSError):
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                for source, sink, inspect in ((client, server, True), (server, client, False)):
                    self._run(self._pump, source, sink, inspect)

    def _pump(self, source: socket.socket, sink: socket.socket, inspect: bool) -> None:
        with suppress(OSError), source:
            while data := source.recv(65536):
                self._passing.wait()
                if inspect:
                    self.commands += [match[2].decode() for match in _TAGGED.finditer(data)]
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
