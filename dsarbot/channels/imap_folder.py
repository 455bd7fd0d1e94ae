"""One folder of a watched mailbox: read what is new, hand it over to be kept, and only then mark or move it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from dsarbot.channels.down import Down, Refused
from dsarbot.channels.imap_plan import chunks, furthest, plan_batches, starting_point
from dsarbot.channels.imap_session import COMMAND_UIDS, Session
from dsarbot.channels.imap_types import Calls, Fetched, Position, SelectState, Watch

#: Bytes kept as the head of a mail that is larger than ``Watch.most_mail_bytes``.
HEAD = 1024 * 1024
BATCH_MAILS = 200
#: A mail at which the connection broke so often is handed over without its bytes, so that the next ones come in.
MOST_TRIES = 5


class Folder:
    """Remembers across connections what this run has seen of one folder."""

    def __init__(self, watch: Watch, calls: Calls, name: str, stopping: Callable[[], bool]) -> None:
        self.name = name
        self._watch = watch
        self._calls = calls
        self._stopping = stopping
        self._extra = name != watch.folder
        self._mine: Position | None = None
        self._since: date | None = None
        self._after = 0
        self._tries: Counter[int] = Counter()
        self._large: frozenset[int] = frozenset()
        self._state: SelectState | None = None
        self._marking = False

    def enter(self, session: Session) -> bool:
        """Open the folder and find the place to go on from; False if it must not be read without ``since``."""
        state = session.select(self.name, readonly=self._extra)
        start = starting_point(furthest(self._calls.position(self.name), self._mine), state, self._watch.since)
        if start.event:
            self._calls.state(start.event, self.name)
        if start.event == "needs-since":
            return False
        if start.event:
            self._mine = None
            self._tries.clear()
        if state.read_only and not self._extra:
            self._calls.state("read-only", self.name)
        fresh = self._state is None or self._state.uidvalidity != state.uidvalidity
        self._state, self._after, self._since = state, start.after, start.since
        keyword = self._watch.keyword
        self._marking = keyword is not None and not state.read_only and state.allows(keyword)
        if fresh and keyword is not None and not state.read_only and not self._marking:
            self._calls.state("keyword-refused", "permanentflags")
        if not state.read_only and (owed := self._calls.owed(self.name, state.uidvalidity)):
            self._tidy(session, list(owed))
        return True

    def has_news(self, session: Session) -> bool:
        """True if the folder, which is not open, grew or was made anew since it was read last."""
        if self._mine is None:
            return True
        uidvalidity, uidnext = session.uidnext(self.name)
        return uidvalidity != self._mine.uidvalidity or uidnext != self._mine.last_uid + 1

    def catch_up(self, session: Session) -> int:
        """Read everything new in the open folder, in batches bounded by bytes; the number of mails handed over."""
        session.noop()
        uids = session.uids_after(self._after, since=self._since)
        if len(uids) > BATCH_MAILS:
            self._calls.state("backlog", str(len(uids)))
        count = 0
        for some in chunks(uids, COMMAND_UIDS):
            for batch in self._plan(session, some):
                if self._stopping():
                    return count
                count += self._take(session, batch)
        self._settle(uids)
        return count

    def _plan(self, session: Session, uids: Sequence[int]) -> list[list[int]]:
        sizes = session.sizes(uids)
        self._large = frozenset(uid for uid, size in sizes.items() if size > self._watch.most_mail_bytes)
        return plan_batches(
            sizes,
            most_bytes=self._watch.batch_bytes,
            most_mails=BATCH_MAILS,
            alone={*self._tries, *self._large},
        )

    def _take(self, session: Session, batch: list[int]) -> int:
        mails = self._fetch(session, batch)
        done = self._calls.keep(self.name, mails) if mails else ()
        self._advance(batch[-1])
        whole = {mail.uid for mail in mails if mail.complete}
        if tidy := [uid for uid in done if uid in whole]:
            self._tidy(session, tidy)
        return len(mails)

    def _fetch(self, session: Session, batch: list[int]) -> list[Fetched]:
        if len(batch) == 1 and self._tries[batch[0]] >= MOST_TRIES:
            return self._outline(session, batch[0])
        try:
            mails = self._ask(session, batch)
        except Refused as no:
            if len(batch) > 1:
                # One bad or just vanished mail must not hold up the others.
                return [mail for uid in batch for mail in self._fetch(session, [uid])]
            if session.outline(batch[0]) is None:
                return []
            # It may be the server's bad hour rather than a bad mail: back off before giving up on the bytes.
            self._tries.update(batch)
            raise Down("refused", no.code) from None
        except Down:
            self._tries.update(batch)
            raise
        for uid in batch:
            self._tries.pop(uid, None)
        return mails

    def _ask(self, session: Session, batch: list[int]) -> list[Fetched]:
        if batch[0] in self._large:
            self._calls.state("too-large", str(batch[0]))
            return session.fetch(batch, first_bytes=HEAD)
        return session.fetch(batch)

    def _outline(self, session: Session, uid: int) -> list[Fetched]:
        mail = session.outline(uid)
        self._tries.pop(uid, None)
        if mail is None:
            return []
        self._calls.state("unfetchable", str(uid))
        return [mail]

    def _advance(self, uid: int) -> None:
        if self._state is not None:
            self._after = max(self._after, uid)
            self._mine = Position(folder=self.name, uidvalidity=self._state.uidvalidity, last_uid=self._after)

    def _settle(self, uids: Sequence[int]) -> None:
        """After a full round: what lay below UIDNEXT at the opening and was not found is left out on purpose."""
        if self._state is None:
            return
        # From here on UIDs alone decide: what a person puts into the folder later is new, however old it is.
        self._since = None
        last = max((self._state.uidnext or 1) - 1, self._after, *uids[-1:])
        if self._mine is None or last > self._mine.last_uid:
            self._advance(last)
            if self._mine is not None:
                self._calls.reached(self._mine)

    def _tidy(self, session: Session, uids: Sequence[int]) -> None:
        """Keyword and move, many mails per command. What is refused is said and left: the database is the truth."""
        state = self._state
        if state is None or state.read_only:
            return
        for some in chunks(uids, COMMAND_UIDS):
            if self._marking and self._watch.keyword is not None:
                try:
                    session.mark(some, self._watch.keyword)
                except Refused as no:
                    self._marking = False
                    self._calls.state("keyword-refused", no.code)
            if self._watch.move_to is not None:
                try:
                    session.move(some, self._watch.move_to)
                except Refused as no:
                    self._calls.state("move-refused", no.code)
