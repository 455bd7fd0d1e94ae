"""Mails with weak signs of a machine: what a person may mean by them is seen by a person, the rest is set aside."""

from __future__ import annotations

import pytest

from tests.desk.world import ACCESS, ORDINARY, World, mail
from tests.reading.automatic_samples import Item, items

FORM = "Auto-Submitted: auto-generated\r\n"
PERHAPS = [item for item in items("persons") if item.expected["kind"] == "perhaps"]
AWAY = [item for item in PERHAPS if item.name.startswith("away-but-asking")]
PERSONS = [item for item in PERHAPS if item not in AWAY]


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("item", PERSONS, ids=lambda item: item.name)
async def test_a_right_in_its_words_is_held_and_dated(world: World, item: Item) -> None:
    (row,) = await world.receive(item.raw.decode())
    assert row.disposition == "held"
    assert row.safe_due
    assert await world.deliver() == []


@pytest.mark.parametrize("item", AWAY, ids=lambda item: item.name)
async def test_who_is_away_and_asks_clearly_is_a_person(world: World, item: Item) -> None:
    (row,) = await world.receive(item.raw.decode())
    assert row.disposition == "case"


async def test_an_absence_beside_a_clear_request_makes_no_machine_of_a_person(world: World) -> None:
    text = f"{ACCESS}\nMy old log-in no longer works, please contact me by mail."
    (row,) = await world.receive(mail(text))
    assert row.disposition == "case"
    (case,) = await world.cases()
    assert [letter.automatic for letter in case.letters] == [True]


async def test_without_a_right_it_is_set_aside(world: World) -> None:
    (row,) = await world.receive(mail(ORDINARY, headers=FORM))
    assert (row.disposition, row.kind) == ("automatic", "auto-reply")


async def test_a_mere_tone_of_asking_is_nothing_where_a_machine_seems_to_speak(world: World) -> None:
    headers = "Return-Path: <>\r\nPrecedence: bulk\r\n"
    text = "I will endeavour to reply as soon as possible."
    (row,) = await world.receive(mail(text, subject="Thank you for your e-mail", headers=headers))
    assert (row.disposition, row.kind) == ("automatic", "auto-reply")
    assert await world.cases() == []


async def test_an_answer_sent_through_a_tool_reaches_its_case(world: World) -> None:
    await world.receive(mail(ACCESS))
    await world.deliver()
    headers = "X-Auto-Response-Suppress: All\r\nIn-Reply-To: <1@nord.example.org>\r\n"
    (row,) = await world.receive(mail("Mon numéro de client est 4711.", headers=headers))
    (case,) = await world.cases()
    assert (row.disposition, row.case) == ("case", case.id)
    assert len(await world.deliver()) == 1


async def test_a_file_that_nobody_can_read_is_never_set_aside(world: World) -> None:
    raw = (
        "From: Form <www@example.com>\r\nTo: dpo@nord.example.org\r\nSubject: Form\r\nMessage-ID: <f@example.com>\r\n"
        f'{FORM}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/plain\r\n\r\nSee file\r\n--b\r\nContent-Type: application/octet-stream\r\n"
        'Content-Disposition: attachment; filename="a.bin"\r\n\r\nxx\r\n--b--\r\n'
    )
    (row,) = await world.receive(raw)
    assert (row.disposition, row.kind) == ("held", "web-form")


async def test_our_own_group_passes_on_what_persons_write(world: World) -> None:
    headers = (
        "List-Id: <dpo.nord.example.org>\r\nList-Post: <mailto:dpo@nord.example.org>\r\nPrecedence: list\r\n"
        "List-Unsubscribe: <mailto:u@nord.example.org>\r\n"
    )
    (row,) = await world.receive(mail(ACCESS, headers=headers))
    assert row.disposition == "case"
    assert len(await world.cases()) == 1


async def test_an_authority_that_writes_through_a_system_is_not_set_aside(world: World) -> None:
    text = (
        "La Commission nationale de l'informatique et des libertés (CNIL) a été saisie d'une plainte. Nous vous "
        "demandons de nous transmettre vos observations dans le cadre de l'instruction de cette plainte."
    )
    (row,) = await world.receive(mail(text, sender="CNIL <plaintes@cnil.example>", headers=FORM))
    assert (row.disposition, row.kind) == ("held", "authority")
