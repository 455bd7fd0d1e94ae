"""Watching one mailbox in one thread: connect, catch up, wait in IDLE, and come back after every fault.

The thread knows nothing of asyncio; it calls plain callables (``Calls``), which the wiring bridges into the loop.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from dsarbot.channels.backoff import LOGIN, ORDINARY, delay
from dsarbot.channels.bell import Bell
from dsarbot.channels.down import Down, Refused
from dsarbot.channels.imap_folder import Folder
from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Calls, Watch
from dsarbot.errors import DsarbotError

End = Literal["", "stopped", "needs-since", "died"]

#: Seconds that ``stop`` lets the work in hand finish before it breaks the connection.
GRACE = 3.0
#: Rounds in a row in which announced mail was looked for at once and not found.
MOST_IN_VAIN = 3


class Watcher:
    """``start()`` once; ``stop()`` ends it within seconds, whatever the server does; ``wake()`` polls now.

    Events told to ``Calls.state``: ``connected``, ``ready`` (after each round: the heartbeat), ``backlog``, ``lost``,
    ``backing-off`` (seconds), ``folder-missing``, ``needs-since``, ``uidvalidity-changed``, ``uidnext-went-back``,
    ``uids-reused``, ``read-only``, ``keyword-refused``, ``move-refused``, ``moved-again``, ``too-large``,
    ``size-differs``, ``unfetchable``, ``no-idle``, ``no-sent-folder``, ``stopped``, and ``died`` if a callable raised
    what is neither ours nor of the operating system.
    """

    def __init__(
        self,
        watch: Watch,
        calls: Calls,
        *,
        dice: Callable[[], float] = random.random,
        session: Callable[[], Session] | None = None,
    ) -> None:
        self._watch = watch
        self._calls = calls
        self._dice = dice
        self._new_session = session or (lambda: Session(watch.endpoint, largest=watch.most_mail_bytes))
        self._bell = Bell()
        self._stop = threading.Event()
        self._session: Session | None = None
        self._attempt = 0
        self._main = Folder(watch, calls, watch.folder, self._stop.is_set)
        self._extra = [Folder(watch, calls, name, self._stop.is_set) for name in watch.extra]
        self._told: set[tuple[str, str]] = set()
        self._sent_known = not watch.sent
        self._looked_at = 0.0
        self._end: End = ""
        self._thread = threading.Thread(target=self._run, name=f"imap-{watch.key}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look for new mail now, also while backing off."""
        self._bell.ring()

    def ask_stop(self) -> None:
        """Ask the thread to end, without waiting for it."""
        self._stop.set()
        self._bell.ring()

    def stop(self, grace: float = GRACE) -> None:
        """End the thread and wait for it. Blocks: in the event loop call it by ``asyncio.to_thread``, because the
        batch in hand may still have to be kept there."""
        self.ask_stop()
        if self._thread.ident is None:
            self._bell.close()
            return
        self._thread.join(grace)
        if self._thread.is_alive() and (session := self._session) is not None:
            session.abort()
            self._thread.join(grace)

    @property
    def alive(self) -> bool:
        """False before ``start`` and after the end, also after ``needs-since`` and ``died``."""
        return self._thread.is_alive()

    @property
    def end(self) -> End:
        """Why the thread has ended, "" while it has not."""
        return self._end

    def _run(self) -> None:
        end: End = "died"
        try:
            while not self._stop.is_set() and self._connect_and_serve():
                self._attempt += 1
            end = "stopped" if self._stop.is_set() else "needs-since"
        finally:
            self._end = end
            self._bell.close()
            # The other side may have ended before us, and then needs not to be told.
            with suppress(Down):
                self._calls.state("died" if end == "died" else "stopped", "")

    def _connect_and_serve(self) -> bool:
        """One connection until it ends, and the pause after it; False if the mailbox must not be tried again."""
        try:
            with self._new_session() as session:
                self._session = session
                self._calls.state("connected", "")
                return self._serve(session)
        except Down as why:
            if self._stop.is_set():
                return False
            self._back_off(why.slug, why.code)
        except (DsarbotError, OSError) as why:
            # The other side could not keep a batch: nothing is marked, the same mails come again.
            self._back_off("keep-failed", type(why).__name__)
        finally:
            self._session = None
        return True

    def _back_off(self, slug: str, code: str) -> None:
        self._calls.state(slug, code)
        pace = LOGIN if slug == "login-refused" else ORDINARY
        seconds = delay(self._attempt + 1, pace, self._dice())
        self._calls.state("backing-off", f"{seconds:.0f}")
        self._bell.wait(seconds)

    def _serve(self, session: Session) -> bool:
        heard, in_vain = False, 0
        while not self._stop.is_set():
            # After a wait without news the folder is opened anew: it may have been renamed, deleted, made again or
            # restored, and a connection that holds the old one would never be told.
            if not heard and not self._main.enter(session):
                return False
            news = self._main.take_news(session) if heard else 0
            while (count := self._main.catch_up(session)) and not self._stop.is_set():
                news += count
            if self._look_elsewhere(session) and not self._main.enter(session):
                return False
            if self._stop.is_set():
                return False
            self._attempt = 0
            self._calls.state("ready", "")
            # IDLE does not announce again what was announced in passing. But a server that announces without end
            # what does not come must not keep us busy.
            if session.stirred() and in_vain < MOST_IN_VAIN:
                heard, in_vain = True, 0 if news else in_vain + 1
            else:
                heard, in_vain = self._wait(session), 0
        return False

    def _look_elsewhere(self, session: Session) -> bool:
        """Read the other folders that have news, once per ``poll_seconds``; True if another one was opened for that."""
        now = time.monotonic()
        if self._looked_at and now - self._looked_at < self._watch.poll_seconds:
            return False
        self._looked_at = now
        self._find_sent(session)
        left = False
        for folder in self._extra:
            try:
                if not folder.has_news(session):
                    continue
                left = True
                if folder.enter(session):
                    folder.catch_up(session)
            except Down as why:
                if why.slug not in {"folder-missing", "refused"}:
                    raise
                self._tell(why.slug, folder.name)
            else:
                self._told -= {("folder-missing", folder.name), ("refused", folder.name)}
        return left

    def _find_sent(self, session: Session) -> None:
        """The Sent folder joins the others that are only read, once it is known which one it is."""
        if self._sent_known:
            return
        name = self._watch.sent_folder or session.with_attribute("\\sent")
        if name is None:
            self._tell("no-sent-folder", "")
            return
        self._sent_known = True
        # A folder that is read as mail already, or into which we move, is no place to look for staff's answers.
        if name not in {self._watch.folder, self._watch.move_to, *self._watch.extra}:
            self._extra.append(Folder(self._watch, self._calls, name, self._stop.is_set, channel="sent"))

    def _wait(self, session: Session) -> bool:
        """Until something happens; True if the server told of new mail."""
        heard = False
        if session.supports("IDLE"):
            try:
                heard = session.idle(seconds=self._watch.poll_seconds, wake=self._bell.fileno())
            except Refused as no:
                self._poll(no.code)
        else:
            self._poll("")
        rung = self._bell.hush()
        return heard and not rung

    def _poll(self, code: str) -> None:
        self._tell("no-idle", code)
        self._bell.wait(self._watch.poll_seconds)

    def _tell(self, event: str, detail: str) -> None:
        """Once, not at every round."""
        if (event, detail) not in self._told:
            self._told.add((event, detail))
            self._calls.state(event, detail)
