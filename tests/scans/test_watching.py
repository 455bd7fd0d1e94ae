"""The road of a letter on paper: from the folder to a case, once; what nobody can read is held, its clock running."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from dsarbot.core.case import Person, Status
from dsarbot.desk import by_hand
from dsarbot.documents import cutting, scan
from dsarbot.documents.answer import NotRead
from dsarbot.documents.kinds import scan_kind
from dsarbot.documents.pages import End, Page, Scan
from dsarbot.documents.scanner import Progress
from dsarbot.documents.sheet import pdf as sheet
from dsarbot.ports import InboundRow
from dsarbot.scans.folder import Folder
from dsarbot.scans.taking import Taking
from dsarbot.scans.watching import Looked, Watched
from tests.desk.world import NORD, World
from tests.documents.letters import ENGLISH, FRENCH, GERMAN, Placed, drawn, placed, rastered, saved, typed
from tests.documents.samples import locked_pdf

#: Eighteen days after the French letter was written.
NOW = datetime(2026, 2, 21, 9, tzinfo=UTC)


class ReadHere:
    """Reads scans in this process; tests/documents has the process of their own."""

    def __init__(self) -> None:
        self.reads = 0

    async def read(self, data: bytes, progress: Progress = lambda _: None) -> Scan:
        self.reads += 1
        kind = scan_kind(data)
        if kind is None:
            return Scan(unread="unsupported")
        *pages, end = scan.read(kind, data)
        assert isinstance(end, End)
        found = tuple(each for each in pages if isinstance(each, Page))
        return Scan(pages=found, count=end.count, unread=end.unread, cut=end.cut)

    async def part(self, data: bytes, first: int, last: int) -> bytes:
        kind = scan_kind(data)
        assert kind is not None
        return cutting.cut(kind, data, first, last)


class Office:
    """A desk, a folder, and somebody with a scanner."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        self.world.clock.now = NOW
        self.folder = folder
        self.reader = ReadHere()
        self.start()

    def start(self) -> None:
        """The service begins anew."""
        taking = Taking(self.world.desk, self.world.organisations["nord"], self.reader)
        self.watched = Watched(Folder(self.folder), taking)

    def lay(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)

    async def look(self) -> Looked:
        """Twice: what looks the same is taken in."""
        await self.watched.look()
        return await self.watched.look()

    def names(self, where: str = "") -> set[str]:
        place = self.folder / where
        return {each.name for each in place.iterdir() if each.is_file()} if place.exists() else set()

    async def held(self) -> Sequence[InboundRow]:
        return await self.world.store.inbounds(NORD, state="held")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


async def test_a_scan_becomes_a_case(office: Office) -> None:
    raw = typed(placed(FRENCH))
    office.lay("Scan0001.pdf", raw)
    assert await office.watched.look() == Looked(waiting=1)
    assert await office.watched.look() == Looked(opened=1)
    (case,) = await office.world.cases()
    assert (case.channel, case.language, case.automatic_blocked) == ("post", "fr", "on-paper")
    assert case.person == Person(
        name="Camille Lefèvre", postal=("Camille Lefèvre", "12, rue des Érables", "54400 Longwy", "France")
    )
    (claim,) = case.claims
    assert (claim.right, claim.status) == ("access", Status.UNCONFIRMED)
    # Nobody knows when it came: the day it was written counts, and somebody is asked.
    assert claim.received_at == datetime(2026, 2, 2, 23, tzinfo=UTC)
    assert {each.kind for each in case.proposals} == {"receipt-unsure", "read-by-machine"}
    (row,) = await office.world.store.inbounds(NORD)
    original, notes = await office.world.store.vault.open_all(NORD, row.objects)
    assert bytes(original) == raw
    assert "demande d'accès" in bytes(notes).decode()
    assert (office.names(), office.names("done")) == (set(), {"Scan0001.pdf"})


async def test_the_file_beside_it_says_when_it_came(office: Office) -> None:
    office.lay("a.pdf", typed(placed(GERMAN)))
    office.lay("a.toml", b'received = 2026-02-19\nregistered = "RK123456785FR"\n')
    await office.look()
    (case,) = await office.world.cases()
    assert case.claims[0].received_at == datetime(2026, 2, 18, 23, tzinfo=UTC)
    assert [each.kind for each in case.proposals] == ["read-by-machine"]
    (row,) = await office.world.store.inbounds(NORD)
    assert b"Registered mail: RK123456785FR" in bytes(await office.world.store.vault.open(NORD, row.objects[1]))
    assert office.names("done") == {"a.pdf", "a.toml"}


