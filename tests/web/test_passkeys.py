"""Passkeys by a device in software: in alone, in the place of the code, as a fresh proof; and what is not believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from dsarbot.core.account import CHALLENGE, FRESH, LOCKED, TRIES
from dsarbot.store.tables import EntryTable
from tests.web.authenticator import PRESENT, Device
from tests.web.conftest import PASSWORD, Browser, Desk


async def asked(browser: Browser, path: str) -> dict[str, object]:
    """The challenge that the page's script would fetch."""
    found: dict[str, object] = json.loads(await browser.post(path, {}))
    return found


async def added(browser: Browser, device: Device, name: str = "Phone") -> None:
    await browser.get("/account")
    options = await asked(browser, "/account/passkeys/challenge")
    await browser.get("/account")
    await browser.post("/account/passkeys", {"name": name, "passkey": device.made(options)})


async def with_device(desk: Desk, device: Device, staff: str = "anna") -> Browser:
    browser = await desk.logged_in(staff)
    await added(browser, device)
    assert "The device was added." in browser.text
    return browser


async def by_device(desk: Desk, device: Device, **fields: str) -> Browser:
    browser = desk.browser()
    options = await asked(browser, "/login/passkey")
    await browser.post("/login", {"passkey": device.signed(options)} | fields)
    return browser


@pytest.mark.database
async def test_a_device_alone_leads_in(desk: Desk) -> None:
    device = Device()
    page = (await with_device(desk, device)).text
    assert "Phone" in page
    assert (await by_device(desk, device)).at == "/"
    account = await desk.app.store.account("anna")
    assert account.passkeys[0].signs == 1 and account.passkeys[0].used_at == desk.now
    assert "Phone" not in repr(account)
    # Nothing of it stands in the clear: its row is a hash.
    assert await desk.app.store.owner_of_passkey(account.passkeys[0].id) == "anna"


async def test_a_device_stands_in_the_place_of_the_code(desk: Desk) -> None:
    device = Device()
    await with_device(desk, device)
    assert (await by_device(desk, device, name="anna", password=PASSWORD)).at == "/"
    assert (await by_device(desk, device, name="anna", password="wrong and long enough")).status == 403
    await desk.account("bruno")
    assert (await by_device(desk, device, name="bruno", password=PASSWORD)).status == 403


async def test_wrong_passwords_do_not_shut_a_device_out(desk: Desk) -> None:
    device = Device()
    await with_device(desk, device)
    for _ in range(TRIES):
        await desk.browser().post("/login", {"name": "anna", "password": "no", "code": "000000"})
    assert (await desk.app.store.account("anna")).locked(desk.now)
    assert (await by_device(desk, device, name="anna", password=PASSWORD)).status == 403
    assert (await by_device(desk, device)).at == "/"


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:8470"},
        {"challenge": "AAAA"},
        {"type": "webauthn.create"},
    ],
)
async def test_a_signature_for_another_page_or_challenge_is_refused(desk: Desk, changed: dict[str, str]) -> None:
    device = Device()
    await with_device(desk, device)
    browser = desk.browser()
    options = await asked(browser, "/login/passkey")
    page = await browser.post("/login", {"passkey": device.signed(options, **changed)})
    assert browser.status == 403 and "That was not right" in page and not browser.client.cookies


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda device: replace(device, flags=PRESENT),
        lambda device: replace(device, flags=0),
        lambda device: replace(device, party="evil.example"),
        lambda device: replace(device, id=b"another passkey!"),
        lambda device: replace(device, handle=b"another account"),
        lambda device: Device(id=device.id, handle=device.handle),
    ],
)
async def test_a_device_that_is_not_the_one_or_saw_nobody_is_refused(
    desk: Desk, spoiled: Callable[[Device], Device]
) -> None:
    device = Device()
    await with_device(desk, device)
    assert (await by_device(desk, spoiled(device))).status == 403


@pytest.mark.parametrize("answer", ["", "{}", "[1]", "null", "\x00", '{"id":"a"}', '{"id":1,"rawId":2,"response":3}'])
async def test_what_is_no_answer_is_refused(desk: Desk, answer: str) -> None:
    browser = desk.browser()
    await browser.post("/login", {"passkey": answer})
    assert browser.status == 403


