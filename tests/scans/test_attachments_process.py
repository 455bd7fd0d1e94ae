"""Pictures attached to mails, read in a process of their own: bombs and broken files are bounded, kills lose none."""

from __future__ import annotations

import asyncio
import io
import struct
import time
import zlib

import pytest
from PIL import Image

from dsarbot.app import App
from dsarbot.desk import by_hand
from dsarbot.desk.ocr import TO_BE_READ, UNREAD_ATTACHMENT
from dsarbot.documents.scanner import ScanReader
from dsarbot.ports import Scope
from dsarbot.scans.attachments import Attachments
from dsarbot.scans.taking import Taking
from dsarbot.service import scanning
from tests.cli.desk_world import World as Instance
from tests.cli.desk_world import world as instance
from tests.desk.world import NORD, ReadHere, World
from tests.documents.letters import FRENCH, drawn, placed, saved
from tests.documents.samples import locked_pdf
from tests.documents.test_raster import HEIC
from tests.scans.office_mail import attachments, with_files
from tests.scans.test_attachments import LONG

__all__ = ["instance"]


def png_bomb() -> bytes:
    """40,000 x 40,000 dots of nothing in some kilobytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    inner = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + inner


def endless_tiff() -> bytes:
    """Its directory is followed by itself."""
    out = io.BytesIO()
    Image.new("1", (1200, 900)).save(out, "TIFF")
    data = bytearray(out.getvalue())
    (directory,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, directory)
    struct.pack_into("<I", data, directory + 2 + 12 * count, directory)
    return bytes(data)


def book(pages: int) -> bytes:
    """A PDF whose pages are all the same one."""
    kids = " ".join(["3 0 R"] * pages)
    return (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        f"2 0 obj<</Type/Pages/Kids[{kids}]/Count {pages}>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n"
    ).encode()


@pytest.mark.parametrize(
    ("data", "whys"),
    [
        (png_bomb(), {"too-large", "broken"}),
        (endless_tiff(), {"too-many-pages"}),
        (book(10_000), {"too-many-pages", "broken"}),
        (locked_pdf(), {"encrypted"}),
        (saved([drawn(placed(FRENCH))], "PDF")[:-20_000], {"broken", "no-text"}),
        (saved([drawn(placed(FRENCH))], "JPEG")[:30_000], {"broken"}),
    ],
)
async def test_no_file_takes_the_service_with_it(data: bytes, whys: set[str]) -> None:
    world = World()
    (row,) = await world.receive(with_files([data], text=LONG))
    assert row.kind == TO_BE_READ
    begun = time.monotonic()
    async with ScanReader() as reader:
        takings = {"nord": Taking(world.desk, world.organisations["nord"], reader)}
        await Attachments(world.desk, world.intake, ReadHere(), reader, takings=takings).read_waiting()
    row = await world.row(row.id)
    assert (row.state, row.kind, row.problem in whys) == ("held", UNREAD_ATTACHMENT, True), row.problem
    assert time.monotonic() - begun < 60


async def test_a_photograph_of_a_phone_is_looked_at() -> None:
    """HEIC is read, or held with its reason; this one shows no letter."""
    world = World()
    (row,) = await world.receive(with_files([HEIC], text="Voir PJ"))
    async with ScanReader() as reader:
        takings = {"nord": Taking(world.desk, world.organisations["nord"], reader)}
        await Attachments(world.desk, world.intake, ReadHere(), reader, takings=takings).read_waiting()
    row = await world.row(row.id)
    assert row.disposition in {"case", "held"}


class Crash(BaseException):
    """The power fails."""


async def test_a_crash_while_reading_repeats_it_and_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    (row,) = await world.receive(with_files([saved([drawn(placed(FRENCH))], "PNG")], text=LONG))

    async def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(world.intake, "look_again", crash)
        with pytest.raises(Crash):
            await attachments(world).read_waiting()
    assert (await world.row(row.id)).kind == TO_BE_READ
    await attachments(world).read_waiting()
    await attachments(world).read_waiting()
    assert len(await world.cases()) == 1


def test_the_service_reads_them_by_itself(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "_PICTURES_PAUSE", 0.01)

    async def serve(app: App) -> None:
        stop, done, reads = asyncio.Event(), asyncio.Event(), app.attachments.read_waiting

        async def read() -> int:
            count = await reads()
            done.set()
            return count

        monkeypatch.setattr(app.attachments, "read_waiting", read)
        row_id = await _kept(app)
        task = asyncio.create_task(scanning.tend_attachments(app, "here", stop))
        async with asyncio.timeout(120):
            await done.wait()
            stop.set()
            await task
        rows = {row.id: row for row in await app.store.inbounds(Scope("nord"))}
        assert rows[row_id].disposition == "case"

    instance.do(serve)
    (reference,) = instance.references()
    assert instance.case(reference).claims[0].right == "access"


async def _kept(app: App) -> str:
    raw = with_files([saved([drawn(placed(FRENCH))], "PNG")], text=LONG).encode()
    row = await by_hand.keep_mail(app.desk, app.organisations["nord"], raw, received_at=app.clock())
    await app.intake.read_now(row)
    (held,) = [each for each in await app.store.inbounds(NORD, state="held") if each.id == row.id]
    assert held.kind == TO_BE_READ
    return row.id
