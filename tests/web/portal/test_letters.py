"""With the portal on, letters offer it: a link of their own in mails, its address on paper, nothing to anybody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from dsarbot.core import links
from dsarbot.core import orders as o
from dsarbot.core.case import Moment, Outcome, Purpose
from dsarbot.core.evolve import replace
from dsarbot.core.letter import NOT_LINKED, TO_PARTIES
from dsarbot.core.rules import Draft
from dsarbot.desk.emit import letter_text
from dsarbot.desk.outbox import Outbox, Outgoing
from dsarbot.ports import Job
from tests.web.conftest import HERE, NORD
from tests.web.portal.conftest import Accepted, Portal

LINK = f"{HERE}/o/nord/p/{links.BLANK}"


@pytest.mark.parametrize(("language", "words"), [("en", "- online"), ("fr", "- en ligne"), ("de", "- online")])
async def test_a_letter_offers_the_portal_in_its_language(portal: Portal, language: str, words: str) -> None:
    case = await portal.case(await portal.asked(portal.browser(language)))
    [letter] = case.letters
    text = letter_text(letter.sections)
    assert LINK in text and words in text
    assert not [
        each for each in portal.app.organisations["nord"].check(case, letter, portal.now) if "link" in each.rule
    ]


async def test_every_letter_to_the_person_offers_it_and_no_other_does(portal: Portal) -> None:
    case = await portal.case(await portal.asked())
    claims, offering = tuple(each.id for each in case.claims), set()
    for moment in set(Moment) - TO_PARTIES:
        purpose = Purpose(outcome=Outcome.GRANTED, to="else@example.net" if moment in NOT_LINKED else "")
        draft = Draft(moment=moment, claims=claims, purpose=purpose)
        letter = portal.app.organisations["nord"].compose(case, draft, "l9", portal.now)
        offering |= {moment} if links.BLANK in letter_text(letter.sections) else set()
    assert offering == set(Moment) - NOT_LINKED


async def test_on_paper_stands_the_address_that_somebody_can_type(portal: Portal) -> None:
    case = await portal.case(await portal.asked())
    person = replace(case.person, address="", postal=("1 rue de l'Exemple", "00000 Ville"))
    on_paper = replace(case, channel="post", person=person)
    draft = Draft(moment=Moment.ANSWERED, claims=(case.claims[0].id,), purpose=Purpose(outcome=Outcome.GRANTED))
    letter = portal.app.organisations["nord"].compose(on_paper, draft, "l9", portal.now)
    text = letter_text(letter.sections)
    assert letter.medium == "post" and f"{HERE}/o/nord" in text and "/p/" not in text


@dataclass
class Slow:
    """A relay that takes nothing at first."""

    raws: list[bytes] = field(default_factory=list)

    async def send(self, job: Job, raw: bytes) -> Accepted:
        self.raws.append(raw)
        return Accepted(kind="deferred" if len(self.raws) < 3 else "accepted")


async def test_every_try_sends_the_same_bytes_with_the_same_link(portal: Portal) -> None:
    case = await portal.case(await portal.asked())
    relay = Slow()
    outbox = Outbox(portal.app.desk, dict.fromkeys(portal.app.organisations, Outgoing(send=relay.send)), worker="slow")
    for _ in range(3):
        portal.now += timedelta(hours=1)
        await outbox.deliver()
    assert len(relay.raws) == 3 and len(set(relay.raws)) == 1
    [link] = await portal.app.store.links(NORD, case.id)
    assert link.note == case.letters[0].id


async def test_a_letter_that_never_leaves_leaves_a_link_that_nobody_has(portal: Portal) -> None:
    case = await portal.case(await portal.asked())
    await portal.app.desk.order(NORD, case.id, o.NotARequest(at=portal.now, actor="anna", cause="no"))
    portal.now += timedelta(minutes=11)
    assert await portal.sent() == []
