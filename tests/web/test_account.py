"""One's own account in the browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dsarbot.core.access import Grant
from dsarbot.core.account import FRESH
from tests.web.conftest import PASSWORD, Desk

#: Also on PostgreSQL.
pytestmark = pytest.mark.database

NEW = "another long and quiet password"


async def test_a_password_is_changed_by_whoever_knows_it(desk: Desk) -> None:
    browser, other = await desk.logged_in(), await desk.logged_in()
    await browser.get("/account")
    await browser.post("/account/password", {"old": "wrong and long enough", "password": NEW})
    assert browser.status == 409 and "present password is not right" in browser.text
    await browser.post("/account/password", {"old": PASSWORD, "password": "short"})
    assert browser.status == 409 and "too short" in browser.text
    await browser.post("/account/password", {"old": PASSWORD, "password": NEW})
    assert "The password was changed." in browser.text
    await other.get("/")
    assert other.at == "/login"
    await other.post("/login", {"name": "anna", "password": PASSWORD, "code": desk.code("anna")})
    assert other.status == 403
    await other.post("/login", {"name": "anna", "password": NEW, "code": desk.code("anna")})
    assert other.at == "/"


async def test_one_time_codes_are_renewed(desk: Desk) -> None:
    browser = await desk.logged_in()
    page = await browser.get("/account/codes")
    secret = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
    assert secret and "<svg" in page
    form = {"secret": secret[1], "code": "000000"}
    assert "does not fit" in await browser.post("/account/codes", form)
    await browser.post("/account/codes", {"secret": "no secret!", "code": "000000"})
    assert browser.status == 400
    await browser.get("/account")
    old = desk.secrets["anna"]
    desk.secrets["anna"] = secret[1]
    await browser.post("/account/codes", form | {"code": desk.code("anna")})
    assert "The one-time codes were renewed." in browser.text
    desk.secrets["anna"] = old
    other = desk.browser()
    await other.post("/login", {"name": "anna", "password": PASSWORD, "code": desk.code("anna")})
    assert other.status == 403


async def test_sessions_are_seen_and_ended(desk: Desk) -> None:
    browser, other, third = [await desk.logged_in() for _ in range(3)]
    bruno = await desk.logged_in("bruno")
    page = await browser.get("/account")
    sessions = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    assert len(sessions) == 2 and page.count("this browser") == 1
    theirs = await desk.app.store.sessions_of("bruno", desk.now)
    # Somebody else's session is not theirs to end, whatever they send.
    await browser.post("/account/sessions/end", {"session": theirs[0].id})
    await bruno.get("/")
    assert bruno.at == "/"
    await browser.post("/account/sessions/end", {"session": sessions[0]})
    assert "That session was ended." in browser.text
    await browser.post("/account/sessions/end-others", {})
    for each in (other, third):
        await each.get("/")
        assert each.at == "/login"
    await browser.get("/account")
    assert browser.at == "/account"


async def test_a_browser_left_open_changes_nothing(desk: Desk) -> None:
    browser = await desk.logged_in()
    page = await browser.get("/account")
    desk.now += FRESH
    for path in ("/account/password", "/account/codes", "/account/passkeys", "/account/passkeys/remove"):
        browser.text = page
        await browser.post(path, {"old": PASSWORD, "password": NEW})
        assert browser.at == "/prove", path
    await browser.get("/account/codes")
    assert browser.at == "/prove"
    assert "once more" in await browser.get("/account")


async def test_an_auditor_reads_content_while_it_is_granted(desk: Desk) -> None:
    reference, other = await desk.opened(), await desk.opened(mailbox="shared", to="dpo@sud.example.org")
    otto = await desk.logged_in("otto")
    await otto.get(f"/cases/{reference}")
    assert otto.status == 403
    # Nobody learns by a look-up whether a person is known.
    assert reference not in await otto.get("/find?q=jeanne@example.net")
    until = desk.now + timedelta(minutes=30)
    given = Grant(
        id="g1", organisation="nord", staff="otto", reason="audit-2026", given_at=desk.now, until=until, by="anna"
    )
    async with desk.app.store.transaction() as transaction:
        await transaction.grant(given)
    assert "jeanne@example.net" in await otto.get(f"/cases/{reference}")
    assert 'action="/cases' not in otto.text
    assert reference in await otto.get("/find?q=jeanne@example.net")
    # Of that organisation, and of no other of theirs; and no orders.
    await otto.get(f"/cases/{other}")
    assert otto.status == 404
    assert other not in await otto.get("/find?q=jeanne@example.net")
    await otto.get("/account")
    await otto.post(f"/cases/{reference}/note", {"text": "no"})
    assert otto.status == 403
    desk.now = until
    await otto.get(f"/cases/{reference}")
    assert otto.status == 403
