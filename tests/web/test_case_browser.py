"""The whole page of a case in a browser: a long quarrel with HTML, letters, copies; desktop, phone, dark, German."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

from playwright.async_api import Browser, Page, expect

from dsarbot.core import orders as o
from dsarbot.core.case import Outcome
from dsarbot.web.server import serving
from tests.web.conftest import NORD, Desk
from tests.web.stories import Story, arrive
from tests.web.test_browser import Watch, chromium, context, demand_accessible, log_in

__all__ = ["chromium"]

MESSAGES = 40
#: Milliseconds until the first words were on the screen.
PAINTED = """() => new Promise(told => new PerformanceObserver(list => {
  const first = list.getEntriesByName('first-contentful-paint')[0]; if (first) told(first.startTime);
}).observe({type: 'paint', buffered: true}))"""
HTML = (
    "<html><body><h1>Still waiting</h1><p onclick='alert(1)'>I <b>still</b> wait. <a href='https://evil.example/x'>our "
    "site</a></p><img src='https://evil.example/pixel.gif' alt='logo'><script>fetch('https://evil.example')</script>"
    "<form action='https://evil.example'><input name=password><button>Go</button></form><style>*{display:none}</style>"
    "<iframe src='https://evil.example'></iframe><blockquote type=cite>Dear Ms Martin, we have it.</blockquote>"
    "</body></html>"
)
LONG = "Datenschutzgrundverordnungsbetroffenenrechteanfrage " * 60


def letter(number: int, reference: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Jeanne Martin <jeanne@example.net>"
    message["To"] = "privacy@nord.example.org"
    message["Subject"] = f"Re: {reference}"
    message["Message-ID"] = f"<q{number}@example.net>"
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    message.set_content(f"Message {number}. {LONG}\n\nOn Mon, 2 Mar 2026, Nord wrote:\n> we have received it\n")
    message.add_alternative(HTML, subtype="html")
    message.add_attachment(b"%PDF-1.4 invented", maintype="application", subtype="pdf", filename=f"<b>{number}</b>.pdf")
    return message.as_bytes()


async def quarrel(desk: Desk) -> str:
    """A case of forty messages, one answer drafted."""
    reference = await desk.opened()
    for number in range(2, MESSAGES + 1):
        desk.now += timedelta(minutes=1)
        await arrive(desk, letter(number, reference))
    case = await desk.case(reference)
    assert len(case.inbounds) == MESSAGES
    answer = o.Answer(at=desk.now, actor="anna", cause="a", outcome=Outcome.NOTHING_HELD, detail="We searched all.")
    await desk.app.desk.order(NORD, case.id, answer)
    return reference


async def test_the_frame_of_a_message_can_do_nothing(desk: Desk) -> None:
    reference = await desk.opened()
    await arrive(desk, letter(2, reference))
    it = Story(desk=desk, browser=await desk.logged_in(), reference=reference)
    page = await it.browser.client.get(f"/cases/{reference}/messages/2")
    assert 'sandbox=""' in page.text and "frame-src 'self'" in page.headers["content-security-policy"]
    answer = await it.browser.client.get(f"/cases/{reference}/messages/2/frame")
    policy = answer.headers["content-security-policy"]
    assert (
        "default-src 'none'" in policy
        and "sandbox" in policy
        and "'self'" not in policy.replace("frame-ancestors 'self'", "")
    )
    for word in ("<script", "<img", "<form", "<input", "onclick", "href", "src=", "<iframe", "display:none"):
        assert word not in answer.text, word
    assert "<b>still</b>" in answer.text and "&lt;https://evil.example/x&gt;" in answer.text
    assert "<details><summary>Quoted</summary><blockquote>" in answer.text and "[Picture: logo]" in answer.text
    original = await it.browser.client.get(f"/cases/{reference}/messages/2/original")
    assert original.headers["content-disposition"] == f'attachment; filename="{reference}-2.eml"'
    assert original.headers["content-type"] == "application/octet-stream" and original.content.startswith(b"From:")
    file = await it.browser.client.get(f"/cases/{reference}/messages/2/files/1")
    assert file.content == b"%PDF-1.4 invented" and file.headers["content-type"] == "application/octet-stream"
    for path in ("messages/3", "messages/2/files/2", "messages/1/frame", "letters/l9", "letters/l9/frame", "copies/x"):
        await it.browser.get(f"/cases/{reference}/{path}")
        assert it.browser.status == 404, path


async def test_the_whole_page_of_a_case(desk: Desk, chromium: Browser) -> None:
    await desk.account("anna")
    reference = await quarrel(desk)
    assert desk.app.settings.web is not None
    settings = desk.app.settings.web.model_copy(update={"port": 0})
    async with serving(desk.app, settings) as home:
        for size, language in (("desktop", "en"), ("dark", "de"), ("phone", "de")):
            page = await (await context(chromium, size, language)).new_page()
            watch = Watch(home)
            watch.over(page)
            await log_in(page, desk, home)
            await _case_page(page, f"{home}/cases/{reference}")
            await _around(page, f"{home}/cases/{reference}", (await desk.case(reference)).letters[-1].id)
            if size == "desktop":
                await _an_order(page, home, reference)
            assert [each for each in watch.said if "404" not in each] == []
    assert "erasure" in [claim.right for claim in (await desk.case(reference)).claims]


async def _case_page(page: Page, address: str) -> None:
    """Small, painted at once, and accessible closed and opened."""
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(int(answer.headers.get("content-length", 0))))
    await page.goto(address)
    painted = await page.evaluate(PAINTED)
    assert 0 < painted < 1000, painted
    assert len(weights) > 1 and 0 < sum(weights) < 150_000, weights
    await demand_accessible(page)
    await page.evaluate("document.querySelectorAll('.panels > details').forEach(each => each.open = true)")
    await demand_accessible(page)


async def _around(page: Page, case: str, letter: str) -> None:
    await page.goto(f"{case}/messages/{MESSAGES}")
    await expect(page.frame_locator("iframe").get_by_text("Still waiting")).to_be_visible()
    await demand_accessible(page)
    for path in (
        "identity",
        "journal",
        f"letters/{letter}",
        f"letters/{letter}?form=mail",
        "do/represent",
        "do/verify",
    ):
        await page.goto(f"{case}/{path}")
        await demand_accessible(page)


async def _an_order(page: Page, home: str, reference: str) -> None:
    """By its form; and the pages that stand beside the cases."""
    await page.goto(f"{home}/cases/{reference}/do/add-right")
    await page.locator("#because").fill("the second paragraph")
    await page.locator("#right").select_option("erasure")
    await page.locator("main button.first").click()
    await expect(page.get_by_role("status")).to_be_visible()
    for path in ("/inquiries", "/inquiries/new/nord", "/post", "/suppression", "/directory", "/directory/nord/new"):
        await page.goto(home + path)
        await demand_accessible(page)
