"""The watched mailboxes: their threads keep mail through the event loop and tell how they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from dsarbot.app import App
from dsarbot.channels.bridge import bridge
from dsarbot.channels.imap_types import Calls, Fetched, Watch
from dsarbot.channels.imap_types import Position as Place
from dsarbot.channels.imap_watch import Watcher
from dsarbot.desk.keep import inbound_id, keep
from dsarbot.errors import NotFound
from dsarbot.ports import Arrival, Position, Scope
from dsarbot.reading.receipt import received_at, received_lines
from dsarbot.service.marks import kept_before, marked_elsewhere
from dsarbot.settings.mail import MailboxSettings
from dsarbot.wiring.servers import endpoint_of

log = logging.getLogger(__name__)

#: Events that say nothing is wrong; the others are warnings.
_FINE = frozenset(
    {"connected", "ready", "backlog", "stopped", "no-idle", "no-sent-folder", "uidvalidity-changed", "moved-again"}
)
#: A mailbox full of news gives a sign of life this often, not at each mail: every one is a commit.
_BETWEEN_BEATS = timedelta(seconds=10)
#: UIDs whose mark or move may be owed after a crash.
_OWED = 2000


MARKED_ELSEWHERE = (
    "mails bear this service's mark and were never kept here; if another installation reads this mailbox, "
    "stop one of the two, or people are answered twice"
)


def watch_of(settings: MailboxSettings, app: App) -> Watch:
    """The mailbox as the channel wants it."""
    return Watch(
        key=settings.key,
        endpoint=endpoint_of(settings, app.environ),
        folder=settings.folder,
        extra=(*settings.watch, *settings.junk),
        sent=settings.watch_sent,
        sent_folder=settings.sent_folder,
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
    box = _Mailbox(settings, app, arrived=arrived, seen=seen)
    calls = Calls(
        position=bridge(loop, box.position),
        keep=bridge(loop, box.keep),
        state=bridge(loop, box.state),
        reached=bridge(loop, box.reached),
        owed=bridge(loop, box.owed),
        known=bridge(loop, box.known),
    )
    return Watcher(watch_of(settings, app), calls)


class _Mailbox:
    """What the watcher's thread asks of the event loop."""

    def __init__(
        self,
        settings: MailboxSettings,
        app: App,
        *,
        arrived: Callable[[], None],
        seen: Callable[[str], None],
    ) -> None:
        self._key, self._keyword, self._own_hosts = settings.key, settings.keyword, settings.own_hosts
        self._app, self._arrived, self._seen = app, arrived, seen
        self._scope = app.scope_of_mailbox(self._key)
        self._scopes = tuple({self._scope, *(Scope(each) for each in settings.organisations)})
        self._beat_at: datetime | None = None
        self._strangers_told = False

    async def position(self, folder: str) -> Place | None:
        known = await self._app.store.position(self._key, folder)
        return Place(folder=folder, uidvalidity=known.uidvalidity, last_uid=known.last_uid) if known else None

    async def keep(self, folder: str, mails: Sequence[Fetched]) -> Sequence[int]:
        app = self._app
        await self._look_for_strangers(mails)
        arrivals = [self._arrival(folder, mail) for mail in mails]
        kept = await keep(arrivals, store=app.store, vault=app.store.vault, scope=self._scope, clock=app.clock)
        self._arrived()
        return kept

    async def _look_for_strangers(self, mails: Sequence[Fetched]) -> None:
        if self._strangers_told or not self._keyword:
            return
        read = [mail for mail in mails if mail.channel == "mail"]
        if await marked_elsewhere(read, self._keyword, store=self._app.store, scopes=self._scopes):
            self._strangers_told = True
            await self.state("marked-elsewhere", MARKED_ELSEWHERE)

    def _arrival(self, folder: str, mail: Fetched) -> Arrival:
        # security 8: the date by which a mail counts is recorded with its bytes, also for one that is never read.
        lines = received_lines(mail.raw) if self._own_hosts else ()
        at, _ = received_at(mail.internal_date, lines, self._own_hosts)
        return Arrival(
            mailbox=self._key,
            folder=folder,
            uidvalidity=mail.uidvalidity,
            uid=mail.uid,
            received_at=at,
            raw=mail.raw,
            complete=mail.complete,
            channel=mail.channel,
        )

    async def reached(self, place: Place) -> None:
        position = Position(uidvalidity=place.uidvalidity, last_uid=place.last_uid)
        async with self._app.store.transaction() as transaction:
            await transaction.advance(self._key, place.folder, position)

    async def owed(self, folder: str, uidvalidity: int) -> Sequence[int]:
        return await self._app.store.recent_uids(self._key, folder, uidvalidity, _OWED)

    async def known(self, folder: str, mails: Sequence[Fetched]) -> bool:
        return all([await self._known(folder, mail) for mail in mails])

    async def _known(self, folder: str, mail: Fetched) -> bool:
        inbound = inbound_id(self._key, folder, mail.uidvalidity, mail.uid, mail.raw)
        for scope in self._scopes:
            with suppress(NotFound):
                await self._app.store.inbound(scope, inbound)
                return True
        # Some servers write a mail anew each time they are asked for it.
        return await kept_before(mail.raw, self._app.store, self._scopes)

    async def state(self, event: str, detail: str) -> None:
        level = logging.INFO if event in _FINE else logging.WARNING
        extra = {"action": "mailbox", "mailbox": self._key}
        log.log(level, "Mailbox %s: %s %s", self._key, event, detail, extra=extra)
        if event == "ready":
            await self._beat()
            self._seen(self._key)

    async def _beat(self) -> None:
        """After a round of watching: the sign of life that digest and `watch` look for."""
        now = self._app.clock()
        if self._beat_at is None or abs(now - self._beat_at) >= _BETWEEN_BEATS:
            await self._app.store.beat("watcher", f"mailbox:{self._key}", now)
            self._beat_at = now
