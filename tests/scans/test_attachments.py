"""practice 3: attachments speak, also those that are pictures. They are read after their mail was taken in."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from dsarbot.core.case import Status
from dsarbot.desk.ocr import TO_BE_READ, UNREAD_ATTACHMENT
from dsarbot.documents import scan
from dsarbot.documents.pages import Page, Scan
from dsarbot.documents.scanner import Progress
from tests.desk.world import ACCESS, ORDINARY, World
from tests.documents.letters import (
    ENGLISH,
    FRENCH,
    GERMAN,
    drawn,
    photographed,
    placed,
    saved,
    scanned,
)
from tests.documents.samples import locked_pdf
from tests.scans.office_mail import Reads, attachments, with_files

LONG = "Bonjour, vous trouverez ci-joint un courrier que je vous adresse. Avec mes salutations, Jeanne Martin"
INVOICE = """\
Muster Druck GmbH
Industriestraße 7
66111 Saarbrücken

Rechnung Nummer 1009 vom 2. Februar 2026

Wir berechnen Ihnen für die Lieferung von Papier und Umschlägen in der
Woche vom 26. Januar den Betrag von 118,40 Euro. Bitte überweisen Sie den
Betrag innerhalb von 14 Tagen auf das unten genannte Konto. Vielen Dank für
Ihren Auftrag und mit freundlichen Grüßen"""


@pytest.fixture
def world() -> World:
    return World()


def jpeg(image: Image.Image) -> bytes:
    return saved([image], "JPEG", quality=80)


def picture(width: int, height: int, form: str = "JPEG") -> bytes:
    """Colours that flow into each other, as in a photograph of no letter."""
    image = Image.radial_gradient("L").resize((width, height))
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "right"),
    [
        (jpeg(drawn(placed(FRENCH))), "access"),
        (saved([scanned(drawn(placed(GERMAN)))], "PDF"), "erasure"),
        (saved([drawn(placed(ENGLISH))], "TIFF"), "access"),
    ],
)
@pytest.mark.parametrize("text", ["Voir PJ", LONG])
async def test_a_letter_in_a_picture_becomes_a_case(world: World, data: bytes, right: str, text: str) -> None:
    (row,) = await world.receive(with_files([data], text=text))
    # First without: held, with a date, because a period may be running.
    assert (row.state, row.kind, await world.cases()) == ("held", TO_BE_READ, [])
    assert row.safe_due is not None
    assert await attachments(world).read_waiting() == 1
    (case,) = await world.cases()
    assert right in {claim.right for claim in case.claims}
    assert (case.person.address, case.channel) == ("jeanne@example.org", "mail")
    assert case.claims[0].received_at == row.received_at
    assert (await world.row(row.id)).disposition == "case"


async def test_a_picture_of_something_else_is_ordinary_once_it_is_read(world: World) -> None:
    (row,) = await world.receive(with_files([jpeg(drawn(placed(INVOICE)))]))
    reads = attachments(world)
    await reads.read_waiting()
    assert (await world.row(row.id)).disposition == "ordinary"
    assert await reads.read_waiting() == 0


async def test_a_photograph_by_hand_is_read(world: World) -> None:
    (row,) = await world.receive(with_files([jpeg(photographed(drawn(placed(FRENCH))))], text="", inline=True))
    await attachments(world).read_waiting()
    (case,) = await world.cases()
    assert case.claims[0].right == "access"
    assert (await world.row(row.id)).kind == "request"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (locked_pdf(), "encrypted"),
        (b"%PDF-1.7 broken", "broken"),
        (picture(1200, 900), "no-text"),
    ],
)
async def test_what_cannot_be_read_is_held_for_a_person(world: World, data: bytes, why: str) -> None:
    (row,) = await world.receive(with_files([data], text=LONG))
    await attachments(world).read_waiting()
    row = await world.row(row.id)
    assert (row.state, row.kind, row.problem) == ("held", UNREAD_ATTACHMENT, why)
    assert row.safe_due is not None


@pytest.mark.parametrize("data", [locked_pdf(), picture(1200, 900)])
async def test_with_no_words_of_its_own_it_is_a_case_to_be_confirmed(world: World, data: bytes) -> None:
    await world.receive(with_files([data]))
    await attachments(world).read_waiting()
    (case,) = await world.cases()
    assert case.claims[0].status == Status.UNCONFIRMED
    assert case.claims[0].because[0].startswith("unread content: ")


async def test_without_ocr_the_mail_is_held(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_LIBRARIES", ("a_library_that_nobody_has",))
    (row,) = await world.receive(with_files([jpeg(drawn(placed(FRENCH)))], text=LONG))
    await attachments(world).read_waiting()
    row = await world.row(row.id)
    assert (row.kind, row.problem) == (UNREAD_ATTACHMENT, "no-ocr")


class Says(Reads):
    """Answers what it is told to."""

    def __init__(self, said: Scan) -> None:
        super().__init__()
        self.said = said

    async def read(self, data: bytes, progress: Progress = lambda _: None, *, most: int = 300) -> Scan:
        self.reads += 1
        return self.said


@pytest.mark.parametrize("how", ["cut", "garbage"])
async def test_what_was_read_in_part_or_badly_is_never_ordinary(world: World, how: str) -> None:
    *pages, _ = scan.read("jpeg", jpeg(drawn(placed(INVOICE))))
    page = pages[0]
    assert isinstance(page, Page)
    if how == "garbage":
        page = replace(page, pieces=tuple(replace(each, text="xq zvw " * 9, confidence=0.6) for each in page.pieces))
    (row,) = await world.receive(with_files([picture(1200, 900)], text=LONG))
    await attachments(world, Says(Scan(pages=(page,), count=30, cut=how == "cut"))).read_waiting()
    row = await world.row(row.id)
    assert (row.kind, row.problem) == (UNREAD_ATTACHMENT, "too-many-pages" if how == "cut" else "hardly-legible")


@pytest.mark.parametrize(
    ("data", "inline"),
    [
        (picture(1, 1, "PNG"), True),
        (picture(600, 140), False),
        (picture(400, 300), True),
        (saved([Image.new("L", (2000, 1000), 255)], "PNG"), True),
    ],
)
async def test_logos_and_tracking_pixels_are_not_read(world: World, data: bytes, inline: bool) -> None:
    (row,) = await world.receive(with_files([data], text=ORDINARY, inline=inline))
    assert row.disposition == "ordinary"


async def test_a_picture_in_the_text_that_shows_no_letter_is_none(world: World) -> None:
    (row,) = await world.receive(with_files([picture(1600, 1200, "PNG")], text=ORDINARY, inline=True))
    assert row.kind == TO_BE_READ
    await attachments(world).read_waiting()
    assert (await world.row(row.id)).disposition == "ordinary"


async def test_whoever_asks_in_words_is_answered_at_once(world: World) -> None:
    (row,) = await world.receive(with_files([picture(1200, 900)], text=ACCESS))
    assert row.disposition == "case"
    reader = Says(Scan())
    assert await attachments(world, reader).read_waiting() == 0
    assert reader.reads == 0


async def test_other_mails_do_not_wait_for_a_picture(world: World) -> None:
    first, second = await world.receive(with_files([picture(1200, 900)], text=LONG), with_files([], text=ACCESS))
    assert (first.kind, second.disposition) == (TO_BE_READ, "case")


async def test_each_company_reads_its_own_copy(world: World) -> None:
    data = jpeg(drawn(placed(FRENCH)))
    raw = with_files([data]).replace("To: dpo@nord.example.org", "To: dpo@nord.example.org, dpo@sud.example.org")
    await world.receive(raw, box="shared")
    assert await attachments(world).read_waiting() == 2
    assert [len(await world.cases(each.scope)) for each in world.organisations.values()] == [1, 1]


async def test_a_mail_that_was_destroyed_meanwhile_waits_no_longer(world: World) -> None:
    (row,) = await world.receive(with_files([picture(1200, 900)], text=LONG))
    await world.store.vault.destroy(row.scope, row.objects, rule="test", actor="test")
    reads = attachments(world)
    await reads.read_waiting()
    assert (await world.row(row.id)).kind == "unreadable"
    assert await reads.read_waiting() == 0


async def test_twelve_pictures_are_read_and_a_person_looks_at_the_rest(world: World) -> None:
    files = [picture(1200 + number, 900) for number in range(14)]
    *pages, _ = scan.read("jpeg", jpeg(drawn(placed(INVOICE))))
    reader = Says(Scan(pages=tuple(each for each in pages if isinstance(each, Page)), count=1))
    (row,) = await world.receive(with_files(files, text=LONG))
    await attachments(world, reader).read_waiting()
    assert reader.reads == 12
    assert (await world.row(row.id)).problem == "too-many-files"
