"""One TaskGroup of loops: intake, outbox, wake, digest, anchor and heartbeat, and the mailbox threads beside them.

A loop sleeps until it is rung or its next date has come. It is rung by work in this process and, through the
database's own change counter, by other processes such as the command line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import Protocol

from dsarbot.app import App
from dsarbot.desk.alarms import Alarms
from dsarbot.desk.outbox import Outbox
from dsarbot.desk.wake import demand_sane_clock, demand_steady, redate, wake
from dsarbot.service.collector import settle
from dsarbot.service.copying import Copies
from dsarbot.service.digests import alarms_of, send_digests
from dsarbot.service.holder import holder_name
from dsarbot.service.printing import tend_trays
from dsarbot.service.scanning import tend_attachments, tend_scans, tend_uploads
from dsarbot.service.sending import outgoing, webhooks
from dsarbot.service.steady import Steady, rung
from dsarbot.service.tending import Tending

log = logging.getLogger(__name__)

ALL = frozenset({"mail", "outbox", "wake", "digest", "web", "discord"})
#: Seconds between looks for another process's writing; a look costs microseconds.
_LOOK = 0.25
_BEAT = 30.0
#: At the start, until every loop has succeeded once: `watch` is not to wonder where they are.
_FIRST_BEATS = 5.0
_FIRST_BEAT = 1.0
#: journal 6.
_ANCHOR_SECONDS = 600
#: So long after the last look of a process that died another one looks.
_ALARM_SECONDS = 150
#: The longest a loop sleeps without a date: clocks and time zones may move under it.
_LONGEST = 60.0
#: At the end the work in hand has so long; what hangs then is broken off, and done again after the next start.
_FINISH = 15.0

Work = Callable[[], Awaitable[int]]
Next = Callable[[], Awaitable[datetime | None]]
#: The pages in the browser, for as long as the context lasts; gives where they are found. Handed in: whoever wants no
#: pages need not load what serves them.
Console = Callable[[App], AbstractAsyncContextManager[str]]


class Talk(Protocol):
    """Discord (`service.discord`): the connection, and the work around it."""

    async def tend(self, stop: asyncio.Event, begun: Callable[[Steady], None]) -> None: ...
    async def read(self) -> int: ...
    async def plan(self) -> int: ...
    async def next_plan(self) -> datetime | None: ...
    async def answer(self) -> int: ...
    async def next_answer(self) -> datetime | None: ...
    async def post(self) -> int: ...
    async def next_post(self) -> datetime | None: ...


#: Handed in for the same reason. It is given a name that no other living process has, and what rings the loops.
Talks = Callable[[App, str, Callable[[], None]], Talk]


async def serve(app: App, *, only: Collection[str] = ALL, ready: Callable[[], None], stop: asyncio.Event) -> None:
    """Run until *stop* is set. ClockJumped when the clock cannot be right."""
    await Service(app, only).run(ready=ready, stop=stop)


class Service:
    """The loops and their bells. `ring` may be given to `app.opened` as what to call when a case changed."""

    def __init__(
        self, app: App, only: Collection[str] = ALL, *, console: Console | None = None, talks: Talks | None = None
    ) -> None:
        self._app = app
        self._talks = talks
        self._console = console
        self.console_at = ""
        self._only = frozenset(only)
        self._bells: dict[str, asyncio.Event] = {}
        self._loops: list[Steady] = []
        self._unseen = {each.key for each in app.settings.mailboxes} if "mail" in self._only else set()
        self._all_seen = asyncio.Event()
        self._looked_at = app.clock()

    def ring(self) -> None:
        """Something changed: let every loop look."""
        for bell in self._bells.values():
            bell.set()

    def _arrived(self) -> None:
        """Mail was kept: the others have nothing to do before it is read."""
        if bell := self._bells.get("intake"):
            bell.set()

    async def run(self, *, ready: Callable[[], None], stop: asyncio.Event) -> None:
        """Until *stop* is set; the work in hand is finished first, within a bound."""
        app = self._app
        beats = await app.store.beats()
        await demand_sane_clock(app.desk, beats.get("service"))
        await redate(app.desk)
        with holder_name(app.settings.service.data_dir) as holder:
            async with outgoing(app) as relays, self._pages() as self.console_at, asyncio.TaskGroup() as group:
                box = Outbox(app.desk, relays, worker=holder)
                tasks = [group.create_task(each) for each in self._everything(box, holder, stop)]
                try:
                    await app.store.beat("run", "service", app.clock())
                    ready()
                    settle()
                    await stop.wait()
                finally:
                    # Also when a loop has failed: the others end in order, and the mailboxes' threads with them.
                    stop.set()
                    self._all_seen.set()
                    self.ring()
                await _finished(tasks)

    def _pages(self) -> AbstractAsyncContextManager[str]:
        return self._console(self._app) if self._console and "web" in self._only else nullcontext("")

    def _seen(self, mailbox: str) -> None:
        self._unseen.discard(mailbox)
        if not self._unseen:
            self._all_seen.set()

    def _everything(self, box: Outbox, holder: str, stop: asyncio.Event) -> list[Coroutine[None, None, None]]:
        app, loops = self._app, [self._listen(stop), self._beat(stop)]
        if "mail" in self._only:
            loops.append(self._loop("intake", app.intake.process, _nothing_planned, stop))
            loops += [tend(app, holder, stop, begun=self._loops.append) for tend in (tend_scans, tend_attachments)]
            if app.settings.web is not None:
                loops.append(tend_uploads(app, holder, stop, begun=self._loops.append))
            loops += [
                Tending(each, app, holder=holder, arrived=self._arrived, seen=self._seen).run(stop)
                for each in app.settings.mailboxes
            ]
        if "outbox" in self._only:
            loops.append(self._loop("outbox", box.deliver, app.store.next_job_due, stop))
            loops.append(
                self._loop("webhooks", webhooks(app, holder).deliver, app.store.api.next_job_due, stop)
            )  # fmt: skip
            loops.append(tend_trays(app, holder, stop, begun=self._loops.append))
        if "wake" in self._only:
            loops.append(self._loop("wake", lambda: wake(app.desk), app.store.next_wake, stop))
            copies = Copies(app, holder)
            loops.append(self._loop("copies", copies.work, copies.keeper.next_due, stop))
            loops.append(self._anchor(holder, stop))
            loops.append(self._alarms(holder, stop))
        if "digest" in self._only:
            loops.append(self._digests(stop))
        if "discord" in self._only and self._talks:
            loops += self._discord(self._talks(app, holder, self.ring), stop)
        return loops

    def _discord(self, talk: Talk, stop: asyncio.Event) -> list[Coroutine[None, None, None]]:
        return [
            talk.tend(stop, self._loops.append),
            self._loop("discord-intake", talk.read, _nothing_planned, stop),
            self._loop("discord-plan", talk.plan, talk.next_plan, stop),
            self._loop("discord-answers", talk.answer, talk.next_answer, stop),
            self._loop("discord-posts", talk.post, talk.next_post, stop),
        ]

    async def _loop(self, name: str, work: Work, next_due: Next, stop: asyncio.Event) -> None:
        """Work until nothing is left, then sleep to the next date or the next ring."""
        bell = self._bells[name] = asyncio.Event()
        steady = Steady(name, self._app.clock)
        self._loops.append(steady)
        while not stop.is_set():
            bell.clear()
            demand_steady(self._looked_at, self._app.clock())
            self._looked_at = self._app.clock()
            seconds = await steady.attempt(lambda: self._turn(work, next_due))
            if seconds is None:
                await steady.pause(stop)
            elif seconds:
                await rung(bell, seconds)
            else:
                self.ring()

    async def _turn(self, work: Work, next_due: Next) -> float:
        """One round; seconds to sleep, 0 when there may be more to do."""
        if await work():
            return 0.0
        due = await next_due()
        seconds = _LONGEST if due is None else (due - self._app.clock()).total_seconds()
        return min(max(seconds, 0.01), _LONGEST)

    async def _digests(self, stop: asyncio.Event) -> None:
        """The first digest waits until every mailbox was looked at once: it speaks of their health."""
        if self._unseen:
            await rung(self._all_seen, _LONGEST)
        await self._loop("digest", lambda: send_digests(self._app), _nothing_planned, stop)

    async def _listen(self, stop: asyncio.Event) -> None:
        """Another process, such as the command line, may have written."""
        steady, known = Steady("listen", self._app.clock), None
        while not stop.is_set():
            now = await steady.attempt(self._app.store.changed)
            if now is None:
                await steady.pause(stop)
                continue
            if now != known:
                known = now
                self.ring()
            await rung(stop, _LOOK)

    async def _beat(self, stop: asyncio.Event) -> None:
        """The signs of life that digest and `watch` look for: of the process, and of each loop's last success."""
        steady = Steady("beat", self._app.clock)
        told: dict[str, datetime] = {}
        while not stop.is_set():
            if await steady.attempt(lambda: self._tell(told)) is None:
                await steady.pause(stop)
            else:
                # After a long rest the first sign of a loop comes at once, before `watch` misses it.
                await rung(stop, _BEAT if len(told) == len(self._loops) else _FIRST_BEAT)

    async def _tell(self, told: dict[str, datetime]) -> bool:
        await self._app.store.beat("run", "service", self._app.clock())
        for each in self._loops:
            if each.well_at is not None and told.get(each.name) != each.well_at:
                await self._app.store.beat("run", each.name, each.well_at)
                told[each.name] = each.well_at
        return True

    async def _anchor(self, holder: str, stop: asyncio.Event) -> None:
        """The anchor is the witness of everything before it; one process at a time sets it."""
        await Steady("anchor", self._app.clock).repeat(lambda: self._anchored(holder), stop, _ANCHOR_SECONDS)

    async def _alarms(self, holder: str, stop: asyncio.Event) -> None:
        """What somebody must hear of is looked for every minute, whatever rings: by age, so that nothing need ring."""
        steady, alarms = Steady("alarms", self._app.clock), alarms_of(self._app, changed=self.ring)
        self._loops.append(steady)
        await steady.repeat(lambda: self._alarmed(alarms, holder), stop, _LONGEST)

    async def _alarmed(self, alarms: Alarms, holder: str) -> bool:
        if await self._app.store.lease("alarms", holder, _ALARM_SECONDS):
            await alarms.look(self._app.clock())
        return True

    async def _anchored(self, holder: str) -> bool:
        if await self._app.store.lease("anchor", holder, _ANCHOR_SECONDS):
            await self._app.store.anchor(self._app.clock())
            # Links that ended days ago, and the addresses behind them.
            await self._app.store.sweep_links(self._app.clock())
        return True


async def _finished(tasks: Collection[asyncio.Task[None]]) -> None:
    """Wait for the loops; a relay, a name server or a disk that hangs does not keep the process."""
    _, late = await asyncio.wait(tasks, timeout=_FINISH)
    for task in late:
        log.warning("A loop hangs at the end and is broken off", extra={"action": "loop_hangs"})
        task.cancel()


async def _nothing_planned() -> datetime | None:
    return None
