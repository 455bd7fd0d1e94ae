"""The navigation: one table, what somebody may see of it, and the numbers beside it."""

from __future__ import annotations

import re

import pytest

from dsarbot.core.dates import LANGUAGES
from dsarbot.web.nav import ENTRIES, written
from dsarbot.web.words import words
from tests.cli.desk_world import ACCESS
from tests.web.conftest import Desk
from tests.web.test_triage import UNSURE


def places(page: str) -> list[str]:
    """Where the left column leads."""
    return re.findall(r'<a href="([^"]+)"', page.split('<nav class="side"')[1].split("</nav>", maxsplit=1)[0])


@pytest.mark.parametrize(
    ("staff", "path", "there", "missing"),
    [
        ("anna", "/", {"/", "/cases", "/triage", "/held", "/phone", "/reports", "/health"}, set()),
        ("bruno", "/", {"/", "/cases", "/triage"}, {"/health"}),
        ("otto", "/", {"/", "/cases", "/reports"}, {"/triage", "/phone", "/health"}),
        ("sam", "/phone", {"/phone"}, {"/", "/cases", "/triage", "/reports", "/health"}),
        ("ada", "/health", {"/health"}, {"/", "/cases", "/triage", "/reports"}),
    ],
)
async def test_somebody_sees_the_way_to_what_they_may_see(
    desk: Desk, staff: str, path: str, there: set[str], missing: set[str]
) -> None:
    browser = await desk.logged_in(staff)
    found = set(places(await browser.get(path)))
    assert there <= found and not missing & found
    for each in found:
        await browser.get(each)
        assert browser.status == 200, each


async def test_what_waits_stands_beside_its_place(desk: Desk) -> None:
    await desk.opened(UNSURE, sender="<a@example.net>")
    await desk.opened(ACCESS, sender="<b@example.net>")
    browser = await desk.logged_in()
    page = await browser.get("/cases")
    assert re.search(r'href="/triage">Triage <span class="count">1</span>', page)
    assert '<a href="/held">Held</a>' in page


@pytest.mark.parametrize(("number", "text"), [(-1, ""), (0, ""), (1, "1"), (999, "999"), (1000, "999+")])
def test_numbers_beyond_reading_are_cut(number: int, text: str) -> None:
    assert written(number) == text


def test_every_place_has_its_word_in_every_language_and_four_stand_in_the_bar() -> None:
    for language in LANGUAGES:
        texts = words(language).texts
        assert all(f"nav.{each.key}" in texts for each in ENTRIES)
        assert all(f"nav.short_{each.key}" in texts for each in ENTRIES if each.first)
    assert sum(each.first for each in ENTRIES) == 4
