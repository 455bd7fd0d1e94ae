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
    key, scope = settings.key, app.scope_of_mailbox(settings.key)

    async def position(folder: str) -> Place | None:
        known = await app.store.position(key, folder)
        return Place(folder=folder, uidvalidity=known.uidvalidity, last_uid=known.last_uid) if known else None

    async def keep_mails(folder: str, mails: Sequence[Fetched]) -> Sequence[int]:
        arrivals = [
            Arrival(
                mailbox=key,
                folder=folder,
                uidvalidity=mail.uidvalidity,
                uid=mail.uid,
                received_at=mail.internal_date,
                raw=mail.raw,
                complete=mail.complete,
            )
            for mail in mails
        ]
        kept = await keep(arrivals, store=app.store, vault=app.store.vault, scope=scope, clock=app.clock)
        arrived()
        return kept

    async def reached(place: Place) -> None:
        async with app.store.transaction() as transaction:
            await transaction.advance(
                key, place.folder, Position(uidvalidity=place.uidvalidity, last_uid=place.last_uid)
            )

    async def owed(folder: str, uidvalidity: int) -> Sequence[int]:
        return await app.store.recent_uids(key, folder, uidvalidity)

    async def state(event: str, detail: str) -> None:
        level = logging.INFO if event in _FINE else logging.WARNING
        log.log(level, "Mailbox %s: %s %s", key, event, detail, extra={"action": "mailbox", "mailbox": key})
        if event == "ready":
            # After each round of watching: the sign of life that digest and `watch` look for.
            await app.store.beat("watcher", f"mailbox:{key}", app.clock())
            seen(key)

    calls = Calls(
        position=bridge(loop, position),
        keep=bridge(loop, keep_mails),
        state=bridge(loop, state),
        reached=bridge(loop, reached),
        owed=bridge(loop, owed),
    )
    return Watcher(watch_of(settings, app), calls)
