"""Pictures become pages, whatever turned, packed or blew them up; what no page is costs nothing."""

from __future__ import annotations

import base64
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from dsarbot.documents import pdf, raster
from dsarbot.documents.answer import NotRead
from dsarbot.documents.kinds import pages_in, scan_kind
from dsarbot.reading.pictures import Picture, picture_of
from tests.documents.letters import saved
from tests.documents.samples import docx, paragraph
from tests.documents.samples import pdf as pdf_of

#: A white picture of 96 by 48, with a black rectangle from (8, 8) to (40, 24), as a phone packs it.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERA"
    "AAEAAQAAAAABoQABAAAAAAAAADQAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAA"
    "AHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwYkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAYAAAAEAAAAAoY2xhcAAAAGAAAAABAAAA"
    "MAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAADxtZGF0AAAAMCgBrwtRpYD63QhFZeP+"
    "3XxvsRzRd/kYbUeF0eKrzBHPZzBHGvLP9wQpSS+TKOQ4uQ=="
)


def marked(width: int = 96, height: int = 48) -> Image.Image:
    """White, with a black rectangle on the upper left."""
    page = Image.new("L", (width, height), 255)
    page.paste(0, (8, 8, 40, 24))
    return page


def only(kind: Picture, data: bytes) -> raster.Grey:
    (page,) = raster.of_picture(kind, data)
    return page


def unread(kind: Picture, data: bytes) -> str:
    with pytest.raises(NotRead) as why:
        list(raster.of_picture(kind, data))
    return why.value.unread


def is_marked(page: raster.Grey) -> bool:
    return page.shape == (48, 96) and page[12, 12] < 60 and page[40, 80] > 200


def test_every_kind_is_told_by_its_bytes_and_read() -> None:
    files = {"png": saved([marked()], "PNG"), "jpeg": saved([marked()], "JPEG", quality=95), "heic": HEIC,
             "tiff": saved([marked()], "TIFF")}  # fmt: skip
    assert {picture_of(data) for data in files.values()} == set(files)
    for data in files.values():
        kind = picture_of(data)
        assert kind is not None and is_marked(only(kind, data))
    assert scan_kind(pdf_of("x")) == "pdf"


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg xmlns='x'/>", docx(paragraph("x")), b"PK\3\4", b"BM", b"RIFF"])
def test_anything_else_is_no_scan(data: bytes) -> None:
    assert scan_kind(data) is None


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    on_its_side = marked().transpose(Image.Transpose.ROTATE_90)
    assert is_marked(only("jpeg", saved([on_its_side], "JPEG", quality=95, exif=exif)))


def test_every_page_of_a_tiff() -> None:
    pages = list(raster.of_picture("tiff", saved([marked(), Image.new("L", (60, 70), 255), marked()], "TIFF")))
    assert [page.shape for page in pages] == [(48, 96), (70, 60), (48, 96)]
    assert is_marked(pages[2])


def test_a_fax_is_as_high_as_it_was() -> None:
    """ITU-T T.4: 204 dots an inch across, 98 down."""
    fax = marked(864, 574).convert("1")
    assert only("tiff", saved([fax], "TIFF", compression="group4", dpi=(204, 98))).shape == (1195, 864)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_colours_become_grey_and_what_is_transparent_is_paper(mode: str) -> None:
    deep = Image.fromarray(np.asarray(marked(), dtype=np.uint16) * 257)
    picture = deep if mode == "I;16" else marked().convert(mode)
    if mode in ("RGBA", "LA"):
        picture.putalpha(marked().point(lambda level: 255 - level))
    assert is_marked(only("png", saved([picture], "PNG")))


def test_a_large_photograph_is_made_smaller() -> None:
    assert max(only("jpeg", saved([Image.new("L", (6000, 4500), 200)], "JPEG")).shape) == 3400


# --- bombs ------------------------------------------------------------------------------------------------------


def png_bomb(side: int) -> bytes:
    """Some bytes that unfold to a picture of side x side."""
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packed = zlib.compress(bytes(min(side * (side // 8 + 1), 4_000_000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [12_000, 60_000, 2_000_000_000])
def test_a_small_file_of_a_huge_picture_is_not_unfolded(side: int) -> None:
    began = time.process_time()
    assert unread("png", png_bomb(side)) == "too-large"
    assert time.process_time() - began < 1


def test_a_huge_photograph_is_not_decoded() -> None:
    data = bytearray(saved([Image.new("L", (64, 64), 128)], "JPEG"))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", 65_000, 65_000)
    assert unread("jpeg", bytes(data)) == "too-large"


@pytest.mark.parametrize("kind", ["png", "jpeg", "tiff", "heic"])
def test_what_is_cut_off_is_broken(kind: Picture) -> None:
    whole = HEIC if kind == "heic" else saved([marked(400, 400)], kind.upper())
    assert unread(kind, whole[: len(whole) // 2]) == "broken"


def test_a_page_of_no_size_is_broken() -> None:
    assert unread("png", saved([Image.new("L", (5000, 2), 255)], "PNG")) == "broken"


def test_a_tiff_that_points_at_itself_has_too_many_pages() -> None:
    data = bytearray(saved([marked()], "TIFF"))
    (place,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, place)
    struct.pack_into("<I", data, place + 2 + 12 * entries, place)
    assert pages_in(bytes(data), 300) == 301
    assert pages_in(saved([marked()] * 3, "TIFF"), 300) == 3
    assert pages_in(b"II*\0\xff\xff\xff\x7f", 300) == 1
    assert pages_in(b"\x89PNG", 300) == 1


@pytest.mark.parametrize(
    ("box", "size"), [("0 0 595 842", (1652, 2338)), ("0 0 14400 14400", (3400, 3400)), ("0 0 14400 144", (3400, 34))]
)
def test_a_pdf_page_is_never_larger_than_a_large_sheet(box: str, size: tuple[int, int]) -> None:
    with pdf.opened(pdf_of("x").replace(b"0 0 595 842", box.encode())) as document:
        height, width = raster.of_pdf(document[0]).shape
    assert abs(width - size[0]) <= 2 and abs(height - size[1]) <= 2


def test_the_boxes_of_a_turned_page_are_those_of_what_is_seen() -> None:
    raw = pdf_of("words on a turned page").replace(b"/MediaBox", b"/Rotate 90 /MediaBox")
    with pdf.opened(raw) as document:
        grey = raster.of_pdf(document[0])
        (piece,) = pdf.layer(document[0], grey.shape[1], grey.shape[0])
    left, top, right, bottom = piece.box
    dark = np.argwhere(grey < 128)
    assert (dark.min(axis=0) >= (top - 4, left - 4)).all() and (dark.max(axis=0) <= (bottom + 4, right + 4)).all()
