"""The pages around a case: the directory, inquiries of authorities, letters to post, the list of no advertising, and
the journal that is verified while it is looked at."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx

from dsarbot.core import directory as d
from dsarbot.core import orders as o
from dsarbot.core.case import Outcome
from dsarbot.core.directory import Entry
from dsarbot.ports import Suppression
from dsarbot.store.tables import AnchorTable, EntryTable
from tests.cli.desk_world import mail
from tests.cli.test_inquiry import LETTER
from tests.web.conftest import NORD, SUD, Browser, Desk
from tests.web.stories import OURS, Story, arrive, story

CSV = (
    "name;mail;customer-number;since\r\nJeanne Martin;jeanne@example.net;4711;2019-04-01\r\n"
    "Paul;paul@example.net;4712;\r\n"
)


async def send(browser: Browser, path: str, data: dict[str, Any], **more: Any) -> httpx.Response:
    token = re.search(r'name="form" value="([0-9a-f]+)"', browser.text)
    assert token
    return await browser.client.post(
        path, data={"form": token[1]} | data, headers=OURS, follow_redirects=False, **more
    )  # fmt: skip


async def entries(desk: Desk) -> tuple[Entry, ...]:
    return await desk.app.store.directory.every(NORD)


# --- directory ---------------------------------------------------------------------------------------------------


async def test_a_file_is_shown_before_it_is_taken_in(desk: Desk) -> None:
    browser = await desk.logged_in()
    await browser.get("/directory/nord/import")
    file = {"file": ("customers.csv", CSV.encode(), "text/csv")}
    shown = await send(browser, "/directory/nord/import", {"source": "crm"}, files=file)
    assert shown.status_code == 200 and "New people: 2" in shown.text and not await entries(desk)
    text = re.search(r"<textarea name=\"text\" hidden>\n(.*?)</textarea>", shown.text, re.DOTALL)
    assert text and "4711" in text[1]
    again = {"text": CSV, "source": "crm", "take": "1"}
    taken = await send(browser, "/directory/nord/import", again, files={"none": ("", b"")})
    assert taken.status_code == 303 and taken.headers["location"] == "/directory?taken=2"
    assert {each.first(d.NAME) for each in await entries(desk)} == {"Jeanne Martin", "Paul"}
    assert "2 lines" in await browser.get("/directory?taken=2")
    await browser.get("/directory/nord/import")
    for content, source, said in (
        (b"\xff\xfe", "crm", "no CSV file in UTF-8"),
        (CSV.encode(), "", "names the system"),
        (b"colour\nred\n", "crm", "colour"),
        (b"x" * 1_000_001, "crm", "larger than 1 MB"),
    ):
        refused = await send(browser, "/directory/nord/import", {"source": source}, files={"file": ("x.csv", content)})
        assert refused.status_code == 409 and said in refused.text, said
    assert (await send(browser, "/directory/nord/import", {"source": "crm"})).status_code == 409
    assert len(await entries(desk)) == 2


async def test_somebody_is_put_on_file_found_looked_at_and_forgotten(desk: Desk) -> None:
    browser = await desk.logged_in()
    await browser.get("/directory/nord/new")
    person = {
        "kind": ["name", "mail", "customer-number", "professional"],
        "value": ["Jeanne Martin", "j@x.example", "4711", "no"],
    }
    refused = await send(browser, "/directory/nord/new", person | {"source": "crm", "on": "2027-01-01"})
    assert refused.status_code == 409 and 'value="4711"' in refused.text
    assert (await send(browser, "/directory/nord/new", person | {"source": ""})).status_code == 409
    assert (await send(browser, "/directory/nord/new", {"source": "crm"})).status_code == 409
    added = await send(browser, "/directory/nord/new", person | {"source": "crm", "since": "2019-04-01"})
    (entry,) = await entries(desk)
    place = f"/directory/nord/{entry.id}"
    assert added.headers["location"] == f"{place}?said=added"
    assert (await send(browser, "/directory/nord/new", person | {"source": "crm"})).status_code == 409, "known"
    page = await browser.get(f"{place}?said=added")
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "j@x.example" in page and "1 April 2019" in page and "by a person" in page
    seen = await send(
        browser, f"{place}/seen", {"kind": "mail", "value": "j@x.example", "source": "billing", "on": "2026-03-01"}
    )
    assert seen.status_code == 303
    assert (await entries(desk))[0].of(d.MAIL)[0].source == "billing"
    for wrong in ({"kind": "mail", "value": "other@x.example", "source": "crm"}, {"source": "crm"},
                  {"kind": "mail", "value": "j@x.example", "source": ""}):  # fmt: skip
        assert (await send(browser, f"{place}/seen", wrong)).status_code == 409
    await browser.get("/directory")
    for asked in ({"value": "J@X.example"}, {"value": "4711", "by": "customer-number", "organisation": "nord"}):
        found = await send(browser, "/directory", asked)
        assert found.status_code == 200 and place in found.text
    assert "Nobody is on file" in (await send(browser, "/directory", {"value": "nobody@x.example"})).text
    for asked in ({"value": ""}, {"value": "x", "by": "colour"}, {"value": "x", "organisation": "foreign"}):
        assert (await send(browser, "/directory", asked)).status_code == 400
    assert (await send(browser, f"{place}/remove", {"reason": "boredom"})).status_code == 409
    gone = await send(browser, f"{place}/remove", {"reason": "left"})
    assert gone.status_code == 303 and not await entries(desk)
    told = {row.kind for row in await EntryTable.all()}
    assert {"directory-added", "directory-seen", "directory-searched", "directory-removed", "viewed"} <= told


async def test_another_organisations_directory_is_not_there(desk: Desk) -> None:
    bruno = await desk.logged_in("bruno")
    for path in ("/directory/sud/new", "/directory/sud/import", "/directory/sud/" + "e" * 32):
        await bruno.get(path)
        assert bruno.status == 404, path


# --- inquiries ---------------------------------------------------------------------------------------------------


async def test_an_inquiry_from_its_letter_to_its_end(desk: Desk) -> None:
    it = await story(desk)
    browser = it.browser
    assert "No authority asks anything" in await browser.get("/inquiries")
    await browser.get("/inquiries/new/nord")
    who = {"authority": "Example authority", "file_number": "F-1"}
    assert (await send(browser, "/inquiries/new/nord", who)).status_code == 409
    assert "no such case" in (await send(browser, "/inquiries/new/nord", who | {"due": "2026-04-15", "case": "x"})).text
    assert "no such item" in (await send(browser, "/inquiries/new/nord", who | {"due": "2026-04-15", "item": "x"})).text
    opened = await send(
        browser, "/inquiries/new/nord", who | {"due": "2026-04-15", "case": it.reference, "about": "late"}
    )
    place = opened.headers["location"].partition("?")[0]
    page = await browser.get(opened.headers["location"])
    for words in ("Example authority, F-1", it.reference, "15 April 2026"):
        assert words in page.replace("\N{NO-BREAK SPACE}", " "), words
    assert place.rpartition("/")[2] in await browser.get("/inquiries")
    page = await browser.get(f"/cases/{it.reference}")
    assert "Nothing is destroyed: inquiry" in page and place in page
    for deed, fields in (
        ("date", {"due": "2026-04-20", "reason": "by phone"}),
        ("task", {"text": "Put the file together", "to": "bruno", "by": "2026-03-20"}),
        ("done", {"task": "t1", "note": "sent"}),
        ("note", {"text": "Counsel says", "kind": "legal-advice"}),
        ("link", {"case": it.reference, "remove": "1", "reason": "another matter"}),
        ("link", {"item": await held(desk)}),
    ):
        await browser.get(f"{place}/do/{deed}")
        answer = await send(browser, f"{place}/{deed}", fields)
        assert (answer.status_code, answer.headers.get("location")) == (303, f"{place}?said={deed}"), answer.text
    page = await browser.get(f"{place}?said=link")
    for words in ("20 April 2026", "Put the file together", "legal advice", "Counsel says", "No case is linked yet"):
        assert words in page.replace("\N{NO-BREAK SPACE}", " "), words
    await browser.get(f"{place}/do/link")
    assert "Name one of the two" in (await send(browser, f"{place}/link", {})).text
    assert (await send(browser, f"{place}/link", {"item": "y" * 32})).status_code == 409
    await browser.get(f"{place}/do/close")
    ended = await send(browser, f"{place}/close", {"outcome": "no-further-action", "result": "Answered on 10 April."})
    assert ended.status_code == 303
    assert place.rpartition("/")[2] in await browser.get("/inquiries?closed=true")
    assert "Answered on 10 April." in await browser.get(place)
    bruno = await desk.logged_in("bruno")
    assert place.rpartition("/")[2] in await bruno.get("/inquiries?closed=true")
    for path in (f"{place}/do/nothing", "/inquiries/SA-2026-9999-T", "/inquiries/new/sud"):
        await bruno.get(path)
        assert bruno.status == 404, path


async def held(desk: Desk) -> str:
    """A further letter of the authority, held; its id."""
    await arrive(desk, mail(LETTER, sender="Desk <desk@authority.example>", number=40))
    rows = await desk.app.store.inbounds(NORD, limit=1)
    async with desk.app.store.transaction() as transaction:
        await transaction.update_inbound(
            replace(rows[0], state="held", disposition="held", kind="authority", case="")
        )  # fmt: skip
    return rows[0].id


# --- the rest ----------------------------------------------------------------------------------------------------


async def test_the_list_of_no_advertising_is_asked_not_read(desk: Desk) -> None:
    browser = await desk.logged_in()
    async with desk.app.store.transaction() as transaction:
        await transaction.suppress(SUD, Suppression(
            value="jeanne@example.net", reason="objection", reference="", at=desk.now, actor="anna"))  # fmt: skip
    assert "jeanne" not in await browser.get("/suppression")
    answer = await send(browser, "/suppression", {"value": "Jeanne@example.net"})
    assert "sud: no advertising since" in answer.text
    assert "Not on the list" in (await send(browser, "/suppression", {"value": "paul@example.net"})).text
    assert (await send(browser, "/suppression", {"value": "nonsense"})).status_code == 400


async def test_the_journal_of_a_case_is_verified_while_it_is_looked_at(desk: Desk) -> None:
    it = await story(desk)
    page = await it.browser.get(f"/cases/{it.reference}/journal")
    last = (await it.case()).version
    assert f"verified up to entry {last}" in page and "No anchor names it yet" in page
    await desk.app.store.anchor(desk.now)
    page = await it.browser.get(f"/cases/{it.reference}/journal?whole=true")
    anchor = await AnchorTable.all().order_by("-number").first()
    assert anchor and f"{anchor.number}:{anchor.hash}" in page
    await EntryTable.filter(stream=(await it.case()).id, seq=2).update(actor="mallory")
    page = await it.browser.get(f"/cases/{it.reference}/journal")
    assert "does not say any more" in page and "2: the entry was changed" in page


async def test_looking_is_journalled_once_and_says_through_which_door(desk: Desk) -> None:
    it = await story(desk)
    await it.browser.get(f"/cases/{it.reference}")
    rows = await EntryTable.filter(kind="viewed").order_by("seq")
    assert [str(row.public).count('"by":"console"') for row in rows] == [1]


async def test_what_was_typed_stays_when_the_code_is_too_old(desk: Desk) -> None:
    it = await story(desk)
    await it.browser.get(f"/cases/{it.reference}/do/withdraw")
    form = it.token()
    stale = replace_clock(desk)
    answer = await it.browser.client.post(
        f"/cases/{it.reference}/withdraw", data=form | {"evidence": "mail of 9 March"}, headers=OURS
    )
    assert answer.status_code == 409 and "mail of 9 March" in answer.text and "/prove" in answer.text, stale
    assert (await it.case()).active
    await it.browser.get(f"/cases/{it.reference}/do/withdraw")
    assert it.browser.at == "/prove"


def replace_clock(desk: Desk) -> str:
    """A quarter of an hour later."""
    desk.now = desk.now.replace(hour=9, minute=desk.now.minute + 20)
    return desk.now.isoformat()


async def test_an_order_that_is_none_is_not_there(desk: Desk) -> None:
    it: Story = await story(desk)
    await it.browser.get(f"/cases/{it.reference}/do/dance")
    assert it.browser.status == 404
    await it.browser.get(f"/cases/{it.reference}")
    await it.browser.post(f"/cases/{it.reference}/dance", {})
    assert it.browser.status == 404


async def test_what_cannot_be_typed_is_said_beside_its_field(desk: Desk) -> None:
    it = await story(desk)
    for deed, fields, said in (
        ("note", {"text": ""}, "This is needed"),
        ("note", {"text": "x" * 20_001}, "too long"),
        ("note", {"text": "x", "kind": "gossip"}, "Choose one of those offered"),
        ("confirm", {"right": ["haircut"]}, "Choose one of those offered"),
        ("split", {}, "This is needed"),
        ("posted", {"letter": "l1"}, "Choose one of those offered"),
        ("restrict", {"frozen": "x", "since": "yesterday"}, "That is no date"),
        ("received", {"at": "noon", "evidence": "x"}, "no date and time"),
        ("received", {"at": "2027-01-01T10:00", "evidence": "x"}, "not come yet"),
        ("verify", {"fact-kind": "", "fact-value": "4711"}, "Choose one of those offered"),
        ("fee", {"amount": "1.234", "basis": "further-copies", "calculation": "x"}, "no amount"),
    ):
        await it.browser.get(f"/cases/{it.reference}/do/{deed}")
        answer = await send(it.browser, f"/cases/{it.reference}/{deed}", fields)
        assert answer.status_code == 409 and said in answer.text and 'aria-invalid="true"' in answer.text, deed
    assert not (await it.case()).notes


async def test_a_letter_is_shown_as_it_leaves(desk: Desk) -> None:
    it = await story(desk)
    case = await it.order(o.Answer, outcome=Outcome.NOTHING_HELD, detail="We <b>searched</b> all.")
    place = f"/cases/{it.reference}/letters/{case.letters[-1].id}"
    for form in ("text", "mail", "pdf"):
        assert "The check before sending" in await it.browser.get(f"{place}?form={form}")
    answer = await it.browser.client.get(f"{place}/frame")
    assert "&lt;b&gt;searched&lt;/b&gt;" in answer.text and "sandbox" in answer.headers["content-security-policy"]
    pdf = await it.browser.client.get(f"{place}.pdf")
    assert pdf.headers["content-security-policy"] == "frame-ancestors 'self'"
    await it.browser.get(place)
    filled = it.token() | {"letter": case.letters[-1].id, "version": str(case.version)}
    digest = desk.app.organisations["nord"].digest(case.letters[-1])
    for wrong in ({"override": "no-such-rule"}, {"decided_by": "carla"}, {"letter": "l9"}):
        data = filled | {"digest": digest} | wrong
        sent = await it.browser.client.post(f"/cases/{it.reference}/approve", data=data, headers=OURS)
        assert sent.status_code == (404 if "letter" in wrong else 409), wrong
