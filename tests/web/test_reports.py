"""Reports and the register: numbers in pictures and tables, files to take away, nobody named."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from tortoise.connection import get_connection

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import Outcome
from dsarbot.core.orders_rights import Confide
from dsarbot.desk.handle import Task
from dsarbot.store.sql import run
from tests.cli.desk_world import ACCESS
from tests.web.conftest import NORD, Desk
from tests.web.test_triage import UNSURE

#: Its statements are written for both databases.
pytestmark = pytest.mark.database


async def year(desk: Desk) -> list[str]:
    """Two requests, one of which a colleague answered by hand, and one that is unsure."""
    first = await desk.opened()
    second = await desk.opened("Please erase all my personal data (Article 17 GDPR).", sender="<k@example.net>")
    await desk.opened(UNSURE, sender="<u@example.net>")
    desk.now += timedelta(days=5)
    case = await desk.case(first)
    await desk.app.desk.order(
        NORD, case.id, o.Withdraw(at=desk.now, actor="anna", cause="w", claims=(case.claims[0].id,), evidence="call")
    )
    return [first, second]


async def test_the_figures_of_a_year_stand_in_pictures_and_in_tables(desk: Desk) -> None:
    await year(desk)
    browser = await desk.logged_in()
    page = await browser.get("/reports?organisation=nord")
    assert "2 were received in this year" in page and "Most ask for: Access (1)." in page
    assert page.count("<svg") == 4 and page.count('<table class="numbers">') == 4
    assert re.search(r'<th scope="row">Mar</th><td>2</td>', page)
    assert "1 were received in this year" in (await browser.get("/reports?right=erasure&channel=mail"))
    assert "Nothing was received in this year." in (await browser.get("/reports?year=2024"))
    german = await desk.logged_in(language="de")
    assert "In diesem Jahr gingen 2 ein" in (await german.get("/reports"))


@pytest.mark.parametrize("query", ["organisation=foreign", "year=2027", "year=1900"])
async def test_what_is_not_theirs_or_has_not_come_is_not_there(desk: Desk, query: str) -> None:
    browser = await desk.logged_in()
    await browser.get(f"/reports?{query}")
    assert browser.status == 404


async def test_the_register_has_a_line_for_each_request_and_names_nobody(desk: Desk) -> None:
    [first, second] = await year(desk)
    browser = await desk.logged_in("otto")
    page = await browser.get("/reports/register?organisation=nord")
    assert first in page and second in page and "Jeanne" not in page and "example.net" not in page
    assert "No request was received in this year." in (await browser.get("/reports/register?year=2025"))
    answer = await browser.client.get("/reports/register.csv?organisation=nord")
    assert answer.headers["content-disposition"] == 'attachment; filename="register-nord-2026.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["reference"] for row in rows] == sorted([first, second]) and rows[0]["received"] == "2026-03-02"
    assert {row["rights"] for row in rows} == {"access", "erasure"}
    answer = await browser.client.get("/reports/register.json?organisation=nord")
    assert [line["reference"] for line in answer.json()["lines"]] == sorted([first, second])


async def test_that_the_register_was_taken_away_stands_in_the_journal(desk: Desk) -> None:
    await year(desk)
    browser = await desk.logged_in("otto")
    await browser.get("/reports/register.csv?organisation=nord")
    rows = [row for row in await ledger() if row["kind"] == "register-exported"]
    assert [(row["actor"], json.loads(row["public"])) for row in rows] == [("otto", {"lines": 2, "year": 2026})]


async def ledger() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = await run(get_connection("default"), "SELECT kind, actor, public FROM entry")
    return rows


async def test_figures_are_taken_away_as_well(desk: Desk) -> None:
    await year(desk)
    browser = await desk.logged_in()
    answer = await browser.client.get("/reports/figures.csv?organisation=nord")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert (rows[0]["group"], rows[0]["received"]) == ("year", "2") and len(rows) > 13
    found = (await browser.client.get("/reports/figures.json?organisation=nord")).json()
    assert found["year"][0]["received"] == 2 and found["month"][2]["key"] == "2026-03"
    for path in ("/reports/figures.exe", "/reports/passwords.csv"):
        await browser.get(path)
        assert browser.status == 404


async def test_a_confidential_case_counts_and_has_no_line(desk: Desk) -> None:
    [first, second] = await year(desk)
    case = await desk.case(second)
    confide = Confide(at=desk.now, actor="anna", cause="g", staff=("anna",), reason="A dispute.")
    await desk.app.desk.order(NORD, case.id, confide)
    bruno = await desk.logged_in("bruno")
    page = await bruno.get("/reports/register")
    assert first in page and second not in page and "1 confidential case" in page
    assert "2 were received in this year" in (await bruno.get("/reports"))


async def test_an_answer_counts_in_days(desk: Desk) -> None:
    reference = await desk.opened(ACCESS)
    case = await desk.case(reference)
    answer = o.Answer(at=desk.now, actor="anna", cause="a", outcome=Outcome.NOTHING_HELD, detail="We searched all.")
    await desk.app.desk.order(NORD, case.id, answer)
    letter = (await desk.case(reference)).letters[-1]
    at = desk.now = desk.now + timedelta(days=3)
    sent = f.LetterSent(at=at, actor="service", cause="sent", letter=letter.id, sent_at=at)
    await desk.app.desk.handle([Task(scope=NORD, case=case.id, thing=sent)], together=True)
    page = await (await desk.logged_in()).get("/reports?organisation=nord")
    assert "Half of the answers left within 3 days, nine of ten within 3." in page
