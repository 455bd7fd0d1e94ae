"""The demo's stage: mail servers, a temporary folder, and the service itself, all running until the block ends.

The service is the one that production runs: `app.opened` and `service.Service` on a configuration that was loaded
from its file. Only its clock and its folder are the demo's.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from dsarbot import config
from dsarbot.app import App, opened
from dsarbot.demo import world
from dsarbot.demo.clock import DemoClock
from dsarbot.demo.console import console
from dsarbot.demo.office import COMPANIES, DEPUTY, DPO, MAILBOXES, furnish
from dsarbot.demo.plan import Plan
from dsarbot.demo.post_office import PostOffice, open_post_office, plan_for
from dsarbot.errors import ConfigError
from dsarbot.service import Service

#: Where the three companies are: one zone for all.
ZONE = ZoneInfo("Europe/Luxembourg")
_MORNING = time(7, 30)
_END_SECONDS = 1.5
#: A first digest after everything has been read is worth more than one at the very start.
FIRST, LATER = ("mail", "outbox", "wake", "web"), ("digest",)


@dataclass(kw_only=True)
class Stage:
    """What runs. `perform` starts parts of the service beside those that run already; `rest` stops them all."""

    app: App
    post: PostOffice
    clock: DemoClock
    folder: Path
    config: Path
    _group: asyncio.TaskGroup
    _services: list[Service]
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def perform(self, parts: Collection[str]) -> None:
        """Start these parts of the service; ready when it returns."""
        service, ready = Service(self.app, parts, console=console), asyncio.Event()
        self._services.append(service)
        self._tasks.append(self._group.create_task(service.run(ready=ready.set, stop=self._stop)))
        await ready.wait()

    @property
    def console_at(self) -> str:
        """The link that leads into the console."""
        return next((each.console_at for each in self._services if each.console_at), "")

    def ring(self) -> None:
        """Let the service look at the clock and at its work."""
        for each in self._services:
            each.ring()

    async def watching(self, since: datetime) -> bool:
        """Whether every mailbox has given a sign of life after that instant."""
        beats = await self.app.store.beats()
        return all(beats.get(f"mailbox:{key}", datetime.min.replace(tzinfo=UTC)) > since for key in MAILBOXES)

    async def rest(self) -> None:
        """Let the service finish what it has in hand and stop, also when the demo is interrupted."""
        self._stop.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_END_SECONDS)
        self._stop = asyncio.Event()
        self._tasks.clear()
        self._services.clear()


def refuse_existing(environ: Mapping[str, str], *, places: Collection[Path] = config.DEFAULT_PATHS) -> None:
    """security 22. ConfigError when there is a configuration that the demo could be mistaken for."""
    named = environ.get("DSARBOT_CONFIG")
    found = [f"$DSARBOT_CONFIG names {named}"] if named else []
    found += [f"there is {each}" for each in places if each.is_file()]
    if found:
        remedy = "the demo runs only where nothing is configured; unset the variable or start it in another folder"
        raise ConfigError([f"{each}: {remedy}" for each in found])


@asynccontextmanager
async def set_up(environ: Mapping[str, str], *, keep: bool = False) -> AsyncIterator[Stage]:
    """Everything but the service itself, which `Stage.perform` starts. The folder is removed unless *keep*."""
    folder = Path(tempfile.mkdtemp(prefix="dsarbot-demo-"))
    try:
        with _log_to(folder / "demo.log"):
            async with open_post_office(_plan()) as post, _staged(folder, post, environ) as stage:
                yield stage
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _staged(folder: Path, post: PostOffice, environ: Mapping[str, str]) -> AsyncIterator[Stage]:
    clock = DemoClock()
    # The first digest is due at once, whatever the time; later ones come in the morning.
    digest_at = min(clock().astimezone(ZONE).time().replace(second=0, microsecond=0), _MORNING)
    path = furnish(folder, post, digest_at=digest_at)
    # Options of a real installation in the environment do not reach into the demo.
    clean = {name: value for name, value in environ.items() if not name.upper().startswith(config.ENV_PREFIX)}
    settings = config.load(path, environ=clean)
    services: list[Service] = []

    def changed() -> None:
        for each in services:
            each.ring()

    async with opened(settings, environ=clean, clock=clock, changed=changed) as app, asyncio.TaskGroup() as group:
        stage = Stage(
            app=app,
            post=post,
            clock=clock,
            folder=folder,
            config=path,
            _group=group,
            _services=services,
        )
        try:
            yield stage
        finally:
            await stage.rest()


def _plan() -> Plan:
    aliases = {each.address: each.account for each in COMPANIES} | world.ELSEWHERE
    accounts = (*MAILBOXES.values(), DPO, DEPUTY, world.OUTSIDE, *world.PEOPLE)
    return plan_for(accounts, aliases)


@contextmanager
def _log_to(path: Path) -> Iterator[None]:
    """The service's log would tear the table apart; it is kept beside the configuration."""
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
