"""Scan-to-mail: what the office scanner sends goes the road of the watched folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dsarbot.desk.ocr import FROM_THE_SCANNER
from dsarbot.documents.pages import Scan
from dsarbot.documents.sheet import pdf as sheet
from dsarbot.ports import Scope
from dsarbot.settings.mail import MailboxSettings
from dsarbot.wiring.mailboxes import mailbox_info
from tests.desk.test_ocr_sender import INSIDE, OUTSIDE
from tests.desk.world import World
from tests.documents.letters import ENGLISH, FRENCH, GERMAN, drawn, placed, rastered, saved, typed
from tests.documents.samples import locked_pdf
from tests.scans.office_mail import Reads, attachments, with_files
from tests.scans.test_attachments import picture

NOW = datetime(2026, 2, 21, 9, tzinfo=UTC)
COPIER = "Copier 2nd floor <Copier@nord.example.org>"


@pytest.fixture
def world() -> World:
    made = World()
    made.clock.now = NOW
    made.boxes["nord"] = replace(made.boxes["nord"], scan_senders=frozenset({"copier@nord.example.org"}))
    made.intake._boxes = made.boxes
    return made


def scan_mail(*files: bytes, subject: str = "Scan from copier", headers: str = INSIDE) -> str:
    return with_files(files, text="Sent by the copier", sender=COPIER, subject=subject, headers=headers)


async def test_a_scan_by_mail_is_a_letter_by_post(world: World) -> None:
    (row,) = await world.receive(scan_mail(picture(400, 100, "PNG"), typed(placed(FRENCH))))
    assert (row.state, row.kind) == ("held", FROM_THE_SCANNER)
    assert await attachments(world).read_waiting() == 1
    (case,) = await world.cases()
    assert (case.channel, case.person.name, case.person.address) == ("post", "Camille Lefèvre", "")
    # Nobody knows when it came: the day it was written counts, and somebody is asked.
    assert case.claims[0].received_at == datetime(2026, 2, 2, 23, tzinfo=UTC)
    assert "receipt-unsure" in {each.kind for each in case.proposals}
    # The mail is kept like any; it is done.
    row = await world.row(row.id)
    assert (row.disposition, row.safe_due) == ("automatic", None)
    assert await world.store.vault.open_all(row.scope, row.objects)


@pytest.mark.parametrize(
    "subject", ["received 2026-02-19 registered RK123456785FR", "Scan reçu le 2026-02-19 recommandé RK123456785FR"]
)
async def test_the_subject_says_when_it_came(world: World, subject: str) -> None:
    await world.receive(scan_mail(typed(placed(GERMAN)), subject=subject))
    await attachments(world).read_waiting()
    (case,) = await world.cases()
    assert case.claims[0].received_at == datetime(2026, 2, 18, 23, tzinfo=UTC)
    assert "receipt-unsure" not in {each.kind for each in case.proposals}
    (letter,) = [each for each in await world.store.inbounds(case_scope(world)) if each.channel == "post"]
    assert b"RK123456785FR" in bytes(await world.store.vault.open(letter.scope, letter.objects[1]))


def case_scope(world: World) -> Scope:
    return world.organisations["nord"].scope


@pytest.mark.parametrize("subject", ["received 2026-02-30", "received 2026-02-22"])
async def test_a_day_that_cannot_be_is_a_question(world: World, subject: str) -> None:
    await world.receive(scan_mail(typed(placed(GERMAN)), subject=subject))
    await attachments(world).read_waiting()
    (case,) = await world.cases()
    assert "receipt-unsure" in {each.kind for each in case.proposals}


async def test_a_stack_by_mail_is_parted(world: World) -> None:
    pages = [drawn(placed(ENGLISH)), rastered(sheet()), drawn(placed(GERMAN))]
    await world.receive(scan_mail(saved(pages, "TIFF", compression="tiff_lzw")))
    await attachments(world).read_waiting()
    names = sorted(case.person.name for case in await world.cases())
    assert names == ["Jürgen Weißmüller", "Rosalind Achterberg"]


async def test_who_only_writes_its_address_is_held(world: World) -> None:
    (row,) = await world.receive(scan_mail(typed(placed(FRENCH)), headers=OUTSIDE))
    assert (row.state, row.kind, row.problem) == ("held", FROM_THE_SCANNER, "not-proved")
    assert row.safe_due is not None
    assert await attachments(world).read_waiting() == 0
    assert await world.cases() == []


async def test_without_a_letter_in_it_a_person_looks(world: World) -> None:
    (row,) = await world.receive(scan_mail(b"PK\x03\x04 something else"))
    reads = attachments(world)
    await reads.read_waiting()
    row = await world.row(row.id)
    assert (row.state, row.problem) == ("held", "no-letter")
    assert await reads.read_waiting() == 0


async def test_what_nobody_can_read_is_held_by_itself(world: World) -> None:
    (row,) = await world.receive(scan_mail(locked_pdf(), typed(placed(ENGLISH))))
    await attachments(world).read_waiting()
    assert len(await world.cases()) == 1
    (held,) = await world.store.inbounds(row.scope, state="held")
    assert (held.channel, held.problem) == ("post", "encrypted")


class Crash(BaseException):
    """The power fails."""


async def test_a_crash_between_two_letters_doubles_nothing(world: World) -> None:
    class Fails(Reads):
        async def read(self, data: bytes, *rest: object, **named: object) -> Scan:
            if self.reads == 1:
                raise Crash
            return await super().read(data)

    (row,) = await world.receive(scan_mail(typed(placed(FRENCH)), typed(placed(GERMAN))))
    with pytest.raises(Crash):
        await attachments(world, Fails()).read_waiting()
    assert len(await world.cases()) == 1
    await attachments(world).read_waiting()
    assert len(await world.cases()) == 2
    assert (await world.row(row.id)).state == "settled"


async def test_other_mail_of_that_domain_is_no_scan(world: World) -> None:
    (row,) = await world.receive(with_files([], text="Bonjour", sender="paul@nord.example.org", headers=INSIDE))
    assert row.kind != FROM_THE_SCANNER


def test_the_addresses_come_from_the_configuration() -> None:
    settings = MailboxSettings(
        key="nord",
        host="imap.nord.example.org",
        user="dpo",
        password_env="PASSWORD",
        organisations=("nord",),
        scan_senders=("Copier@Nord.example.org",),
    )
    assert mailbox_info(settings).scan_senders == frozenset({"copier@nord.example.org"})
