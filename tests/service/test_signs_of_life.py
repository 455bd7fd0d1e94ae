"""The loops of the paper give signs of life too, so that `dsarbot watch` sees when one of them stands still."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from dsarbot.app import App
from dsarbot.core.watch import LOOPS
from dsarbot.service import scanning
from dsarbot.service.printing import tend_trays
from dsarbot.service.run import Service
from dsarbot.service.steady import Steady
from tests.cli.desk_world import World


def test_the_print_tray_gives_one_after_each_look(world: World) -> None:
    async def serve(app: App) -> None:
        stop, loops = asyncio.Event(), list[Steady]()
        looked = asyncio.Event()

        class Tray:
            async def look(self) -> None:
                looked.set()

        app.__dict__["trays"] = {"nord": Tray()}
        task = asyncio.create_task(tend_trays(app, "here", stop, begun=loops.append))
        async with asyncio.timeout(20):
            await looked.wait()
            stop.set()
            await task
        (steady,) = loops
        assert (steady.name, steady.well_at) == ("tray", app.clock())

    world.do(serve)


def test_a_long_stack_gives_one_as_long_as_pages_are_read_and_none_when_nothing_moves(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "_RENEWED", 0.01)

    async def serve(app: App) -> None:
        stop, reading, renewed, alive = (asyncio.Event() for _ in range(4))
        loops, lease = list[Steady](), app.store.lease

        class Hanging:
            async def look(self) -> None:
                reading.set()
                await asyncio.Event().wait()

        async def renewing(name: str, holder: str, seconds: int) -> bool:
            renewed.set()
            return await lease(name, holder, seconds)

        monkeypatch.setattr(app.store, "lease", renewing)
        monkeypatch.setattr(Steady, "gets_on", lambda each: alive.set())
        monkeypatch.setitem(app.__dict__, "scan_folders", (Hanging(),))
        task = asyncio.create_task(scanning.tend_scans(app, "here", stop, begun=loops.append))
        async with asyncio.timeout(20):
            await reading.wait()
            for _ in range(3):
                renewed.clear()
                await renewed.wait()
            assert not alive.is_set(), "a file system that hangs gives no page"
            app.scanner.pages += 1
            await alive.wait()
            stop.set()
            await task
        assert [each.name for each in loops] == ["scans"]

    world.do(serve)


def test_every_loop_that_the_watch_knows_is_told_by_the_service(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (world.folder / "scans").mkdir()
    config = world.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    text = text.replace('owner = "anna"\n', 'owner = "anna"\nscan_dir = "scans"\n', 1) + "\n[web]\n"
    config.write_text(text, encoding="utf-8")

    async def serve(app: App) -> None:
        # The digest waits until every mailbox was looked at, and here there is no mail server; nor is there Discord.
        stop, all_told, beat = asyncio.Event(), asyncio.Event(), app.store.beat
        wanted = {*LOOPS} - {"digest", "discord"}

        async def told(process: str, what: str, now: datetime) -> None:
            await beat(process, what, now)
            wanted.discard(what)
            if not wanted:
                all_told.set()

        monkeypatch.setattr(app.store, "beat", told)
        service = Service(app, frozenset({"mail", "outbox", "wake"}))
        task = asyncio.create_task(service.run(ready=lambda: None, stop=stop))
        try:
            async with asyncio.timeout(30):
                await all_told.wait()
        finally:
            stop.set()
            await task

    world.do(serve)
