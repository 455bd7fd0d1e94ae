"""The portal in a real Chromium without JavaScript: from the form to the withdrawal, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route

from dsarbot.core.case import Outcome
from dsarbot.web.server import serving
from tests.web.portal.conftest import WHO, Portal
from tests.web.portal.test_entry import acknowledged, on_file
from tests.web.test_browser import SIZES, Watch, chromium, demand_accessible

__all__ = ["chromium"]
Look = Callable[[], Coroutine[Any, Any, None]]


async def type_code(page: Page, portal: Portal) -> None:
    await page.locator("#code").fill(await portal.digits())
    await page.locator("button.first").click()


async def looking(page: Page, probe: BrowserContext) -> Look:
    """What looks at a page without scripts: axe is one, so it sees a copy of the page where scripts may run."""
    copy = await probe.new_page()

    async def look() -> None:
        html = await page.content()

        async def same(route: Route) -> None:
            await route.fulfill(body=html, content_type="text/html; charset=utf-8")

        await copy.route(page.url, same)
        await copy.goto(page.url)
        await demand_accessible(copy)
        await copy.unroute(page.url)

    return look


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "de"), ("dark", "fr")])
async def test_from_the_form_to_the_withdrawal(portal: Portal, chromium: Browser, size: str, language: str) -> None:
    width, height, scheme = SIZES[size]
    assert portal.app.settings.web is not None
    settings = portal.app.settings.web.model_copy(update={"port": 0})
    dark = "dark" if scheme == "dark" else "light"
    same: dict[str, Any] = {
        "locale": language, "viewport": {"width": width, "height": height}, "color_scheme": dark,
    }  # fmt: skip
    async with serving(portal.app, settings) as home:
        context = await chromium.new_context(java_script_enabled=False, **same)
        context.set_default_timeout(15_000)
        page = await context.new_page()
        watch = Watch(home)
        watch.over(page)
        look = await looking(page, await chromium.new_context(**same))
        await page.goto(f"{home}/o/nord")
        await look()
        await page.locator("a.first").click()
        await look()
        await page.locator("[value=access]").check()
        await page.locator("#about").fill("Donaudampfschifffahrtsgesellschaft" * 4)
        await page.locator("#address").fill(WHO)
        await page.locator("button.first").click()
        reference = (await page.locator(".reference").inner_text()).strip()
        await look()
        await on_file(portal, await portal.case(reference))
        path = await acknowledged(portal, reference)
        await page.goto(home + path)
        await look()
        await page.locator("button.first").click()
        await page.wait_for_url(f"{home}{path}/code")
        await look()
        await type_code(page, portal)
        await page.wait_for_url(f"{home}/o/nord/case")
        await look()
        await page.locator("#words").fill("A question of mine.")
        await page.locator("form[action$='/message'] button").click()
        await page.wait_for_url(f"{home}/o/nord/case?said=sent")
        await look()
        assert await page.get_by_text("A question of mine.").count() == 1
        await page.locator("a[href$='/withdraw']").click()
        await look()
        await page.locator("button.first").click()
        await page.wait_for_url(f"{home}/o/nord/case/withdraw/code")
        await look()
        await type_code(page, portal)
        await page.wait_for_url(f"{home}/o/nord/case?said=withdrawn")
        await page.goto(f"{home}/o/nord/enter")
        await look()
        await page.goto(f"{home}/o/nord/nowhere")
        await look()
        assert [each for each in watch.said if "404" not in each] == []
    assert (await portal.case(reference)).claims[0].outcome == Outcome.WITHDRAWN
