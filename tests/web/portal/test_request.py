"""The form: a case on the road of every channel, without JavaScript, in three languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dsarbot.core.case import Status
from tests.web.conftest import NORD, Desk
from tests.web.portal.conftest import FORM, WHO, Portal, key_of, text_of


async def test_a_form_becomes_a_case_that_is_acknowledged_like_any_other(portal: Portal) -> None:
    reference = await portal.asked(words="Please also tell me where you got it.")
    case = await portal.case(reference)
    assert (case.channel, case.language, case.person.address, case.person.name) == ("portal", "en", WHO, FORM["name"])
    [claim] = case.claims
    assert (claim.right, claim.status, claim.received_at) == ("access", Status.OPEN, portal.now)
    [row] = await portal.app.store.inbounds(NORD)
    assert (row.channel, row.case, row.state) == ("portal", case.id, "settled")
    assert await portal.sent() == []
    portal.now += timedelta(minutes=11)
    [(job, mail)] = await portal.sent()
    assert (job.kind, job.recipient, job.automatic) == ("letter", WHO, True)
    assert reference in text_of(mail)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "We have your request"), ("fr", "Nous avons votre demande"), ("de", "Wir haben Ihr")]
)
async def test_the_case_is_in_the_language_of_the_person(portal: Portal, language: str, said: str) -> None:
    browser = portal.browser(language)
    reference = await portal.asked(browser)
    assert said in browser.text
    assert (await portal.case(reference)).language == language


async def test_no_more_advertising_is_an_objection_to_advertising(portal: Portal) -> None:
    case = await portal.case(await portal.asked(want="objection!"))
    assert [(each.right, each.marketing) for each in case.claims] == [("objection", True)]


async def test_something_else_is_read_by_a_person_with_the_clock_running(portal: Portal) -> None:
    case = await portal.case(await portal.asked(want="other", words="Hello, it is about my file."))
    assert [(each.right, each.status) for each in case.claims] == [("access", Status.UNCONFIRMED)]
    assert case.claims[0].dates is not None


async def test_whoever_writes_for_another_person_is_looked_at(portal: Portal) -> None:
    case = await portal.case(await portal.asked(role="lawyer", whom="Zoé Cliente"))
    assert [each.kind for each in case.proposals] == ["represents"]


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("want", {"want": ""}),
        ("want", {"want": "cake"}),
        ("words", {"want": "other"}),
        ("whom", {"role": "heir"}),
        ("address", {"address": "nobody"}),
        ("address", {"address": "a@example.org\r\nBcc: b@example.org"}),
        ("address", {"address": "a@example.org, b@example.org"}),
    ],
)
async def test_what_is_missing_is_named_and_nothing_is_lost(portal: Portal, field: str, fields: dict[str, str]) -> None:
    browser = portal.browser()
    await browser.get("/o/nord/request")
    words = {"words": "Some words <b>of mine</b>."} if "want" not in fields or fields["want"] != "other" else {}
    page = await browser.post("/o/nord/request", {"key": key_of(browser)} | FORM | words | fields)
    assert browser.status == 400
    assert {"want": "tick at least", "words": "in a few words", "whom": "the person", "address": "check"}[field] in page
    assert FORM["about"] in page
    assert await portal.app.store.rows(NORD) == []


async def test_the_same_form_sent_twice_is_one_request(portal: Portal) -> None:
    browser = portal.browser()
    await browser.get("/o/nord/request")
    data = {"key": key_of(browser)} | FORM
    first, second = await browser.post("/o/nord/request", data), await browser.post("/o/nord/request", data)
    assert first == second
    assert len(await portal.app.store.rows(NORD)) == 1
    await browser.post("/o/nord/request", data | {"words": "And something more."})
    assert len(await portal.app.store.rows(NORD)) == 2


async def test_the_form_takes_no_key_of_somebody_elses_making(portal: Portal) -> None:
    browser = portal.browser()
    await browser.post("/o/nord/request", {"key": "../../x"} | FORM)
    assert browser.status == 400


async def test_a_name_is_no_way_into_the_headers_of_the_message(portal: Portal) -> None:
    case = await portal.case(await portal.asked(name="Eve\r\nBcc: victim@example.org", about="x\r\n\r\ny"))
    assert case.person.address == WHO
    assert "victim" not in case.person.address and "\n" not in case.person.name


async def test_whoever_asks_without_end_waits(portal: Portal) -> None:
    browser = portal.browser()
    await browser.get("/o/nord/request")
    for _ in range(5):
        await browser.post("/o/nord/request", {"want": ""})
        assert browser.status == 400
    await browser.post("/o/nord/request", {"want": ""})
    assert browser.status == 429
    portal.now += timedelta(minutes=3)
    await browser.post("/o/nord/request", {"want": ""})
    assert browser.status == 400


async def test_each_organisation_has_a_portal_of_its_own_or_none(portal: Portal) -> None:
    browser = portal.browser()
    for path in ("", "/enter", "/request"):
        page = await browser.get(f"/o/sud{path}")
        assert browser.status == 200
        assert portal.app.organisations["sud"].name in page and portal.app.organisations["nord"].name not in page
        for nowhere in ("foreign", "nobody", "NORD"):
            await browser.get(f"/o/{nowhere}{path}")
            assert browser.status == 404


async def test_without_a_portal_there_are_no_pages_and_no_letter_offers_one(desk: Desk) -> None:
    browser = desk.browser()
    for path in ("/o/nord", "/o/nord/request", "/o/nord/case", "/o/nord/p/" + "0" * 32):
        await browser.get(path)
        assert browser.status == 404
    reference = await desk.opened()
    [letter] = (await desk.case(reference)).letters
    assert "/o/nord" not in repr(letter)
