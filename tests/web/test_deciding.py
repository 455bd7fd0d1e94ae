"""A second person decides about a letter behind a link: asked, looked at, approved or declined, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest

from dsarbot.core import orders as o
from dsarbot.core.case import LetterStatus
from dsarbot.core.links import LIVES, Purpose
from dsarbot.store.tables import EntryTable
from tests.web.conftest import NORD, Browser, Desk


@pytest.fixture
async def drafted(desk: Desk) -> tuple[Desk, str, str]:
    """A letter of Anna's that waits, and colleagues with addresses."""
    staff = [each.model_copy(update={"email": f"{each.key}@nord.example.org"}) for each in desk.app.settings.staff]
    object.__setattr__(desk.app.settings, "staff", tuple(staff))
    reference = await desk.opened()
    anna = await desk.logged_in()
    await anna.get(f"/cases/{reference}/write/answer")
    claim = (await desk.case(reference)).claims[0].id
    form = {"outcome": "nothing-held", "detail": "We hold nothing about you.", "claim": claim}
    await anna.post(f"/cases/{reference}/write/answer", form)
    letter = (await desk.case(reference)).letters[-1]
    assert letter.status == LetterStatus.DRAFTED and letter.purpose.by == "anna", anna.text
    return desk, reference, letter.id


async def mails(desk: Desk) -> list[tuple[str, str, str]]:
    """Recipient, subject and text of every mail to staff so far, oldest first."""
    kept: list[tuple[str, str, str]] = desk.__dict__.setdefault("mails", [])
    for each in sorted(await desk.app.store.claim_jobs("test", desk.now, 60), key=lambda each: each.job.due_at):
        if each.job.kind in ("notice", "code"):
            raw = message_from_bytes(await desk.app.store.vault.open(NORD, each.job.object), policy=policy.default)
            body = raw.get_body(("plain",))
            assert body is not None
            kept.append((each.job.recipient, str(raw["Subject"]), body.get_content()))
    return kept


async def ask(desk: Desk, reference: str, letter: str, staff: str = "bruno") -> tuple[Browser, str]:
    """Anna asks; the path of the link in the mail."""
    anna = await desk.logged_in()
    await anna.get(f"/cases/{reference}/letters/{letter}")
    await anna.post(f"/cases/{reference}/letters/{letter}/ask", {"staff": staff})
    if anna.status != 200:
        return anna, ""
    text = "".join((await mails(desk))[-1][2].split())
    found = re.search(r"http://127\.0\.0\.1:8470(/o/nord/s/[0-9a-f]{32})", text)
    assert found, text
    return anna, found[1]


async def code(desk: Desk, browser: Browser, path: str) -> str:
    """The code that comes when it is asked for."""
    desk.now += timedelta(seconds=1)
    await browser.post(path, {})
    assert browser.at == f"{path}/code"
    found = re.search(r"\b(\d{3}) (\d{3})\b", (await mails(desk))[-1][2])
    assert found
    return found[1] + found[2]


async def entered(desk: Desk, path: str) -> Browser:
    browser = desk.browser()
    await browser.post(f"{path}/code", {"code": await code(desk, browser, path)})
    assert browser.at == "/o/nord/decide", browser.text
    return browser


def shown(browser: Browser) -> dict[str, str]:
    """What the form of the page carries."""
    return {
        name: match[1]
        for name in ("digest", "version")
        if (match := re.search(rf'name="{name}" value="([^"]+)"', browser.text))
    }


@pytest.mark.database
async def test_a_colleague_approves_what_they_saw(drafted: tuple[Desk, str, str]) -> None:
    desk, reference, letter = drafted
    anna, path = await ask(desk, reference, letter)
    to, subject, text = (await mails(desk))[-1]
    assert to == "bruno@nord.example.org" and reference in subject and "Jeanne" not in text and "jeanne" not in text
    # A scanner opens every link and presses nothing.
    stranger = desk.browser()
    page = await stranger.get(path)
    assert reference not in page and "Jeanne" not in page and "jeanne" not in page
    browser = await entered(desk, path)
    assert "We hold nothing about you." in browser.text and "jeanne@example.net" in browser.text
    digest = desk.app.organisations["nord"].digest((await desk.case(reference)).letters[-1])
    assert shown(browser)["digest"] == digest and f"fingerprint {digest}" in browser.text
    await browser.post("/o/nord/decide", shown(browser) | {"what": "approve"})
    assert "Approved." in browser.text, browser.text
    after = (await desk.case(reference)).letters[-1]
    assert (after.status, after.approved_by, after.digest) == (LetterStatus.APPROVED, "bruno", digest)
    # Once: the link is over, and so is the visit behind it.
    await browser.get("/o/nord/decide")
    assert browser.status == 404
    await stranger.post(path, {})
    assert [subject for _, subject, _ in await mails(desk)].count("Your code") == 1
    kinds = [each.kind for each in await EntryTable.filter(organisation="nord").order_by("seq")]
    assert kinds.count("decision-asked") == 1
    assert anna.status == 200


