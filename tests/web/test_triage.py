"""Triage: the oldest that is unsure, its phrases marked by right, three answers, and the way back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dsarbot.core.case import Status
from dsarbot.web.triage_text import Piece, pieces
from tests.cli.desk_world import ACCESS
from tests.web.conftest import Desk

UNSURE = "could you maybe delete me from the list <b>or</b> so? thx"


@pytest.mark.parametrize(
    ("text", "phrases", "found"),
    [
        ("Delete me", {"erasure": ("delete",)}, [("Delete", ("erasure",)), (" me", ())]),
        ("please delete\n me now", {"erasure": ("delete me",)},
         [("please ", ()), ("delete\n me", ("erasure",)), (" now", ())]),
        ("my data", {"access": ("data",), "portability": ("data",)},
         [("my ", ()), ("data", ("access", "portability"))]),
        ("a copy of data", {"access": ("copy", "copy of data")}, [("a ", ()), ("copy of data", ("access",))]),
        ("a.b", {"access": ("a.b",)}, [("a.b", ("access",))]),
        ("axb", {"access": ("a.b", " ")}, [("axb", ())]),
        ("", {"access": ("x",)}, []),
        ("", {}, []),
        ("plain", {}, [("plain", ())]),
    ],
)  # fmt: skip
def test_phrases_are_marked_by_right(
    text: str, phrases: dict[str, tuple[str, ...]], found: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert list(pieces(text, phrases)) == [Piece(text=words, rights=rights) for words, rights in found]
    assert "".join(each.text for each in pieces(text, phrases)) == text


async def test_the_oldest_comes_first_and_the_next_one_at_once(desk: Desk) -> None:
    first = await desk.opened(UNSURE, sender="<a@example.net>")
    desk.now += timedelta(hours=1)
    second = await desk.opened(UNSURE, sender="<b@example.net>")
    certain = await desk.opened(ACCESS, sender="<c@example.net>")
    browser = await desk.logged_in()
    page = (await browser.client.get("/triage")).text
    assert first in page and second not in page and certain not in page
    assert "<mark>" in page and "[Erasure]" in page and "&lt;b&gt;or&lt;/b&gt;" in page
    await browser.get("/triage")
    await browser.post(f"/triage/{first}/confirm", {"right": "access"})
    assert browser.at == "/triage" and f"/triage/{second}/dismiss" in browser.text and "Confirmed:" in browser.text
    open_ones = [claim.right for claim in (await desk.case(first)).claims if claim.status == Status.OPEN]
    assert open_ones == ["access"]
    await browser.post(f"/triage/{second}/dismiss", {})
    assert "Nothing is unsure." in browser.text
    assert {claim.status for claim in (await desk.case(second)).claims} == {Status.NOT_A_REQUEST}


async def test_the_last_answer_is_taken_back(desk: Desk) -> None:
    reference = await desk.opened(UNSURE)
    browser = await desk.logged_in()
    await browser.get("/triage")
    await browser.post(f"/triage/{reference}/dismiss", {})
    assert f'action="/triage/{reference}/undo"' in browser.text
    await browser.post(f"/triage/{reference}/undo", {})
    assert browser.at == f"/triage/{reference}" and "Taken back" in browser.text
    assert Status.OPEN in {claim.status for claim in (await desk.case(reference)).claims}
    # What was confirmed is looked at again, and may still be none.
    await browser.post(f"/triage/{reference}/dismiss", {})
    assert {claim.status for claim in (await desk.case(reference)).claims} == {Status.NOT_A_REQUEST}


async def test_what_is_put_off_comes_again(desk: Desk) -> None:
    first = await desk.opened(UNSURE, sender="<a@example.net>")
    desk.now += timedelta(hours=1)
    second = await desk.opened(UNSURE, sender="<b@example.net>")
    browser = await desk.logged_in()
    seen = []
    page = await browser.get("/triage")
    for _ in range(2):
        seen += re.findall(r"/triage/([^/]+)/dismiss", page)
        later = re.search(r'href="(/triage\?skipped=[^"]+)"', page)
        assert later is not None
        page = await browser.get(later[1])
    assert seen == [first, second] and "No other one is unsure" in page
    assert f"/triage/{first}/dismiss" in (await browser.get("/triage"))


async def test_who_only_reads_sees_no_buttons_and_gives_no_answer(desk: Desk) -> None:
    reference = await desk.opened(UNSURE)
    otto = await desk.logged_in("otto")
    assert "Not for your role" in (await otto.get("/triage"))
    anna = await desk.logged_in()
    await anna.get("/triage")
    await anna.post(f"/triage/{reference}/what", {})
    assert anna.status == 404
    await anna.get("/triage")
    await anna.post(f"/triage/{reference}/confirm", {"right": "haircut"})
    assert "Nothing was changed" in anna.text and "unknown-right" in anna.text
    await anna.post(f"/triage/{reference}/confirm", {}, with_form=False)
    assert anna.at == "/login"


async def test_a_case_of_another_house_is_not_there(desk: Desk) -> None:
    reference = await desk.opened(UNSURE, mailbox="shared", sender="<z@example.net>", to="dpo@sud.example.org")
    bruno = await desk.logged_in("bruno")
    assert reference not in (await bruno.get("/triage"))
    await bruno.get(f"/triage/{reference}")
    assert bruno.status == 404
