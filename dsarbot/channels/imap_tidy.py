"""What is done to mails once they are kept: keyword and move, many mails per command, and again where it failed.

The database is the truth about what was read. A mail that could not be marked or moved stays where it is, is said, and
is owed: it is tried again later, without being read again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable

from dsarbot.channels.backoff import MOVES, delay
from dsarbot.channels.down import Refused
from dsarbot.channels.imap_copies import copied
from dsarbot.channels.imap_plan import chunks
from dsarbot.channels.imap_session import COMMAND_UIDS, Session
from dsarbot.channels.imap_types import Calls, SelectState, Watch


class Tidy:
    """For the folder that is watched for writing; remembers across connections what is owed."""

    def __init__(
        self,
        watch: Watch,
        calls: Calls,
        *,
        clock: Callable[[], float] = time.monotonic,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._watch = watch
        self._calls = calls
        self._clock = clock
        self._dice = dice
        self._owed: dict[int, None] = {}
        #: Moves that were begun, here or before a crash: a copy of these may lie in the other folder.
        self._begun: set[int] = set()
        self._uidvalidity: int | None = None
        self._writing = False
        self._marking = False
        self._told: set[tuple[str, str]] = set()
        self._attempt = 0
        self._not_before = 0.0

    def forget(self, uidvalidity: int) -> None:
        """The folder's UIDs name other mails than before: nothing may be done to them that is owed to the old ones."""
        self._owed.clear()
        self._begun.clear()
        self._uidvalidity = uidvalidity

    def opened(self, session: Session, state: SelectState) -> None:
        """The folder was opened: what may be done in it, and what was left over."""
        self._writing = not state.read_only
        if state.read_only:
            self._tell("read-only", self._watch.folder)
            return
        keyword = self._watch.keyword
        self._marking = keyword is not None and state.allows(keyword)
        if keyword is not None and not self._marking:
            self._tell("keyword-refused", "permanentflags")
        if self._uidvalidity != state.uidvalidity:
            # UIDs of an earlier UIDVALIDITY mean nothing any more.
            self._uidvalidity = state.uidvalidity
            kept = self._calls.owed(self._watch.folder, state.uidvalidity)
            marked = keyword if self._marking and self._watch.move_to is None else None
            self._owed = dict.fromkeys(session.present(kept, without=marked or ""))
            self._begun = set(self._owed)
        self.pay(session)

    def kept(self, session: Session, uids: Iterable[int]) -> None:
        """These are durable now and may be marked and moved."""
        if self._writing:
            self._owed.update(dict.fromkeys(uids))
            self.pay(session)

    def pay(self, session: Session) -> None:
        """Mark and move what is owed, unless the server refused a move a short while ago."""
        if not self._writing or self._clock() < self._not_before:
            return
        for some in chunks(list(self._owed), COMMAND_UIDS):
            self._mark(session, some)
            if not self._move(session, some):
                return
            for uid in some:
                del self._owed[uid]

    def _mark(self, session: Session, uids: list[int]) -> None:
        if self._marking and self._watch.keyword is not None:
            try:
                session.mark(uids, self._watch.keyword)
            except Refused as no:
                self._marking = False
                self._tell("keyword-refused", no.code)

    def _move(self, session: Session, uids: list[int]) -> bool:
        """False if the server refused; the same mails are tried again after a growing pause."""
        if self._watch.move_to is None:
            return True
        try:
            there = self._copied(session, uids, self._watch.move_to)
            self._begun.update(uids)
            session.move(uids, self._watch.move_to, copied=there)
        except Refused as no:
            self._attempt += 1
            self._not_before = self._clock() + delay(self._attempt, MOVES, self._dice())
            self._tell("move-refused", no.code)
            return False
        self._begun.difference_update(uids)
        if self._attempt:
            self._attempt = 0
            self._told = {each for each in self._told if each[0] != "move-refused"}
            self._calls.state("moved-again", str(len(uids)))
        return True

    def _copied(self, session: Session, uids: list[int], folder: str) -> set[int]:
        """Of which a move that was cut off has left a copy there; MOVE is done or not done (RFC 6851)."""
        begun = [uid for uid in uids if uid in self._begun]
        if not begun or session.supports("MOVE") or not session.supports("UIDPLUS"):
            return set()
        return copied(session, begun, folder)

    def _tell(self, event: str, detail: str) -> None:
        """Once, not at every round."""
        if (event, detail) not in self._told:
            self._told.add((event, detail))
            self._calls.state(event, detail)
