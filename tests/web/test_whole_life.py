"""One case in a real Chromium, from the form of the portal to the file that was fetched, on each kind of database.

The person has no JavaScript and no account; the DPO works at the console. What either of them reads is asserted; what
the service does in between (reading, delivering, the hours that pass) is done as the fixtures of the portal do it.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from dsarbot.web.server import serving
from tests.web.conftest import HERE, Desk
from tests.web.portal.conftest import WHO, Portal, text_of
from tests.web.portal.test_files_browser import the_code
from tests.web.test_browser import Watch, chromium, context, log_in

__all__ = ["chromium"]

#: Nothing that a rule could be sure of: a person decides what it is.
WORDS = "could you maybe tell me what you have about me in the shop? thx"
SAID = (
    "Everything that the shop holds about you is in the file: your two orders, to deliver and to bill them, told to "
    "nobody but the post, kept for ten years as the tax law wants it, and all of it from you. No machine decides."
)
FILE = b"date;what\n2026-01-05;order 4711\n2026-02-07;order 4803\n"
#: What the journal must tell of it, in this order.
LIFE = [
    "CaseOpened", "ClaimFound", "ClaimConfirmed", "ContactSeen", "IdentityVerified", "FilePacked", "LetterApproved",
    "ClaimAnswered", "DownloadBegun", "DownloadCompleted", "DownloadBegun", "ClaimClosed",
]  # fmt: skip


@pytest.fixture
def configured(configured: str) -> str:
    """The same instance, with its portal open."""
    with_portal = configured.replace("port = 8470", "port = 8470\nportal = true")
    return with_portal.replace('owner = "carla"', 'owner = "carla"\nportal = false')


async def asks(page: Page, home: str) -> str:
    """The form; the reference that the page names."""
    await page.goto(f"{home}/o/nord")
    await page.get_by_role("link", name="Make a request").click()
    await page.locator("[value=other]").check()
    await page.locator("#words").fill(WORDS)
    await page.locator("#address").fill(WHO)
    await page.locator("#name").fill("Jeanne Exemple")
    await page.locator("button.first").click()
    return (await page.locator(".reference").inner_text()).strip()


async def letter_link(post: Portal, reference: str) -> str:
    """The outbox hands the only letter over; the address that its reader clicks."""
    [text] = [text_of(mail) for job, mail in await post.sent() if job.kind == "letter"]
    found = re.search(rf"{re.escape(HERE)}(/o/nord/p/[0-9a-f]{{32}})", text)
    assert found and reference in text, text
    return found[1]


async def comes_in(page: Page, post: Portal, address: str) -> None:
    """The link, its button, the code, the page of the case."""
    await page.goto(address)
    await page.locator("button.first").click()
    await types_code(page, post)


async def types_code(page: Page, post: Portal) -> None:
    """What the mail says, into the field; then they are in."""
    await page.wait_for_url("**/code")
    await page.locator("#code").fill(await the_code(post))
    await page.locator("button.first").click()
    await page.wait_for_url("**/o/nord/case")


async def deed(page: Page, case: str, name: str, **fields: str) -> None:
    """A form of the console, filled as it stands there."""
    await page.goto(f"{case}/do/{name}")
    for field, value in fields.items():
        place = page.locator(f"main [name={field}]")
        if await place.evaluate("(it) => it.tagName") == "SELECT":
            await place.select_option(value)
        else:
            await place.fill(value)
    await page.locator("main button.first").click()
    await expect(page.get_by_role("status")).to_be_visible()


async def confirms(page: Page, home: str, reference: str) -> None:
    """Seen in Today, opened in the triage, and one of the rights chosen."""
    await page.goto(home)
    await page.locator(f"a[href='/triage/{reference}']").first.click()
    await expect(page.locator("pre.text").first).to_contain_text("what you have about me")
    box = page.locator("[name=right][value=access]")
    if not await box.is_visible():
        await page.get_by_text("Other rights").click()
    await box.check()
    await page.locator("[data-key=c]").click()
    await expect(page.get_by_role("status")).to_contain_text("Confirmed")


async def answers(page: Page, home: str, reference: str) -> None:
    """Packed, written, read as it will leave, and approved."""
    case = f"{home}/cases/{reference}"
    await page.goto(f"{home}/packages/{reference}")
    await page.locator("#files").set_input_files({"name": "jeanne.csv", "mimeType": "text/csv", "buffer": FILE})
    await page.locator("#title").fill("Your orders")
    await page.locator("main button.first").click()
    await expect(page.locator(".rows")).to_contain_text(f"{reference}-1.csv")
    await page.goto(f"{case}/write/answer")
    await page.locator("[name=outcome][value=granted]").check()
    await page.locator("#detail").fill(SAID)
    for box in await page.locator("[name=holds]").all():
        await box.check()
    await page.locator("main button.first").click()
    await page.wait_for_url(f"{case}?said=drafted*")
    await page.locator("form[action$='/approve'] button").click()
    await expect(page.get_by_role("status")).to_be_visible()


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


async def downloads(page: Page, reference: str) -> str:
    """The button, and byte for byte what was packed; within the day it can be had again. Where the file is."""
    await page.get_by_role("link", name="Files for you").click()
    row = page.locator("ul.rows li").filter(has_text="Your orders")
    for _ in range(2):
        async with page.expect_download() as coming:
            await row.get_by_role("button").click()
        got = await coming.value
        assert (got.suggested_filename, bytes_of(await got.path())) == (f"{reference}-1.csv", FILE)
        await page.reload()
        await expect(row).to_contain_text("You have downloaded it")
    return got.url


async def is_over(page: Page, file: str) -> None:
    """Neither on the page nor at its address, though they are in."""
    await page.get_by_role("link", name="Files for you").click()
    await expect(page.locator("main")).to_contain_text("No file is ready")
    assert (await page.context.request.get(file)).status == 404


@pytest.mark.database
async def test_the_whole_life_of_a_case(desk: Desk, chromium: Browser) -> None:
    await desk.account("anna")
    post = Portal(desk.app)
    assert desk.app.settings.web is not None
    async with serving(desk.app, desk.app.settings.web.model_copy(update={"port": 0})) as home:
        theirs = await chromium.new_context(java_script_enabled=False, locale="en", accept_downloads=True)
        person, officer = await theirs.new_page(), await (await context(chromium, "desktop", "en")).new_page()
        watch = Watch(home)
        for page in (person, officer):
            page.set_default_timeout(15_000)
            watch.over(page)

        reference = await asks(person, home)
        await person.goto(f"{home}/o/nord/enter")
        await person.locator("#reference").fill(reference)
        await person.locator("#address").fill(WHO)
        await person.locator("main button.first").click()
        await types_code(person, post)
        desk.now += timedelta(minutes=5)
        await person.locator("#words").fill("I mean the shop of the year 2026.")
        await person.locator("form[action$='/message'] button").click()
        await expect(person.get_by_role("status")).to_be_visible()
        await expect(person.locator("article.mine").first).to_contain_text("the shop of the year 2026")

        await log_in(officer, desk, home)
        await confirms(officer, home, reference)
        desk.now += timedelta(minutes=11)
        assert await letter_link(post, reference), "the receipt is confirmed"
        case = f"{home}/cases/{reference}"
        await deed(officer, case, "on-file", contact=WHO, seen_in="crm", since="2024-05-01")
        await deed(officer, case, "verify", rung="R2", how="The code sent to the contact on file.")
        await answers(officer, home, reference)

        desk.now += timedelta(minutes=20)
        link = await letter_link(post, reference)
        await comes_in(person, post, f"{home}{link}")
        await expect(person.locator("h1")).to_have_text("We have answered your request.")
        answer = person.locator("article.letter").first
        await expect(answer).to_contain_text(f"{reference}-1.csv")
        await expect(answer).to_contain_text("Everything that the shop holds")
        file = await downloads(person, reference)
        desk.now += timedelta(hours=24)
        await comes_in(person, post, f"{home}{link}")
        await is_over(person, file)

        await log_in(officer, desk, home)
        await officer.goto(case)
        await officer.locator("form[action$='/close'] button").click()
        await expect(officer.locator("#claims + .rows")).to_contain_text("closed")
        await officer.goto(f"{case}/journal")
        await expect(officer.locator(".said")).to_contain_text("The chain holds")
        told = [each.split()[0] for each in await officer.locator("tbody td:nth-child(3)").all_inner_texts()]
        assert [each for each in reversed(told) if each in LIFE] == LIFE
        await person.goto(f"{home}/o/nord/case")
        await expect(person.locator("h1")).to_have_text("Your request is closed.")
        assert watch.said == []