@pytest.mark.parametrize("side", [b"received = someday", b"received = 2026-02-22", b""])
async def test_a_letter_does_not_wait_for_a_side_file_that_is_wrong(office: Office, side: bytes) -> None:
    office.lay("a.pdf", typed(placed(GERMAN)))
    office.lay("a.toml", side)
    assert (await office.look()).opened == 1
    (case,) = await office.world.cases()
    assert "receipt-unsure" in {each.kind for each in case.proposals}
    assert office.names("done") == {"a.pdf"}
    assert office.names("held") == {"a.toml", "a.toml.txt"}


async def test_a_stack_becomes_a_case_for_each_letter(office: Office) -> None:
    pages = [drawn(placed(ENGLISH)), rastered(sheet()), drawn(placed(GERMAN)), rastered(sheet())]
    office.lay("stack.tif", saved(pages, "TIFF", compression="tiff_lzw"))
    assert await office.look() == Looked(opened=2)
    cases = await office.world.cases()
    assert sorted(case.person.name for case in cases) == ["Jürgen Weißmüller", "Rosalind Achterberg"]
    assert {"access", "erasure"} <= {claim.right for case in cases for claim in case.claims}
    # Each has its own pages as its original, and nothing of the other's.
    for row in await office.world.store.inbounds(NORD):
        original, notes = (bytes(each) for each in await office.world.store.vault.open_all(NORD, row.objects))
        *found, _ = scan.read("tiff", original)
        assert len(found) == 1 and isinstance(found[0], Page)
        assert (b"Achterberg" in notes) != ("Weißmüller".encode() in notes)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("locked.pdf", locked_pdf(), "encrypted"),
        ("broken.pdf", b"%PDF-1.4 nothing", "broken"),
        ("holiday.gif", b"GIF89a", "unsupported"),
        ("empty.png", saved([Image.new("L", (300, 300), 255)], "PNG"), "no-text"),
    ],
)
async def test_what_nobody_can_read_is_kept_and_held(office: Office, name: str, data: bytes, why: str) -> None:
    office.lay(name, data)
    assert await office.look() == Looked(held=1)
    (row,) = await office.held()
    assert (row.kind, row.problem, row.channel) == ("unreadable", why, "post")
    # practice 4: the clock runs all the same.
    assert row.safe_due is not None and row.safe_due <= date(2026, 3, 23)
    assert bytes(await office.world.store.vault.open(NORD, row.objects[0])) == data
    assert office.names("held") == {name, f"{name}.txt"}
    assert "dsarbot intake --list" in (office.folder / "held" / f"{name}.txt").read_text()
    assert await office.world.cases() == []
    # Laid into the folder again, it is the same.
    office.lay(name, data)
    await office.look()
    assert len(await office.held()) == 1


async def test_an_empty_file_is_not_kept(office: Office) -> None:
    office.lay("a.pdf", b"")
    assert await office.look() == Looked(held=1)
    assert await office.world.store.inbounds(NORD) == []
    assert "empty" in (office.folder / "held" / "a.pdf.txt").read_text()


