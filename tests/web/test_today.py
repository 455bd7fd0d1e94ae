"""*Today*: what waits, with the one likely next step as a button."""

from __future__ import annotations

from datetime import date, timedelta

from dsarbot.core import orders as o
from dsarbot.core.case import Outcome, Status
from dsarbot.settings.base import DateRange
from tests.cli.desk_world import ACCESS
from tests.web.conftest import NORD, Desk
from tests.web.test_triage import UNSURE


def away(desk: Desk, key: str) -> None:
    """That colleague is away from now on for a week."""
    today = desk.now.date()
    absent = (DateRange(first=today - timedelta(days=1), last=today + timedelta(days=7)),)
    staff = tuple(
        each.model_copy(update={"absences": absent}) if each.key == key else each for each in desk.app.settings.staff
    )
    object.__setattr__(desk.app.settings, "staff", staff)


async def test_the_headline_counts_and_leads_to_what_it_counts(desk: Desk) -> None:
    await desk.opened(ACCESS, sender="<late@example.net>")
    desk.now += timedelta(days=26)
    await desk.opened(ACCESS, sender="<due@example.net>")
    desk.now += timedelta(days=22)
    await desk.opened(UNSURE, sender="<unsure@example.net>")
    browser = await desk.logged_in()
    page = await browser.get("/")
    for words, place in (("1 late", "late"), ("1 due in 10 days", "due"), ("1 unsure", "unconfirmed")):
        assert words in page and f'href="#nord-{place}"' in page and f'id="nord-{place}"' in page
    assert '<span class="count">1</span>' in page
    assert "It gives no sign of life." in page.split('id="service"')[1]


async def test_a_draft_is_checked_and_sent_with_one_click(desk: Desk) -> None:
    reference = await desk.opened()
    case = await desk.case(reference)
    answer = o.Answer(at=desk.now, actor="anna", cause="a", outcome=Outcome.NOTHING_HELD, detail="We searched all.")
    await desk.app.desk.order(NORD, case.id, answer)
    draft = (await desk.case(reference)).letters[-1].id
    browser = await desk.logged_in()
    page = await browser.get("/")
    assert f'<a class="button first" href="/cases/{reference}#{draft}">Check and send' in page
    assert f'id="{draft}"' in (await browser.get(f"/cases/{reference}"))
    # Whoever may not see letters is not led to them.
    assert "Check and send" not in (await (await desk.logged_in("otto")).get("/"))


async def test_what_waits_for_somebody_away_is_taken_over(desk: Desk) -> None:
    reference = await desk.opened()
    away(desk, "anna")
    bruno = await desk.logged_in("bruno")
    page = await bruno.get("/")
    assert page.index("Waiting for a person who is away") < page.index("New since the last digest")
    assert f'value="{reference}"><button>Take it' in page
    await bruno.post("/today/take", {"reference": reference})
    assert bruno.at == "/" and "It is yours now:" in bruno.text and "Take it" not in bruno.text
    assert (await desk.case(reference)).assignee == "bruno"


async def test_no_request_is_one_click_and_may_be_taken_back(desk: Desk) -> None:
    reference = await desk.opened(UNSURE)
    browser = await desk.logged_in()
    await browser.get("/")
    await browser.post(f"/triage/{reference}/dismiss", {"back": "today"})
    assert browser.at == "/" and "Noted: no request." in browser.text and "1 unsure" not in browser.text
    await browser.post(f"/triage/{reference}/undo", {})
    assert Status.OPEN in {claim.status for claim in (await desk.case(reference)).claims}


async def test_a_quiet_day_says_so(desk: Desk) -> None:
    browser = await desk.logged_in()
    assert "Nothing is late, due or waiting for you" in (await browser.get("/"))
    for part in ("service", "outbox", "mailbox:privacy", "mailbox:shared"):
        await desk.app.store.beat("one", part, desk.now)
    assert "Every mailbox and the outbox give signs of life" in (await browser.get("/"))
    await desk.opened()
    desk.now += timedelta(hours=6)
    for part in ("service", "mailbox:privacy", "mailbox:shared"):
        await desk.app.store.beat("one", part, desk.now)
    page = await (await desk.logged_in()).get("/")
    assert "Outbox" in page.split('id="service"')[1] and "Every mailbox" not in page


async def test_more_than_is_shown_leads_to_the_list(desk: Desk) -> None:
    for number in range(12):
        await desk.opened(ACCESS, sender=f"<p{number}@example.net>")
    desk.now += timedelta(days=60)
    page = await (await desk.logged_in()).get("/")
    assert 'href="/cases?organisation=nord&due=late">and 2 more' in page
    assert date(2026, 5, 1) == desk.now.date()
