"""How large a picture is, by its own words; whatever else stands in the file, that takes no time."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image

from dsarbot.reading.pictures import picture_of, size_of
from tests.documents.test_raster import HEIC


def saved(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("L", (320, 200), 255).save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        saved("PNG"),
        saved("JPEG"),
        saved("JPEG", progressive=True, comment=b"x" * 60_000),
        saved("JPEG").replace(b"\xff\xdb", b"\xff\xff\xff\xdb", 1),
        saved("TIFF"),
        saved("TIFF", compression="tiff_lzw"),
    ],
)
def test_a_picture_says_how_large_it_is(data: bytes) -> None:
    assert size_of(data) == (320, 200)


def test_a_phone_s_picture_too() -> None:
    """It is coded a little larger than it is shown."""
    with Image.open(io.BytesIO(HEIC)) as image:
        shown = max(image.size)
    assert shown <= max(size_of(HEIC)) <= 2 * shown


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"\xff\xd8\xff",
        saved("JPEG")[:40],
        b"\x89PNG\r\n\x1a\n\0\0",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        b"\0\0\0\x18ftypheic" + b"ispe",
    ],
)
def test_what_says_nothing_has_no_size(data: bytes) -> None:
    assert size_of(data) == (0, 0)


LONG = b"\xff" * 16_000_000


@pytest.mark.parametrize("data", [b"\xff\xd8\xff" + b"\x01\xff" * 8_000_000, LONG, b"\xff\xd8" + LONG])
def test_no_file_takes_long(data: bytes) -> None:
    begun = time.process_time()
    assert size_of(data) == (0, 0)
    assert picture_of(data) in {"jpeg", None}
    assert time.process_time() - begun < 0.1
