"""What belongs to another organisation, or to a confidential case, is not there: on every route that names a case, an
item or an inquiry, whatever the sender puts into the form (IDOR)."""

from __future__ import annotations

import re

import pytest

from dsarbot.core import orders_rights as r
from dsarbot.ports import Scope
from tests.web.conftest import HERE, NORD, SUD, Browser, Desk
from tests.web.routes import Route, everything_on, routes

#: Also on PostgreSQL.
pytestmark = pytest.mark.database

#: What stands in for the id of something inside a case, as the first case of a mail has it.
INSIDE = {"letter": "l1", "number": "1", "kind": "answer"}
ACTIONS = ("note", "approve", "close", "confirm", "assign", "withdraw", "merge", "verify", "move", "discard", "reopen")


async def send(browser: Browser, route: Route, path: str, **fields: str) -> tuple[int, str]:
    """The answer to a request with the right token and something in each field."""
    found = re.search(r'name="form" value="([0-9a-f]+)"', browser.text)
    assert found
    data = dict.fromkeys(route.fields, "1") | fields | {"form": found[1]}
    headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
    answer = await browser.client.request(
        route.method, path, data=data if route.writes else None, headers=headers, follow_redirects=False
    )
    return answer.status_code, answer.text


def of_cases(desk: Desk) -> list[Route]:
    """The console's routes that name a case."""
    found = [each for each in routes(desk.web) if "{reference}" in each.path and each.permission is not None]
    assert len(found) > 10
    return [each for each in found if not each.path.startswith("/inquiries")]


async def demand_hidden(desk: Desk, browser: Browser, scope: Scope, reference: str) -> None:
    """Nobody sees, and nothing moves."""
    before = await desk.case(reference, scope)
    await browser.get("/account")
    for route in of_cases(desk):
        for action in ACTIONS if "{action}" in route.path else ("",):
            path = route.filled(reference=reference, action=action, **INSIDE)
            status, text = await send(browser, route, path, text="mine", letter="l1")
            assert status in (404, 400, 303, 403), (route.method, path, status)
            assert status != 303 or route.path.startswith("/cases/{reference}/"), path
            assert "Jeanne" not in text and "jeanne@" not in text, path
    for path in (f"/find?q={reference}", "/find?q=jeanne@example.net", "/", "/cases", "/held", "/triage"):
        page = await browser.get(path)
        assert "Jeanne" not in page and reference not in page.replace(f'value="{reference}"', ""), path
    assert await desk.case(reference, scope) == before


async def test_a_case_of_another_organisation(desk: Desk) -> None:
    everything_on(desk)
    reference = await desk.opened(mailbox="shared", to="dpo@sud.example.org")
    await demand_hidden(desk, await desk.logged_in("bruno"), SUD, reference)


async def test_a_confidential_case(desk: Desk) -> None:
    everything_on(desk)
    reference = await desk.opened()
    case = await desk.case(reference)
    order = r.Confide(at=desk.now, actor="anna", cause="order:1", staff=("anna",), reason="personnel")
    await desk.app.desk.order(NORD, case.id, order)
    await demand_hidden(desk, await desk.logged_in("bruno"), NORD, reference)


async def test_a_letter_of_another_case(desk: Desk) -> None:
    """The letter's id is right, the case is theirs, and the two do not belong together."""
    first, second = await desk.opened(), await desk.opened(sender="Paul Weber <paul@example.net>")
    anna = await desk.logged_in()
    page = await anna.get(f"/cases/{first}")
    (letter,) = {each.id for each in (await desk.case(first)).letters}
    assert letter in page
    other = {each.id for each in (await desk.case(second)).letters}
    answers = [await anna.client.get(f"/cases/{second}/letters/{each}9.pdf") for each in other]
    assert {each.status_code for each in answers} == {404}


@pytest.mark.parametrize("item", ["inbound", "scan"])
async def test_what_is_held_for_another_organisation(desk: Desk, item: str) -> None:
    everything_on(desk)
    anna = await desk.logged_in("bruno")
    reference = await desk.opened(mailbox="shared", to="dpo@sud.example.org")
    case = await desk.case(reference, SUD)
    await anna.get("/account")
    for route in routes(desk.web):
        if "{item}" not in route.path or route.permission is None:
            continue
        status, text = await send(anna, route, route.filled(item=case.inbounds[0].inbound), organisation="nord")
        assert status in (404, 400), (route.path, status)
        assert "Jeanne" not in text
    assert await desk.case(reference, SUD) == case


async def test_an_organisation_in_the_path_or_in_a_form_is_one_of_theirs(desk: Desk) -> None:
    everything_on(desk)
    bruno = await desk.logged_in("bruno")
    await bruno.get("/account")
    for route in routes(desk.web):
        if "{organisation}" not in route.path or route.permission is None:
            continue
        status, _ = await send(bruno, route, route.filled(organisation="sud"))
        assert status in (404, 400, 403), (route.path, status)
    await bruno.get("/account")
    await bruno.post("/phone", {"organisation": "sud", "name": "X", "words": "Erase my data", "where": "x@example.net"})
    assert not await desk.app.store.rows(SUD)
