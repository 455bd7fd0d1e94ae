"""Watching one mailbox in one thread: connect, catch up, wait in IDLE, and come back after every fault.

The thread knows nothing of asyncio; it calls plain callables (``Calls``), which the wiring bridges into the loop.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from dsarbot.channels.backoff import LOGIN, ORDINARY, delay
from dsarbot.channels.bell import Bell
from dsarbot.channels.down import Down, Refused
from dsarbot.channels.imap_folder import Folder
from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Calls, Watch
from dsarbot.errors import DsarbotError

#: Seconds that ``stop`` lets the work in hand finish before it breaks the connection.
GRACE = 3.0


class Watcher:
    """``start()`` once; ``stop()`` ends it within seconds, whatever the server does; ``wake()`` polls now.

    Events told to ``Calls.state``: ``connected``, ``ready`` (after each round: the heartbeat), ``backlog``, ``lost``,
    ``backing-off`` (seconds), ``folder-missing``, ``needs-since``, ``uidvalidity-changed``, ``uidnext-went-back``,
    ``read-only``, ``keyword-refused``, ``move-refused``, ``too-large``, ``unfetchable``, ``no-idle``, ``stopped``,
    and ``died`` if a callable raised what is neither ours nor of the operating system.
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
        self._polling_told = False
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

    def _run(self) -> None:
        end = "died"
        try:
            while not self._stop.is_set() and self._connect_and_serve():
                self._attempt += 1
            end = "stopped"
        finally:
            self._calls.state(end, "")
            self._bell.close()

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
        if not self._main.enter(session):
            return False
        while not self._stop.is_set():
            while self._main.catch_up(session) and not self._stop.is_set():
                continue
            if self._look_elsewhere(session) and not self._main.enter(session):
                return False
            if self._stop.is_set():
                return False
            self._attempt = 0
            self._calls.state("ready", "")
            if not session.stirred():
                self._wait(session)
        return False

    def _look_elsewhere(self, session: Session) -> bool:
        """Read the extra folders that have news; True if another folder was opened for that."""
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
                self._calls.state("folder-missing", folder.name)
        return left

    def _wait(self, session: Session) -> None:
        if session.supports("IDLE"):
            try:
                session.idle(seconds=self._watch.poll_seconds, wake=self._bell.fileno())
            except Refused as no:
                self._poll(no.code)
        else:
            self._poll("")
        self._bell.hush()

    def _poll(self, code: str) -> None:
        if not self._polling_told:
            self._polling_told = True
            self._calls.state("no-idle", code)
        self._bell.wait(self._watch.poll_seconds)
