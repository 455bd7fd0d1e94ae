"""*Scan upload*: kept first, read by the service, looked at and parted by people; whatever comes, nothing is lost."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from typing import Literal

import pytest
from PIL import Image
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from dsarbot.desk.viruses import Guard
from dsarbot.documents.answer import NotRead
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import InboundRow
from dsarbot.scans.told import Told, from_text, to_text
from dsarbot.scans.uploads import Cut
from dsarbot.web import guard, receiving, scans
from dsarbot.web.guard import MOST_BYTES, _bounded
from dsarbot.web.receiving import Places, plain_name
from tests.documents.letters import FRENCH, placed, typed
from tests.documents.samples import locked_pdf
from tests.web.conftest import HERE, NORD, SUD, Browser, Desk

LETTER = typed(placed(FRENCH))
STACK = typed(placed(FRENCH), placed("The second page of the first letter."), placed(FRENCH.replace("2026", "2025")))
HEADERS = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}


async def send(browser: Browser, *files: tuple[str, bytes], **fields: str) -> str:
    """Files, by the form of the page."""
    found = re.search(r'name="form" value="([0-9a-f]+)"', await browser.get("/scans"))
    assert found
    data = {"form": found[1], "organisation": "nord", "letters": "sheets"} | fields
    parts = [("files", (name, content, "application/pdf")) for name, content in files]
    return browser._seen(await browser.client.post("/scans", data=data, files=parts, headers=HEADERS))


async def rows(desk: Desk, state: Literal["held", "settled"] = "held") -> list[InboundRow]:
    return list(await desk.app.store.inbounds(NORD, state=state))


async def test_a_scan_is_kept_then_read_and_becomes_a_case(desk: Desk) -> None:
    browser = await desk.logged_in()
    page = await send(browser, ("../../etc/letter.pdf", LETTER), received="2026-02-27", registered="RK123456785FR")
    assert "waits to be read" in page and "letter.pdf" in page and "etc" not in page
    (row,) = await rows(desk)
    assert (row.kind, row.problem, row.safe_due is not None) == ("uploaded", "scan-to-be-read", True)
    assert row.received_at.date().isoformat() in ("2026-02-26", "2026-02-27")
    assert await desk.app.uploads.read_waiting() == 1
    page = await browser.get(f"/scans/{row.id}")
    assert "It has become a letter of this case" in page
    (letter,) = [each for each in await rows(desk, "settled") if each.case]
    case = await desk.app.store.case(NORD, letter.case)
    assert case.reference in page and case.channel == "post" and case.inbounds[0].inbound == letter.id
    assert bytes(await desk.app.store.vault.open(NORD, letter.objects[0])) == LETTER
    # What lay there only until it was read is destroyed: copies of papers are set apart from the letter alone.
    assert "no" not in await gone(desk, row)
    # The same file once more is the same letter.
    assert case.reference in await send(browser, ("again.pdf", LETTER))
    assert len(await rows(desk, "settled")) == 2 and not await rows(desk)
    notes = await desk.app.store.vault.open(NORD, letter.objects[1])
    assert b"RK123456785FR" in notes and b"2026-02-27" in notes


async def gone(desk: Desk, row: InboundRow) -> str:
    try:
        await desk.app.store.vault.open(NORD, row.objects[0])
    except Exception as why:  # noqa: BLE001  # its type is what is asked for
        return type(why).__name__
    return "no"


async def test_a_person_looks_at_the_pages_and_parts_the_stack(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    await send(browser, ("stack.pdf", STACK), letters="look")
    await desk.app.uploads.read_waiting()
    (row,) = await rows(desk)
    assert row.problem == "scan-to-be-parted"
    page = await browser.get(f"/scans/{row.id}")
    assert page.count('name="begin"') == 3
    picture = await browser.client.get(f"/scans/{row.id}/pages/3")
    with Image.open(io.BytesIO(picture.content), formats=("JPEG",)) as image:
        assert max(image.size) == scans._SMALL
    assert picture.headers["cache-control"] == "no-store"
    for nowhere in (0, 4, 301):
        assert (await browser.client.get(f"/scans/{row.id}/pages/{nowhere}")).status_code == 404
    await browser.get(f"/scans/{row.id}")
    await browser.client.post(
        f"/scans/{row.id}/split", data={"form": token(browser), "begin": "3", "to": ["", "", "NONE-2026-00001-X"]},
        headers=HEADERS,
    )  # fmt: skip
    assert [each.problem for each in await rows(desk)] == ["scan-to-be-parted"]
    answer = await browser.client.post(
        f"/scans/{row.id}/split", data={"form": token(browser), "begin": "3", "to": ["", "", reference]},
        headers=HEADERS,
    )  # fmt: skip
    assert answer.status_code == 200
    assert sorted(each.problem for each in await rows(desk)) == ["scan-to-be-read"] * 2
    assert await gone(desk, row) == "Gone"
    assert await desk.app.uploads.read_waiting() == 2
    assert [each.how for each in (await desk.case(reference)).inbounds][-1] == "by-hand"
    assert not await rows(desk)
    parted = await desk.app.store.inbound(NORD, row.id)
    with pytest.raises(NotAllowed):
        await desk.app.uploads.part(parted, [Cut(first=1, last=3)], actor="anna")
    ledger = await desk.app.store.vault.open(NORD, row.objects[1])
    assert b"stack.pdf" in ledger


def token(browser: Browser) -> str:
    found = re.search(r'name="form" value="([0-9a-f]+)"', browser.text)
    assert found
    return found[1]


async def test_several_files_at_once_and_named_pages(desk: Desk) -> None:
    browser = await desk.logged_in()
    await send(browser, ("a.pdf", LETTER), ("b.pdf", typed(placed("Another letter"))))
    assert browser.at == "/scans" and len(await rows(desk)) == 2
    await desk.app.uploads.read_waiting()
    await send(browser, ("c.pdf", STACK), pages="1-2,3")
    await desk.app.uploads.read_waiting()
    assert len([each for each in await rows(desk, "settled") if each.case]) == 4
    # Pages that it does not have: a person parts it.
    await send(browser, ("d.pdf", typed(placed("One page"))), pages="1-2,3")
    await desk.app.uploads.read_waiting()
    assert [each.problem for each in await rows(desk)] == ["scan-to-be-parted"]


@pytest.mark.parametrize(
    ("content", "problem", "words"),
    [
        (locked_pdf(), "encrypted", "only with a password"),
        (b"%PDF-1.4 and nothing more", "broken", "It is damaged"),
        (b"MZ this is a program", "unsupported", "By its content it is no PDF"),
        (b"<svg onload=alert(1)>", "unsupported", "By its content it is no PDF"),
    ],
)
async def test_a_bad_file_is_held_with_its_reason(desk: Desk, content: bytes, problem: str, words: str) -> None:
    browser = await desk.logged_in()
    await send(browser, ("letter.pdf", content))
    await desk.app.uploads.read_waiting()
    (row,) = await rows(desk)
    assert (row.kind, row.problem) == ("unreadable", problem)
    page = await browser.get(f"/scans/{row.id}")
    assert words in page and f"/held/{row.id}" in page
    assert (await browser.client.get(f"/scans/{row.id}/pages/1")).status_code == 404
    assert await desk.app.uploads.read_waiting() == 0


class Clam:
    """Says what it is told to say; `channels.clamd` is the real one."""

    how: Literal["clean", "infected", "unchecked"] = "unchecked"
    name = "Eicar-Test"

    async def check(self, data: bytes) -> Clam:
        return self


async def test_what_nobody_can_look_at_waits_and_what_is_infected_is_never_shown(desk: Desk) -> None:
    clam = Clam()
    viruses: Guard = clam
    desk.app.uploads._guard = viruses
    browser = await desk.logged_in()
    await send(browser, ("letter.pdf", LETTER))
    assert await desk.app.uploads.read_waiting() == 0
    assert await desk.app.uploads.read_waiting() == 0
    assert "clamd does not answer" in await browser.get("/scans")
    clam.how = "infected"
    await desk.app.uploads.read_waiting()
    (row,) = await rows(desk)
    assert row.problem == "infected"
    assert "virus in it" in await browser.get(f"/scans/{row.id}") and "<img" not in browser.text
    assert (await browser.client.get(f"/scans/{row.id}/pages/1")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "files", "wrong"),
    [
        ({"organisation": "sud2"}, [("a.pdf", LETTER)], "Choose the organisation"),
        ({}, [], "at least one file"),
        ({}, [("a.pdf", b"")], "is empty"),
        ({"received": "2026-09-01"}, [("a.pdf", LETTER)], "no day"),
        ({"received": "yesterday"}, [("a.pdf", LETTER)], "no day"),
        ({"registered": "<script>"}, [("a.pdf", LETTER)], "no number"),
        ({"pages": "x"}, [("a.pdf", LETTER)], "pages of each letter"),
        ({"pages": "1"}, [("a.pdf", LETTER), ("b.pdf", LETTER)], "pages of each letter"),
        ({"reference": "DSR-2026-99999-0"}, [("a.pdf", LETTER)], "no case of that reference"),
    ],
)
async def test_what_the_form_says_wrong_keeps_nothing(
    desk: Desk, fields: dict[str, str], files: list[tuple[str, bytes]], wrong: str
) -> None:
    browser = await desk.logged_in()
    assert wrong in await send(browser, *files, **fields)
    assert browser.status == 400 and not await rows(desk)


async def test_a_scan_for_a_case_joins_it(desk: Desk) -> None:
    reference, other = await desk.opened(), await desk.opened(mailbox="shared", to="dpo@sud.example.org")
    browser = await desk.logged_in()
    assert "no case of that reference" in await send(browser, ("a.pdf", LETTER), reference=other)
    await send(browser, ("a.pdf", LETTER), reference=reference)
    await desk.app.uploads.read_waiting()
    assert [each.how for each in (await desk.case(reference)).inbounds][-1] == "by-hand"
    (row,) = [each for each in await rows(desk, "settled") if each.kind == "uploaded"]
    assert reference in await browser.get(f"/scans/{row.id}/state")
    assert (await browser.client.get(f"/scans/{row.id}/state")).headers["hx-refresh"] == "true"


async def test_a_crash_before_the_end_loses_and_doubles_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    nord = desk.app.organisations["nord"]
    row = await desk.app.uploads.keep(nord, LETTER, Told(name="a.pdf", actor="anna"))

    async def crash(row: InboundRow, actor: str) -> None:
        await desk.app.store.vault.destroy(row.scope, row.objects[:1], rule="scan-taken-in", actor=actor)
        raise RuntimeError

    monkeypatch.setattr(desk.app.uploads, "_done", crash)
    with pytest.raises(RuntimeError):
        await desk.app.uploads.read_waiting()
    monkeypatch.undo()
    assert (await desk.app.uploads.state(row)).how == "waiting"
    assert await desk.app.uploads.read_waiting() == 1
    state = await desk.app.uploads.state(await desk.app.store.inbound(NORD, row.id))
    assert (state.how, len(state.letters), len(await desk.app.store.rows(NORD))) == ("done", 1, 1)
    # Its letter is shown like any other scan.
    browser = await desk.logged_in()
    assert "<img" in await browser.get(f"/scans/{state.letters[0].id}")


async def test_what_cannot_become_a_letter_is_held_for_a_person(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    nord, uploads = desk.app.organisations["nord"], desk.app.uploads
    lost = await uploads.keep(nord, LETTER, Told(name="a.pdf", actor="anna", joins="0" * 32))

    async def broken(data: bytes, first: int, last: int) -> bytes:
        raise NotRead("broken")

    monkeypatch.setattr(desk.app.scanner, "part", broken)
    torn = await uploads.keep(nord, STACK, Told(name="b.pdf", actor="anna", pages="1-2,3"))
    assert await uploads.read_waiting() == 2
    problems = [(await desk.app.store.inbound(NORD, each.id)).problem for each in (lost, torn)]
    assert problems == ["case-refused", "broken"]
    browser = await desk.logged_in()
    await browser.get(f"/held/{torn.id}")
    await browser.post(f"/held/{torn.id}", {"what": "leave", "reason": "duplicate"})
    assert "left aside" in await browser.get(f"/scans/{torn.id}")
    assert "takes no message any more" in await browser.get(f"/scans/{lost.id}")


async def test_two_people_part_the_same_stack(desk: Desk) -> None:
    browser = await desk.logged_in()
    await send(browser, ("stack.pdf", STACK), letters="look")
    await desk.app.uploads.read_waiting()
    (row,) = await rows(desk)
    form = {"form": token(browser), "begin": "2", "to": ["", "", ""]}
    for status in (200, 409):
        answer = await browser.client.post(f"/scans/{row.id}/split", data=form, headers=HEADERS)
        assert answer.status_code == status
    assert "has done so already" in answer.text and len(await rows(desk)) == 2


async def test_scans_of_others_are_not_there(desk: Desk) -> None:
    anna = await desk.logged_in("anna")
    await send(anna, ("a.pdf", LETTER), organisation="sud")
    (row,) = await desk.app.store.inbounds(SUD, state="held")
    bruno = await desk.logged_in("bruno")
    assert "a.pdf" not in await bruno.get("/scans")
    for path in (f"/scans/{row.id}", f"/scans/{row.id}/state", f"/scans/{row.id}/pages/1"):
        assert (await bruno.client.get(path)).status_code == 404
    await bruno.get("/scans")
    await bruno.post(f"/scans/{row.id}/split", {"begin": "1"})
    assert bruno.status == 404
    # A case of which one is not named takes its letter along.
    await desk.app.uploads.read_waiting()


async def test_how_far_it_is_stands_on_the_page(desk: Desk) -> None:
    browser = await desk.logged_in()
    await send(browser, ("a.pdf", LETTER))
    (row,) = await rows(desk)
    desk.app.uploads._read[row.id] = (1, 3)
    page = await browser.get(f"/scans/{row.id}")
    assert "Page 2 of 3" in page and 'hx-trigger="every 2s"' in page and "/static/vendor/htmx" in page
    desk.app.uploads._read[row.id] = (1, 0)
    assert "1 pages are read" in await browser.get(f"/scans/{row.id}/state")


async def test_nobody_sends_a_file_before_the_log_in(desk: Desk) -> None:
    read = 0

    async def drops() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"x" * 65_536

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await desk.browser().client.post("/scans", content=drops(), headers=HEADERS | kind, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/login" and read <= 1


async def test_too_much_is_refused_at_once_and_while_it_comes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "MOST", 1 << 20)
    monkeypatch.setattr(scans, "MOST_SCAN", 1 << 19)
    browser = await desk.logged_in()
    await send(browser, ("a.pdf", b"%PDF-" + bytes(1 << 21)))
    assert browser.status == 413
    assert "larger than" in await send(browser, ("a.pdf", b"%PDF-" + bytes((1 << 19) + 1)))
    body = b"--b\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\n"

    async def drops() -> AsyncIterator[bytes]:
        yield body
        for _ in range(40):
            yield bytes(65_536)

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert (await browser.client.post("/scans", content=drops(), headers=HEADERS | kind)).status_code == 413
    for broken in (b"no form at all", b""):
        answer = await browser.client.post("/scans", content=broken, headers=HEADERS | kind, follow_redirects=False)
        assert answer.status_code in (303, 400)
    assert not await rows(desk)


async def test_only_so_many_send_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "_PLACES", Places(0))
    browser = await desk.logged_in()
    await send(browser, ("a.pdf", LETTER))
    assert browser.status == 503 and not await rows(desk)


async def test_a_body_that_stands_still_or_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_STILL", 0.05)
    scope = {"type": "http", "headers": []}

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(HTTPException) as still:
        await _bounded(scope, never)()
    monkeypatch.setattr(guard, "_GRACE", 0.0)

    async def drop() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def all_of_it() -> None:
        dripping = _bounded(scope, drop)
        for _ in range(10):
            await dripping()

    with pytest.raises(HTTPException) as slow:
        await all_of_it()
    assert (still.value.status_code, slow.value.status_code) == (408, 408)


async def test_who_waits_for_the_end_of_a_line_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_STILL", 0.01)
    told: list[Message] = [{"type": "http.request", "body": b"x"}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        await asyncio.sleep(0.0 if len(told) == 2 else 0.05)
        return told.pop(0)

    bounded = _bounded({"type": "http", "headers": []}, receive)
    assert [(await bounded())["type"] for _ in range(2)] == ["http.request", "http.disconnect"]


def test_a_name_from_outside_is_only_words() -> None:
    for name, plain in (
        ("../../etc/passwd", "passwd"), ("C:\\Users\\x\\l.pdf", "l.pdf"), ("a\u202efdp.exe", "afdp.exe"),
        ("x" * 500, "x" * 120), ("/", "-"), ("a\r\nSet-Cookie: b", "aSet-Cookie: b"),
    ):  # fmt: skip
        assert plain_name(name) == plain


def test_what_was_said_of_a_scan_comes_back() -> None:
    told = Told(name="a.pdf", actor="anna", whole="0f", registered="RK1", pages="1-2,3", look=True, joins="c1")
    assert from_text(to_text(told)) == told and told.ranges == ((1, 2), (3, 3))
    for other in ("notes of a machine", "{}", "[1]", '{"name": 1}'):
        with pytest.raises(TheirInput):
            from_text(other)
    assert MOST_BYTES < scans.MOST and receiving.Received(fields={}, files=()).text("x") == ""


def test_a_request_is_allowed_more_only_by_its_page() -> None:
    request = Request({"type": "http"})
    guard.allow(request, 5)
    assert request.scope["dsarbot.most"] == 5
