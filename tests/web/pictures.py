"""The pictures in the documents, of pages with invented people: `python -m tests.web.pictures docs/pictures`.

The same pages as in the tests, in the same browser; nothing is drawn by hand. Needs the program `chromium`.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from dsarbot.core import orders as o
from dsarbot.core import orders_identity as oi
from dsarbot.core.case import Outcome
from dsarbot.core.proofs import OnFile
from dsarbot.web.server import serving
from tests.servers.base import require_program
from tests.servers.blank import BlankFiles
from tests.web.conftest import NORD
from tests.web.portal.conftest import Portal, standing
from tests.web.test_browser import log_in
from tests.web.test_whole_life import types_code

#: What one picture may weigh, so that a page of the documents stays light.
_MOST = 150_000
_COLOURS = 64
#: As wide as the timeline of a case needs to be seen whole.
_DESKTOP = (1220, 800)
_TRIAGE: ViewportSize = {"width": 1220, "height": 560}
_PHONE = (390, 800)
_PARTS = ("service", "mail", "outbox", "wake", "digest", "web", "mailbox:privacy", "mailbox:shared")
_CLAIRE = "claire.dumont@example.net"
_GERMAN = (
    "Sehr geehrte Damen und Herren,\n\nich bitte um Auskunft nach Art. 15 DSGVO über alle personenbezogenen Daten, die "
    "Sie zu meinem Kundenkonto gespeichert haben. Bitte löschen Sie danach meine Daten (Art. 17 DSGVO).\n\n"
    "Mit freundlichen Grüßen\nMaximiliane Wolkenstein-Hohenberg"
)
_ENGLISH = (
    "Hello,\n\nplease send me a copy of all personal data that you hold about me (Article 15 GDPR): the invoices, the "
    "tickets with your support, and to whom you gave my address.\n\nKind regards\nPaul Sample"
)
_UNSURE = (
    "Hello,\n\nI left your shop last summer. What do you still have about me? And please get rid of my data.\n\n"
    "Thanks, Tom"
)
_RECTIFY = "Please rectify my postal address under Article 16 GDPR: it is 3 Sample Street now."
_NO_ADVERTISING = "Je m’oppose à l’utilisation de mes données pour la prospection (article 21 du RGPD)."
_COPY = "Je demande une copie de mes données personnelles, conformément à l’article 15 du RGPD."


@dataclass(frozen=True)
class Told:
    """The references of the cases that are shown."""

    english: str
    german: str


async def main(folder: Path, blank: BlankFiles, scratch: Path) -> None:
    """All of them into the folder."""
    async with standing(scratch, blank) as portal, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=require_program("chromium", "chromium"), args=["--no-sandbox"]
        )
        told = await _life(portal)
        assert portal.app.settings.web is not None
        async with serving(portal.app, portal.app.settings.web.model_copy(update={"port": 0})) as home:
            await _portal_pictures(browser, portal, home, folder)
            await _console_pictures(browser, portal, home, folder, told)
        await browser.close()


async def _life(portal: Portal) -> Told:
    """Five weeks at the desk."""
    await portal.account("anna")
    await _comes(portal, _NO_ADVERTISING, days=8, sender="Hugo Lefort <hugo@example.net>", subject="Opposition")
    english = await _comes(portal, _ENGLISH, days=6, sender="Paul Sample <paul@example.net>", subject="My data")
    german = await _comes(portal, _GERMAN, days=6, sender="Maximiliane Wolkenstein-Hohenberg <mwh@example.net>",
                          subject="Auskunft und anschließende Löschung")  # fmt: skip
    await _comes(portal, _COPY, days=11, sender="Sophie Exemple <sophie@example.net>", subject="Mes données",
                 mailbox="shared", to="dpo@sud.example.org")  # fmt: skip
    await _ask_and_prove(portal, english)
    await _comes(portal, _RECTIFY, sender="Nora Muster <nora@example.net>", subject="New address")
    await _comes(portal, _UNSURE, sender="Tom Nobody <tom@example.net>", subject="my data")
    for part in _PARTS:
        await portal.app.store.beat("one", part, portal.now)
    return Told(english=english, german=german)


async def _comes(portal: Portal, text: str, *, days: int = 0, **fields: str) -> str:
    """A mail, its receipt a quarter of an hour later, and the days until the next one."""
    reference = await portal.opened(text, **fields)
    portal.now += timedelta(minutes=15)
    await portal.sent()
    portal.now += timedelta(days=days)
    return reference


async def _ask_and_prove(portal: Portal, reference: str) -> None:
    """Somebody is known, and the answer to them waits for an approval."""
    case, now, desk = await portal.case(reference), portal.now, portal.app.desk
    seen = OnFile(
        kind="mail", value="paul@example.net", system="crm", seen=now.date(), since=now.date().replace(year=2024)
    )
    await desk.order(NORD, case.id, oi.SeeContact(at=now, actor="bruno", cause="seen", contact=seen))
    verify = oi.Verify(
        at=now, actor="bruno", cause="who", rung="R2", how="The code sent to the contact on file.", means="code",
        answered_on=now.date(),
    )  # fmt: skip
    await desk.order(NORD, case.id, verify)
    answer = o.Answer(
        at=now, actor="bruno", cause="answer", outcome=Outcome.GRANTED,
        detail="You will find the invoices and the tickets enclosed. We gave your address to the parcel service only.",
    )  # fmt: skip
    await desk.order(NORD, case.id, answer)


async def _portal_pictures(browser: Browser, portal: Portal, home: str, folder: Path) -> None:
    page = await (await _window(browser, _PHONE, "fr", java_script_enabled=False)).new_page()
    await page.goto(f"{home}/o/nord/request")
    await page.locator("[value=access]").check()
    await page.locator("#address").fill(_CLAIRE)
    await page.locator("#name").fill("Claire Dumont")
    await page.locator("button.first").click()
    reference = (await page.locator(".reference").inner_text()).strip()
    portal.now += timedelta(minutes=15)
    await portal.sent()
    await page.goto(f"{home}/o/nord/enter")
    await page.locator("#reference").fill(reference)
    await page.locator("#address").fill(_CLAIRE)
    await page.locator("main button.first").click()
    await types_code(page, portal)
    await _take(page, folder / "portal-phone.png")


async def _console_pictures(browser: Browser, portal: Portal, home: str, folder: Path, told: Told) -> None:
    page = await (await _window(browser, _DESKTOP, "en")).new_page()
    await log_in(page, portal, home)
    await _take(page, folder / "today.png")
    await page.goto(f"{home}/cases/{told.english}")
    await _take(page, folder / "case.png")
    await page.set_viewport_size(_TRIAGE)
    await page.goto(f"{home}/triage")
    await _take(page, folder / "triage.png")
    page = await (await _window(browser, _PHONE, "de", color_scheme="dark")).new_page()
    await log_in(page, portal, home)
    await page.goto(f"{home}/cases/{told.german}")
    await _take(page, folder / "case-phone.png")


async def _window(browser: Browser, size: tuple[int, int], language: str, **more: Any) -> BrowserContext:
    width, height = size
    return await browser.new_context(
        locale=language, viewport={"width": width, "height": height}, reduced_motion="reduce", **more
    )


async def _take(page: Page, path: Path) -> None:
    """What stands in the window, in few colours: the pages have few."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(await page.screenshot()), formats=("PNG",)) as picture:
        few = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    assert len(out.getvalue()) < _MOST, f"{path.name}: {len(out.getvalue())} bytes"
    _write(path, out.getvalue())


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


if __name__ == "__main__":
    [_to] = [Path(each) for each in sys.argv[1:]]
    _to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as _scratch:
        asyncio.run(main(_to, BlankFiles(Path(_scratch)), Path(_scratch)))
