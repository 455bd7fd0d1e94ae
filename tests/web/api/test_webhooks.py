"""Webhooks as programs make them, and what is written for them beside the facts."""

from __future__ import annotations

import json

from dsarbot.core.orders import Assign, Confirm, NotARequest
from dsarbot.core.orders_rights import Confide
from dsarbot.core.webhooks import Event, EventKind, body, signature
from dsarbot.ports import Scope
from tests.web.api.conftest import Programs
from tests.web.conftest import NORD, SUD

URL = "https://hooks.example.org/dsar?x=1"
ALL = [each.value for each in EventKind]


async def events(desk: Programs, scope: Scope = NORD) -> list[Event]:
    """What waits in the outbox for whoever listens, in the order in which it happened."""
    claimed = await desk.app.store.api.claim_jobs("test", desk.now.replace(year=2030), -1, 100)
    found = [await desk.app.store.api.event(each.job.scope, each.job.object) for each in claimed
             if each.job.kind == "webhook" and each.job.scope == scope]  # fmt: skip
    return [each for each in found if each]


async def test_a_webhook_is_made_shown_and_removed(desk: Programs) -> None:
    board = await desk.program("webhooks", name="board")
    made = await board.post("/webhooks", {"url": URL, "events": ["closed", "case-opened"]})
    assert made.status_code == 201 and len(made.json()["secret"]) == 64
    (shown,) = (await board.get("/webhooks")).json()["webhooks"]
    assert made.json() == shown | {"secret": made.json()["secret"]}
    assert (shown["url"], shown["events"]) == (URL, ["case-opened", "closed"])
    other = await desk.program(organisation="sud")
    assert (await other.get("/webhooks")).json() == {"webhooks": []}
    assert (await other.delete(f"/webhooks/{shown['id']}")).status_code == 404
    assert (await board.delete(f"/webhooks/{shown['id']}")).status_code == 204
    assert (await board.delete(f"/webhooks/{shown['id']}")).status_code == 404


FORBIDDEN: list[tuple[str, str]] = [
    ("http://hooks.example.org/", "not-https"),
    ("https://other.example.org/", "host-not-allowed"),
    ("https://hooks.example.org:8443/", "host-not-allowed"),
    ("https://user:pass@hooks.example.org/", "no-address"),
    ("https://hooks.example.org/#part", "no-address"),
    ("https://hooks.example.org.evil.example/", "host-not-allowed"),
    ("https://192.0.2.7/", "host-not-allowed"),
]


async def test_only_allowed_addresses_are_told(desk: Programs) -> None:
    board = await desk.program("webhooks")
    for url, rule in FORBIDDEN:
        answer = await board.post("/webhooks", {"url": url, "events": ["closed"]})
        assert (answer.status_code, answer.json()["rule"]) == (422, rule)


async def test_there_is_an_end_of_webhooks(desk: Programs) -> None:
    board = await desk.program("webhooks")
    answers = [(await board.post("/webhooks", {"url": URL, "events": ["closed"]})).status_code for _ in range(21)]
    assert answers == [201] * 20 + [409]


async def test_what_happens_to_a_case_is_told_in_codes_and_dates(desk: Programs) -> None:
    board = await desk.program("webhooks")
    await board.post("/webhooks", {"url": URL, "events": ALL})
    reference = await desk.opened()
    case = await desk.case(reference)
    await desk.app.desk.order(NORD, case.id, Assign(at=desk.now, actor="anna", cause="a", staff="bruno"))
    await desk.app.desk.order(NORD, case.id, NotARequest(at=desk.now, actor="anna", cause="n", reason="a test"))
    await desk.app.desk.order(NORD, case.id, Confirm(at=desk.now, actor="anna", cause="c"))
    found = await events(desk)
    assert sorted(each.kind.value for each in found) == sorted([
        "case-opened", "status-changed", "target-changed", "closed", "status-changed", "target-changed",
    ])  # fmt: skip
    assert len({each.id for each in found}) == 6
    opened = next(each for each in found if each.kind is EventKind.CASE_OPENED)
    assert json.loads(body(opened)) == {
        "id": opened.id, "event": "case-opened", "organisation": "nord", "reference": reference,
        "at": "2026-03-02T09:00:00+00:00", "status": "open", "target": "2026-04-01",
    }  # fmt: skip


async def test_nobody_is_told_what_they_did_not_ask_for(desk: Programs) -> None:
    board, other = await desk.program("webhooks"), await desk.program("webhooks", organisation="sud")
    await board.post("/webhooks", {"url": URL, "events": ["closed"]})
    await other.post("/webhooks", {"url": URL, "events": ALL})
    await desk.opened()
    assert not await events(desk)
    await desk.opened(mailbox="shared", to="dpo@sud.example.org", sender="R <r@example.net>")
    assert [each.organisation for each in await events(desk, SUD)] == ["sud"]
    assert not await events(desk)


async def test_of_a_confidential_case_nobody_is_told(desk: Programs) -> None:
    board = await desk.program("webhooks")
    await board.post("/webhooks", {"url": URL, "events": ["closed", "status-changed"]})
    case = await desk.case(await desk.opened())
    order = Confide(at=desk.now, actor="anna", cause="confide", staff=("anna",), reason="colleague")
    await desk.app.desk.order(NORD, case.id, order)
    await desk.app.desk.order(NORD, case.id, NotARequest(at=desk.now, actor="anna", cause="n", reason="a test"))
    assert not await events(desk)


def test_the_signature_is_that_of_the_standard_library_of_anybody() -> None:
    # HMAC-SHA256 of "id.1772442000.{}" under "secret", computed with openssl.
    assert signature("secret", "id", 1_772_442_000, b"{}") == (
        "v1=f36eb220e3de14db4035e1a8cdea99289cabfb81c6ed556c66283ade60c72a46"
    )