async def test_a_stack_that_cannot_be_parted_is_held(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(data: bytes, first: int, last: int) -> bytes:
        raise NotRead("too-long")

    monkeypatch.setattr(office.reader, "part", fail)
    office.lay("a.pdf", typed(placed(ENGLISH), [], placed(GERMAN)))
    found = await office.reader.read((office.folder / "a.pdf").read_bytes())
    parted = replace(found, pages=(found.pages[0], replace(found.pages[1], separator=True), found.pages[2]))

    async def read(data: bytes, progress: Progress = lambda _: None) -> Scan:
        return parted

    monkeypatch.setattr(office.reader, "read", read)
    assert await office.look() == Looked(held=1)
    (row,) = await office.held()
    assert row.problem == "too-long"


async def test_without_ocr_a_picture_is_a_letter_for_a_person(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_LIBRARIES", ("a_library_that_nobody_has",))
    office.lay("a.png", saved([drawn(placed(FRENCH))], "PNG"))
    assert await office.look() == Looked(opened=1)
    (case,) = await office.world.cases()
    assert (case.person, case.claims[0].because) == (Person(), ("not read yet",))
    assert case.claims[0].received_at == NOW


async def test_a_stamp_says_when_it_came(office: Office) -> None:
    office.lay("a.pdf", typed([*placed(FRENCH), Placed(330, 30, "REÇU LE 9 FÉVRIER 2026", 14)]))
    await office.look()
    (case,) = await office.world.cases()
    assert case.claims[0].received_at == datetime(2026, 2, 8, 23, tzinfo=UTC)


@pytest.mark.parametrize(("days", "counted"), [(5, 5), (45, 0)])
async def test_a_scan_that_lay_while_the_service_stood_still(office: Office, days: int, counted: int) -> None:
    """The day of the scan counts, not the day on which somebody looked; an old file was copied from somewhere."""
    office.lay("a.pdf", typed([Placed(62, 100, "I request a copy of all my personal data under Article 15 GDPR.")]))
    written = (NOW - timedelta(days=days)).timestamp()
    os.utime(office.folder / "a.pdf", (written, written))
    await office.look()
    (case,) = await office.world.cases()
    assert case.claims[0].received_at == NOW - timedelta(days=counted)
    assert "receipt-unsure" in {each.kind for each in case.proposals}


# --- crashes ----------------------------------------------------------------------------------------------------


class Crash(BaseException):
    """The power fails."""


async def test_a_crash_before_the_file_moves_doubles_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise Crash

    office.lay("a.pdf", typed(placed(FRENCH)))
    with monkeypatch.context() as broken:
        broken.setattr(Folder, "done", crash)
        with pytest.raises(Crash):
            await office.look()
    office.start()
    await office.look()
    assert len(await office.world.cases()) == 1
    assert office.names("done") == {"a.pdf"}


async def test_a_crash_between_keeping_and_opening_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object, **__: object) -> None:
        raise Crash

    office.lay("a.pdf", typed(placed(FRENCH)))
    with monkeypatch.context() as broken:
        broken.setattr(by_hand, "open_scan", crash)
        with pytest.raises(Crash):
            await office.look()
    (row,) = await office.held()
    assert row.kind == "being-read" and row.safe_due is not None
    office.start()
    await office.look()
    (case,) = await office.world.cases()
    assert case.person.name == "Camille Lefèvre"
    assert len(await office.world.store.inbounds(NORD)) == 1 and await office.held() == []


async def test_a_crash_within_a_stack_opens_the_rest(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    original, count = by_hand.open_scan, 0

    async def crash(*arguments: object, **named: object) -> object:
        nonlocal count
        count += 1
        if count == 2:
            raise Crash
        return await original(*arguments, **named)  # type: ignore[arg-type]

    pages = [drawn(placed(ENGLISH)), rastered(sheet()), drawn(placed(GERMAN))]
    office.lay("stack.tif", saved(pages, "TIFF", compression="tiff_lzw"))
    with monkeypatch.context() as broken:
        broken.setattr(by_hand, "open_scan", crash)
        with pytest.raises(Crash):
            await office.look()
    office.start()
    await office.look()
    names = sorted(case.person.name for case in await office.world.cases())
    assert names == ["Jürgen Weißmüller", "Rosalind Achterberg"]


async def test_the_same_letter_twice_is_two_letters(office: Office) -> None:
    """Two files are two things on the desk of a person, who may merge them; a file is never swallowed."""
    for name in ("a.pdf", "b.pdf"):
        office.lay(name, typed(placed(FRENCH)))
    assert (await office.look()).opened == 2
    assert len(await office.world.cases()) == 2


async def test_a_file_that_grows_is_left_alone(office: Office) -> None:
    office.lay("a.pdf", typed(placed(FRENCH))[:500])
    await office.watched.look()
    office.lay("a.pdf", typed(placed(FRENCH)))
    assert await office.watched.look() == Looked(waiting=1)
    os.utime(office.folder / "a.pdf", ns=(1, 1))
    assert await office.watched.look() == Looked(waiting=1)
    assert await office.watched.look() == Looked(opened=1)
    assert office.reader.reads == 1


async def test_a_file_that_may_not_be_moved_is_not_read_again_and_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    office.lay("a.pdf", typed(placed(FRENCH)))
    with monkeypatch.context() as refused:
        refused.setattr(Folder, "done", refuse)
        for _ in range(4):
            await office.look()
    assert (office.reader.reads, len(await office.world.cases())) == (1, 1)
    office.start()
    await office.look()
    assert (office.names("done"), len(await office.world.cases())) == ({"a.pdf"}, 1)


async def test_a_file_that_somebody_takes_away_stops_no_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.lay("a.pdf", typed(placed(FRENCH)))
    office.lay("b.pdf", typed(placed(GERMAN)))
    await office.watched.look()
    both = office.watched._folder.look()
    (office.folder / "a.pdf").unlink()
    monkeypatch.setattr(office.watched._folder, "look", lambda: both)
    assert (await office.watched.look()).opened == 1
    assert office.names("done") == {"b.pdf"}
