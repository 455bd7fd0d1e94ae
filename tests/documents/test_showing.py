"""Pages of a scan as pictures, made in the process that holds no key."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from dsarbot.documents import copier as copying
from dsarbot.documents import showing
from dsarbot.documents.answer import NotRead
from dsarbot.documents.copier import Copier
from dsarbot.documents.copying import Ended, Shown, said_bytes, said_of
from tests.documents.letters import FRENCH, drawn, placed, saved, typed
from tests.documents.samples import locked_pdf


def size(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        assert not image.getexif()
        return image.size


async def test_each_page_is_shown_by_the_process_without_keys() -> None:
    stack = typed(placed(FRENCH), placed("Second page"))
    tiff = saved([drawn(placed("One")), drawn(placed("Two")), drawn(placed("Three"))], "TIFF")
    async with Copier() as copier:
        assert await copier.page(stack, 0, 400) == (2, b"")
        count, picture = await copier.page(stack, 2, 400)
        assert (count, max(size(picture))) == (2, 400)
        count, picture = await copier.page(tiff, 3, 400)
        assert (count, max(size(picture))) == (3, 400)
        for bad, number, why in (
            (locked_pdf(), 1, "encrypted"),
            (stack, 3, "broken"),
            (tiff, 4, "broken"),
            (b"MZ no scan", 1, "unsupported"),
            (b"%PDF-1.4 nothing follows", 1, "broken"),
        ):
            with pytest.raises(NotRead) as found:
                await copier.page(bad, number, 400)
            assert found.value.unread == why


async def test_what_is_too_large_is_not_sent_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "MOST_SCAN", 10)
    async with Copier() as copier:
        with pytest.raises(NotRead, match="too-large"):
            await copier.page(typed(placed(FRENCH)), 1, 400)
        assert copier.pid is None


def test_a_stack_is_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "MOST_PAGES", 1)
    with pytest.raises(NotRead, match="too-many-pages"):
        showing.show("pdf", typed(placed("One"), placed("Two")), 1, 400)
    png = saved([drawn(placed("One"))], "PNG")
    assert showing.show("png", png, 0, 400) == (1, b"")


def test_what_is_said_of_a_page_crosses_the_pipe() -> None:
    for said in (Shown(count=3), Shown(unread="encrypted"), Ended(unread="broken")):
        assert said_of(said_bytes(said)) == said
