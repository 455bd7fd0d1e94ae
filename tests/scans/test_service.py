"""The service watches the folder by itself, and stops at once when it is asked to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dsarbot.app import App
from dsarbot.scans.told import Told
from dsarbot.service import scanning
from tests.cli.desk_world import CONFIG, World
from tests.documents.letters import FRENCH, placed, typed


def test_a_letter_in_the_folder_becomes_a_case(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "_PAUSE", 0.01)
    watched = CONFIG.replace('owner = "anna"\ndeputy', 'owner = "anna"\nscan_dir = "scans"\ndeputy', 1)
    (world.folder / "config.toml").write_text(watched)
    (world.folder / "scans").mkdir()
    (world.folder / "scans" / "a.pdf").write_bytes(typed(placed(FRENCH)))

    async def serve(app: App) -> None:
        stop = asyncio.Event()
        (folder,) = app.scan_folders
        taken_in, look = asyncio.Event(), folder.look

        async def looked() -> object:
            found = await look()
            if found.opened:
                taken_in.set()
            return found

        monkeypatch.setattr(folder, "look", looked)
        task = asyncio.create_task(scanning.tend_scans(app, "here", stop))
        async with asyncio.timeout(60):
            await taken_in.wait()
            stop.set()
            await task

    world.do(serve)
    (reference,) = world.references()
    assert world.case(reference).person.name == "Camille Lefèvre"


def test_it_stops_in_the_middle_of_a_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def serve(app: App) -> None:
        stop, reading = asyncio.Event(), asyncio.Event()

        class Hanging:
            async def look(self) -> None:
                reading.set()
                await asyncio.Event().wait()

        monkeypatch.setitem(app.__dict__, "scan_folders", (Hanging(),))
        task = asyncio.create_task(scanning.tend_scans(app, "here", stop))
        async with asyncio.timeout(20):
            await reading.wait()
            stop.set()
            await task

    world.do(serve)


def test_without_a_folder_nothing_is_watched(world: World) -> None:
    async def serve(app: App) -> None:
        async with asyncio.timeout(5):
            await scanning.tend_scans(app, "here", asyncio.Event())

    world.do(serve)


def test_what_is_kept_leaves_the_folder(world: World) -> None:
    """On a real database and a real vault, in a later process."""
    keep = 'owner = "anna"\nscan_dir = "scans"\nscan_keep_days = 3\ndeputy'
    watched = CONFIG.replace('owner = "anna"\ndeputy', keep, 1)
    (world.folder / "config.toml").write_text(watched)
    (world.folder / "scans" / "done").mkdir(parents=True)
    (world.folder / "scans" / "a.pdf").write_bytes(typed(placed(FRENCH)))
    (world.folder / "scans" / "done" / "by-hand.pdf").write_bytes(b"nobody has kept this")
    done = world.folder / "scans" / "done"

    async def look(app: App) -> None:
        (folder,) = app.scan_folders
        await folder.look()
        await folder.look()

    world.now = datetime.now(UTC)
    world.do(look)
    assert {each.name for each in done.iterdir()} == {"a.pdf", "by-hand.pdf"}
    world.now += timedelta(days=4)
    world.do(look)
    assert {each.name for each in done.iterdir()} == {"by-hand.pdf"}


def test_a_scan_that_was_uploaded_is_read_by_the_service(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "_UPLOADS_PAUSE", 0.01)

    async def serve(app: App) -> None:
        stop, taken_in = asyncio.Event(), asyncio.Event()
        nord = app.organisations["nord"]
        row = await app.uploads.keep(nord, typed(placed(FRENCH)), Told(name="a.pdf", actor="anna"))
        read = app.uploads.read_waiting

        async def counted() -> int:
            count = await read()
            taken_in.set()
            return count

        monkeypatch.setattr(app.uploads, "read_waiting", counted)
        task = asyncio.create_task(scanning.tend_uploads(app, "here", stop))
        async with asyncio.timeout(60):
            await taken_in.wait()
            stop.set()
            await task
        assert (await app.uploads.state(await app.store.inbound(nord.scope, row.id))).how == "done"

    world.do(serve)
    (reference,) = world.references()
    assert world.case(reference).person.name == "Camille Lefèvre"
