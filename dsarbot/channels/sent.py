"""Filing what was sent: every outgoing letter lies in a Sent folder under our Message-ID.

At least once means twice now and then, so one question per batch finds what lies there already; the rest goes in by one
command where the server allows it. A backlog of a thousand letters costs the server some forty answers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self

from dsarbot.channels.down import Down, Refused
from dsarbot.channels.endpoint import Endpoint
from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import FILED
from dsarbot.errors import NotFiled

FLAGS: Final = ("\\Seen", FILED)
#: Bounds of one command: bytes that wait in memory and on the way, letters that a refusal concerns.
MOST_BYTES: Final = 4 * 1024 * 1024
MOST_LETTERS: Final = 100
#: Message-IDs per question: well under the 8,000 octets that RFC 7162 section 4 asks clients to respect.
_ASKED: Final = 60
#: A copy is tried for five days, and INTERNALDATE counts in the server's own zone.
_BACK: Final = timedelta(days=7)
#: Seconds in which nobody else can have filed what we are to file: far less than the lease of a claim, which must end
#: before another takes the same letter up.
_FRESH: Final = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One letter as it left, with the moment it left (aware)."""

    message: bytes = field(repr=False)
    message_id: str
    at: datetime


class SentFiler:
    """Files into ``folder`` of ``endpoint``, or where the server says its Sent folder is (RFC 6154).

    Keeps one session from call to call; ``close`` it when it has been idle for a while: what others file meanwhile is
    seen by the next one. Every method blocks (``asyncio.to_thread``); one thread at a time is let in."""

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        folder: str | None = None,
        read_timeout: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._named = folder
        self._read_timeout = read_timeout
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._folder = ""
        self._clock = clock
        self._looked_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def file_many(self, letters: Sequence[Letter]) -> int:
        """How many had not been filed before. ``NotFiled`` names those that the folder refused, when the others lie
        there; after any other ``Down`` those that do are found at the next try."""
        with self._lock:
            if not letters:
                return 0
            kept = self._session is not None
            try:
                return self._file(letters)
            except (Refused, NotFiled):
                raise
            except Down:
                self._drop()
                if not kept:
                    raise
            # RFC 3501 5.4: a server may log an idle client out; that is no fault, so once more on a fresh connection.
            try:
                return self._file(letters)
            except (Refused, NotFiled):
                raise
            except Down:
                self._drop()
                raise

    def close(self) -> None:
        """Log out if there is a session; the next call opens another."""
        with self._lock:
            session, self._session = self._session, None
            if session is not None:
                session.__exit__(None, None, None)

    def _file(self, letters: Sequence[Letter]) -> int:
        session = self._opened()
        there: set[str] = set()
        since = (min(each.at for each in letters) - _BACK).date()
        for start in range(0, len(letters), _ASKED):
            there |= session.message_ids([each.message_id for each in letters[start : start + _ASKED]], since=since)
        # Letters to several recipients are several jobs under one Message-ID, and one copy.
        new = {each.message_id: each for each in letters if each.message_id not in there}
        refused: dict[str, str] = {}
        for piece in pieces(list(new.values())):
            refused |= _append(session, self._folder, piece)
        if refused:
            raise NotFiled(frozenset(refused), next(iter(refused.values())))
        return len(new)

    def _opened(self) -> Session:
        if self._session is None:
            session = Session(self._endpoint, read_timeout=self._read_timeout).__enter__()
            try:
                self._folder = self._named or sent_folder(session)
                session.select(self._folder, readonly=True)
            except BaseException as error:
                session.__exit__(type(error), error, error.__traceback__)
                raise
            self._session = session
        elif self._clock() - self._looked_at > _FRESH:
            # An open folder shows what others put into it only when it is asked to.
            self._session.noop()
        self._looked_at = self._clock()
        return self._session

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.abort()
            session.__exit__(None, None, None)


def pieces(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """``letters`` in order, cut so that a piece holds at most MOST_BYTES (unless it is one letter) and MOST_LETTERS."""
    piece: list[Letter] = []
    size = 0
    for letter in letters:
        if piece and (len(piece) == MOST_LETTERS or size + len(letter.message) > MOST_BYTES):
            yield piece
            piece, size = [], 0
        piece.append(letter)
        size += len(letter.message)
    if piece:
        yield piece


def _append(session: Session, folder: str, letters: Sequence[Letter]) -> dict[str, str]:
    """All at once where the server can; what it refuses then, one by one: a single bad letter holds up no other. Those
    that were refused by their Message-IDs, with the server's code."""
    if len(letters) > 1 and session.supports("MULTIAPPEND") and session.supports("LITERAL+"):
        try:
            session.append_many(folder, [(each.message, each.at) for each in letters], flags=FLAGS)
        except Refused:
            pass
        else:
            return {}
    refused = {}
    for letter in letters:
        try:
            session.append(folder, letter.message, flags=FLAGS, at=letter.at)
        except Refused as no:
            refused[letter.message_id] = no.code
    return refused


def sent_folder(session: Session) -> str:
    """The folder with the attribute \\Sent; raises ``Down`` if there is none, because names differ by language."""
    name = session.with_attribute("\\sent")
    if name is None:
        raise Down("folder-missing", "sent")
    return name
