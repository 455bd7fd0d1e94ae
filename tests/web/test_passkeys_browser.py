"""A passkey in a real Chromium with its virtual authenticator: registered, in with it, a fresh proof; without a script
the password still leads in."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, CDPSession, Page, expect

from dsarbot.core.account import FRESH
from dsarbot.web.server import serving
from tests.web.conftest import PASSWORD, Desk
from tests.web.test_browser import Watch, chromium, demand_accessible

__all__ = ["chromium"]


async def authenticator(page: Page, *, knows: bool = True) -> tuple[CDPSession, str]:
    """A device in the page's browser. knows: it recognises its owner."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": knows, "automaticPresenceSimulation": True,
    }  # fmt: skip
    added = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp, added["authenticatorId"]


async def log_in(page: Page, desk: Desk, home: str) -> None:
    await page.goto(f"{home}/login?to=/account")
    await page.fill("#name", "anna")
    await page.fill("#password", PASSWORD)
    await page.fill("#code", desk.code("anna"))
    await page.click("button.first")
    await page.wait_for_url(f"{home}/account")


async def test_a_passkey_from_its_registration_to_a_fresh_proof(desk: Desk, chromium: Browser) -> None:
    await desk.account("anna")
    assert desk.app.settings.web is not None
    async with serving(desk.app, desk.app.settings.web.model_copy(update={"port": 0})) as address:
        home = address.replace("127.0.0.1", "localhost")
        context = await chromium.new_context(locale="de")
        page = await context.new_page()
        watch = Watch(home)
        watch.over(page)
        cdp, device = await authenticator(page)
        await page.goto(f"{home}/login")
        await demand_accessible(page)
        await log_in(page, desk, home)
        await demand_accessible(page)
        await page.fill("#device", "Schlüsselbund")
        await page.click("button[data-devices]")
        await expect(page.get_by_role("status")).to_contain_text("hinzugefügt")
        await demand_accessible(page)
        stored = await cdp.send("WebAuthn.getCredentials", {"authenticatorId": device})
        assert [each["rpId"] for each in stored["credentials"]] == ["localhost"]
        await page.click(".who button")
        await page.wait_for_url(f"{home}/login")
        await page.click("button[data-devices]")
        await page.wait_for_url(f"{home}/")
        desk.now += FRESH
        await page.goto(f"{home}/prove?to=/account")
        await demand_accessible(page)
        await page.click("button[data-devices]")
        await page.wait_for_url(f"{home}/account")
        await expect(page.locator("#device")).to_be_visible()
        assert watch.said == []
        # Somebody else holds the device: it does not recognise them, and nothing is sent.
        await cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
        await page.click(".who button")
        await page.wait_for_url(f"{home}/login")
        await page.click("button[data-devices]")
        await expect(page.locator("[data-trouble]")).to_be_visible()
        # At an address of numbers there are no passkeys, and the button is not offered.
        await page.goto(f"{address}/login")
        await expect(page.locator("button[data-devices]")).to_be_hidden()
        plain = await (await chromium.new_context(java_script_enabled=False)).new_page()
        await log_in(plain, desk, home)
        await expect(plain.locator("button[data-devices]")).to_be_hidden()
