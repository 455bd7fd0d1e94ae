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


def uids_of(words: str) -> list[int]:
    return [int(uid) for uid in words.split()[2].split(",")]


def within(uid: int, uid_set: str, last: int) -> bool:
    """RFC 3501: ``*`` is the last mail, and ``n:*`` holds it even where n is greater."""
    for part in uid_set.split(","):
        first, _, end = (str(last) if each == "*" else each for each in part.partition(":"))
        low, high = sorted((int(first), int(end or first)))
        if low <= uid <= high:
            return True
    return False


def holds(server: ScriptedImap, count: int, bad: frozenset[int] = frozenset()) -> None:
    """Mails 1 to ``count``; the bytes of ``bad`` ones are refused."""

    def fetch(tag: str, words: str) -> bytes:
        uids = [uid for uid in uids_of(words) if uid <= count]
        if "BODY.PEEK" in words and bad.intersection(uids):
            return f"{tag} NO [SERVERBUG] cannot read the file of paula@example.net\r\n".encode()
        lines = []
        for uid in uids:
            lines.append(f'* {uid} FETCH (UID {uid} RFC822.SIZE 2 INTERNALDATE "01-Mar-2026 10:00:00 +0100" FLAGS ()')
            body = "BODY[]<0>" if "BODY.PEEK[]<0." in words else "BODY[]"
            lines[-1] += f" {body} {{2}}\r\nhi)\r\n" if "BODY.PEEK" in words else ")\r\n"
        return "".join(lines).encode() + f"{tag} OK done\r\n".encode()

    def search(tag: str, words: str) -> bytes:
        found = [str(uid) for uid in range(1, count + 1) if within(uid, words.split()[3], count)]
        return f"* SEARCH {' '.join(found)}\r\n{tag} OK done\r\n".encode()

    selected = SELECTED % (count, count + 1)
    server.answers["SELECT"] = lambda tag, _: selected + f"{tag} OK [READ-WRITE] done\r\n".encode()
    server.answers["UID FETCH"] = fetch
    server.answers["UID SEARCH"] = search
