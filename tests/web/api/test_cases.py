"""Cases for other systems: read without anything personal, moved without anything leaving."""

from __future__ import annotations

import pytest

from dsarbot.core.orders_rights import Confide
from tests.cli.desk_world import BOTH
from tests.web.api.conftest import Programs
from tests.web.conftest import NORD, SUD


async def test_a_case_is_read_without_its_person(desk: Programs) -> None:
    board = await desk.program("cases:read")
    reference = await desk.opened(BOTH)
    answer = await board.get(f"/cases/{reference}")
    case = answer.json()
    assert (case["reference"], case["rights"], case["channel"]) == (reference, ["access", "erasure"], "mail")
    assert [claim["target"] for claim in case["claims"]] == ["2026-04-01"] * 2
    assert case["claims"][0]["tasks"][0]["key"].startswith("c1:") and not case["claims"][0]["tasks"][0]["done"]
    assert [letter["moment"] for letter in case["letters"]] == ["acknowledged"]
    for personal in ("jeanne", "Martin", "example.net", "My data"):
        assert personal.casefold() not in answer.text.casefold()
    unchanged = await board.get(f"/cases/{reference.lower()}", **{"If-None-Match": answer.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_the_list_is_turned_page_by_page(desk: Programs) -> None:
    board = await desk.program("cases:read")
    opened = {await desk.opened(sender=f"P{number} <p{number}@example.net>") for number in range(5)}
    seen: list[str] = []
    path = "/cases?limit=2"
    for _ in range(3):
        page = (await board.get(path)).json()
        seen += [case["reference"] for case in page["cases"]]
        path = f"/cases?limit=2&cursor={page['next']}"
    assert page["next"] is None and set(seen) == opened and len(seen) == 5


NARROWED: list[tuple[str, int]] = [
    ("right=access", 1),
    ("right=erasure", 0),
    ("status=open", 1),
    ("status=answered", 0),
    ("closed=true", 0),
    ("assignee=anna", 0),
    ("due_by=2026-04-01", 1),
    ("due_by=2026-03-31", 0),
]


async def test_the_list_is_narrowed(desk: Programs) -> None:
    board = await desk.program("cases:read")
    await desk.opened()
    for query, number in NARROWED:
        assert len((await board.get(f"/cases?{query}")).json()["cases"]) == number


NO_LISTS: list[str] = ["cursor=eA", "cursor=bm90aGluZw", "status=odd", "limit=0", "due_by=soon", "right=-"]


async def test_what_no_list_can_be_asked_for_is_a_problem(desk: Programs) -> None:
    board = await desk.program("cases:read")
    for query in NO_LISTS:
        answer = await board.get(f"/cases?{query}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")


async def test_moves_are_made_on_the_case_as_it_was_seen(desk: Programs) -> None:
    board = await desk.program("cases:read", "cases:act", name="board")
    reference = await desk.opened()
    seen = await board.get(f"/cases/{reference}")
    noted = await board.post(f"/cases/{reference}/notes", {"text": "Export is under way."})
    assert noted.status_code == 201
    late = await board.post(f"/cases/{reference}/assign", {"staff": "bruno"}, If_Match=seen.headers["ETag"])
    assert (late.status_code, late.json()["type"]) == (412, "urn:dsarbot:problem:changed")
    blind = await board.post(f"/cases/{reference}/assign", {"staff": "bruno"})
    assert blind.status_code == 428
    given = await board.post(f"/cases/{reference}/assign", {"staff": "bruno"}, If_Match=noted.headers["ETag"])
    assert given.json()["assignee"] == "bruno"
    key = seen.json()["claims"][0]["tasks"][0]["key"]
    done = await board.post(f"/cases/{reference}/tasks/{key}/done", {"note": "CRM"}, If_Match=given.headers["ETag"])
    assert done.json()["claims"][0]["tasks"][0]["done"], done.text
    case = await desk.case(reference)
    assert [(note.actor, note.text) for note in case.notes] == [("api:board", "Export is under way.")]
    assert case.claims[0].done[0].actor == "api:board" and f'"{case.version}"' == done.headers["ETag"]


async def test_who_was_faster_wins_and_the_other_is_told(desk: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    board = await desk.program("cases:read", "cases:act")
    reference = await desk.opened()
    seen = (await board.get(f"/cases/{reference}")).headers["ETag"]
    handle, moved = desk.app.desk.handle, list[object]()

    async def meanwhile(*args: object, **kwargs: object) -> object:
        if not moved:
            moved.append(await board.post(f"/cases/{reference}/notes", {"text": "In between."}))
        return await handle(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.app.desk, "handle", meanwhile)
    late = await board.post(f"/cases/{reference}/assign", {"staff": "bruno"}, If_Match=seen)
    assert late.status_code == 412 and not (await desk.case(reference)).assignee


IMPOSSIBLE: list[tuple[str, dict[str, str], int, str | None]] = [
    ("/assign", {"staff": "carla"}, 409, "unknown-colleague"),
    ("/tasks/c1:no-such/done", {}, 409, "no-such-step"),
    ("/tasks/c9:acknowledge/done", {}, 404, None),
    ("/tasks/nothing/done", {}, 422, None),
    ("/notes", {"text": " "}, 422, None),
]


async def test_what_is_not_possible_says_its_rule(desk: Programs) -> None:
    board = await desk.program()
    reference = await desk.opened()
    for path, body, status, rule in IMPOSSIBLE:
        answer = await board.post(f"/cases/{reference}{path}", body, If_Match="*")
        assert (answer.status_code, answer.json().get("rule")) == (status, rule), answer.text


async def test_confidential_cases_and_those_of_others_are_not_there(desk: Programs) -> None:
    board, other = await desk.program(), await desk.program(organisation="sud")
    mine, secret = await desk.opened(), await desk.opened(sender="Q <q@example.net>")
    case = await desk.case(secret)
    order = Confide(at=desk.now, actor="anna", cause="confide", staff=("anna",), reason="colleague")
    await desk.app.desk.order(NORD, case.id, order)
    theirs = await desk.opened(mailbox="shared", to="dpo@sud.example.org", sender="R <r@example.net>")
    assert [row.reference for row in await desk.app.store.rows(SUD)] == [theirs]
    for program, visible, hidden in ((board, [mine], [secret, theirs]), (other, [theirs], [mine, secret])):
        listed = [each["reference"] for each in (await program.get("/cases")).json()["cases"]]
        assert listed == visible
        for reference in hidden:
            for answer in (
                await program.get(f"/cases/{reference}"),
                await program.get(f"/requests/{reference}"),
                await program.post(f"/cases/{reference}/notes", {"text": "x"}),
                await program.post(f"/cases/{reference}/assign", {"staff": "anna"}, If_Match="*"),
                await program.post(f"/cases/{reference}/tasks/c1:x/done", {}, If_Match="*"),
            ):
                assert answer.status_code == 404 and reference not in answer.text
