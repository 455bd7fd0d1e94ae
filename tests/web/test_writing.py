"""From an empty form to a letter that leaves: written, edited, checked, approved, all on the pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dsarbot.core.case import LetterStatus, Moment, Outcome
from tests.cli.desk_world import BOTH
from tests.web.conftest import Browser, Desk


async def test_an_answer_is_written_edited_and_approved(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    page = await browser.get(f"/cases/{reference}")
    assert f"/cases/{reference}/write/answer" in page
    await browser.get(f"/cases/{reference}/write/answer")
    page = await browser.post(
        f"/cases/{reference}/write/answer", {"outcome": "nothing-held", "detail": "We searched all our systems."}
    )
    assert browser.at == f"/cases/{reference}" and "A draft was written" in page
    letter = (await desk.case(reference)).letters[-1]
    assert (letter.moment, letter.purpose.outcome) == (Moment.ANSWERED, Outcome.NOTHING_HELD)
    page = await browser.get(f"/cases/{reference}/edit/{letter.id}")
    fields = dict.fromkeys(re.findall(r'name="(section-[a-z0-9-]+)"', page), "")
    first = next(iter(fields))
    await browser.post(f"/cases/{reference}/edit/{letter.id}", {first: "We hold nothing\r\nabout you."})
    edited = (await desk.case(reference)).letters[-1]
    assert edited.sections[0].text == "We hold nothing\nabout you."
    assert [each.key for each in edited.sections] == [each.key for each in letter.sections]
    assert edited.sections[1:] == letter.sections[1:]


async def test_what_cannot_be_says_why_and_keeps_what_was_typed(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    await browser.get(f"/cases/{reference}/write/extend")
    page = await browser.post(f"/cases/{reference}/write/extend", {"reason": "complexity", "detail": "Too much"})
    assert browser.status == 409 and "Explain concretely" in page and "Too much" in page
    page = await browser.post(f"/cases/{reference}/write/answer", {"detail": "Something."})
    assert browser.status == 409 and "Choose what the answer is" in page
    assert len((await desk.case(reference)).letters) == 1


@pytest.mark.parametrize(
    ("kind", "fields", "moment"),
    [
        ("clarify", {"detail": "Which of your three servers do you mean?"}, Moment.CLARIFICATION_ASKED),
        (
            "extend",
            {"reason": "number", "detail": "Your seven requests concern eleven systems that we read one by one."},
            Moment.EXTENDED,
        ),
        (
            "refuse",
            {"ground": "not-identified", "detail": "We could not find out who you are.", "evidence": "Searched."},
            Moment.REFUSED,
        ),
    ],
)
async def test_every_kind_becomes_a_draft(desk: Desk, kind: str, fields: dict[str, str], moment: Moment) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    await browser.get(f"/cases/{reference}/write/{kind}")
    await browser.post(f"/cases/{reference}/write/{kind}", fields)
    letter = (await desk.case(reference)).letters[-1]
    assert (letter.moment, letter.status) == (moment, LetterStatus.DRAFTED), browser.text
    await browser.get(f"/cases/{reference}/write/poem")
    assert browser.status == 404


async def test_an_answer_may_be_about_one_of_two_rights(desk: Desk) -> None:
    reference = await desk.opened(BOTH)
    browser = await desk.logged_in()
    await browser.get(f"/cases/{reference}/write/answer")
    await browser.post(
        f"/cases/{reference}/write/answer", {"outcome": "nothing-held", "detail": "Nothing.", "claim": "c1"}
    )
    assert (await desk.case(reference)).letters[-1].claims == ("c1",)


async def test_a_step_is_ticked_and_taken_back(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    page = await browser.get(f"/cases/{reference}")
    step = re.search(r'name="step" value="(c1:[a-z-]+)"', page)
    assert step
    await browser.post(f"/cases/{reference}/tick", {"step": step[1], "verdict": "done"})
    assert [f"c1:{each.step}" for each in (await desk.case(reference)).claims[0].done] == [step[1]]
    await browser.post(f"/cases/{reference}/tick", {"step": step[1], "verdict": "undo"})
    assert not (await desk.case(reference)).claims[0].done


async def test_a_letter_that_left_is_not_edited(desk: Desk) -> None:
    reference = await desk.opened()
    desk.now += timedelta(hours=1)
    browser: Browser = await desk.logged_in()
    await browser.get(f"/cases/{reference}/edit/l9")
    assert browser.status == 404


async def test_a_letter_is_seen_as_a_page(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    assert f"/cases/{reference}/letters/l1.pdf" in await browser.get(f"/cases/{reference}")
    answer = await browser.client.get(f"/cases/{reference}/letters/l1.pdf")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert answer.headers["cache-control"] == "no-store"
    assert (await browser.client.get(f"/cases/{reference}/letters/l7.pdf")).status_code == 404
