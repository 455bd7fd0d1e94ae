"""What ClamAV finds is held, with the reason; where it cannot be asked, nothing passes, and nothing is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from dsarbot.desk.ocr import TO_BE_READ, UNREAD_ATTACHMENT
from dsarbot.scans.folder import Folder
from dsarbot.scans.taking import Taking
from dsarbot.scans.watching import Looked, Watched
from tests.channels.scripted_clamd import EICAR, beside
from tests.cli.desk_world import CONFIG
from tests.cli.desk_world import World as CliWorld
from tests.desk.world import World
from tests.documents.letters import FRENCH, placed, typed
from tests.scans.office_mail import attachments, with_files
from tests.scans.test_attachments import LONG
from tests.scans.test_scan_mail import scan_mail
from tests.scans.test_scan_mail import world as scan_world
from tests.scans.test_watching import NOW, Office

__all__ = ["scan_world"]


@dataclass
class Found:
    how: Literal["clean", "infected", "unchecked"] = "clean"
    name: str = ""


class Guard:
    """Says what it is told to say; `channels.clamd` is the real one."""

    def __init__(self) -> None:
        self.down = False

    async def check(self, data: bytes) -> Found:
        if self.down:
            return Found("unchecked")
        return Found("infected", "Eicar-Test") if EICAR in data else Found()


@pytest.fixture
def guarded(tmp_path: Path) -> tuple[Office, Guard]:
    office, guard = Office(tmp_path), Guard()
    taking = Taking(office.world.desk, office.world.organisations["nord"], office.reader)
    office.watched = Watched(Folder(tmp_path), taking, guard=guard)
    return office, guard


async def test_an_infected_scan_is_held(guarded: tuple[Office, Guard]) -> None:
    office, _ = guarded
    office.lay("a.pdf", typed(placed(FRENCH)) + EICAR)
    assert await office.look() == Looked(held=1)
    (row,) = await office.held()
    assert (row.kind, row.problem) == ("unreadable", "infected")
    note = (office.folder / "held" / "a.pdf.txt").read_text()
    assert "virus" in note and "Eicar-Test" in note and "une autre copie" in note
    assert office.reader.reads == 0


async def test_with_clamd_down_a_scan_waits_and_is_known_of(guarded: tuple[Office, Guard]) -> None:
    office, guard = guarded
    guard.down = True
    office.lay("a.pdf", typed(placed(FRENCH)))
    assert await office.look() == Looked(waiting=1)
    (row,) = await office.held()
    assert (row.problem, row.safe_due is not None, office.names()) == ("virus-check-down", True, {"a.pdf"})
    guard.down = False
    assert await office.watched.look() == Looked(opened=1)
    assert (await office.held(), len(await office.world.cases())) == ([], 1)


async def test_a_scan_that_waited_and_is_infected_is_held_for_that(guarded: tuple[Office, Guard]) -> None:
    office, guard = guarded
    guard.down = True
    office.lay("a.pdf", typed(placed(FRENCH)) + EICAR)
    await office.look()
    guard.down = False
    await office.watched.look()
    (row,) = await office.held()
    assert row.problem == "infected"


async def test_attachments_of_mails_wait_for_clamd() -> None:
    world, guard = World(), Guard()
    guard.down = True
    reads = attachments(world, guard=guard)
    (row,) = await world.receive(with_files([typed([])], text=LONG))
    assert await reads.read_waiting() == 0
    assert (await world.row(row.id)).kind == TO_BE_READ
    guard.down = False
    assert await reads.read_waiting() == 1


async def test_an_infected_attachment_is_held() -> None:
    world = World()
    (row,) = await world.receive(with_files([typed([]) + EICAR], text=LONG))
    await attachments(world, guard=Guard()).read_waiting()
    row = await world.row(row.id)
    assert (row.kind, row.problem) == (UNREAD_ATTACHMENT, "infected")


async def test_an_infected_scan_by_mail_is_held(scan_world: World) -> None:
    assert scan_world.clock.now == NOW
    (row,) = await scan_world.receive(scan_mail(typed(placed(FRENCH)) + EICAR))
    await attachments(scan_world, guard=Guard()).read_waiting()
    (held,) = await scan_world.store.inbounds(row.scope, state="held")
    assert (held.channel, held.problem) == ("post", "infected")


def test_a_scan_that_a_person_brings_in_is_looked_at(world: CliWorld) -> None:
    socket = world.folder / "ctl"
    (world.folder / "config.toml").write_text(f'{CONFIG}\n[clamd]\nsocket = "{socket}"\n')
    path = world.folder / "a.pdf"
    path.write_bytes(typed(placed(FRENCH)) + EICAR)
    out = world.run("intake", str(path), "--organisation", "nord")
    assert "clamd does not answer" in out[2]
    with beside(socket):
        out = world.run("intake", str(path), "--organisation", "nord")
    assert "has found a virus in it (Eicar-Test-Signature)" in out[2]
    assert world.references() == []