@pytest.mark.database
async def test_a_challenge_is_answered_once_and_soon(desk: Desk) -> None:
    device = Device()
    await with_device(desk, device)
    browser = desk.browser()
    options = await asked(browser, "/login/passkey")
    answer = device.signed(options)
    await browser.post("/login", {"passkey": answer})
    assert browser.at == "/"
    again = desk.browser()
    await again.post("/login", {"passkey": answer})
    # Also a wrong answer uses a challenge up.
    options = await asked(again, "/login/passkey")
    await again.post("/login", {"passkey": device.signed(options, origin="https://evil.example")})
    await again.post("/login", {"passkey": device.signed(options)})
    assert again.status == 403
    options = await asked(again, "/login/passkey")
    desk.now += CHALLENGE
    await again.post("/login", {"passkey": device.signed(options)})
    assert again.status == 403


async def test_a_copied_device_is_refused_and_written_down(desk: Desk) -> None:
    device = Device(signs=7)
    await with_device(desk, device)
    copy = replace(device)
    assert (await by_device(desk, device)).at == "/"
    assert (await by_device(desk, copy)).status == 403
    assert "passkey-copied" in await kinds(desk)


async def kinds(desk: Desk) -> list[str]:
    """What the ledger of an organisation says, oldest first."""
    return [each.kind for each in await EntryTable.filter(organisation="nord").order_by("seq")]


async def test_a_fresh_proof_by_a_device(desk: Desk) -> None:
    device = Device()
    browser = await with_device(desk, device)
    desk.now += FRESH
    await browser.get("/prove?to=/account")
    page = browser.text
    options = await asked(browser, "/prove/passkey")
    browser.text = page
    await browser.post("/prove", {"passkey": device.signed(options), "to": "/account"})
    assert browser.at == "/account" and "Add this device" in browser.text


async def test_a_challenge_of_another_session_or_purpose_proves_nothing(desk: Desk) -> None:
    device = Device()
    browser = await with_device(desk, device)
    other = await desk.logged_in()
    desk.now += FRESH
    await other.get("/prove")
    page = other.text
    for options in (await asked(desk.browser(), "/login/passkey"), await asked_again(browser)):
        other.text = page
        await other.post("/prove", {"passkey": device.signed(options), "to": "/account"})
        assert other.status == 403


async def asked_again(browser: Browser) -> dict[str, object]:
    await browser.get("/prove")
    return await asked(browser, "/prove/passkey")


async def test_only_a_fresh_session_adds_a_device(desk: Desk) -> None:
    browser = await desk.logged_in()
    await browser.get("/account")
    options = await asked(browser, "/account/passkeys/challenge")
    await browser.get("/account")
    desk.now += FRESH
    await browser.post("/account/passkeys", {"name": "Thief", "passkey": Device().made(options)})
    assert browser.at == "/prove"
    assert not (await desk.app.store.account("anna")).passkeys


@pytest.mark.database
async def test_a_device_is_added_once_and_removed(desk: Desk) -> None:
    device = Device()
    browser = await with_device(desk, device)
    await added(browser, device)
    assert browser.status == 409 and "registered already" in browser.text
    await added(browser, replace(device, id=b"without a person", flags=PRESENT))
    assert browser.status == 409 and "not accepted" in browser.text
    (known,) = (await desk.app.store.account("anna")).passkeys
    await browser.get("/account")
    await browser.post("/account/passkeys/remove", {"passkey": known.id})
    assert "The device was removed." in browser.text
    await browser.post("/account/passkeys/remove", {"passkey": known.id})
    assert "no such device" in browser.text
    assert (await by_device(desk, device)).status == 403
    assert await desk.app.store.owner_of_passkey(known.id) == ""


async def test_whoever_left_does_not_come_in_by_a_device(desk: Desk) -> None:
    device = Device()
    await with_device(desk, device, "bruno")
    gone = [each.model_copy(update={"active": each.key != "bruno"}) for each in desk.app.settings.staff]
    object.__setattr__(desk.app.settings, "staff", tuple(gone))
    assert (await by_device(desk, device)).status == 403


async def test_a_wrong_device_closes_nothing_and_a_right_one_opens_what_was_closed(desk: Desk) -> None:
    device = Device()
    browser = await with_device(desk, device)
    for _ in range(TRIES):
        await browser.get("/prove")
        await browser.post("/prove", {"code": "000000"})
    await browser.get("/prove")
    await browser.post("/prove", {"code": desk.code("anna"), "to": "/account"})
    assert browser.status == 403
    options = await asked_again(browser)
    await browser.get("/prove")
    await browser.post("/prove", {"passkey": device.signed(options), "to": "/account"})
    assert browser.at == "/account" and not (await desk.app.store.account("anna")).locked(desk.now)
    desk.now += LOCKED + timedelta(minutes=1)
