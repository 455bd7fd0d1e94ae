"""Files in a real Chromium: what is covered is black before it leaves, what is dropped is sent; axe sees no fault."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join
from dsarbot.web.server import serving
from tests.documents.letters import FRENCH, placed, typed
from tests.web.conftest import NORD
from tests.web.portal.conftest import WHO, Portal
from tests.web.portal.test_case import asked_who
from tests.web.test_browser import Watch, chromium, context, demand_accessible, log_in

__all__ = ["chromium"]


def photograph() -> bytes:
    """A picture that says where it was taken, held on its side."""
    picture, out = Image.new("RGB", (1200, 900), "white"), io.BytesIO()
    picture.paste("red", (0, 0, 600, 450))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "SECRET PLACE"
    exif.get_ifd(0x8825)[2] = (49.0, 37.0, 0.0)
    picture.save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


async def the_code(portal: Portal) -> str:
    """It leaves behind the answer of the page."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(ValueError):
                return await portal.digits()
            await asyncio.sleep(0.05)


async def come_in(page: Page, portal: Portal, home: str, reference: str) -> None:
    await page.goto(f"{home}/o/nord/enter")
    await page.locator("#reference").fill(reference)
    await page.locator("#address").fill(WHO)
    await page.locator("main button.first").click()
    await page.wait_for_url("**/code")
    await page.locator("#code").fill(await the_code(portal))
    await page.locator("main button.first").click()
    await page.wait_for_url(f"{home}/o/nord/case")


async def last_file(portal: Portal, reference: str) -> bytes:
    case = await portal.case(reference)
    row = await portal.app.store.inbound(NORD, case.inbounds[-1].inbound)
    skeleton, *leaves = await portal.app.store.vault.open_all(NORD, row.objects)
    [file] = parse(join(skeleton, leaves)).files
    assert file.content is not None
    return file.content


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "de")])
async def test_what_a_person_covers_is_black_before_it_leaves(
    portal: Portal, chromium: Browser, size: str, language: str
) -> None:
    reference = await portal.asked()
    await asked_who(portal, reference, "R6")
    assert portal.app.settings.web is not None
    settings = portal.app.settings.web.model_copy(update={"port": 0})
    async with serving(portal.app, settings) as home:
        page = await (await context(chromium, size, language)).new_page()
        watch = Watch(home)
        watch.over(page)
        await come_in(page, portal, home, reference)
        await page.goto(f"{home}/o/nord/case/files")
        await demand_accessible(page)
        await page.set_input_files("#copy", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
        stage = page.locator("[data-stage]")
        await expect(stage).to_be_visible()
        # Turned upright as the camera says: 900 wide, 1200 high, the red quarter now at the upper right.
        assert await page.evaluate("[...document.querySelectorAll('canvas')].map((c) => [c.width, c.height])") == [
            [900, 1200]
        ]
        # By hand: a box over the upper right quarter.
        await stage.evaluate("(stage) => stage.scrollIntoView({ block: 'start' })")
        box = await stage.bounding_box()
        assert box
        await page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 2)
        await page.mouse.down()
        await page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] * 0.4, steps=4)
        await page.mouse.up()
        # By keyboard: another one, moved to the lower edge and made smaller.
        await page.locator("[data-add]").focus()
        await page.keyboard.press("Enter")
        for _ in range(70):
            await page.keyboard.press("ArrowDown")
        for _ in range(3):
            await page.keyboard.press("Shift+ArrowUp")
        await demand_accessible(page)
        await page.locator("form[data-covering] button.first").click()
        await page.wait_for_url("**/files?said=sent")
        assert watch.said == []
    sent = await last_file(portal, reference)
    assert sent.startswith(b"\xff\xd8\xff") and b"SECRET" not in sent and b"Exif" not in sent
    with Image.open(io.BytesIO(sent), formats=("JPEG",)) as picture:
        assert not picture.getexif() and picture.size == (900, 1200)
        seen = picture.convert("RGB")
    covered = seen.crop((470, 20, 880, 460))
    assert covered.getextrema() == ((0, 0), (0, 0), (0, 0))
    assert seen.getpixel((450, 1180)) == (0, 0, 0)
    assert min(seen.convert("L").crop((100, 100, 110, 110)).tobytes()) > 240, "nothing else is covered"


async def test_nothing_covered_is_asked_about_once_and_every_picture_loses_what_it_says_of_itself(
    portal: Portal, chromium: Browser
) -> None:
    reference = await portal.asked()
    assert portal.app.settings.web is not None
    settings = portal.app.settings.web.model_copy(update={"port": 0})
    async with serving(portal.app, settings) as home:
        page = await (await context(chromium, "dark", "fr")).new_page()
        await come_in(page, portal, home, reference)
        await page.goto(f"{home}/o/nord/case/files")
        await demand_accessible(page)
        await page.set_input_files("#copy", {"name": "x.heic", "mimeType": "image/heic", "buffer": b"no picture"})
        await expect(page.locator("[data-said]")).to_contain_text("ne peut pas afficher")
        await page.set_input_files("#copy", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
        await page.locator("[data-add]").click()
        await page.keyboard.press("Delete")
        send = page.locator("form[data-covering] button.first")
        await send.click()
        await expect(page.locator("[data-said]")).to_contain_text("rien masqué")
        await send.click()
        await page.wait_for_url("**/files?said=sent")
    assert b"SECRET" not in await last_file(portal, reference)


async def test_a_scan_is_dropped_on_the_page_and_its_progress_is_seen(portal: Portal, chromium: Browser) -> None:
    await portal.account("anna")
    assert portal.app.settings.web is not None
    settings = portal.app.settings.web.model_copy(update={"port": 0})
    async with serving(portal.app, settings) as home:
        page = await (await context(chromium, "desktop", "de")).new_page()
        watch = Watch(home)
        watch.over(page)
        await log_in(page, portal, home)
        await page.goto(f"{home}/scans")
        await demand_accessible(page)
        await page.locator("#organisation").select_option("nord")
        await page.evaluate(_DROP, base64.b64encode(typed(placed(FRENCH), placed("Second"))).decode())
        await expect(page.locator("[data-chosen]")).to_have_text("brief.pdf")
        await page.locator("input[value=look]").check()
        await page.locator("form[data-upload] button.first").click()
        await page.wait_for_url("**/scans/*")
        await demand_accessible(page)
        await expect(page.locator("#state")).to_contain_text("wartet auf das Lesen")
        await portal.app.uploads.read_waiting()
        # htmx asks every two seconds, and the whole page follows when there is something to do.
        await expect(page.locator("input[name=begin]")).to_have_count(2, timeout=10_000)
        await expect(page.locator(".pages img").first).to_be_visible()
        await demand_accessible(page)
        await page.locator("input[name=begin]").nth(1).check()
        await page.get_by_role("button", name="So aufteilen").click()
        await page.wait_for_url(f"{home}/scans")
        await expect(page.locator(".rows li")).to_have_count(2)
        assert watch.said == []
    rows = await portal.app.store.inbounds(NORD, state="held")
    assert len(rows) == 2


_DROP = """(encoded) => {
  const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], "brief.pdf", { type: "application/pdf" }));
  const drop = document.querySelector("[data-drop]");
  for (const kind of ["dragover", "drop"]) {
    drop.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
  }
}"""
