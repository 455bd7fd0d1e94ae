"""Whoever writes for another person: what they send joins as theirs, and the digest shows whom it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from dsarbot.core import orders_rights as r
from dsarbot.core.case import Case
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.core.measures import Person, Representative, Role
from dsarbot.desk.digest import build
from dsarbot.desk.digest_gather import gather
from dsarbot.desk.digest_words import words
from tests.desk.digest_samples import NOW, case, desk
from tests.desk.test_digest_gather import Memory
from tests.desk.world import ACCESS, NORD, World, mail

PARENT = Representative(role="parent", person=Person(), mandate="family record book", data_to="representative")
PAUL = Person(name="Paul Martin", address="paul@school.example")


@pytest.fixture
def world() -> World:
    return World()


async def represented(world: World) -> Case:
    await world.receive(mail(ACCESS))
    (opened,) = await world.cases()
    order = r.Represent(at=world.clock(), actor="anna", cause="r", representative=PARENT, person=PAUL)
    case = await world.desk.order(NORD, opened.id, order)
    await world.deliver()
    return case


async def test_who_acts_answers_in_the_thread_and_anything_else_is_for_a_person(world: World) -> None:
    await represented(world)
    (reply,) = await world.receive(mail("Merci.", headers="In-Reply-To: <1@nord.example.org>\r\n"))
    (found,) = await world.cases()
    assert (reply.case, found.inbounds[-1].how) == (found.id, "reply")
    # practice 2: "never for ... agents": the same address may write for somebody else tomorrow.
    (later,) = await world.receive(mail("Des nouvelles ?", subject="Suite"))
    assert (later.state, later.problem) == ("held", "shared-address")


async def test_the_person_is_heard_as_well(world: World) -> None:
    opened = await represented(world)
    (row,) = await world.receive(mail("Des nouvelles ?", subject="Suite", sender="Paul Martin <paul@school.example>"))
    assert (row.disposition, row.case) == ("case", opened.id)


async def test_a_mail_that_a_colleague_wrote_to_the_representative_is_part_of_the_case(world: World) -> None:
    opened = await represented(world)
    anna = "Anna <dpo@nord.example.org>"
    by_hand = mail("Bonjour, voici.", sender=anna, subject="Votre demande", to="jeanne@example.org")
    assert (await world.sent(by_hand)).case == opened.id
    (found,) = await world.cases()
    assert found.inbounds[-1].recipient == "jeanne@example.org"
    assert [each.kind for each in found.proposals if not each.settled] == ["answered-by-hand"]


@pytest.mark.parametrize(
    ("language", "by"), [("en", "by a parent"), ("fr", "par un parent"), ("de", "durch einen Elternteil")]
)
async def test_the_digest_shows_whom_it_is_about_and_as_what_somebody_writes(language: Language, by: str) -> None:
    memory = Memory()
    memory.add(replace(case(1), person=PAUL, representative=PARENT), case(2))
    facts = await gather(
        memory.store, replace(desk(), names="initials"), now=NOW, cases_with_letters=Memory().with_letters
    )
    text = build(facts, language, NOW).text
    assert f"P.M. · {by}" in text
    assert text.count(by) == 1
    hidden = await gather(memory.store, desk(), now=NOW, cases_with_letters=Memory().with_letters)
    assert by not in build(hidden, language, NOW).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", get_args(Role))
def test_every_role_has_a_word_in_the_digest(language: Language, role: str) -> None:
    assert words(language).text(f"acting.{role}")
