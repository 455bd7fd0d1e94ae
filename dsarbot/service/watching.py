"""The watched mailboxes: their threads keep mail through the event loop and tell how they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from dsarbot.app import App
from dsarbot.channels.bridge import bridge
from dsarbot.channels.imap_types import Calls, Fetched, Watch
from dsarbot.channels.imap_types import Position as Place
from dsarbot.channels.imap_watch import Watcher
from dsarbot.desk.keep import keep
from dsarbot.ports import Arrival, Position
from dsarbot.service.sending import endpoint_of
from dsarbot.settings.mail import MailboxSettings

log = logging.getLogger(__name__)

#: Events that say nothing is wrong; the others are warnings.
_FINE = frozenset({"connected", "ready", "backlog", "stopped", "no-idle", "uidvalidity-changed"})


def watch_of(settings: MailboxSettings, app: App) -> Watch:
    """The mailbox as the channel wants it."""
    return Watch(
        key=settings.key,
        endpoint=endpoint_of(settings, app.environ),
        folder=settings.folder,
        extra=(*settings.watch, *settings.junk),
        since=settings.since,
        after=settings.after,
        move_to=settings.move_to,
        keyword=settings.keyword or None,
        batch_bytes=settings.batch_bytes,
        poll_seconds=settings.poll_seconds,
    )


def watcher(
    settings: MailboxSettings, app: App, *, arrived: Callable[[], None], seen: Callable[[str], None]
) -> Watcher:
    """A watcher for one mailbox, not started yet. *arrived* is called in the loop when something was kept, *seen* with
    the key of the mailbox after each round of watching."""
    loop = asyncio.get_running_loop()
    box = _Mailbox(settings.key, app, arrived=arrived, seen=seen)
    calls = Calls(
        position=bridge(loop, box.position),
        keep=bridge(loop, box.keep),
        state=bridge(loop, box.state),
        reached=bridge(loop, box.reached),
        owed=bridge(loop, box.owed),
    )
    return Watcher(watch_of(settings, app), calls)


class _Mailbox:
    """What the watcher's thread asks of the event loop."""

    def __init__(self, key: str, app: App, *, arrived: Callable[[], None], seen: Callable[[str], None]) -> None:
        self._key, self._app, self._arrived, self._seen = key, app, arrived, seen
        self._scope = app.scope_of_mailbox(key)

    async def position(self, folder: str) -> Place | None:
        known = await self._app.store.position(self._key, folder)
        return Place(folder=folder, uidvalidity=known.uidvalidity, last_uid=known.last_uid) if known else None

    async def keep(self, folder: str, mails: Sequence[Fetched]) -> Sequence[int]:
        app = self._app
        arrivals = [self._arrival(folder, mail) for mail in mails]
        kept = await keep(arrivals, store=app.store, vault=app.store.vault, scope=self._scope, clock=app.clock)
        self._arrived()
        return kept

    def _arrival(self, folder: str, mail: Fetched) -> Arrival:
        return Arrival(
            mailbox=self._key,
            folder=folder,
            uidvalidity=mail.uidvalidity,
            uid=mail.uid,
            received_at=mail.internal_date,
            raw=mail.raw,
            complete=mail.complete,
        )

    async def reached(self, place: Place) -> None:
        position = Position(uidvalidity=place.uidvalidity, last_uid=place.last_uid)
        async with self._app.store.transaction() as transaction:
            await transaction.advance(self._key, place.folder, position)

    async def owed(self, folder: str, uidvalidity: int) -> Sequence[int]:
        return await self._app.store.recent_uids(self._key, folder, uidvalidity)

    async def state(self, event: str, detail: str) -> None:
        level = logging.INFO if event in _FINE else logging.WARNING
        extra = {"action": "mailbox", "mailbox": self._key}
        log.log(level, "Mailbox %s: %s %s", self._key, event, detail, extra=extra)
        if event == "ready":
            # After each round of watching: the sign of life that digest and `watch` look for.
            await self._app.store.beat("watcher", f"mailbox:{self._key}", self._app.clock())
            self._seen(self._key)
