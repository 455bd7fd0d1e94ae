"""The calendar of deadlines: by its secret address alone, without anything personal, and as RFC 5545 wants it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.icalendar import Event, calendar
from dsarbot.core.identity_copy_row import CopyRow
from dsarbot.core.orders_rights import Confide
from tests.web.api.conftest import Programs
from tests.web.conftest import HERE, NORD, SUD, Browser


@dataclass
class Component:
    """A part of a calendar as the RFC reads it: properties by name, with their parameters."""

    name: str
    properties: dict[str, tuple[str, str]] = field(default_factory=dict)
    parts: list[Component] = field(default_factory=list)

    def value(self, name: str) -> str:
        return self.properties[name][1]


_LINE = re.compile(r"([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=[^;:]+)*):(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\;,nN])")


def read(raw: bytes) -> Component:
    """Strict: CR LF behind every line, none above 75 octets, no character cut, every line a property (3.1), text
    escaped (3.3.11), each name once."""
    assert raw.endswith(b"\r\n") and b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    physical = raw.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert [line.decode("utf-8") for line in physical]
    lines = raw.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")
    root = Component("")
    stack = [root]
    for line in lines:
        found = _LINE.fullmatch(line)
        assert found, line
        name, parameters, value = found.groups()
        if name == "BEGIN":
            stack.append(Component(value))
            stack[-2].parts.append(stack[-1])
        elif name == "END":
            assert stack.pop().name == value
        else:
            assert name not in stack[-1].properties
            stack[-1].properties[name] = (parameters, text_of(value))
    (found_one,) = root.parts
    assert len(stack) == 1 and not root.properties and found_one.name == "VCALENDAR"
    return found_one


def text_of(value: str) -> str:
    assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), value
    return _ESCAPE.sub(lambda found: {"n": "\n", "N": "\n"}.get(found[1], found[1]), value)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=300))
def test_whatever_a_title_says_is_read_again(title: str) -> None:
    event = Event(uid="a", day=date(2026, 12, 31), title=title, stamp=datetime(2026, 1, 1, tzinfo=UTC))
    (read_again,) = read(calendar("x", [event])).parts
    assert read_again.value("SUMMARY") == title
    assert (read_again.properties["DTSTART"], read_again.value("DTEND")) == ((";VALUE=DATE", "20261231"), "20270101")


@pytest.mark.parametrize("char", ["a", "ä", "€", "😀", ","])
def test_long_lines_are_folded_between_characters(char: str) -> None:
    event = Event(uid="a", day=date(2026, 12, 31), title=char * 200, stamp=datetime(2026, 1, 1, tzinfo=UTC))
    (read_again,) = read(calendar(char * 80, [event])).parts
    assert read_again.value("SUMMARY") == char * 200


async def calendar_of(desk: Programs, staff: str = "anna") -> tuple[Browser, str]:
    """Their browser, and the path of the calendar that they have made in it."""
    browser = await desk.logged_in(staff)
    await browser.get("/account/calendar")
    page = await browser.post("/account/calendar", {})
    found = re.search(r"<code>([^<]+/calendar/[^<]+)</code>", page)
    assert found, page
    assert found[1].startswith(HERE)
    return browser, found[1].removeprefix(HERE)


async def fetched(desk: Programs, path: str, **headers: str) -> httpx.Response:
    """As a calendar program does: without any cookie."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(desk.web), base_url=HERE)
    return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def test_deadlines_goals_and_the_end_of_copies_stand_in_it(desk: Programs) -> None:
    reference = await desk.opened()
    case = await desk.case(reference)
    copy = CopyRow(
        id="copy-1", scope="nord", origin="nord", inbound=case.inbounds[0].inbound, case=case.id, state="copy",
        arrived_at=desk.now, delete_by=desk.now + timedelta(days=30), digest="d", size=1,
    )  # fmt: skip
    await desk.app.store.id_copies.add([copy])
    _, path = await calendar_of(desk)
    answer = await fetched(desk, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    found = {each.value("SUMMARY"): each for each in read(answer.content).parts}
    goal = case.claims[0].goal
    days = {title: each.value("DTSTART") for title, each in found.items()}
    assert days == {
        f"{reference} target": "20260401",
        f"{reference} ID copy is deleted": "20260401",
        **({f"{reference} goal": f"{goal:%Y%m%d}"} if goal else {}),
    }
    assert goal and goal < date(2026, 4, 1)
    assert "jeanne" not in answer.text.lower() and len({each.value("UID") for each in found.values()}) == 3


async def test_its_names_stay_and_it_is_not_sent_twice(desk: Programs) -> None:
    await desk.opened()
    _, path = await calendar_of(desk)
    first = await fetched(desk, path)
    again = await fetched(desk, path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    await desk.opened(sender="Q <q@example.net>")
    later = await fetched(desk, path, If_None_Match=first.headers["ETag"])
    before, after = ({each.value("UID") for each in read(one.content).parts} for one in (first, later))
    assert before < after


async def test_everybody_sees_what_they_may_see(desk: Programs) -> None:
    open_, secret = await desk.opened(), await desk.opened(sender="Q <q@example.net>")
    theirs = await desk.opened(mailbox="shared", to="dpo@sud.example.org", sender="R <r@example.net>")
    case = await desk.case(secret)
    order = Confide(at=desk.now, actor="anna", cause="confide", staff=("anna",), reason="colleague")
    await desk.app.desk.order(NORD, case.id, order)
    for staff, seen in (("anna", {open_, secret, theirs}), ("bruno", {open_}), ("otto", {open_, theirs})):
        _, path = await calendar_of(desk, staff)
        shown = (await fetched(desk, path)).text
        assert {each for each in (open_, secret, theirs) if each in shown} == seen, staff
    assert len(await desk.app.store.rows(SUD)) == 1


async def test_an_address_ends_when_its_owner_says_so_or_leaves(desk: Programs) -> None:
    browser, first = await calendar_of(desk)
    _, second = await calendar_of(desk)
    assert [(await fetched(desk, path)).status_code for path in (first, second)] == [404, 200]
    assert "There is an address" in await browser.get("/account/calendar") and second not in browser.text
    staff = tuple(each.model_copy(update={"active": each.key != "anna"}) for each in desk.app.settings.staff)
    here = desk.app.settings
    object.__setattr__(desk.app, "settings", here.model_copy(update={"staff": staff}))
    assert (await fetched(desk, second)).status_code == 404
    object.__setattr__(desk.app, "settings", here)
    await browser.get("/account/calendar")
    assert "nothing any more" in await browser.post("/account/calendar/end", {})
    assert (await fetched(desk, second)).status_code == 404


@pytest.mark.parametrize("staff", ["sam", "ada"])
async def test_who_sees_no_lists_has_no_calendar(desk: Programs, staff: str) -> None:
    browser = await desk.logged_in(staff)
    await browser.get("/account/calendar")
    assert browser.status == 403


async def test_a_new_address_wants_a_fresh_proof_and_a_form_of_ours(desk: Programs) -> None:
    browser = await desk.logged_in()
    await browser.get("/account/calendar")
    desk.now += timedelta(minutes=20)
    await browser.post("/account/calendar", {})
    assert browser.at == "/prove"
    assert not await desk.app.store.api.has_calendar("anna")


async def test_guessing_addresses_is_slowed_down(desk: Programs) -> None:
    answers = [(await fetched(desk, f"/calendar/{number}.ics")).status_code for number in range(31)]
    assert answers == [404] * 30 + [429]
