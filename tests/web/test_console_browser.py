"""The whole morning of a DPO in a real Chromium: with the fewest clicks, with the keyboard alone, on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from dsarbot.core import orders as o
from dsarbot.core.case import LetterStatus, Outcome, Status
from dsarbot.web.server import serving
from tests.cli.desk_world import ACCESS
from tests.web.conftest import NORD, Desk
from tests.web.test_browser import Watch, chromium, context, demand_accessible, log_in
from tests.web.test_today import away
from tests.web.test_triage import UNSURE

__all__ = ["chromium"]

PAGES = ("/", "/cases", "/cases?closed=true", "/triage", "/reports", "/reports/register", "/health", "/held", "/phone")


class Clicks:
    """A person with a mouse: every click counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    async def on(self, selector: str) -> None:
        self.count += 1
        await self.page.locator(selector).first.click()
        await self.page.wait_for_load_state()

    def since_then(self) -> int:
        found, self.count = self.count, 0
        return found


@asynccontextmanager
async def console(desk: Desk, browser: Browser, size: str, language: str) -> AsyncIterator[tuple[Page, str]]:
    """Somebody who has logged in, in a browser of that kind; nothing went wrong in it while nobody looked."""
    assert desk.app.settings.web is not None
    settings = desk.app.settings.web.model_copy(update={"port": 0})
    async with serving(desk.app, settings) as home:
        page = await (await context(browser, size, language)).new_page()
        watch = Watch(home)
        watch.over(page)
        await log_in(page, desk, home)
        yield page, home
        assert watch.said == []


async def test_the_whole_morning_of_a_dpo(desk: Desk, chromium: Browser) -> None:
    """practice 10, counted from *Today*: not a request 1, a draft checked and sent 2, taken over 1, confirmed 2."""
    await desk.account("bruno")
    desk.secrets["anna"] = await desk.account("anna")
    drafted = await desk.opened(ACCESS, sender="Jeanne Martin <jeanne@example.net>")
    case = await desk.case(drafted)
    assigned = o.Assign(at=desk.now, actor="anna", cause="t", staff="anna")
    await desk.app.desk.order(NORD, case.id, assigned)
    text = "We searched all systems and hold nothing about you."
    answer = o.Answer(at=desk.now, actor="bruno", cause="a", outcome=Outcome.NOTHING_HELD, detail=text)
    await desk.app.desk.order(NORD, case.id, answer)
    waiting = await desk.opened(ACCESS, sender="Karl Kunde <k@example.net>")
    handed = await desk.case(waiting)
    order = o.Assign(at=desk.now, actor="anna", cause="s", staff="bruno")
    await desk.app.desk.order(NORD, handed.id, order)
    dismissed = await desk.opened(UNSURE, sender="<a@example.net>")
    desk.now += timedelta(minutes=5)
    confirmed = await desk.opened(UNSURE, sender="<b@example.net>")
    away(desk, "bruno")
    async with console(desk, chromium, "desktop", "en") as (page, home):
        mouse = Clicks(page)
        await demand_accessible(page)

        await mouse.on(f"form[action='/triage/{dismissed}/dismiss'] button")
        await expect(page.get_by_role("status")).to_contain_text("Noted: no request.")
        assert mouse.since_then() == 1

        await mouse.on(f"a[href='/triage/{confirmed}']")
        await mouse.on("[data-key=c]")
        await expect(page.get_by_role("status")).to_contain_text("Confirmed")
        assert mouse.since_then() == 2

        await page.goto(home)
        await mouse.on(f"form[action='/today/take']:has(input[value='{waiting}']) button")
        await expect(page.get_by_role("status")).to_contain_text("It is yours now")
        assert mouse.since_then() == 1

        await mouse.on(f"a[href^='/cases/{drafted}#']")
        await page.wait_for_url(f"{home}/cases/{drafted}#*")
        await mouse.on("form[action$='/approve'] button")
        assert mouse.since_then() == 2
    assert {claim.status for claim in (await desk.case(dismissed)).claims} == {Status.NOT_A_REQUEST}
    assert Status.OPEN in {claim.status for claim in (await desk.case(confirmed)).claims}
    assert (await desk.case(waiting)).assignee == "anna"
    assert LetterStatus.APPROVED in {each.status for each in (await desk.case(drafted)).letters}


