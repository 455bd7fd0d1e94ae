"""The list of cases and the look-up: narrowed, sorted, paged, searched, kept under a name; never what is not theirs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dsarbot.core import orders as o
from dsarbot.core.directory import Entry, Value
from dsarbot.core.orders_rights import Confide
from dsarbot.web import cases as pages
from dsarbot.web.case_filter import Chosen
from tests.servers.counting import counted
from tests.web.conftest import NORD, Browser, Desk

#: Its statements are written for both databases.
pytestmark = pytest.mark.database
ERASE = "Please erase all my personal data (Article 17 GDPR)."


def references(browser: Browser) -> list[str]:
    """Of the rows, in their order."""
    return re.findall(r'<th scope="row"><a href="/cases/([^"]+)"', browser.text)


async def three(desk: Desk) -> list[str]:
    """An old one that asks for access, one of three days later that asks for erasure, and one at the other house."""
    first = await desk.opened()
    desk.now += timedelta(days=3)
    second = await desk.opened(ERASE, sender="Karl Kunde <k@example.net>")
    third = await desk.opened(ERASE, mailbox="shared", sender="<z@example.net>", to="dpo@sud.example.org")
    return [first, second, third]


#: What stands in the address, and which of the three it shows.
NARROWED = {
    "": [0, 1, 2],
    "organisation=nord": [0, 1],
    "right=erasure": [1, 2],
    "hop=us": [0, 1, 2],
    "hop=person": [],
    "hop=us&status=waiting-person": [],
    "status=open": [0, 1, 2],
    "assignee=bruno": [0],
    "assignee=nobody": [1, 2],
    "assignee=me": [],
    "due=late": [],
    "age=7": [],
    "sort=received-desc": [2, 1, 0],
    "sort=reference": [0, 1, 2],
    "sort=reference-desc": [2, 1, 0],
    "closed=true": [],
    "right=nonsense": [],
    "sort=nonsense&age=nonsense&due=nonsense&hop=nonsense&after=nonsense": [0, 1, 2],
}


async def test_the_list_is_narrowed_and_sorted(desk: Desk) -> None:
    found = await three(desk)
    case = await desk.case(found[0])
    await desk.app.desk.order(NORD, case.id, o.Assign(at=desk.now, actor="anna", cause="a", staff="bruno"))
    browser = await desk.logged_in()
    for query, which in NARROWED.items():
        await browser.get(f"/cases?{query}")
        assert browser.status == 200
        assert sorted(references(browser)) == sorted(found[each] for each in which), query
        # Those of one house by target, the older one first; of the same moment the id decides.
        mine = [each for each in references(browser) if each in found[:2]]
        turned = query.endswith("desc")
        assert mine == [found[each] for each in sorted((each for each in which if each < 2), reverse=turned)], query


async def test_what_is_late_and_what_is_old_is_found_by_it(desk: Desk) -> None:
    [first, *_] = await three(desk)
    desk.now += timedelta(days=40)
    browser = await desk.logged_in()
    await browser.get("/cases?due=late&age=30&organisation=nord")
    assert first in references(browser)
    await browser.get("/cases?due=soon")
    assert references(browser) == []


async def test_pages_follow_each_other_without_a_gap(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    found = set(await three(desk))
    browser = await desk.logged_in()
    for sort in ("due", "received-desc", "reference"):
        await browser.get(f"/cases?sort={sort}")
        first = references(browser)
        following = re.search(r'href="(/cases\?[^"]*after=[^"]*)"', browser.text)
        assert following is not None
        await browser.get(following[1])
        assert len(first) == 2 and {*first, *references(browser)} == found and len(references(browser)) == 1
        assert "after=" not in browser.text and "First page" in browser.text


async def test_the_number_of_statements_does_not_grow_with_the_rows(desk: Desk) -> None:
    await three(desk)
    browser = await desk.logged_in()
    numbers = {}
    for path in ("/", "/cases", "/cases?right=erasure&sort=received"):
        with counted() as few:
            await browser.get(path)
        numbers[path] = len(few)
    for number in range(6):
        await desk.opened(ERASE, sender=f"Person {number} <p{number}@example.net>")
    for path, few_of_them in numbers.items():
        with counted() as many:
            await browser.get(path)
        assert len(many) <= few_of_them, path
    # Two organisations, each with its lists; a page that asked for every row would be far beyond.
    assert numbers["/cases"] <= 22 and numbers["/"] <= 75


async def test_words_are_searched_in_open_cases_and_stand_in_no_address(desk: Desk) -> None:
    [first, second, _] = await three(desk)
    browser = await desk.logged_in()
    await browser.get("/cases")
    await browser.post("/cases/search", {"text": "KÁRL kunde", "query": ""})
    assert references(browser) == [second]
    assert "kunde" not in str(browser.address).casefold()
    await browser.post("/cases/search", {"text": "karl martin", "query": ""})
    assert references(browser) == [] and "No open case holds all these words" in browser.text
    # What somebody else searches for is theirs.
    key = re.search(r'name="search" value="([^"]+)"', browser.text)
    assert key is not None
    other = await desk.logged_in("bruno")
    await other.get(f"/cases?search={key[1]}")
    assert "That search is over" in other.text and first not in other.text


async def test_a_list_is_kept_under_a_name_with_what_was_searched(desk: Desk) -> None:
    [_, second, _] = await three(desk)
    browser = await desk.logged_in()
    await browser.get("/cases")
    await browser.post("/cases/search", {"text": "kunde", "query": "right=erasure"})
    query = re.search(r'name="query" value="([^"]+)"', browser.text)
    assert query is not None
    await browser.post("/views", {"name": "  Kunde   erasure ", "query": query[1]})
    [view] = await desk.app.store.views("anna")
    assert (view.name, view.query, view.text) == ("Kunde erasure", "right=erasure", "kunde")
    await browser.get("/views/0")
    assert references(browser) == [second]
    assert (await browser.get("/views/7")) and browser.status == 404
    await browser.get("/cases")
    assert ">Kunde erasure</a>" in browser.text
    assert "Kunde erasure" not in (await (await desk.logged_in("bruno")).get("/cases"))
    await browser.get("/cases")
    await browser.post("/views", {"name": " ", "query": ""})
    assert browser.status in (400, 409)
    await browser.get("/cases")
    await browser.post("/views/remove", {"name": "Kunde erasure"})
    assert await desk.app.store.views("anna") == ()


async def test_a_confidential_case_is_a_number_for_everybody_else(desk: Desk) -> None:
    [first, second, _] = await three(desk)
    case = await desk.case(first)
    await desk.app.desk.order(
        NORD, case.id, Confide(at=desk.now, actor="anna", cause="g", staff=("anna",), reason="A dispute.")
    )
    other, own = await desk.logged_in("bruno"), await desk.logged_in()
    page = await other.get("/cases")
    assert references(other) == [second] and "1 confidential case" in page
    for path in ("/", "/triage", "/reports/register"):
        assert first not in (await other.get(path)), path
    await other.get("/cases")
    await other.post("/cases/search", {"text": "martin", "query": ""})
    assert references(other) == []
    await own.get("/cases")
    assert first in references(own) and "confidential case" not in own.text
    await own.post("/cases/search", {"text": "martin", "query": ""})
    assert references(own) == [first]


@pytest.mark.parametrize("wanted", ["jeanne@example.net", "K-4711", "Jeanne Martin", "reference"])
async def test_a_case_is_looked_up_by_what_is_written_exactly(desk: Desk, wanted: str) -> None:
    [first, second, _] = await three(desk)
    values = (
        Value(kind="customer-number", text="K-4711", source="crm", since=desk.now.date(), seen=desk.now.date()),
        Value(kind="mail", text="jeanne@example.net", source="crm", since=desk.now.date(), seen=desk.now.date()),
    )
    await desk.app.store.directory.save(
        NORD, [Entry(id="p1", values=values)], what="directory-imported", public={"new": 1}, at=desk.now, actor="anna"
    )
    browser = await desk.logged_in()
    await browser.get("/")
    await browser.post("/find", {"q": first.lower() if wanted == "reference" else wanted})
    assert first in browser.text and second not in browser.text
    assert wanted not in str(browser.address)


async def test_whether_a_person_is_known_is_not_told_to_whoever_sees_lists_alone(desk: Desk) -> None:
    [first, *_] = await three(desk)
    otto = await desk.logged_in("otto")
    for wanted in ("jeanne@example.net", "Jeanne Martin"):
        await otto.get("/")
        await otto.post("/find", {"q": wanted})
        assert first not in otto.text and "Nothing was found" in otto.text
    await otto.get("/cases")
    assert first in references(otto) and "/cases/search" not in otto.text
    await otto.post("/cases/search", {"text": "martin", "query": ""})
    assert "Not for your role" in otto.text
    anna = await desk.logged_in()
    await anna.get("/cases")
    await anna.post("/cases/search", {"text": "martin", "query": ""})
    assert references(anna) == [first]


def test_an_address_is_read_back_as_it_was_written() -> None:
    chosen = Chosen(right="access", closed=True, sort="received-desc", after="x~y")
    assert Chosen.of(chosen.address(after="x~y")) == chosen
    assert Chosen.of("right=" + "x" * 300) == Chosen() and Chosen.of("what=ever") == Chosen()
