"""What somebody who has logged in sees and does, with the real desk behind the pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dsarbot.core import orders as o
from dsarbot.core.case import LetterStatus, Outcome, Status
from tests.cli.desk_world import ACCESS
from tests.web.conftest import NORD, Desk


async def test_today_says_what_must_be_done_and_leads_to_it(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    page = await browser.get("/")
    assert f'<a href="/cases/{reference}">{reference}</a>' in page
    assert desk.app.profiles["nord"].organisation.legal_name in page and "dsarbot cases" not in page


@pytest.mark.parametrize(("language", "words"), [("fr", "Dossiers"), ("de", "Fälle"), ("en", "Cases"), ("it", "Cases")])
async def test_the_pages_speak_the_viewers_language(desk: Desk, language: str, words: str) -> None:
    browser = await desk.logged_in(language=language)
    assert f">{words}</a>" in await browser.get("/cases")
    assert f'<html lang="{language if language != "it" else "en"}">' in browser.text


async def test_the_list_is_sorted_by_target_and_may_be_narrowed(desk: Desk) -> None:
    browser = await desk.logged_in()
    first = await desk.opened()
    desk.now += timedelta(days=3)
    second = await desk.opened("Please erase all my personal data (Article 17 GDPR).", sender="<k@example.net>")
    browser = await desk.logged_in()
    page = await browser.get("/cases")
    assert page.index(first) < page.index(second)
    page = await browser.get("/cases?right=erasure")
    assert second in page and first not in page
    assert "No case matches" in await browser.get("/cases?right=erasure&status=closed")


@pytest.mark.parametrize("what", ["jeanne@example.net", "reference"])
async def test_a_case_is_found_by_what_is_written_exactly(desk: Desk, what: str) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    page = (
        await browser.get("/find")
        if not what
        else await browser.get(f"/find?q={reference.lower() if what == 'reference' else what}")
    )
    assert reference in page
    assert "Nothing was found" in await browser.get("/find?q=nobody@example.net")


async def test_the_page_of_a_case_shows_when_and_what_was_said(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    page = await browser.get(f"/cases/{reference}")
    assert "Answer by" in page and ACCESS in re.sub("</?mark>", "", page) and "Jeanne Martin" in page
    assert "Acknowledgement" in page


async def test_buttons_are_orders_of_whoever_is_logged_in(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    await browser.get(f"/cases/{reference}")
    page = await browser.post(f"/cases/{reference}/note", {"text": "Called the archive."})
    assert "The note is kept." in page and "Called the archive." in page
    (note,) = (await desk.case(reference)).notes
    assert (note.actor, note.text) == ("anna", "Called the archive.")
    page = await browser.post(f"/cases/{reference}/assign", {"staff": "bruno"})
    assert (await desk.case(reference)).assignee == "bruno"
    page = await browser.post(f"/cases/{reference}/not-a-request", {})
    assert {claim.status for claim in (await desk.case(reference)).claims} == {Status.NOT_A_REQUEST}
    await browser.post(f"/cases/{reference}/confirm", {})
    assert {claim.status for claim in (await desk.case(reference)).claims} == {Status.OPEN}


async def test_an_approval_is_bound_to_what_was_on_the_page(desk: Desk) -> None:
    reference = await desk.opened()
    case = await desk.case(reference)
    answer = o.Answer(at=desk.now, actor="anna", cause="a", outcome=Outcome.NOTHING_HELD, detail="We searched all.")
    await desk.app.desk.order(NORD, case.id, answer)
    browser = await desk.logged_in()
    await browser.get(f"/cases/{reference}")
    letter = (await desk.case(reference)).letters[-1]
    found = desk.app.organisations["nord"]
    seen = {"letter": letter.id, "digest": found.digest(letter), "version": str((await desk.case(reference)).version)}
    page = await browser.post(f"/cases/{reference}/approve", seen | {"digest": "0" * 64})
    assert browser.status == 409 and "Nothing was changed" in page
    assert (await desk.case(reference)).letters[-1].status == LetterStatus.DRAFTED
    blocked = found.check(await desk.case(reference), letter, desk.now)
    page = await browser.post(f"/cases/{reference}/approve", seen)
    approved = (await desk.case(reference)).letters[-1].status == LetterStatus.APPROVED
    assert approved == (not any(each.severity == "block" for each in blocked)), page


async def test_what_sends_a_letter_needs_a_fresh_code(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    desk.now += timedelta(minutes=16)
    await browser.get(f"/cases/{reference}")
    page = await browser.post(f"/cases/{reference}/approve", {"letter": "l1", "digest": "x", "version": "1"})
    assert browser.at == "/prove" and "A fresh code" in page
    page = await browser.post("/prove", {"code": "000000", "to": f"/cases/{reference}"})
    assert browser.status == 403 and "does not fit" in page
    await browser.post("/prove", {"code": desk.code("anna"), "to": f"/cases/{reference}"})
    assert browser.at == f"/cases/{reference}"
    await browser.post(f"/cases/{reference}/close", {})
    assert browser.at != "/prove"


async def test_nothing_of_a_mail_is_markup_on_the_page(desk: Desk) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    reference = await desk.opened(f"{ACCESS}\n{evil}", subject=evil, sender='"<b>Eve</b>" <eve@example.net>')
    browser = await desk.logged_in()
    answer = await browser.client.get(f"/cases/{reference}")
    # The page has files of its own, named in its head; nothing of the mail is among them.
    head, _, body = answer.text.partition("</head>")
    assert re.findall("<script[^>]*>", head) == re.findall(r'<script src="/static/[a-z]+\.js" defer>', head)
    assert "<script" not in body and "<img" not in answer.text and "<b>" not in answer.text
    assert "&lt;script&gt;" in answer.text


async def test_an_unsure_case_shows_why_and_is_confirmed_with_the_right_rights(desk: Desk) -> None:
    reference = await desk.opened("could you maybe delete me from the list <b>or</b> so? thx")
    browser = await desk.logged_in()
    page = (await browser.client.get(f"/cases/{reference}")).text
    assert "<mark>" in page and "&lt;b&gt;or&lt;/b&gt;" in page
    await browser.get(f"/cases/{reference}")
    await browser.post(f"/cases/{reference}/confirm", {"right": "access"})
    open_ones = [claim.right for claim in (await desk.case(reference)).claims if claim.status == Status.OPEN]
    assert open_ones == ["access"]
    await browser.post(f"/cases/{reference}/confirm", {"right": "haircut"})
    assert browser.status == 409