async def test_with_the_keyboard_alone(desk: Desk, chromium: Browser) -> None:
    unsure = [await desk.opened(UNSURE, sender=f"<u{number}@example.net>") for number in range(2)]
    desk.now += timedelta(minutes=5)
    reference = await desk.opened(ACCESS, sender="Jeanne Martin <jeanne@example.net>")
    await desk.account("anna")
    async with console(desk, chromium, "desktop", "en") as (page, home):
        press, focused = page.keyboard.press, "document.activeElement"
        await press("/")
        assert await page.evaluate(f"{focused}.id") == "look-up"
        # In a field a letter is a letter.
        await page.keyboard.type("jk?")
        assert await page.input_value("#look-up") == "jk?"
        await page.goto(f"{home}/cases")
        texts = []
        for key in ("j", "j", "j", "k"):
            await press(key)
            texts.append(await page.evaluate(f"{focused}.textContent"))
        assert set(texts[:3]) == {*unsure, reference} and texts[3] == texts[1]
        await press("Enter")
        await page.wait_for_url(f"{home}/cases/{texts[3]}")
        await page.goto(f"{home}/triage")
        shown = page.locator("h2 a[href^='/cases/']")
        first = await shown.inner_text()
        await press("x")
        assert await page.evaluate(f"{focused}.name") == "right"
        await press("n")
        await expect(page.get_by_role("status")).to_contain_text(first)
        await expect(shown).not_to_have_text(first)
        await press("c")
        await expect(page.get_by_text("Nothing is unsure.")).to_be_visible()
        await press("?")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await demand_accessible(page)
        await page.get_by_label("Single keys do this").uncheck()
        await press("Escape")
        await press("/")
        assert await page.evaluate(f"{focused}.id") != "look-up"
    assert {claim.status for claim in (await desk.case(first)).claims} == {Status.NOT_A_REQUEST}


async def test_a_focuses_the_button_that_approves_and_does_not_press_it(desk: Desk, chromium: Browser) -> None:
    reference = await desk.opened(ACCESS, sender="Jeanne Martin <jeanne@example.net>")
    case = await desk.case(reference)
    text = "We searched all systems and hold nothing about you."
    answer = o.Answer(at=desk.now, actor="bruno", cause="a", outcome=Outcome.NOTHING_HELD, detail=text)
    await desk.app.desk.order(NORD, case.id, answer)
    await desk.account("anna")
    async with console(desk, chromium, "desktop", "en") as (page, home):
        await page.goto(f"{home}/cases/{reference}")
        await page.keyboard.press("a")
        assert await page.evaluate("document.activeElement.closest('form').action.endsWith('/approve')")
    assert (await desk.case(reference)).letters[-1].status == LetterStatus.DRAFTED


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("dark", "de"), ("phone", "fr")])
async def test_every_page_can_be_read_by_everybody(desk: Desk, chromium: Browser, size: str, language: str) -> None:
    await desk.opened(UNSURE, sender="<u@example.net>")
    long = f"{ACCESS} {'Donaudampfschifffahrtsgesellschaft' * 3}"
    reference = await desk.opened(long, sender="Maximiliane Wolkenstein-Hohenberg <m@example.net>")
    await desk.account("anna")
    async with console(desk, chromium, size, language) as (page, home):
        for path in PAGES:
            await page.goto(home + path)
            await demand_accessible(page)
        await page.goto(f"{home}/cases")
        await page.locator("#look-up").fill("m@example.net")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("link", name=reference)).to_be_visible()
        assert page.url == f"{home}/find"
        await demand_accessible(page)
        if size == "phone":
            await expect(page.locator(".side")).to_be_hidden()
            await page.locator(".bar summary").click()
            await expect(page.locator(".bar details a[href='/reports']")).to_be_visible()
            await demand_accessible(page)
