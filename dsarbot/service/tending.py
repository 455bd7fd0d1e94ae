"""One mailbox, watched by one process at a time: by mistake two may run on the same database.

Nothing would be doubled if both read, but each would move mails away under the other's hands. So whoever holds the
mailbox's lease watches; the other waits, says so, and takes over when the first one has died.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from dsarbot.app import App
from dsarbot.channels.imap_watch import Watcher
from dsarbot.errors import DsarbotError
from dsarbot.service.steady import Steady, rung
from dsarbot.service.watching import watcher
from dsarbot.settings.mail import MailboxSettings

log = logging.getLogger(__name__)

#: By the database's clock. A dead process on another machine keeps a mailbox unread for so long.
LEASE_SECONDS = 40
_RENEW = LEASE_SECONDS / 3


class Tending:
    """`run` until *stop*; *arrived* and *seen* as in `watching.watcher`."""

    def __init__(
        self,
        settings: MailboxSettings,
        app: App,
        *,
        holder: str,
        arrived: Callable[[], None],
        seen: Callable[[str], None],
    ) -> None:
        self._settings, self._app = settings, app
        self._holder, self._arrived, self._seen = holder, arrived, seen
        self._lease = f"mailbox:{settings.key}"
        self._watcher: Watcher | None = None
        self._waiting = False

    async def run(self, stop: asyncio.Event) -> None:
        """Hold the lease and keep a watcher at work. When the store fails, a watcher at work goes on: it can keep
        nothing, marks nothing, and comes back by itself."""
        steady = Steady(self._lease, self._app.clock)
        try:
            while not stop.is_set():
                mine = await steady.attempt(lambda: self._app.store.lease(self._lease, self._holder, LEASE_SECONDS))
                if mine is None:
                    await steady.pause(stop)
                    continue
                await (self._watch() if mine else self._stand_by())
                await rung(stop, _RENEW)
        finally:
            if self._watcher is not None:
                await self._rest()
                with suppress(DsarbotError, OSError):
                    await self._app.store.lease(self._lease, self._holder, 0)

    async def _watch(self) -> None:
        """Start a watcher where none is at work. One that was told that it needs a date stays ended."""
        self._waiting = False
        if self._watcher is None or self._watcher.end == "died":
            self._watcher = watcher(self._settings, self._app, arrived=self._arrived, seen=self._seen)
            self._watcher.start()

    async def _stand_by(self) -> None:
        if not self._waiting:
            self._waiting = True
            extra = {"action": "mailbox", "mailbox": self._settings.key}
            log.warning("Mailbox %s is watched by another process; this one waits", self._settings.key, extra=extra)
        await self._rest()

    async def _rest(self) -> None:
        if self._watcher is not None:
            await asyncio.to_thread(self._watcher.stop)
            self._watcher = None
