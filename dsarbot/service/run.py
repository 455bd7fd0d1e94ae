"""One TaskGroup of loops: intake, outbox, wake, digest, anchor and heartbeat, and the mailbox threads beside them.

A loop sleeps until it is rung or its next date has come. It is rung by work in this process and, through the
database's own change counter, by other processes such as the command line.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, Coroutine
from datetime import datetime

from dsarbot.app import App
from dsarbot.channels.imap_watch import Watcher
from dsarbot.desk.outbox import Outbox
from dsarbot.desk.wake import demand_sane_clock, demand_steady, redate, wake
from dsarbot.service.digests import send_digests
from dsarbot.service.sending import outgoing
from dsarbot.service.watching import watcher

log = logging.getLogger(__name__)

ALL = frozenset({"mail", "outbox", "wake", "digest"})
#: Seconds between looks for another process's writing; a look costs microseconds.
_LOOK = 0.25
_BEAT = 30.0
#: journal 6.
_ANCHOR_SECONDS = 600
#: The longest a loop sleeps without a date: clocks and time zones may move under it.
_LONGEST = 60.0

Work = Callable[[], Awaitable[int]]
Next = Callable[[], Awaitable[datetime | None]]


async def serve(app: App, *, only: Collection[str] = ALL, ready: Callable[[], None], stop: asyncio.Event) -> None:
    """Run until *stop* is set. ClockJumped when the clock cannot be right."""
    await Service(app, only).run(ready=ready, stop=stop)


class Service:
    """The loops and their bells. `ring` may be given to `app.opened` as what to call when a case changed."""

    def __init__(self, app: App, only: Collection[str] = ALL) -> None:
        self._app = app
        self._only = frozenset(only)
        self._name = f"run-{secrets.token_hex(4)}"
        self._bells: list[asyncio.Event] = []
        self._unseen = {each.key for each in app.settings.mailboxes} if "mail" in self._only else set()
        self._all_seen = asyncio.Event()
        self._looked_at = app.clock()

    def ring(self) -> None:
        """Something changed: let every loop look."""
        for bell in self._bells:
            bell.set()

    async def run(self, *, ready: Callable[[], None], stop: asyncio.Event) -> None:
        """Until *stop* is set; the work in hand is finished first."""
        app = self._app
        beats = await app.store.beats()
        await demand_sane_clock(app.desk, beats.get("service"))
        await redate(app.desk)
        async with outgoing(app) as relays, asyncio.TaskGroup() as group:
            box = Outbox(app.desk, relays, worker=self._name)
            tasks = [group.create_task(each) for each in self._loops(box, stop)]
            watchers = self._watchers()
            for each in watchers:
                each.start()
            try:
                await app.store.beat("run", "service", app.clock())
                ready()
                await stop.wait()
            finally:
                # Also when a loop has failed: the threads must not outlive the store they keep mail in.
                stop.set()
                self._all_seen.set()
                await asyncio.gather(*(asyncio.to_thread(each.stop) for each in watchers))
            self.ring()
            for task in tasks:
                await task

    def _watchers(self) -> list[Watcher]:
        if "mail" not in self._only:
            return []
        return [watcher(each, self._app, arrived=self.ring, seen=self._seen) for each in self._app.settings.mailboxes]

    def _seen(self, mailbox: str) -> None:
        self._unseen.discard(mailbox)
        if not self._unseen:
            self._all_seen.set()

    def _loops(self, box: Outbox, stop: asyncio.Event) -> list[Coroutine[None, None, None]]:
        app, loops = self._app, [self._listen(stop), self._beat(stop)]
        if "mail" in self._only:
            loops.append(self._loop(app.intake.process, _nothing_planned, stop))
        if "outbox" in self._only:
            loops.append(self._loop(box.deliver, app.store.next_job_due, stop))
        if "wake" in self._only:
            loops.append(self._loop(lambda: wake(app.desk), app.store.next_wake, stop))
            loops.append(self._anchor(stop))
        if "digest" in self._only:
            loops.append(self._digests(stop))
        return loops

    async def _loop(self, work: Work, next_due: Next, stop: asyncio.Event) -> None:
        """Work until nothing is left, then sleep to the next date or the next ring."""
        bell = asyncio.Event()
        self._bells.append(bell)
        while not stop.is_set():
            bell.clear()
            demand_steady(self._looked_at, self._app.clock())
            self._looked_at = self._app.clock()
            if await work():
                self.ring()
                continue
            due = await next_due()
            seconds = _LONGEST if due is None else (due - self._app.clock()).total_seconds()
            await _rung(bell, min(max(seconds, 0.01), _LONGEST))

    async def _digests(self, stop: asyncio.Event) -> None:
        """The first digest waits until every mailbox was looked at once: it speaks of their health."""
        if self._unseen:
            await _rung(self._all_seen, _LONGEST)
        await self._loop(lambda: send_digests(self._app), _nothing_planned, stop)

    async def _listen(self, stop: asyncio.Event) -> None:
        """Another process, such as the command line, may have written."""
        known = await self._app.store.changed()
        while not stop.is_set():
            await _rung(stop, _LOOK)
            if (now := await self._app.store.changed()) != known:
                known = now
                self.ring()

    async def _beat(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._app.store.beat("run", "service", self._app.clock())
            await _rung(stop, _BEAT)

    async def _anchor(self, stop: asyncio.Event) -> None:
        """The anchor is the witness of everything before it; one process at a time sets it."""
        while not stop.is_set():
            if await self._app.store.lease("anchor", self._name, _ANCHOR_SECONDS):
                await self._app.store.anchor(self._app.clock())
            await _rung(stop, _ANCHOR_SECONDS)


async def _nothing_planned() -> datetime | None:
    return None


async def _rung(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
