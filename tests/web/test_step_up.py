"""Whatever lets something leave, ends something, destroys or takes data away asks for a fresh proof first."""

from __future__ import annotations

from dsarbot.core.account import FRESH
from dsarbot.core.case import LetterStatus
from dsarbot.web.deeds.table import CASE_DEEDS
from tests.web.conftest import Desk

#: Orders with legal effect; the table of the console must ask for a proof before each.
EFFECTIVE = {
    "posted", "misdirected", "breach", "withdraw", "close", "answered-by-hand", "forwarded", "merge", "move", "verify",
    "id-verdict",
}  # fmt: skip


def test_every_order_with_legal_effect_asks_first() -> None:
    asking = {name for name, deed in CASE_DEEDS.items() if deed.step_up}
    assert not EFFECTIVE - asking


async def test_nothing_leaves_a_session_whose_proof_is_old(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    await browser.get(f"/cases/{reference}/write/refuse")
    claim = (await desk.case(reference)).claims[0].id
    form = {"claim": claim, "ground": "unfounded", "detail": "Asked every day.", "evidence": "Twelve messages."}
    await browser.post(f"/cases/{reference}/write/refuse", form)
    letter = (await desk.case(reference)).letters[-1]
    organisation = desk.app.organisations["nord"]
    page = await browser.get(f"/cases/{reference}")
    before = await desk.case(reference)
    desk.now += FRESH
    approval = {"letter": letter.id, "digest": organisation.digest(letter), "version": str(before.version)}
    browser.text = page
    await browser.post(f"/cases/{reference}/approve", approval)
    assert browser.at == "/prove"
    for name, deed in CASE_DEEDS.items():
        if deed.step_up:
            await browser.get(f"/cases/{reference}/do/{name}")
            assert browser.at == "/prove", name
    for kind in ("csv", "json"):
        await browser.get(f"/reports/register.{kind}?organisation=nord")
        assert browser.at == "/prove"
    assert await desk.case(reference) == before
    assert before.letters[-1].status in (LetterStatus.DRAFTED, LetterStatus.RETURNED)
    # With a fresh code the same form is taken.
    await browser.get("/prove")
    await browser.post("/prove", {"code": desk.code("anna"), "to": f"/cases/{reference}"})
    await browser.get("/reports/register.csv?organisation=nord")
    assert browser.status == 200 and browser.at == "/reports/register.csv"
