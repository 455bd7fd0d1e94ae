"""Requests out of the customer area."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from dsarbot.core.case import Person, Status
from dsarbot.core.letter import LetterStatus, Moment
from dsarbot.core.orders_identity import SetHarm
from dsarbot.desk.forms import Form, blocked
from dsarbot.desk.identity import Wrote, asking
from dsarbot.errors import StoreDown
from dsarbot.store.api import Api
from dsarbot.web.originals import messages
from tests.web.api.conftest import ADDRESS, NUMBER, Programs
from tests.web.conftest import NORD

ASKED = {
    "rights": ["access"],
    "text": "Bitte senden Sie mir eine Kopie meiner Daten.",
    "contact": {"name": "Jeanne Martin", "email": ADDRESS},
    "language": "de",
}


async def test_a_request_of_somebody_logged_in_is_acknowledged_and_proved(desk: Programs) -> None:
    shop = await desk.program("requests:write", "requests:read", "logins:assert", name="shop")
    await desk.customer()
    sent = ASKED | {"customer_number": NUMBER, "subject_id": "u-17", "asserted_login": desk.login()}
    answer = await shop.post("/requests", sent)
    made = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == made["status_url"] == f"/api/v1/requests/{made['reference']}"
    assert (made["state"], made["received_at"], made["target"]) == ("in-progress", "2026-03-02T09:00:00Z", "2026-04-01")
    case = await desk.case(made["reference"])
    assert (case.channel, case.language, case.person.address) == ("api", "de", ADDRESS)
    assert [claim.status for claim in case.claims] == [Status.OPEN]
    (proof,) = case.proofs.shown
    assert (proof.rung, proof.means, proof.by) == ("R1", "login", "api:shop")
    # The same acknowledgement as for a mail: by itself, after ten minutes.
    (letter,) = case.letters
    assert (letter.moment, letter.automatic, letter.status) == (Moment.ACKNOWLEDGED, True, LetterStatus.DRAFTED)
    (job,) = await desk.app.store.jobs(NORD)
    assert job.due_at == desk.now + timedelta(minutes=10)
    (message,) = await messages(desk.app, NORD, case)
    assert "Kopie meiner Daten" in message.text and "Customer number: K-4711" in message.text
    assert message.files == (("form.json", len(answer.request.content)),)
    assert (await shop.get(f"/requests/{made['reference']}")).json() == made


async def ladder_of(desk: Programs, reference: str) -> str:
    """How the case came; whether anything more is asked for, with the usual harm and with a high one."""
    rules, case = desk.app.organisations["nord"].rules, await desk.case(reference)
    harm = SetHarm(at=desk.now, actor="anna", cause="harm", harm="high", reason="health data")
    found = [
        asking(each, rules, wrote=Wrote(address=ADDRESS), found=(), shared={}, today=desk.now.date())
        for each in (case, await desk.app.desk.order(NORD, case.id, harm))
    ]
    return f"{found[0].channel} {found[0].state} {found[0].ladder.enough} {found[1].ladder.enough}"


PROVED: list[tuple[dict[str, object] | None, str]] = [
    ({"method": "second-factor", "minutes": 1}, "portal logged-in True True"),
    ({"method": "passkey", "minutes": 14}, "portal logged-in True True"),
    # security 9: what would do much harm wants a fresh log-in with more than a password.
    ({"method": "second-factor", "minutes": 16}, "portal logged-in True False"),
    ({"method": "password", "minutes": 1}, "portal logged-in True False"),
    (None, "mail unknown False False"),
]


async def test_how_much_a_log_in_proves(desk: Programs) -> None:
    shop = await desk.program()
    await desk.customer()
    for login, said in PROVED:
        sent = ASKED | {"customer_number": NUMBER, "asserted_login": desk.login(**login) if login else None}  # type: ignore[arg-type]
        made = (await shop.post("/requests", sent)).json()
        assert await ladder_of(desk, made["reference"]) == said


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"customer_number": "K-1"}, "customer number is not on file"),
        ({"contact": {"name": "Jeanne Martin", "email": "new@example.net"}}, "mail address is not on file"),
    ],
)
async def test_a_log_in_proves_nobody_whom_the_file_does_not_know(
    desk: Programs, change: dict[str, object], doubt: str
) -> None:
    shop = await desk.program()
    await desk.customer()
    sent = ASKED | {"customer_number": NUMBER, "asserted_login": desk.login()} | change
    answer = await shop.post("/requests", sent)
    assert answer.status_code == 201
    case = await desk.case(answer.json()["reference"])
    assert not case.proofs.shown and doubt in case.notes[0].text
    # Nothing leaves by itself to an address that nobody has proved.
    assert case.automatic_blocked == "not-proved" and not await desk.app.store.jobs(NORD)


BLOCKED: list[tuple[str, str]] = [
    ("", "no-sender"),
    ("somebody@nord.example.org", "own-domain"),
    ("a.nna@elsewhere.example", "staff"),
    ("lawyer@agents.example", "intermediary"),
    ("contact@cnil.fr", "authority"),
    (ADDRESS, "not-proved"),
]


def test_nothing_leaves_by_itself_to_some_addresses(desk: Programs) -> None:
    for address, why in BLOCKED:
        house = replace(
            desk.app.organisations["nord"], staff=frozenset({"a.nna@elsewhere.example"}),
            intermediaries=frozenset({"agents.example"}),
        )  # fmt: skip
        form = Form(channel="api", raw=b"", media_type="application/json", person=Person(address=address), text="")
        assert blocked(form, house) == why


async def test_of_two_customers_with_one_number_neither_is_proved(desk: Programs) -> None:
    shop = await desk.program()
    await desk.customer()
    desk.made += 1
    await desk.customer(address="other@example.net", name="Jean Autre")
    sent = ASKED | {"customer_number": NUMBER, "asserted_login": desk.login()}
    case = await desk.case((await shop.post("/requests", sent)).json()["reference"])
    assert not case.proofs.shown


async def test_the_address_may_be_left_to_the_file(desk: Programs) -> None:
    shop = await desk.program()
    await desk.customer()
    sent = {"rights": ["access"], "customer_number": NUMBER, "asserted_login": desk.login()}
    case = await desk.case((await shop.post("/requests", sent)).json()["reference"])
    assert (case.person.address, case.person.name, case.proofs.shown[0].rung) == (ADDRESS, "Jeanne Martin", "R1")


MISTAKES: list[tuple[dict[str, object], int, str]] = [
    ({}, 422, "nothing-asked"),
    ({"rights": ["haircut"]}, 422, "unknown-right"),
    ({"text": "x", "asserted_login": {"at": "2026-03-02T08:59:00Z", "method": "passkey"}}, 422, "login-of-whom"),
    (
        {
            "text": "x",
            "customer_number": "K",
            "asserted_login": {"at": "2026-03-01T08:59:00Z", "method": "passkey"},
        },
        422,
        "login",
    ),
    (
        {
            "text": "x",
            "customer_number": "K",
            "asserted_login": {"at": "2026-03-02T09:03:00Z", "method": "passkey"},
        },
        422,
        "login",
    ),
    ({"text": "x", "contact": {"email": "no address"}}, 422, "invalid"),
    ({"text": "x", "contact": {"email": "a@b.example\r\nBcc: c@d.example"}}, 422, "invalid"),
    ({"text": "bell \x07"}, 422, "invalid"),
    ({"text": "x", "further": 1}, 422, "invalid"),
]


async def test_what_cannot_be_meant_is_named_and_nothing_is_kept(desk: Programs) -> None:
    shop = await desk.program()
    for sent, status, problem in MISTAKES:
        answer = await shop.post("/requests", sent)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:dsarbot:problem:{problem}")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "example" not in answer.text
        assert not await desk.app.store.rows(NORD) and not await desk.app.store.inbounds(NORD)


async def test_what_the_words_name_besides_is_proposed(desk: Programs) -> None:
    shop = await desk.program()
    text = "Please send me a copy of all my data (Article 15 GDPR). After that please erase all my personal data."
    case = await desk.case((await shop.post("/requests", ASKED | {"text": text})).json()["reference"])
    assert [claim.right for claim in case.claims] == ["access"]
    assert [each.kind for each in case.proposals] == ["right:erasure:c1"]


async def test_without_a_ticked_right_the_words_are_read_as_in_a_mail(desk: Programs) -> None:
    shop = await desk.program()
    text = "Please erase all my personal data (Article 17 GDPR)."
    case = await desk.case((await shop.post("/requests", {"text": text})).json()["reference"])
    assert [(claim.right, claim.status) for claim in case.claims] == [("erasure", Status.OPEN)]
    made = await shop.post("/requests", {"text": "It is about my things."})
    unsure = await desk.case(made.json()["reference"])
    assert [claim.status for claim in unsure.claims] == [Status.UNCONFIRMED] and made.json()["state"] == "received"


async def test_the_same_key_makes_one_request_however_often_it_is_sent(desk: Programs) -> None:
    shop = await desk.program()
    once = {"Idempotency_Key": "8e03978e-40d5"}
    first = await shop.post("/requests", ASKED, **once)
    again = await shop.post("/requests", ASKED, **once)
    assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"
    assert len(await desk.app.store.rows(NORD)) == 1
    other = await shop.post("/requests", ASKED | {"text": "Other words."}, **once)
    assert (other.status_code, other.json()["type"]) == (422, "urn:dsarbot:problem:idempotency")
    # Another program may use the same key; and this one again after two days.
    assert (await (await desk.program()).post("/requests", ASKED, **once)).json() != first.json()
    desk.now += timedelta(hours=49)
    assert (await shop.post("/requests", ASKED, **once)).json()["reference"] != first.json()["reference"]


async def test_two_equal_calls_at_once_open_one_case(desk: Programs) -> None:
    shop = await desk.program()
    answers = await asyncio.gather(*(shop.post("/requests", ASKED, Idempotency_Key="one") for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert len(await desk.app.store.rows(NORD)) == 1


async def test_a_call_that_broke_off_is_taken_up_by_its_repetition(
    desk: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await desk.program()
    handle = desk.app.desk.handle

    async def broken(*args: object, **kwargs: object) -> None:
        raise StoreDown

    monkeypatch.setattr(desk.app.desk, "handle", broken)
    down = await shop.post("/requests", ASKED, Idempotency_Key="one")
    assert (down.status_code, down.headers["Retry-After"]) == (503, "30")
    (kept,) = await desk.app.store.inbounds(NORD)
    assert (kept.state, kept.safe_due is not None) == ("held", True)
    monkeypatch.setattr(desk.app.desk, "handle", handle)
    desk.now += timedelta(minutes=2)
    made = (await shop.post("/requests", ASKED, Idempotency_Key="one")).json()
    # The clock runs from the first call, and its bytes are kept once.
    assert made["received_at"] == "2026-03-02T09:00:00Z"
    assert [row.case for row in await desk.app.store.inbounds(NORD)] == [(await desk.case(made["reference"])).id]


async def test_the_answer_of_a_call_that_was_cut_off_is_made_from_its_case(
    desk: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await desk.program()

    async def broken(*args: object) -> None:
        raise StoreDown

    with monkeypatch.context() as cut:
        cut.setattr(Api, "finish_call", broken)
        assert (await shop.post("/requests", ASKED, Idempotency_Key="one")).status_code == 503
    made = await shop.post("/requests", ASKED, Idempotency_Key="one")
    assert made.headers["Idempotency-Replayed"] == "true"
    assert [row.reference for row in await desk.app.store.rows(NORD)] == [made.json()["reference"]]


async def test_of_requests_that_came_otherwise_the_customer_area_knows_nothing(desk: Programs) -> None:
    shop = await desk.program()
    by_mail = await desk.opened()
    assert (await shop.get(f"/requests/{by_mail}")).status_code == 404
    assert (await shop.get("/requests/DSR-2026-99999-X")).status_code == 404
