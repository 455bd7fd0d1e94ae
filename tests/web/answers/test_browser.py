"""A customer's contact answers in a real Chromium: on a phone without JavaScript, and later at a desk with it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from playwright.async_api import Browser, FilePayload, Page

from dsarbot.core import orders_chain as oc
from dsarbot.core.chain import HopState
from dsarbot.web.server import serving
from tests.core.chain_story import BETA
from tests.web.answers.test_answers import asked, leave, now, order
from tests.web.conftest import NORD
from tests.web.portal.conftest import Portal, portal
from tests.web.portal.test_browser import looking, type_code
from tests.web.test_browser import SIZES, Watch, chromium, demand_accessible

__all__ = ["chromium", "portal"]


async def _codes(portal: Portal) -> int:
    return sum(job.kind == "code" for job in await portal.app.store.jobs(NORD, limit=100))


async def _code(page: Page, portal: Portal) -> None:
    """The code of the mail. It is sent behind the page, so the page may be there a moment before it."""
    had = sum(job.kind == "code" for job, _ in portal.mails)
    async with asyncio.timeout(10):
        while await _codes(portal) <= had:  # noqa: ASYNC110  # it is another task of the server that writes it
            await asyncio.sleep(0.02)
    await type_code(page, portal)


async def test_a_contact_erases_by_link_and_sees_that_it_is_done(portal: Portal, chromium: Browser) -> None:
    case, link = await asked(portal, BETA)
    case = await leave(portal, case)
    assert portal.app.settings.web is not None
    settings = portal.app.settings.web.model_copy(update={"port": 0})
    width, height, _ = SIZES["phone"]
    async with serving(portal.app, settings) as home:
        phone: dict[str, Any] = {"locale": "de", "viewport": {"width": width, "height": height}}
        page = await (await chromium.new_context(java_script_enabled=False, **phone)).new_page()
        page.set_default_timeout(15_000)
        watch = Watch(home)
        watch.over(page)
        look = await looking(page, await chromium.new_context(**phone))

        # practice 28: a link that is opened, by a person or by what reads their mail, changes and proves nothing.
        for _ in range(2):
            await page.goto(home + link)
        await look()
        assert await now(portal, case) == case
        assert [each for each in await portal.sent() if each[0].kind == "code"] == []

        await page.locator("button.first").click()
        await page.wait_for_url(f"{home}{link}/code")
        await look()
        await _code(page, portal)
        await page.wait_for_url(f"{home}/o/nord/answer")
        await look()
        await page.locator("a[href$='/answer/files']").click()
        long_name = f"{'Donaudampfschifffahrt' * 4}.txt"
        exported: FilePayload = {"name": long_name, "mimeType": "text/plain", "buffer": b"Marie"}
        await page.locator("#files").set_input_files([exported])
        await page.locator("button.first").click()
        await page.wait_for_url(f"{home}/o/nord/answer/files?said=sent")
        await look()
        await page.goto(f"{home}/o/nord/answer")
        await page.locator("[name=says][value=instruct]").check()
        await page.locator("[name=action][value=erase]").check()
        await page.locator("#scope").fill(f"marie@beta.example {'Donaudampfschifffahrtsgesellschaft' * 3}")
        await page.locator("button.first").click()

        confirm = f"{home}/o/nord/answer/confirm"
        await page.wait_for_url(confirm)
        await look()
        assert (await now(portal, case)).chain.instructions[0].state == "unconfirmed"
        await page.locator("form[action$='/confirm/code'] button").click()
        await page.wait_for_url(confirm)
        await page.locator("#counts").fill("1 Postfach, 812 Nachrichten")
        await _code(page, portal)
        await page.wait_for_url(f"{home}/o/nord/answer?said=confirmed")
        await look()
        (found,) = (await now(portal, case)).chain.instructions
        assert (found.state, found.counts) == ("standing", "1 Postfach, 812 Nachrichten")

        # Its contract waives the cooling day; the same link opens again within a day, with a new code.
        portal.now += timedelta(hours=1)
        done: dict[str, object] = {"instruction": "i1", "where": "mail server", "number": 813}
        case = await order(portal, await now(portal, case), oc.Execute, **done)
        case = await leave(portal, await order(portal, case, oc.Report, instruction="i1", evidence="log"))
        assert case.chain.hops[0].state == HopState.REPORTED
        desk = await (await chromium.new_context(locale="en")).new_page()
        watch.over(desk)
        await desk.goto(home + link)
        await demand_accessible(desk)
        await desk.locator("button.first").click()
        await desk.wait_for_url(f"{home}{link}/code")
        await _code(desk, portal)
        await desk.wait_for_url(f"{home}/o/nord/answer")
        await demand_accessible(desk)
        assert await desk.get_by_text("reported to you").count() == 1
        assert watch.said == []
