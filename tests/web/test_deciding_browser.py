"""The pages of a decision in a real Chromium, on a phone and in German: readable by everybody, without any script."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Browser, expect

from dsarbot.core.case import LetterStatus
from dsarbot.web.server import serving
from tests.web.conftest import Desk
from tests.web.test_browser import Watch, chromium, demand_accessible
from tests.web.test_deciding import ask, drafted, mails

__all__ = ["chromium", "drafted"]


async def test_a_decision_on_a_phone(drafted: tuple[Desk, str, str], chromium: Browser) -> None:
    desk, reference, letter = drafted
    _, path = await ask(desk, reference, letter)
    assert desk.app.settings.web is not None
    async with serving(desk.app, desk.app.settings.web.model_copy(update={"port": 0})) as home:
        shown = await chromium.new_context(locale="de", viewport={"width": 360, "height": 740})
        page = await shown.new_page()
        watch = Watch(home)
        watch.over(page)
        await page.goto(home + path)
        await demand_accessible(page)
        await page.get_by_role("button").click()
        await page.wait_for_url(f"{home}{path}/code")
        await demand_accessible(page)
        found = None
        async with asyncio.timeout(20):
            # The code leaves behind the page, so nothing on the page says when.
            while found is None:
                found = re.search(r"\b(\d{3}) (\d{3})\b", (await mails(desk))[-1][2])
                await asyncio.sleep(0.02)
        await page.fill("#code", found[1] + found[2])
        await page.get_by_role("button", name="Seite öffnen").click()
        await page.wait_for_url(f"{home}/o/nord/decide")
        await demand_accessible(page)
        # All of the letter is there to be seen, not a window on it.
        assert await page.evaluate(
            "(() => { const t = document.querySelector('pre'); return t.scrollHeight <= t.clientHeight + 1; })()"
        )
        await page.get_by_role("button", name="Freigeben").click()
        await expect(page.get_by_role("status")).to_contain_text("Freigegeben")
        await demand_accessible(page)
        assert watch.said == []
    assert (await desk.case(reference)).letters[-1].status == LetterStatus.APPROVED
