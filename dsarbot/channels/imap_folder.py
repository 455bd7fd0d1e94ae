"""One folder of a watched mailbox: read what is new, hand it over to be kept, and only then let it be marked or moved.

A server's word about what exists is not taken without proof. The place reached moves only over mails that were given,
or that lay below the last one when the folder was opened and were then not found by a search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from dsarbot.channels.down import Down, Refused
from dsarbot.channels.imap_plan import chunks, furthest, plan_batches, starting_point
from dsarbot.channels.imap_session import COMMAND_UIDS, Session
from dsarbot.channels.imap_tidy import Tidy
from dsarbot.channels.imap_types import FILED, Calls, Channel, Fetched, Position, SelectState, Watch

#: Bytes kept as the head of a mail that is larger than ``Watch.most_mail_bytes``.
HEAD = 1024 * 1024
BATCH_MAILS = 200
#: A mail at which the connection broke so often is handed over without its bytes, so that the next ones come in.
MOST_TRIES = 5
#: After so many tries together the mails of a batch are fetched one by one, to find the one that is at fault.
TRIES_TOGETHER = 2
#: Mails that are asked for, unseen, by the first command after a notice.
NEWS = 8
#: UIDs kept last, of which one is looked at again by every new connection.
LOOKED_AT = 100


class Folder:
    """Remembers across connections what this run has seen of one folder. ``channel`` "sent": only what is newer than
    the first start, without the copies that we filed there ourselves."""

    def __init__(
        self, watch: Watch, calls: Calls, name: str, stopping: Callable[[], bool], *, channel: Channel = "mail"
    ) -> None:
        self.name = name
        self._watch = watch
        self._calls = calls
        self._stopping = stopping
        self._channel: Channel = channel
        self._tidy = Tidy(watch, calls) if name == watch.folder else None
        self._mine: Position | None = None
        self._since: date | None = None
        self._after = 0
        #: The last mail at the opening: what a search then does not show below it was left out on purpose or is gone.
        self._floor = 0
        self._settled = False
        self._tries: Counter[int] = Counter()
        self._ghosts: set[int] = set()
        self._large: frozenset[int] = frozenset()
        self._state: SelectState | None = None
        self._told: set[str] = set()
        self._looked_at: Session | None = None

    def enter(self, session: Session) -> bool:
        """Open the folder and find the place to go on from; False if it must not be read without ``since``."""
        state = session.select(self.name, readonly=self._tidy is None)
        known = furthest(self._calls.position(self.name), self._mine)
        start = starting_point(known, state, self._watch.since, newest_only=self._channel == "sent")
        if start.event == "uidnext-went-back" and known and session.last_uid() >= (state.uidnext or 0):
            # Mails lie above its UIDNEXT: the number is wrong, not the folder older.
            start = replace(start, after=known.last_uid, since=None, event="")
        if not start.event and known and self._reused(session, state):
            start = replace(start, after=0, since=self._watch.since, event="uids-reused")
        if start.event == "needs-since":
            self._tell(start.event, self.name)
            return False
        if start.event:
            self._calls.state(start.event, self.name)
            self._mine = None
            self._tries.clear()
            self._ghosts.clear()
            if self._tidy is not None:
                self._tidy.forget(state.uidvalidity)
        # What this opening shows may be more than was read: only a full round makes UIDNEXT the next mail to come.
        self._settled = False
        if self._mine is None:
            # Whichever is lower: neither number alone may carry the place reached beyond mails that are to come.
            self._floor = min(session.last_uid(), (state.uidnext or 2**32) - 1)
        self._state, self._since = state, start.since
        self._after = self._floor if start.from_here else start.after
        if self._tidy is not None:
            self._tidy.opened(session, state)
        return True

    def _reused(self, session: Session, state: SelectState) -> bool:
        """True if UIDs that were kept lately name other mails now: a folder restored from a back-up that has grown
        again since. Looked at once per connection, by the bytes of the last of them that is still there."""
        if session is self._looked_at or self._channel == "sent":
            return False
        self._looked_at = session
        kept = self._calls.owed(self.name, state.uidvalidity)[:LOOKED_AT]
        small = [uid for uid, size in session.sizes(session.present(kept)).items() if size <= self._watch.batch_bytes]
        mails = session.fetch(small[-1:]) if small else []
        return bool(mails) and not self._calls.known(self.name, mails)

    def has_news(self, session: Session) -> bool:
        """True if the folder, which is not open, changed or was made anew since it was read last."""
        uidvalidity, uidnext = session.uidnext(self.name)
        if self._state is None or self._mine is None or uidnext is None:
            return True
        return uidvalidity != self._state.uidvalidity or uidnext != self._state.uidnext

    def take_news(self, session: Session) -> int:
        """What was just announced, by one command and without looking first: small mails in an unbroken row from the
        next UID on. Whatever else there is stays for ``catch_up``. The number of mails handed over."""
        if not self._settled or self._state is None:
            return 0
        first = max(self._after + 1, self._state.uidnext or 0)
        expected = range(first, first + NEWS)
        try:
            mails = session.fetch(expected, first_bytes=min(HEAD, self._watch.batch_bytes // NEWS))
        except Refused:
            return 0
        row = 0
        while row < len(mails) and mails[row].uid == expected[row] and mails[row].complete:
            row += 1
        self._keep(session, mails[:row])
        return row

    def catch_up(self, session: Session) -> int:
        """Read everything new in the open folder, in batches bounded by bytes; the number of mails handed over."""
        session.noop()
        if self._tidy is not None:
            self._tidy.pay(session)
        without = FILED if self._channel == "sent" else ""
        found = session.uids_after(self._after, since=self._since, without=without)
        uids = [uid for uid in found if uid not in self._ghosts]
        if len(uids) > BATCH_MAILS:
            self._calls.state("backlog", str(len(uids)))
        count = 0
        for some in chunks(uids, COMMAND_UIDS):
            for batch in self._plan(session, some):
                if self._stopping():
                    return count
                count += self._take(session, batch)
        self._settle()
        return count

    def _take(self, session: Session, batch: list[int]) -> int:
        """Fetch and hand over; when it returns nothing holds on to the bytes, so that two batches never lie in memory
        at once."""
        mails = self._fetch(session, batch)
        self._keep(session, mails)
        return len(mails)

    def _plan(self, session: Session, uids: Sequence[int]) -> list[list[int]]:
        sizes = session.sizes(uids)
        self._large = frozenset(uid for uid, size in sizes.items() if size > self._watch.most_mail_bytes)
        suspects = {uid for uid, tries in self._tries.items() if tries >= TRIES_TOGETHER}
        return plan_batches(
            # A mail whose size the server does not tell is asked for all the same.
            {uid: sizes.get(uid, 0) for uid in uids},
            most_bytes=self._watch.batch_bytes,
            most_mails=BATCH_MAILS,
            alone=suspects | self._large,
        )

    def _keep(self, session: Session, mails: Sequence[Fetched]) -> None:
        if not mails:
            return
        if any(mail.complete and len(mail.raw) < mail.size for mail in mails):
            # Some servers only guess at sizes; what they give is taken for the whole.
            self._tell("size-differs", self.name)
        done = self._calls.keep(self.name, [replace(mail, channel=self._channel) for mail in mails])
        self._advance(mails[-1].uid)
        whole = {mail.uid for mail in mails if mail.complete}
        if self._tidy is not None:
            self._tidy.kept(session, [uid for uid in done if uid in whole])

    def _fetch(self, session: Session, batch: list[int]) -> list[Fetched]:
        if len(batch) == 1 and self._tries[batch[0]] >= MOST_TRIES:
            return self._outline(session, batch[0])
        try:
            mails = self._ask(session, batch)
        except Refused as no:
            if len(batch) > 1:
                # One bad or just vanished mail must not hold up the others.
                half = len(batch) // 2
                return self._fetch(session, batch[:half]) + self._fetch(session, batch[half:])
            return self._not_given(session, batch, no.code)
        except Down:
            self._tries.update(batch)
            raise
        given = {mail.uid for mail in mails}
        for uid in given:
            self._tries.pop(uid, None)
        return mails if len(given) == len(batch) else self._with_the_rest(session, batch, mails)

    def _with_the_rest(self, session: Session, batch: list[int], mails: list[Fetched]) -> list[Fetched]:
        """The server left some out without a word. Those that are still there were not given, but are not gone."""
        given = {mail.uid for mail in mails}
        lacking = session.present([uid for uid in batch if uid not in given])
        if len(batch) == 1:
            return self._not_given(session, lacking, "not-given")
        more = [mail for uid in lacking for mail in self._fetch(session, [uid])]
        return sorted([*mails, *more], key=lambda mail: mail.uid)

    def _not_given(self, session: Session, batch: list[int], code: str) -> list[Fetched]:
        if not session.present(batch):
            return []
        # It may be the server's bad hour rather than a bad mail: back off before giving up on the bytes.
        self._tries.update(batch)
        raise Down("refused", code)

    def _ask(self, session: Session, batch: list[int]) -> list[Fetched]:
        if batch[0] in self._large:
            self._calls.state("too-large", str(batch[0]))
            return session.fetch(batch, first_bytes=HEAD)
        return session.fetch(batch)

    def _outline(self, session: Session, uid: int) -> list[Fetched]:
        mail = session.outline(uid)
        self._tries.pop(uid, None)
        if mail is None:
            self._ghosts.add(uid)
            return []
        self._calls.state("unfetchable", str(uid))
        return [mail]

    def _advance(self, uid: int) -> None:
        if self._state is not None:
            self._after = max(self._after, uid)
            self._mine = Position(folder=self.name, uidvalidity=self._state.uidvalidity, last_uid=self._after)

    def _settle(self) -> None:
        """After a full round: what lay below the floor and was not found is left out on purpose."""
        # From here on UIDs alone decide: what a person puts into the folder later is new, however old it is.
        self._since = None
        self._settled = True
        last = max(self._floor, self._after)
        if self._mine is None or last > self._mine.last_uid:
            self._advance(last)
            if self._mine is not None:
                self._calls.reached(self._mine)

    def _tell(self, event: str, detail: str) -> None:
        """Once, not at every round."""
        if event not in self._told:
            self._told.add(event)
            self._calls.state(event, detail)