async def test_a_colleague_declines_with_a_reason(drafted: tuple[Desk, str, str]) -> None:
    desk, reference, letter = drafted
    _, path = await ask(desk, reference, letter)
    browser = await entered(desk, path)
    await browser.post("/o/nord/decide", {"what": "decline", "reason": "  "})
    assert browser.status == 409 and "Say why" in browser.text
    await browser.post("/o/nord/decide", {"what": "decline", "reason": "The invoices are missing."})
    assert "Declined." in browser.text
    case = await desk.case(reference)
    assert case.letters[-1].status == LetterStatus.DRAFTED
    (note,) = case.notes
    assert (note.actor, note.kind) == ("bruno", "decision") and "The invoices are missing." in note.text
    await browser.get("/o/nord/decide")
    assert browser.status == 404


@pytest.mark.parametrize("staff", ["anna", "otto", "sam", "carla", "nobody", ""])
async def test_whoever_may_not_decide_is_not_asked(drafted: tuple[Desk, str, str], staff: str) -> None:
    desk, reference, letter = drafted
    anna, path = await ask(desk, reference, letter, staff)
    assert anna.status == 409 and not path and "Choose a colleague" in anna.text
    assert not await mails(desk)


@pytest.mark.database
async def test_an_approval_binds_the_bytes_and_the_version(drafted: tuple[Desk, str, str]) -> None:
    desk, reference, letter = drafted
    _, path = await ask(desk, reference, letter)
    browser = await entered(desk, path)
    seen = shown(browser)
    case = await desk.case(reference)
    note = o.Note(at=desk.now, actor="anna", cause="order:n", text="The case moves on.")
    await desk.app.desk.order(NORD, case.id, note)
    await browser.post("/o/nord/decide", seen | {"what": "approve"})
    assert browser.status == 409 and "moved on" in browser.text
    await browser.post("/o/nord/decide", shown(browser) | {"what": "approve", "digest": "0" * 64})
    assert browser.status == 409 and "changed after this page" in browser.text
    assert (await desk.case(reference)).letters[-1].status == LetterStatus.DRAFTED
    await browser.post("/o/nord/decide", shown(browser) | {"what": "approve"})
    assert "Approved." in browser.text


@pytest.mark.parametrize(
    "case", ["wrong code", "old code", "old link", "other visit", "no form", "left", "sent", "again"]
)
async def test_what_opens_nothing(drafted: tuple[Desk, str, str], case: str) -> None:
    desk, reference, letter = drafted
    _, path = await ask(desk, reference, letter)
    if case in ("wrong code", "old code", "old link"):
        browser = desk.browser()
        right = await code(desk, browser, path)
        desk.now += {"old code": timedelta(minutes=10), "old link": LIVES[Purpose.DECISION]}.get(case, timedelta())
        wrong = f"{(int(right) + 1) % 10**6:06}"
        for written in (wrong,) * 5 + (right,) if case == "wrong code" else (right,):
            await browser.post(f"{path}/code", {"code": written})
            assert browser.status == 403 and "does not fit" in browser.text
        return
    browser = await entered(desk, path)
    if case == "other visit":
        await browser.get("/o/sud/decide")
    elif case == "no form":
        await browser.post("/o/nord/decide", shown(browser) | {"what": "approve"}, with_form=False)
    elif case == "left":
        gone = [each.model_copy(update={"active": each.key != "bruno"}) for each in desk.app.settings.staff]
        object.__setattr__(desk.app.settings, "staff", tuple(gone))
        await browser.post("/o/nord/decide", shown(browser) | {"what": "approve"})
    elif case == "sent":
        order = o.Discard(at=desk.now, actor="anna", cause="order:d", letter=letter)
        await desk.app.desk.order(NORD, (await desk.case(reference)).id, order)
        await browser.get("/o/nord/decide")
    else:
        # Asked again: the first link and the visit behind it are over.
        await ask(desk, reference, letter)
        await browser.get("/o/nord/decide")
    assert browser.status == 404 and "Nothing to decide here" in browser.text
    assert (await desk.case(reference)).letters[-1].status != LetterStatus.APPROVED


async def test_a_link_that_was_guessed_looks_like_every_other(drafted: tuple[Desk, str, str]) -> None:
    desk, reference, letter = drafted
    _, path = await ask(desk, reference, letter)
    guessed = path[:-1] + ("0" if path[-1] != "0" else "1")
    pages = []
    for each in (path, guessed):
        browser = desk.browser()
        first = await browser.get(each)
        await browser.post(each, {})
        second = browser.text
        await browser.post(f"{each}/code", {"code": "000000"})
        token = urlsplit(each).path.rpartition("/")[2]
        pages.append([text.replace(token, "") for text in (first, second, browser.text)] + [str(browser.status)])
    assert pages[0] == pages[1]
    assert len(await mails(desk)) == 2


async def test_whoever_is_logged_in_needs_no_code(drafted: tuple[Desk, str, str]) -> None:
    desk, reference, letter = drafted
    _, path = await ask(desk, reference, letter)
    bruno, anna = await desk.logged_in("bruno"), await desk.logged_in()
    await anna.post(path, {})
    assert anna.at == f"{path}/code"
    await bruno.post(path, {})
    assert bruno.at == "/o/nord/decide" and "We hold nothing about you." in bruno.text
