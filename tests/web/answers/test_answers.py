"""The pages for customers and sub-processors: a link in a letter, a code by another way, one answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dsarbot.core import orders as o
from dsarbot.core import orders_chain as oc
from dsarbot.core.case import Case, LetterStatus, Moment, Status
from dsarbot.core.chain import HopState
from dsarbot.core.letter import UNSENT
from dsarbot.core.parties import Party, Register
from dsarbot.core.routing import below_us, way
from dsarbot.desk.chain_request import requested
from tests.core.chain_story import ACME, BETA, DC, RESELL
from tests.web.conftest import NORD, Browser
from tests.web.portal.conftest import Portal, key_of, portal, text_of

__all__ = ["portal"]
REGISTER = Register(parties=(ACME, BETA, DC, RESELL))
LINK = re.compile(r"/o/nord/a/[0-9a-f]{32}")


async def order(portal: Portal, case: Case, kind: type, **fields: object) -> Case:
    fields = {"actor": "anna", "cause": f"test:{case.version}:{kind.__name__}", **fields}
    return await portal.app.desk.order(NORD, case.id, kind(at=portal.now, **fields))


async def leave(portal: Portal, case: Case) -> Case:
    """Every letter that waits is approved and leaves."""
    for letter in case.letters:
        if letter.status in UNSENT and letter.status != LetterStatus.APPROVED and not letter.automatic:
            organisation = portal.app.organisations[NORD]
            version, digest = case.version, organisation.digest(letter)
            case = await order(
                portal, case, o.Approve, letter=letter.id, digest=digest, version=version,
                cause=f"approve:{letter.id}",
            )  # fmt: skip
    await portal.sent()
    return await portal.app.store.case(NORD, case.id)


async def asked(portal: Portal, party: Party = ACME) -> tuple[Case, str]:
    """A request that was passed on; the link in the letter."""
    await portal.arrives("Please erase all my personal data (Article 17 GDPR).", sender="marie@person.example")
    (row,) = await portal.app.store.rows(NORD)
    case = await portal.app.store.case(NORD, row.id)
    await portal.app.store.parties.save(
        NORD, REGISTER, before=Register(), public={"new": 1}, at=portal.now, actor="anna"
    )
    said = await requested(case, portal.app.store, portal.app.store.vault)
    target = oc.Target(way=way(REGISTER, party.key), because="the domain named", systems=("shop",))
    case = await order(portal, case, oc.Route, to=(target,), words=said.words)
    case = await leave(portal, case)
    return case, link_to(portal, party.contact)


def link_to(portal: Portal, address: str) -> str:
    found = [LINK.search(text_of(message)) for job, message in portal.mails if job.recipient == address]
    assert found and found[-1]
    return found[-1][0]


async def inside(portal: Portal, link: str, language: str = "en") -> Browser:
    browser = portal.browser(language)
    await browser.get(link)
    await browser.post(link, {})
    await browser.post(browser.at, {"code": await portal.digits()})
    assert browser.at == "/o/nord/answer", browser.text
    return browser


async def answer(browser: Browser, **fields: str) -> str:
    return await browser.post("/o/nord/answer", {"key": key_of(browser), **fields})


async def now(portal: Portal, case: Case) -> Case:
    return await portal.app.store.case(NORD, case.id)


async def test_looking_changes_nothing_and_shows_nothing(portal: Portal) -> None:
    case, link = await asked(portal)
    browser = portal.browser()
    for _ in range(2):
        page = await browser.get(link)
        assert "reserved for the contact" in page
        assert case.reference not in page and "Acme" not in page
    assert await browser.get("/o/nord/a/" + "0" * 32) == page.replace(link, "/o/nord/a/" + "0" * 32)
    assert await now(portal, case) == await now(portal, case)
    assert [each for each in await portal.sent() if each[0].kind == "code"] == []


async def test_the_code_goes_to_the_named_contact_by_another_way_than_the_link(portal: Portal) -> None:
    _, link = await asked(portal)
    browser = portal.browser()
    await browser.post(link, {})
    [(job, _)] = [each for each in await portal.sent() if each[0].kind == "code"]
    assert job.recipient == "chef@acme.example"
    page = await browser.post(browser.at, {"code": "000000"})
    assert browser.status == 403 and "not right" in page
    await browser.get("/o/nord/answer")
    assert browser.status == 403


async def test_a_party_sees_its_own_question_and_nothing_else(portal: Portal) -> None:
    case, link = await asked(portal)
    browser = await inside(portal, link)
    for said in (case.reference, "Article 17 GDPR", "Acme SARL", "shop", "waiting for your answer"):
        assert said in browser.text, said
    assert "noc@dc.example" not in browser.text
    for language, words in (("fr", "mot pour mot"), ("de", "im Wortlaut")):
        assert words in (await inside(portal, link, language)).text


async def test_an_acknowledgement_closes_what_was_told(portal: Portal) -> None:
    case, link = await asked(portal)
    case = await leave(portal, case)
    browser = await inside(portal, link)
    page = await answer(browser, says="acknowledged")
    assert "your answer is recorded" in page
    case = await now(portal, case)
    assert case.chain.hops[0].state == HopState.ACKNOWLEDGED
    assert case.claims[0].status == Status.CLOSED


async def test_whoever_acknowledged_instructs_by_the_same_link_days_later(portal: Portal) -> None:
    case, link = await asked(portal)
    case = await leave(portal, case)
    await answer(await inside(portal, link), says="acknowledged")
    portal.now += timedelta(days=3)
    await answer(await inside(portal, link), says="instruct", action="export", scope="all of Marie")
    case = await now(portal, case)
    assert [each.state for each in case.chain.instructions] == ["standing"]
    assert case.claims[0].status == Status.OPEN, "now it is for us to carry it out"


async def test_an_instruction_by_page_carries_its_proof(portal: Portal) -> None:
    case, link = await asked(portal)
    browser = await inside(portal, link)
    assert "say what we are to do" in await answer(browser, says="instruct", scope="x")
    assert "with which data" in await answer(browser, says="instruct", action="export")
    assert "check the date" in await answer(browser, says="instruct", action="export", scope="x", until="soon")
    assert "day is over" in await answer(browser, says="instruct", action="export", scope="x", until="2020-01-01")
    assert "choose what" in await answer(browser, says="paint")
    await answer(browser, says="instruct", action="export", scope="all of Marie", until="2026-03-20")
    (found,) = (await now(portal, case)).chain.instructions
    assert (found.state, found.how, found.by) == ("standing", "page", "chef@acme.example")
    assert "code sent to chef@acme.example" in found.proof


async def test_erasing_asks_a_second_time_with_counts_and_a_code_and_cools_a_day(portal: Portal) -> None:
    case, link = await asked(portal)
    browser = await inside(portal, link)
    await answer(browser, says="instruct", action="erase", scope="mailbox marie@acme.example")
    assert browser.at == "/o/nord/answer/confirm"
    assert "mailbox marie@acme.example" in browser.text and "a day after" in browser.text
    confirm = "/o/nord/answer/confirm"
    await browser.post(f"{confirm}/code", {})
    digits = await portal.digits()
    page = await browser.post(confirm, {"key": key_of(browser), "counts": " ", "code": digits})
    assert "how many of what" in page
    page = await browser.post(confirm, {"key": key_of(browser), "counts": "1 mailbox", "code": "000000"})
    assert "not right" in page
    assert (await now(portal, case)).chain.instructions[0].state == "unconfirmed"
    await browser.get(confirm)
    page = await browser.post(confirm, {"key": key_of(browser), "counts": "1 mailbox", "code": digits})
    assert "confirmation is recorded" in page
    (found,) = (await now(portal, case)).chain.instructions
    assert (found.state, found.counts) == ("standing", "1 mailbox")
    assert found.effective_at and found.effective_at > portal.now
    await browser.get(confirm)
    assert browser.at == "/o/nord/answer"


async def test_the_same_form_sent_twice_is_one_answer(portal: Portal) -> None:
    case, link = await asked(portal)
    browser = await inside(portal, link)
    key = key_of(browser)
    for _ in range(2):
        await browser.post("/o/nord/answer", {"key": key, "says": "instruct", "action": "export", "scope": "x"})
    assert len((await now(portal, case)).chain.instructions) == 1


async def test_a_form_of_another_visit_is_refused(portal: Portal) -> None:
    case, link = await asked(portal)
    browser = await inside(portal, link)
    await browser.post("/o/nord/answer", {"key": key_of(browser), "says": "acknowledged", "form": "0" * 32})
    assert browser.status == 403
    assert (await now(portal, case)).chain.hops[0].state == HopState.ASKED


async def test_a_sub_processor_reports_what_it_did(portal: Portal) -> None:
    case, _ = await asked(portal)
    case = await order(
        portal, case, oc.Instruct, hop="h1", actions=("erase",), how="command", scope="mailbox", vouched="called"
    )
    due = portal.now.date().replace(day=20)
    case = await order(portal, case, oc.PassDown, instruction="i1", to=below_us(REGISTER, ["dc-one"]), due=due)
    await leave(portal, case)
    browser = await inside(portal, link_to(portal, DC.contact))
    assert "An instruction to you" in browser.text and "mailbox" in browser.text
    await answer(browser, says="done", number="17", until="2026-04-01", detail="all gone")
    hop = (await now(portal, case)).chain.hops[-1]
    assert (hop.state, hop.number, hop.detail) == (HopState.DONE, 17, "all gone")


async def test_a_contact_without_another_way_gets_no_link(portal: Portal) -> None:
    """practice 28: a code that comes to where the link is proves nothing more."""
    one = Party(
        key="acme", name="Acme", kind="customer", contact="chef@acme.example", instructs=("chef@acme.example",),
        contracts=ACME.contracts,
    )  # fmt: skip
    await portal.arrives("Please erase all my personal data (Article 17 GDPR).", sender="marie@person.example")
    (row,) = await portal.app.store.rows(NORD)
    case = await portal.app.store.case(NORD, row.id)
    target = oc.Target(way=way(Register(parties=(one, DC)), "acme"), because="x")
    case = await order(portal, case, oc.Route, to=(target,), words="Erase.")
    assert case.letters[-1].moment == Moment.CONTROLLER_ASKED
    assert not any("/a/" in each.text for each in case.letters[-1].sections)


async def test_what_the_rules_refuse_is_said_without_their_words(portal: Portal) -> None:
    case, link = await asked(portal)
    browser = await inside(portal, link)
    await order(portal, await now(portal, case), oc.GiveUp, hop="h1", reason="dissolved")
    page = await answer(browser, says="wait", until="2020-01-01")
    assert "day is over" in page
    await browser.get("/o/nowhere/answer")
    assert browser.status == 404


@pytest.mark.parametrize("path", ["/o/nord/answer/confirm", "/o/nord/answer"])
async def test_nobody_is_in_without_a_code(portal: Portal, path: str) -> None:
    browser = portal.browser()
    await browser.get(path)
    assert browser.status == 403 and "This page is closed" in browser.text
