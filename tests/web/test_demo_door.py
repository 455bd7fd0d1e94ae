"""The demo's own door into the console: it leads in without an account, and every page says DEMO."""

from __future__ import annotations

import httpx
import pytest

from dsarbot.demo import console as demo
from tests.web.conftest import Desk


async def test_the_link_leads_in_and_every_page_is_marked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "OFFICER", "anna")
    async with demo.console(desk.app) as link, httpx.AsyncClient(follow_redirects=True) as browser:
        assert link.startswith("http://127.0.0.1:")
        stranger = await browser.get(link[:-1])
        assert stranger.status_code == 404
        page = await browser.get(link)
        assert (page.status_code, page.url.path) == (200, "/")
        assert ">DEMO</p>" in page.text and "Anna Beispill" in page.text
        assert ">DEMO</p>" in (await browser.get(page.url.join("/cases"))).text
