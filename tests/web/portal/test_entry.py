"""Links and codes: who gets in, who does not, and that nobody can tell the one from the other (security 16-17)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

import pytest

from dsarbot.core import links
from dsarbot.core.case import Case
from dsarbot.core.codes import new_digits
from dsarbot.core.links import Link, Purpose, Shown
from dsarbot.core.orders_identity import SeeContact
from dsarbot.core.orders_rights import Misdirected
from dsarbot.core.proofs import OnFile
from dsarbot.errors import StoreDown
from dsarbot.ports import Scope
from dsarbot.web.portal import codes
from dsarbot.web.portal.session import let_in
from dsarbot.web.tokens import hashed
from tests.web.conftest import HERE, NORD, SUD, Browser
from tests.web.portal.conftest import WHO, Portal, text_of

OTHER = "paul@example.net"


async def acknowledged(portal: Portal, reference: str) -> str:
    """The link in the letter that confirms receipt."""
    portal.now += timedelta(minutes=11)
    mails = [mail for job, mail in await portal.sent() if job.kind == "letter"]
    found = re.search(rf"{re.escape(HERE)}(/o/nord/p/[0-9a-f]{{32}})", text_of(mails[-1]))
    assert found and reference in text_of(mails[-1])
    return found[1]


async def on_file(portal: Portal, case: Case, address: str = WHO, scope: Scope = NORD) -> None:
    long = (portal.now - timedelta(days=400)).date()
    contact = OnFile(kind="mail", value=address, system="crm", seen=portal.now.date(), since=long)
    order = SeeContact(at=portal.now, actor="anna", cause=f"seen:{address}", contact=contact)
    await portal.app.desk.order(scope, case.id, order)


async def test_the_link_of_a_letter_leads_to_a_code_and_the_code_to_the_case(portal: Portal) -> None:
    reference = await portal.asked()
    path = await acknowledged(portal, reference)
    browser = portal.browser()
    assert "send a code" in await browser.get(path)
    await browser.post(path, {})
    assert browser.at == f"{path}/code"
    await browser.post(f"{path}/code", {"code": await portal.digits()})
    assert browser.at == "/o/nord/case" and reference in browser.text
    [visit] = [each for each in browser.client.cookies.jar if each.name.endswith("visit")]
    assert visit.value and visit.value not in browser.text and visit.has_nonstandard_attr("HttpOnly")


async def test_the_link_stands_only_in_the_mail_that_left_as_a_hash_here(portal: Portal) -> None:
    reference = await portal.asked()
    path = await acknowledged(portal, reference)
    token = path.rpartition("/")[2]
    case = await portal.case(reference)
    [link] = await portal.app.store.links(NORD, case.id)
    assert (link.id, link.note, link.address, link.purpose) == (
        links.digest(token), case.letters[0].id, WHO, Purpose.PORTAL,
    )  # fmt: skip
    assert token not in repr(case) and links.BLANK in repr(case.letters[0])


async def test_reference_and_address_lead_to_a_code_too(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference.lower(), WHO.upper())
    assert reference in browser.text


async def test_the_mail_with_the_code_says_nothing_else(portal: Portal) -> None:
    reference = await portal.asked(portal.browser("de"))
    await portal.browser("de").post("/o/nord/enter", {"reference": reference, "address": WHO})
    [(job, mail)] = await portal.sent()
    text, subject = text_of(mail), str(mail["Subject"])
    assert (job.recipient, subject, mail["Auto-Submitted"]) == (WHO, "Ihr Code", "auto-replied")
    assert reference not in text and "Jeanne" not in text and "/o/" not in text
    assert not re.search(r"\d{3}", subject)


async def test_an_answer_does_not_tell_who_is_known(portal: Portal) -> None:
    """The very same answers, byte for byte but for the random token; and nothing is looked up before them."""
    reference = await portal.asked()
    case = await portal.case(reference)
    seen = []
    for given in ((reference, WHO), (reference, OTHER), ("DSR-2026-09999-X", WHO), ("", ""), ("x" * 300, "y" * 300)):
        browser = portal.browser()
        data = {"reference": given[0], "address": given[1]}
        headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
        asked = await browser.client.post("/o/nord/enter", data=data, headers=headers, follow_redirects=False)
        path = asked.headers["location"]
        token = path.split("/")[4]
        pages = [asked, await browser.client.get(path)]
        pages.append(await browser.client.post(path, data={"code": "000000"}, headers=headers))
        pages.append(await browser.client.post(path.removesuffix("/code"), headers=headers, follow_redirects=False))
        seen.append([
            (each.status_code, sorted((k, v.replace(token, "T")) for k, v in each.headers.items()),
             each.text.replace(token, "T"))
            for each in pages
        ])  # fmt: skip
        portal.now += timedelta(minutes=30)
    assert all(each == seen[0] for each in seen)
    assert {job.recipient for job, _ in await portal.sent()} <= {WHO}
    assert {each.case for each in await portal.app.store.links(NORD, "")} == {""}
    assert case.id in {each.case for each in await portal.app.store.links(NORD, case.id)}


async def test_a_code_is_kept_for_nobody_as_for_somebody(portal: Portal) -> None:
    """The same rows and the same counting, so that a try costs the same work whoever it is."""
    reference = await portal.asked()
    for address in (WHO, OTHER):
        await portal.browser().post("/o/nord/enter", {"reference": reference, "address": address})
    case = await portal.case(reference)
    [known] = [each for each in await portal.app.store.links(NORD, case.id) if not each.note]
    [nobody] = await portal.app.store.links(NORD, "")
    assert len(known.codes) == len(nobody.codes) == 1
    assert known.codes[0].expires_at == nobody.codes[0].expires_at
    assert links.tries(nobody, "000000", portal.now, purpose="open")[1] == "wrong"


async def test_nothing_of_a_case_is_read_before_the_answer(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """What is looked up takes its time; so it comes after the page, and for a wrong code not at all."""
    reference = await portal.asked()
    await portal.browser().post("/o/nord/enter", {"reference": reference, "address": WHO})
    every = await portal.app.store.links(NORD, (await portal.case(reference)).id)
    link = next(each for each in every if each.codes)
    order: list[str] = []

    async def looked(*_: object) -> None:
        order.append("looked")

    async def send(message: MutableMapping[str, Any]) -> None:
        order.append(message["type"])

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": f"reference={reference}&address={WHO}".encode()}

    for name in ("by_reference", "case"):
        monkeypatch.setattr(type(portal.app.store), name, looked)
    headers = [
        (b"host", b"127.0.0.1:8470"), (b"origin", HERE.encode()),
        (b"content-type", b"application/x-www-form-urlencoded"),
    ]  # fmt: skip
    scope = {
        "type": "http", "method": "POST", "path": "/o/nord/enter", "query_string": b"", "headers": headers,
        "client": ("192.0.2.1", 1), "scheme": "http", "server": ("127.0.0.1", 8470), "root_path": "",
        "http_version": "1.1",
    }  # fmt: skip
    await portal.web(scope, receive, send)
    assert order == ["http.response.start", "http.response.body", "looked"]
    order.clear()
    found, result = await codes.try_code(portal.web.state.site, NORD, link.id, "000000", "open")
    # The second code to that address has ended the first one.
    assert (order, result) == ([], "spent") and found is not None


async def test_a_link_shows_the_same_to_everybody_whatever_it_is(portal: Portal) -> None:
    path = await acknowledged(portal, await portal.asked())
    browser = portal.browser()
    real, unreal = await browser.get(path), await browser.get(f"/o/nord/p/{'0' * 32}")
    assert real.replace(path, "P") == unreal.replace(f"/o/nord/p/{'0' * 32}", "P")
    answer = await browser.client.get(path)
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")


async def test_scanners_open_links_and_use_up_nothing(portal: Portal) -> None:
    """GET, HEAD and a form that is sent by itself: the person gets in all the same afterwards."""
    reference = await portal.asked()
    path = await acknowledged(portal, reference)
    case = await portal.case(reference)
    before = await portal.app.store.links(NORD, case.id)
    scanner = portal.browser()
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        await scanner.client.request(method, path)
        await scanner.client.request(method, f"{path}/code")
    assert await portal.app.store.links(NORD, case.id) == before
    # What sends every form that it finds asks for a code; that is all.
    await scanner.client.post(path, headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"})
    await scanner.client.post(f"{path}/code", data={"code": "123456"}, headers={"Origin": "null"})
    assert not scanner.client.cookies
    code = await portal.digits()
    browser = portal.browser()
    await browser.post(f"{path}/code", {"code": code})
    assert browser.at == "/o/nord/case"


async def test_forms_of_other_sites_are_refused(portal: Portal) -> None:
    browser = portal.browser()
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": "null"}, {}):
        for path in ("/o/nord/enter", f"/o/nord/p/{'0' * 32}", "/o/nord/case/message"):
            assert (await browser.client.post(path, headers=headers)).status_code == 403


async def test_a_code_works_once_and_for_ten_minutes(portal: Portal) -> None:
    path = await acknowledged(portal, await portal.asked())
    browser = portal.browser()
    await browser.post(path, {})
    code = await portal.digits()
    await browser.post(f"{path}/code", {"code": code})
    assert browser.status == 200
    again = portal.browser()
    await again.post(f"{path}/code", {"code": code})
    assert again.status == 403
    await browser.post(path, {})
    code = await portal.digits()
    portal.now += timedelta(minutes=10)
    await again.post(f"{path}/code", {"code": code})
    assert again.status == 403


async def test_five_wrong_tries_close_a_code(portal: Portal) -> None:
    path = await acknowledged(portal, await portal.asked())
    browser = portal.browser()
    await browser.post(path, {})
    code = await portal.digits()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        await browser.post(f"{path}/code", {"code": wrong})
    await browser.post(f"{path}/code", {"code": code})
    assert browser.status == 403


async def test_only_the_newest_code_lives_and_three_leave_in_a_day_over_all_links(portal: Portal) -> None:
    reference = await portal.asked()
    path = await acknowledged(portal, reference)
    browser = portal.browser()
    await browser.post(path, {})
    first = await portal.digits()
    await browser.post("/o/nord/enter", {"reference": reference, "address": WHO})
    second, here = await portal.digits(), browser.at
    await browser.post(f"{path}/code", {"code": first})
    assert browser.status == 403
    await browser.post(path, {})
    assert await portal.digits() != second
    await browser.post(here, {"code": second})
    assert browser.status == 403
    await browser.post(path, {})
    await browser.post("/o/nord/enter", {"reference": reference, "address": WHO})
    assert await portal.sent() == []
    portal.now += timedelta(hours=25)
    await browser.post(path, {})
    assert len(await portal.digits()) == 6


async def test_a_code_that_could_not_leave_in_time_does_not_leave(portal: Portal) -> None:
    path = await acknowledged(portal, await portal.asked())
    await portal.browser().post(path, {})
    portal.now += timedelta(minutes=11)
    assert await portal.sent() == []


async def test_a_code_that_never_left_the_house_is_no_code_of_another_link(portal: Portal) -> None:
    one, two = await portal.asked(), await portal.asked(address=OTHER)
    paths = []
    for reference, address in ((one, WHO), (two, OTHER)):
        browser = portal.browser()
        await browser.post("/o/nord/enter", {"reference": reference, "address": address})
        paths.append((browser.at, await portal.digits()))
    (first, code_one), (second, code_two) = paths
    for path, code in ((first, code_two), (second, code_one), (first.replace("nord", "sud"), code_one)):
        browser = portal.browser()
        await browser.post(path, {"code": code})
        assert browser.status == 403 and not browser.client.cookies


@pytest.mark.parametrize("purpose", ["d", "u"])
async def test_a_link_opens_what_it_was_made_for(portal: Portal, purpose: str) -> None:
    """Under another word it is the same link: the purpose stands in what is kept, not in its address."""
    path = await acknowledged(portal, await portal.asked())
    browser = portal.browser()
    await browser.post(path.replace("/p/", f"/{purpose}/"), {})
    await browser.post(f"{path}/code", {"code": await portal.digits()})
    assert browser.at == "/o/nord/case"


async def test_a_link_of_another_party_opens_no_case(portal: Portal) -> None:
    """Whoever has a link to one question cannot use it as a link of the person, whatever code they have."""
    case = await portal.case(await portal.asked())
    for purpose in (Purpose.ANSWER, Purpose.DECISION):
        made = Link(
            id=links.digest(purpose), organisation=NORD, purpose=purpose, case=case.id, party="hop", made_at=portal.now,
            expires_at=portal.now + timedelta(days=1), address=WHO,
        )  # fmt: skip
        written, code = new_digits(
            123_456, id=purpose, salt="s", bound_to=links.bound(made, "open"), now=portal.now, known=True,
            purpose="open",
        )  # fmt: skip
        async with portal.app.store.transaction() as transaction:
            await transaction.add_links([dataclasses.replace(made, codes=(code,))])
        browser = portal.browser()
        await browser.post(f"/o/nord/p/{purpose}/code", {"code": written})
        assert browser.status == 403 and not browser.client.cookies
        async with portal.app.store.transaction() as transaction:
            cookie = await let_in(portal.web.state.site, transaction, made, Shown.ADDRESS)
        browser.client.cookies.set("dsarbot-visit", cookie)
        for path in ("case", "case/withdraw"):
            await browser.get(f"/o/nord/{path}")
            assert browser.at == "/o/nord/enter"


async def test_a_link_ends(portal: Portal) -> None:
    path = await acknowledged(portal, await portal.asked())
    portal.now += links.LIVES[Purpose.PORTAL]
    browser = portal.browser()
    assert "send a code" in await browser.get(path)
    await browser.post(path, {})
    assert browser.at == f"{path}/code"
    assert [each for each in await portal.sent() if each[0].kind == "code"] == []


async def test_the_links_of_a_letter_that_went_astray_end_and_so_do_visits(portal: Portal) -> None:
    reference = await portal.asked()
    path = await acknowledged(portal, reference)
    browser = portal.browser()
    await browser.post(path, {})
    await browser.post(f"{path}/code", {"code": await portal.digits()})
    case = await portal.case(reference)
    order = Misdirected(
        at=portal.now, actor="anna", cause="astray", letter=case.letters[0].id, known_at=portal.now, how="a call"
    )
    await portal.app.desk.order(NORD, case.id, order)
    await browser.get("/o/nord/case")
    assert browser.at == "/o/nord/enter"
    await browser.post(path, {})
    assert await portal.sent() == []


async def test_an_address_that_is_not_heard_any_more_gets_no_code(portal: Portal) -> None:
    reference = await portal.asked()
    case = await portal.case(reference)
    lost = Link(
        id=links.digest("lost"), organisation=NORD, purpose=Purpose.PORTAL, case=case.id, made_at=portal.now,
        expires_at=portal.now + timedelta(days=1), address=OTHER,
    )  # fmt: skip
    gone = Link(
        id=links.digest("gone"), organisation=NORD, purpose=Purpose.PORTAL, case="no-such-case", made_at=portal.now,
        expires_at=portal.now + timedelta(days=1), address=WHO,
    )  # fmt: skip
    async with portal.app.store.transaction() as transaction:
        await transaction.add_links([lost, gone])
    for token in ("lost", "gone"):
        browser = portal.browser()
        await browser.post(f"/o/nord/p/{token}", {})
        assert browser.at == f"/o/nord/p/{token}/code"
    assert await portal.sent() == []


async def test_the_cap_of_a_domain_holds_for_codes_too(portal: Portal) -> None:
    reference = await portal.asked()
    organisations = portal.app.organisations
    assert isinstance(organisations, dict)
    organisations["nord"] = organisations["nord"].__class__(**{**vars(organisations["nord"]), "cap_per_domain_hour": 0})
    await portal.browser().post("/o/nord/enter", {"reference": reference, "address": WHO})
    assert await portal.sent() == []


async def test_when_the_database_fails_behind_the_page_the_page_is_the_same(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reference = await portal.asked()
    path = await acknowledged(portal, reference)

    async def down(*_: object, **__: object) -> int:
        raise StoreDown("gone")

    monkeypatch.setattr(type(portal.app.store), "sent_since", down)
    browser = portal.browser()
    await browser.post(path, {})
    assert browser.at == f"{path}/code"
    await browser.post("/o/nord/enter", {"reference": reference, "address": WHO})
    assert browser.status == 200
    assert caplog.text.count("No code was sent: StoreDown") == 2 and WHO not in caplog.text


# --- what a code shows -------------------------------------------------------------------------------------------


async def shown(portal: Portal, browser: Browser) -> Shown:
    token = next(each.value for each in browser.client.cookies.jar if each.name.endswith("visit"))
    visit = await portal.app.store.visit(NORD, hashed(token or ""), portal.now)
    assert visit is not None
    return visit.shown


async def test_a_code_to_the_address_somebody_wrote_from_proves_no_rung(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    assert await shown(portal, browser) == Shown.ADDRESS
    case = await portal.case(reference)
    assert (case.rung, case.proofs.shown, case.proposals) == ("", (), ())


async def test_a_code_to_the_contact_on_file_shows_it_and_a_person_decides(portal: Portal) -> None:
    reference = await portal.asked()
    await on_file(portal, await portal.case(reference))
    browser = await portal.inside(reference)
    assert await shown(portal, browser) == Shown.FILE
    assert (await portal.case(reference)).proofs.shown == ()


# --- visits ------------------------------------------------------------------------------------------------------


async def test_a_visit_ends_by_itself_and_by_leaving(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    cookies = dict(browser.client.cookies)
    await browser.get("/o/nord/case")
    await browser.post("/o/nord/leave", {})
    assert browser.at == "/o/nord"
    other = portal.browser()
    other.client.cookies.update(cookies)
    await other.get("/o/nord/case")
    assert other.at == "/o/nord/enter"
    browser = await portal.inside(reference)
    portal.now += links.IDLE
    await browser.get("/o/nord/case")
    assert browser.at == "/o/nord/enter"


async def test_a_cookie_set_before_opens_nothing(portal: Portal) -> None:
    """Session fixation: a new one is made when the code is right."""
    reference = await portal.asked()
    browser = portal.browser()
    browser.client.cookies.set("dsarbot-visit", "f" * 43)
    await browser.post("/o/nord/enter", {"reference": reference, "address": WHO})
    await browser.post(browser.at, {"code": await portal.digits()})
    other = portal.browser()
    other.client.cookies.set("dsarbot-visit", "f" * 43)
    await other.get("/o/nord/case")
    assert other.at == "/o/nord/enter"


async def test_a_visit_is_of_one_organisation(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    await browser.get("/o/sud/case")
    assert browser.at == "/o/sud/enter"
    await browser.get("/o/foreign/case")
    assert browser.status == 404
    assert await portal.app.store.by_reference(SUD, reference) is None
