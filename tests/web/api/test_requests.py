"""Requests out of the customer area."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from dsarbot.core.case import Status
from dsarbot.core.letter import LetterStatus, Moment
from dsarbot.desk.identity import Wrote, asking
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
