"""A party sends files on its answer page: what is kept, under whose name, what is refused, what it may not become."""

from __future__ import annotations

import re

import pytest
from tortoise.connection import get_connection

from dsarbot.core import orders_chain as oc
from dsarbot.core.case import Case
from dsarbot.core.chain import HopState
from dsarbot.core.routing import below_us
from dsarbot.desk import portal_files
from dsarbot.desk.chain_letters import thread_of
from dsarbot.desk.chain_request import requested
from dsarbot.errors import NotAllowed
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join
from dsarbot.store.sql import run
from dsarbot.web.portal import upload
from tests.core.chain_story import DC
from tests.documents.letters import FRENCH, placed, typed
from tests.web.answers.test_answers import REGISTER, asked, inside, leave, link_to, now, order, portal
from tests.web.conftest import HERE, NORD, Browser
from tests.web.portal.conftest import Portal

__all__ = ["portal"]
HEADERS = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
PDF = typed(placed(FRENCH))
FILES = "/o/nord/answer/files"


async def send(browser: Browser, *files: tuple[str, bytes], text: str = "", form: str = "") -> str:
    found = re.search(r'name="form" value="([0-9a-f]+)"', await browser.get(FILES))
    token = form or (found[1] if found else "0" * 64)
    parts = [("files", (name, content, "image/svg+xml")) for name, content in files]
    answer = await browser.client.post(FILES, data={"form": token, "text": text}, files=parts, headers=HEADERS)
    return browser._seen(answer)


async def sent(portal: Portal) -> tuple[Case, Browser]:
    """A party that has sent a file and some words."""
    case, link = await asked(portal)
    browser = await inside(portal, link)
    await send(browser, ("../../etc/export of Marie.pdf", PDF), ("list.txt", b"one, two"), text="Acme says hello.")
    return await now(portal, case), browser


async def test_files_join_the_case_as_what_the_party_wrote(portal: Portal) -> None:
    case, browser = await sent(portal)
    assert (browser.status, browser.at) == (200, FILES)
    for shown in ("your files have arrived", "What we have from you", "export of Marie.pdf, list.txt", "Acme SARL"):
        assert shown in browser.text, shown
    row = await portal.app.store.inbound(NORD, case.inbounds[-1].inbound)
    assert (row.channel, row.state, row.case, case.inbounds[-1].how) == ("answers", "settled", case.id, "party")
    skeleton, *leaves = await portal.app.store.vault.open_all(NORD, row.objects)
    mail = parse(join(skeleton, leaves))
    assert [each.name for each in mail.files] == ["export of Marie.pdf", "list.txt"]
    assert mail.files[0].content == PDF and "Acme says hello." in mail.text
    (hop,) = case.chain.hops
    (wrote,) = hop.wrote
    assert (hop.state, wrote.standing, wrote.address) == (HopState.WROTE, "link-and-code", "chef@acme.example")
    assert case.proposals[-1].kind == "party-answer", "a person reads them; nothing else moves"
    # Sent twice is sent once, and the list stands on the page for the next visit.
    await send(browser, ("../../etc/export of Marie.pdf", PDF), ("list.txt", b"one, two"), text="Acme says hello.")
    assert len((await now(portal, case)).inbounds) == len(case.inbounds)
    for language, words in (("fr", "Ce que nous avons reçu de vous"), ("de", "Was wir von Ihnen haben")):
        visitor = portal.browser(language)
        visitor.client.cookies = browser.client.cookies
        assert words in await visitor.get(FILES)


async def test_they_are_never_the_words_of_the_person(portal: Portal) -> None:
    case, _ = await sent(portal)
    said = await requested(case, portal.app.store, portal.app.store.vault)
    assert "Article 17" in said.words and "Acme says hello" not in said.words and said.files == ()
    # No letter, to nobody, goes on from a message that was never mailed.
    assert [each.message_id for each in case.inbounds if each.how == "party"] == [""]
    assert all("<portal." not in each for letter in case.letters for each in thread_of(case, letter))


async def test_the_conversation_and_the_journal_name_the_party(portal: Portal) -> None:
    case, _ = await sent(portal)
    browser = await portal.logged_in()
    page = await browser.get(f"/cases/{case.reference}")
    assert "From Acme SARL, a party of the chain" in page and "Acme SARL <chef@acme.example>" in page
    assert page.count("a party of the chain") == 1, "the person's own message is not the party's"
    rows = await run(get_connection("default"), "SELECT kind, public FROM entry WHERE stream = ?", case.id)
    named = [str(row["public"]) for row in rows if row["kind"] == "PartyWrote"]
    assert len(named) == 1 and '"h1"' in named[0] and "link-and-code" in named[0]
    assert any('"h1"' in str(row["public"]) and "acme" in str(row["public"]) for row in rows if "Hop" in row["kind"])


