"""A small IMAP server that says what a test wants, for what real servers do rarely: lies, hangs, odd packets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dsarbot.channels.endpoint import Endpoint

Answer = Callable[[str, str], bytes | None]
SELECTED = (
    b"* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] ok\r\n"
    b"* OK [UIDNEXT %d] ok\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n"
)


def agree(tag: str, _words: str) -> bytes:
    return f"{tag} OK done\r\n".encode()


def says(answer: bytes | None) -> Answer:
    """The same answer whatever the tag; None hangs up, no bytes are silence."""
    return lambda _tag, _words: answer


class ScriptedImap:
    """``answers`` maps a command (``SELECT``, ``UID FETCH``, ...) to a function of (tag, arguments) giving the bytes
    to send; None hangs up. ``seen`` lists the commands received."""

    def __init__(self, capabilities: str = "IMAP4rev1 IDLE UIDPLUS MOVE") -> None:
        self.seen: list[str] = []
        self.connections = 0
        self.answers: dict[str, Answer] = {
            "CAPABILITY": lambda tag, _: f"* CAPABILITY {capabilities}\r\n{tag} OK done\r\n".encode(),
            "SELECT": lambda tag, _: SELECTED % (0, 1) + f"{tag} OK [READ-WRITE] done\r\n".encode(),
            "EXAMINE": lambda tag, _: SELECTED % (0, 1) + f"{tag} OK [READ-ONLY] done\r\n".encode(),
            "UID SEARCH": lambda tag, _: f"* SEARCH\r\n{tag} OK done\r\n".encode(),
            "IDLE": says(b"+ idling\r\n"),
            "DONE": lambda tag, _: f"{tag} OK idle done\r\n".encode(),
            "LOGOUT": lambda tag, _: f"* BYE bye\r\n{tag} OK done\r\n".encode(),
        }
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(host="127.0.0.1", port=self.port, security="plain", user="dpo", secret=lambda: "secret")

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        tag = ""
        try:
            connection.sendall(b"* OK ready\r\n")
            with connection.makefile("rb") as lines:
                for line in lines:
                    words = line.decode().split()
                    if words != ["DONE"]:
                        tag, *words = words
                    name = " ".join(words[: 2 if words[:1] == ["UID"] else 1]).upper()
                    self.seen.append(" ".join(words))
                    answer = self.answers.get(name, agree)(tag, " ".join(words))
                    if answer is None:
                        connection.shutdown(socket.SHUT_RDWR)
                        return
                    connection.sendall(answer)
        except OSError:
            return


@contextmanager
def scripted(capabilities: str = "IMAP4rev1 IDLE UIDPLUS MOVE") -> Iterator[ScriptedImap]:
    server = ScriptedImap(capabilities)
    try:
        yield server
    finally:
        server.close()
