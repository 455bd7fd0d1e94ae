"""The pages in a real Chromium, over a real port: what a person sees, with the keyboard, in the dark, on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright, expect

from dsarbot.web.server import serving
from tests.cli.desk_world import ACCESS
from tests.servers.base import require_program
from tests.web.conftest import PASSWORD, Desk

SIZES = {"desktop": (1200, 900, "light"), "dark": (1200, 900, "dark"), "phone": (360, 740, "light")}


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = require_program("chromium", "chromium")
    async with async_playwright() as playwright:
        # Its own sandbox needs rights that containers do not give; the pages are ours.
        options = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        browser = await playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        await browser.close()


@dataclass
class Watch:
    """What went wrong in a browser while nobody looked: refused scripts and styles, requests to other sites."""

    home: str
    said: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:")):
            self.said.append(f"asked {request.url}")


async def context(chromium: Browser, size: str, language: str) -> BrowserContext:
    width, height, scheme = SIZES[size]
    return await chromium.new_context(
        locale=language,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": height},
    )


async def log_in(page: Page, desk: Desk, home: str) -> None:
    """With the keyboard alone."""
    await page.goto(f"{home}/login")
    # The page is loaded a moment before the field that asks for it has the keyboard.
    await page.locator("input:focus").wait_for()
    await page.keyboard.type("anna")
    for text in (PASSWORD, desk.code("anna")):
        await page.keyboard.press("Tab")
        await page.keyboard.type(text)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{home}/")


async def demand_accessible(page: Page) -> None:
    """WCAG 2.2 AA as far as a program can see it, and nothing wider than the window."""
    found = await Axe().run(page)
    bad = [each for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
    assert not bad, f"{page.url}: {[(each['id'], each['nodes'][0]['html'][:200]) for each in bad]}"
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("dark", "de"), ("phone", "fr")])
async def test_a_morning_at_the_console(desk: Desk, chromium: Browser, size: str, language: str) -> None:
    await desk.account("anna")
    reference = await desk.opened(f"{ACCESS} {'Donaudampfschifffahrtsgesellschaft' * 4}")
    assert desk.app.settings.web is not None
    settings = desk.app.settings.web.model_copy(update={"port": 0})
    async with serving(desk.app, settings) as home:
        page = await (await context(chromium, size, language)).new_page()
        watch = Watch(home)
        watch.over(page)
        await page.goto(home)
        await demand_accessible(page)
        await log_in(page, desk, home)
        await demand_accessible(page)
        await page.get_by_role("link", name=reference).first.click()
        await page.wait_for_url(f"{home}/cases/{reference}")
        await demand_accessible(page)
        await page.locator("textarea").fill("Seen in a browser.")
        await page.locator("form[action$='/note'] button").click()
        await expect(page.get_by_role("status")).to_be_visible()
        await expect(page.get_by_text("Seen in a browser.")).to_be_visible()
        await page.goto(f"{home}/cases/{reference}/write/answer")
        await demand_accessible(page)
        await page.get_by_role("radio").first.check()
        await page.locator("#detail").fill("Everything that we hold is enclosed.")
        await page.locator("button.first").click()
        await page.wait_for_url(f"{home}/cases/{reference}?said=drafted*")
        await page.goto(f"{home}/cases/{reference}/edit/l2")
        await demand_accessible(page)
        for path in ("/cases", "/held", "/phone", "/find?q=nothing", "/nowhere"):
            await page.goto(home + path)
            await demand_accessible(page)
        assert [each for each in watch.said if "404" not in each] == []
    assert (await desk.case(reference)).notes[0].actor == "anna"


async def test_the_page_of_a_case_is_small(desk: Desk, chromium: Browser) -> None:
    """Under 150 kB with everything that it loads."""
    await desk.account("anna")
    reference = await desk.opened()
    assert desk.app.settings.web is not None
    settings = desk.app.settings.web.model_copy(update={"port": 0})
    async with serving(desk.app, settings) as home:
        page = await (await context(chromium, "desktop", "en")).new_page()
        await log_in(page, desk, home)
        weights = []
        page.on("response", lambda answer: weights.append(int(answer.headers.get("content-length", 0))))
        await page.goto(f"{home}/cases/{reference}")
        assert len(weights) >= 2 and 0 < sum(weights) < 150_000