async def test_a_file_alone_instructs_nobody(portal: Portal) -> None:
    """practice 28: erasing by link asks for a second code; a file is no way around it."""
    case, _ = await sent(portal)
    with pytest.raises(NotAllowed, match="link-and-code") as refused:
        await order(
            portal, case, oc.Instruct, hop="h1", actions=("erase",), how="command", scope="all",
            inbound=case.inbounds[-1].inbound,
        )  # fmt: skip
    assert refused.value.rule == "instruction-proof"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.pdf", b"MZ a program", "cannot open safely"), ("a.pdf", b"", "is empty")],
)
async def test_what_a_file_is_its_content_says(portal: Portal, name: str, content: bytes, said: str) -> None:
    case, link = await asked(portal)
    browser = await inside(portal, link)
    assert said in await send(browser, ("good.pdf", PDF), (name, content), text="My words")
    assert browser.status == 400 and "My words" in browser.text and "What we have" not in browser.text
    assert await now(portal, case) == case


class Clam:
    how, name = "infected", "Eicar-Test"

    async def check(self, data: bytes) -> Clam:
        return self


async def test_too_much_infected_and_nothing_at_all(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    case, link = await asked(portal)
    browser = await inside(portal, link)
    assert "Choose at least one file" in await send(browser)
    with monkeypatch.context() as patch:
        patch.setattr(upload, "guard", lambda settings: Clam())
        assert "A virus was found" in await send(browser, ("a.pdf", PDF))
    monkeypatch.setattr(portal_files, "MOST_DAY", len(PDF))
    assert "more than we can take" in await send(browser, ("a.pdf", PDF), ("b.pdf", PDF + b" "))
    monkeypatch.setattr(upload, "MOST_FILE", 1000)
    assert "is larger than" in await send(browser, ("a.pdf", PDF))
    monkeypatch.setattr(upload, "MOST", 1000)
    await send(browser, ("a.pdf", PDF))
    assert browser.status == 413
    assert await now(portal, case) == case


async def test_looking_and_forms_of_others_change_nothing(portal: Portal) -> None:
    case, link = await asked(portal)
    browser = await inside(portal, link)
    for _ in range(2):
        page = await browser.get(FILES)
        assert browser.status == 200 and "What we have from you" not in page
    other = re.search(r'name="form" value="([0-9a-f]+)"', (await inside(portal, link)).text)
    assert other
    for token in (other[1], "0" * 64):
        await send(browser, ("a.pdf", PDF), form=token)
        assert browser.status == 403 and "This page is closed" in browser.text
    answer = await browser.client.post(FILES, data={}, headers=HEADERS | {"Origin": "https://evil.example"})
    assert answer.status_code == 403
    stranger = portal.browser()
    await send(stranger, ("a.pdf", PDF))
    assert stranger.status == 403
    # Who is in as the person of a case is nobody here.
    person = await portal.inside(await portal.asked())
    await send(person, ("a.pdf", PDF))
    assert person.status == 403
    assert await now(portal, case) == case


async def test_another_party_sees_nothing_of_them_and_sends_its_own(portal: Portal) -> None:
    case, _ = await sent(portal)
    case = await order(
        portal, case, oc.Instruct, hop="h1", actions=("erase",), how="command", scope="mailbox", vouched="called"
    )
    due = portal.now.date().replace(day=20)
    case = await order(portal, case, oc.PassDown, instruction="i1", to=below_us(REGISTER, ["dc-one"]), due=due)
    case = await leave(portal, case)
    browser = await inside(portal, link_to(portal, DC.contact))
    page = await browser.get(FILES)
    assert "DC One" in page and "export of Marie" not in page and "Acme" not in page
    # The same file from another party is another message.
    await send(browser, ("export of Marie.pdf", PDF), ("list.txt", b"one, two"), text="Acme says hello.")
    found = await now(portal, case)
    assert len(found.inbounds) == len(case.inbounds) + 1
    writer = found.chain.writer(found.inbounds[-1].inbound)
    assert writer is not None and writer.terms.party == "dc-one"
