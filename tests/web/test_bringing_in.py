"""What people bring in on the pages: phone notes, and decisions about what is held."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dsarbot.core.case import Status
from dsarbot.desk.keep import keep
from dsarbot.ports import Arrival
from tests.cli.desk_world import ACCESS, mail
from tests.web.conftest import NORD, Desk

NOTE = {"organisation": "nord", "who": "Jeanne Martin", "reach": "jeanne@example.net", "words": "Send me my data."}


async def test_support_notes_a_call_and_sees_nothing_else(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in("sam")
    assert browser.at == "/phone"
    page = await browser.post("/phone", NOTE | {"right": "access"})
    assert "Tell the person this reference" in page and "/cases" not in page
    rows = await desk.app.store.rows(NORD)
    (mine,) = [row for row in rows if row.reference != reference]
    assert mine.reference in page and (mine.rights, mine.channel) == (("access",), "phone")
    await browser.get(f"/cases/{mine.reference}")
    assert browser.status == 403


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("who", " ", "The name is missing"),
        ("reach", "", "how the person can be reached"),
        ("words", "", "Write what was said"),
        ("organisation", "sud", "Choose the organisation"),
        ("when", "2031-01-01T10:00", "has not come yet"),
        ("when", "yesterday", "no date and time"),
        ("right", "haircut", "does not know that right"),
    ],
)
async def test_what_is_missing_is_named_and_what_was_typed_stays(
    desk: Desk, field: str, value: str, words: str
) -> None:
    browser = await desk.logged_in("sam")
    page = await browser.post("/phone", NOTE | {field: value})
    assert browser.status == 400 and words in page
    assert field == "words" or "Send me my data." in page
    assert not await desk.app.store.rows(NORD)


async def test_a_call_of_yesterday_counts_from_yesterday(desk: Desk) -> None:
    browser = await desk.logged_in("sam")
    await browser.post("/phone", NOTE | {"when": "2026-03-01T10:00"})
    (row,) = await desk.app.store.rows(NORD)
    assert row.received_at.isoformat() == "2026-03-01T09:00:00+00:00"


async def held(desk: Desk) -> str:
    """Something for one of two organisations arrives; the id of its row."""
    raw = mail(ACCESS, to="group@example.org", number=77)
    arrival = Arrival(mailbox="shared", folder="INBOX", uidvalidity=1, uid=77, received_at=desk.now, raw=raw)
    scope = desk.app.scope_of_mailbox("shared")
    await keep([arrival], store=desk.app.store, vault=desk.app.store.vault, scope=scope, clock=desk.app.clock)
    while await desk.app.intake.process():
        pass
    (row,) = await desk.app.store.inbounds(scope, state="held")
    return row.id


async def test_what_is_held_is_read_and_becomes_a_case(desk: Desk) -> None:
    item = await held(desk)
    browser = await desk.logged_in()
    assert f'href="/held/{item}"' in await browser.get("/held")
    assert ACCESS in await browser.get(f"/held/{item}")
    await browser.post(f"/held/{item}", {"what": "take", "organisation": "nord"})
    (row,) = await desk.app.store.rows(NORD)
    assert browser.at == f"/cases/{row.reference}"
    assert "Nothing is held" in await browser.get("/held")


async def test_it_is_given_to_a_case_or_left(desk: Desk) -> None:
    reference, item = await desk.opened(), await held(desk)
    browser = await desk.logged_in()
    await browser.get(f"/held/{item}")
    await browser.post(f"/held/{item}", {"what": "give", "reference": "DSR-2026-99999-X"})
    assert browser.status == 409
    await browser.post(f"/held/{item}", {"what": "give", "reference": reference})
    assert browser.at == f"/cases/{reference}"
    assert [each.how for each in (await desk.case(reference)).inbounds] == ["first", "by-hand"]
    await browser.get(f"/held/{item}")
    assert browser.status == 404


async def test_leaving_needs_a_reason(desk: Desk) -> None:
    item = await held(desk)
    browser = await desk.logged_in()
    await browser.get(f"/held/{item}")
    assert "Choose why" in await browser.post(f"/held/{item}", {"what": "leave", "reason": ""})
    page = await browser.post(f"/held/{item}", {"what": "leave", "reason": "spam"})
    assert "Noted: no request" in page
    await browser.get(f"/held/{item}")
    assert "Somebody has decided" in await browser.post(f"/held/{item}", {"what": "take", "organisation": "nord"})


async def test_it_is_handed_over_to_whoever_decides_about_it(desk: Desk) -> None:
    own = [each.model_copy(update={"abuse": "abuse@nord.example.org"}) for each in desk.app.settings.organisations[:1]]
    object.__setattr__(desk.app.settings, "organisations", (*own, *desk.app.settings.organisations[1:]))
    item = await held(desk)
    browser = await desk.logged_in()
    page = await browser.get(f"/held/{item}")
    assert '<option value="abuse">The abuse desk</option>' in page and '<option value="dpo">' in page
    for organisation, to, said in (
        ("nord", "emil", "Nobody called emil"), ("nord", "dpo", "has no e-mail address"),
        ("sud", "abuse", "No abuse desk is configured"), ("est", "abuse", "Choose the organisation"),
    ):  # fmt: skip
        assert said in await browser.post(f"/held/{item}", {"what": "hand", "organisation": organisation, "to": to})
        assert browser.status == 409
    page = await browser.post(f"/held/{item}", {"what": "hand", "organisation": "nord", "to": "abuse"})
    assert browser.at == "/held" and "Handed over" in page and "Nothing is held" in page
    row = await desk.app.store.inbound(NORD, item)
    assert (row.state, row.disposition, row.problem) == ("settled", "handed-over", "to:abuse")
    (claimed,) = await desk.app.store.claim_jobs("test", desk.now, 60)
    assert (claimed.job.kind, claimed.job.recipient) == ("notice", "abuse@nord.example.org")
    assert ACCESS.encode() not in await desk.app.store.vault.open(NORD, claimed.job.object)


async def test_what_came_for_one_organisation_is_not_given_to_another(desk: Desk) -> None:
    reference = await desk.opened()
    desk.now += timedelta(minutes=1)
    browser = await desk.logged_in("bruno")
    await browser.get("/held")
    item = await held(desk)
    await browser.get(f"/held/{item}")
    page = await browser.post(f"/held/{item}", {"what": "take", "organisation": "sud"})
    assert "Choose the organisation" in page
    assert {claim.status for claim in (await desk.case(reference)).claims} == {Status.OPEN}
