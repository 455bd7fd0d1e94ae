"""The case for its person: what they see, what they may do, and what nobody else sees or does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tortoise.connection import get_connection

from dsarbot.core import links
from dsarbot.core import orders as o
from dsarbot.core.case import Outcome, Status
from dsarbot.core.evolve import replace
from dsarbot.core.links import LOGIN, Link, Purpose, Shown
from dsarbot.desk.portal import take_withdrawal
from dsarbot.desk.portal_proofs import code_proved, login_proved
from dsarbot.store.sql import run
from dsarbot.web.portal.case import standing_of
from tests.core.builders import Story, asked_for
from tests.web.conftest import HERE, NORD
from tests.web.portal.conftest import WHO, Portal, key_of
from tests.web.portal.test_entry import OTHER, on_file

XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>\N{RIGHT-TO-LEFT OVERRIDE}{{ 7*7 }}"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "working on it"), ("fr", "la traitons"), ("de", "arbeiten daran")],
)  # fmt: skip
async def test_the_page_says_where_the_case_stands(portal: Portal, language: str, said: str) -> None:
    browser = await portal.inside(await portal.asked(portal.browser(language)), language=language)
    assert said in browser.text and "shop.example" in browser.text


async def test_a_message_joins_the_case_as_a_mail_would(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    text = f"When will I hear from you? {XSS}"
    page = await browser.post("/o/nord/case/message", {"words": text, "key": key_of(browser)})
    assert "has reached us" in page and "When will I hear from you?" in page
    case = await portal.case(reference)
    assert [each.how for each in case.inbounds] == ["first", "reference"]
    assert [each.kind for each in case.proposals] == ["message"]
    [row] = await portal.app.store.inbounds(NORD, case=case.id, limit=1)
    assert (row.channel, row.case) == ("portal", case.id)


async def test_what_somebody_writes_is_shown_and_never_carried_out(portal: Portal) -> None:
    """Stored XSS, for the person and in the console."""
    reference = await portal.asked(words=XSS, about=XSS, name="Eve <b>x</b>")
    browser = await portal.inside(reference)
    key = key_of(browser)
    answer = await browser.client.post(
        "/o/nord/case/message", data={"words": XSS, "key": key, "form": _token(browser.text)},
        headers={"Origin": HERE, "Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    console = await portal.logged_in()
    pages = [answer.text, (await console.client.get(f"/cases/{reference}")).text]
    for page in pages:
        assert "<script>alert" not in page and "<img src=x" not in page and "&lt;script&gt;" in page
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page and "{{ 7*7 }}" in page


def _token(page: str) -> str:
    return page.split('name="form" value="', 1)[1].split('"', 1)[0]


async def test_the_same_message_sent_twice_is_one(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    data = {"words": "Hello again.", "key": key_of(browser)}
    for _ in range(2):
        await browser.post("/o/nord/case/message", data)
        assert browser.status == 200
    assert len((await portal.case(reference)).inbounds) == 2


@pytest.mark.parametrize("data", [{"words": "  "}, {"words": "x", "key": "no key"}, {"words": "x" * 20_001}])
async def test_an_empty_message_or_none_of_our_form_is_not_taken(portal: Portal, data: dict[str, str]) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    await browser.post("/o/nord/case/message", {"key": key_of(browser)} | data)
    assert browser.status == 400
    assert len((await portal.case(reference)).inbounds) == 1


async def test_a_new_right_in_a_message_gets_a_clock_of_its_own(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    text = "I request the erasure of all my personal data under Article 17 GDPR."
    await browser.post("/o/nord/case/message", {"words": text, "key": key_of(browser)})
    cases = [await portal.app.store.case(NORD, row.id) for row in await portal.app.store.rows(NORD)]
    assert sorted(claim.right for case in cases for claim in case.claims) == ["access", "erasure"]


async def test_a_form_of_another_visit_is_refused(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    key = key_of(browser)
    for path, data in (
        ("/o/nord/case/message", {"words": "x", "key": key}),
        ("/o/nord/case/withdraw", {}),
        ("/o/nord/case/withdraw/code", {"code": "1", "key": key}),
        ("/o/nord/leave", {}),
    ):
        await browser.post(path, data | {"form": "0" * 64}, with_form=False)
        assert browser.at == "/o/nord/enter"
    assert len((await portal.case(reference)).inbounds) == 1
    assert await portal.sent() == []


@pytest.mark.parametrize("path", ["case", "case/withdraw", "case/withdraw/code"])
async def test_whoever_is_not_in_sees_the_door(portal: Portal, path: str) -> None:
    browser = portal.browser()
    await browser.get(f"/o/nord/{path}")
    assert browser.at == "/o/nord/enter"
    await browser.post(f"/o/nord/{path}", {})
    assert browser.at == "/o/nord/enter" or browser.status == 405


async def test_a_visit_sees_its_own_case_alone(portal: Portal) -> None:
    """There is nothing in an address that could be changed into somebody else's case."""
    one, two = await portal.asked(words="Mine alone."), await portal.asked(address=OTHER, words="Of the other one.")
    first, second = await portal.inside(one), await portal.inside(two, OTHER)
    for query in ("", f"?reference={two}", "?case=2", "?said=../../x"):
        page = await first.get(f"/o/nord/case{query}")
        assert "Mine alone." in page and "Of the other one." not in page and two not in page
    assert "Of the other one." in await second.get("/o/nord/case")


async def test_nothing_is_seen_but_what_was_written_with_this_address(portal: Portal) -> None:
    reference = await portal.asked()
    case = await portal.case(reference)
    note = o.Note(at=portal.now, actor="anna", cause="n", text="A note of ours.")
    await portal.app.desk.order(NORD, case.id, note)
    stranger = f"About {reference}: I have nothing to do with it, says somebody else."
    await portal.arrives(stranger, sender="Somebody Else <else@example.net>", subject=f"Re: {reference}")
    browser = await portal.inside(reference)
    assert "A note of ours" not in browser.text and "says somebody else" not in browser.text
    draft = o.Answer(at=portal.now, actor="anna", cause="a", outcome=Outcome.GRANTED, detail="A draft of ours.")
    await portal.app.desk.order(NORD, case.id, draft)
    assert "A draft of ours" not in await browser.get("/o/nord/case")
    portal.now += timedelta(minutes=11)
    assert "We have received your message" not in browser.text
    await portal.sent()
    browser = await portal.inside(reference)
    assert "We have received your message" in browser.text and "•" not in browser.text


async def test_that_they_looked_is_journalled(portal: Portal) -> None:
    reference = await portal.asked()
    await portal.inside(reference)
    rows = await run(get_connection("default"), "SELECT kind, actor, public FROM entry WHERE actor = ?", "person")
    assert {row["kind"] for row in rows} == {"portal-entered", "viewed"}
    assert all(WHO not in row["public"] for row in rows)


# --- withdrawing -------------------------------------------------------------------------------------------------


async def withdraw(portal: Portal, reference: str) -> str:
    browser = await portal.inside(reference)
    await browser.get("/o/nord/case/withdraw")
    await browser.post("/o/nord/case/withdraw", {})
    assert browser.at == "/o/nord/case/withdraw/code"
    code = await portal.digits()
    await browser.post(browser.at, {"code": f"{(int(code) + 1) % 10**6:06d}", "key": key_of(browser)})
    assert browser.status == 403
    return await browser.post(browser.at, {"code": code, "key": key_of(browser)})


async def test_withdrawing_is_a_proposal(portal: Portal) -> None:
    reference = await portal.asked()
    assert "colleague confirms" in await withdraw(portal, reference)
    case = await portal.case(reference)
    assert [each.kind for each in case.proposals if not each.settled] == ["withdrawal"]
    assert case.claims[0].status == Status.OPEN


async def test_a_code_to_the_contact_on_file_confirms_the_withdrawal(portal: Portal) -> None:
    reference = await portal.asked()
    await on_file(portal, await portal.case(reference))
    assert "You have withdrawn" in await withdraw(portal, reference)
    case = await portal.case(reference)
    assert case.claims[0].outcome == Outcome.WITHDRAWN
    assert [each for each in case.proposals if not each.settled] == []
    browser = await portal.inside(reference)
    await browser.get("/o/nord/case/withdraw")
    assert browser.at == "/o/nord/case"


async def test_a_code_for_getting_in_withdraws_nothing(portal: Portal) -> None:
    """security 17: bound to what it is for."""
    reference = await portal.asked()
    browser = portal.browser()
    await browser.post("/o/nord/enter", {"reference": reference, "address": WHO})
    path = browser.at
    code = await portal.digits()
    await browser.post(path, {"code": code})
    await browser.post("/o/nord/case/withdraw/code", {"code": code, "key": "0" * 32})
    assert browser.status == 403
    await browser.post("/o/nord/case/withdraw", {})
    confirm = await portal.digits()
    await browser.post(path, {"code": confirm})
    assert browser.status == 403
    assert (await portal.case(reference)).proposals == ()


async def test_a_case_that_was_withdrawn_in_between_is_left_to_a_person(portal: Portal) -> None:
    reference = await portal.asked()
    case = await portal.case(reference)
    await on_file(portal, case)
    browser = await portal.inside(reference)
    await browser.post("/o/nord/case/withdraw", {})
    code = await portal.digits()
    by_hand = o.Withdraw(at=portal.now, actor="anna", cause="by hand", evidence="a call")
    await portal.app.desk.order(NORD, case.id, by_hand)
    page = await browser.post("/o/nord/case/withdraw/code", {"code": code, "key": "a" * 32})
    assert "colleague confirms" in page
    desk, organisation = portal.app.desk, portal.app.organisations["nord"]
    once = await take_withdrawal(desk, organisation, case, address=WHO, text="No more.", key="b" * 32)
    again = await take_withdrawal(desk, organisation, case, address=WHO, text="No more.", key="b" * 32)
    assert once == again


def test_a_case_that_moved_says_so() -> None:
    assert standing_of(replace(Story(asked_for("access")).now, moved_to="sud")).word == "moved"


async def test_a_visit_of_a_case_that_is_gone_ends(portal: Portal) -> None:
    gone = Link(
        id=links.digest("gone"), organisation=NORD, purpose=Purpose.PORTAL, case="no-such-case", note=LOGIN,
        made_at=portal.now, expires_at=portal.now + links.LONGEST, address=WHO,
    )  # fmt: skip
    async with portal.app.store.transaction() as transaction:
        await transaction.add_links([gone])
    browser = portal.browser()
    await browser.post("/o/nord/p/gone", {})
    assert browser.at == "/o/nord/enter"


# --- proofs ------------------------------------------------------------------------------------------------------


async def asked_who(portal: Portal, reference: str, rung: str) -> None:
    """The question has left."""
    case = await portal.case(reference)
    order = o.AskIdentity(at=portal.now, actor="anna", cause="who", doubt="unknown-address", rung=rung, override="why")
    case = await portal.app.desk.order(NORD, case.id, order)
    organisation, letter = portal.app.organisations["nord"], case.letters[-1]
    approve = o.Approve(
        at=portal.now, actor="anna", cause="yes", letter=letter.id, digest=organisation.digest(letter),
        version=case.version,
    )  # fmt: skip
    await portal.app.desk.order(NORD, case.id, approve)
    await portal.sent()


async def test_a_code_to_the_contact_on_file_answers_the_question(portal: Portal) -> None:
    reference = await portal.asked()
    await on_file(portal, await portal.case(reference))
    await asked_who(portal, reference, "R2")
    browser = await portal.inside(reference)
    assert "waiting for your answer" in browser.text and "make sure that it is you" in browser.text
    case, organisation = await portal.case(reference), portal.app.organisations["nord"]
    assert [each.kind for each in case.proposals] == ["identity-code"]
    await code_proved(portal.app.desk, organisation, case, cause="again")
    assert len((await portal.case(reference)).proposals) == 1
    accept = o.Settle(at=portal.now, actor="anna", cause="ok", proposal=case.proposals[0].id, accepted=True)
    case = await portal.app.desk.order(NORD, case.id, accept)
    assert [each.rung for each in case.proofs.shown] == ["R2"]
    await code_proved(portal.app.desk, organisation, case, cause="later")
    assert await portal.case(reference) == case


async def test_where_the_organisation_says_so_the_code_alone_is_enough(portal: Portal) -> None:
    reference = await portal.asked()
    case = await portal.case(reference)
    organisation = portal.app.organisations["nord"]
    rules = organisation.rules
    identity = rules.identity.__class__(verify_by_code=True)
    trusting = organisation.__class__(
        **vars(organisation) | {"rules": rules.__class__(**vars(rules) | {"identity": identity})}
    )  # fmt: skip
    portal.app.desk.organisations["nord"] = trusting  # type: ignore[index]
    await code_proved(portal.app.desk, trusting, case, cause="code")
    [proof] = (await portal.case(reference)).proofs.shown
    assert (proof.rung, proof.means) == ("R2", "code")


async def test_a_log_in_that_the_customer_area_asserts_proves_its_own_account_alone(portal: Portal) -> None:
    reference = await portal.asked()
    desk, organisation = portal.app.desk, portal.app.organisations["nord"]
    case = await portal.case(reference)
    assert not await login_proved(desk, organisation, case, account="K-2", addresses=[OTHER], cause="login:1")
    case = await portal.case(reference)
    assert case.proofs.shown == () and "K-2" in case.notes[0].text
    assert await login_proved(desk, organisation, case, account="K-1", addresses=[WHO.upper()], cause="login:2")
    case = await portal.case(reference)
    assert [(each.rung, each.means) for each in case.proofs.shown] == [("R4", "account")]
    assert await login_proved(desk, organisation, case, account="K-1", addresses=[WHO], cause="login:3")
    assert len((await portal.case(reference)).proofs.shown) == 1


async def test_the_link_of_a_log_in_opens_once_and_at_once(portal: Portal) -> None:
    case = await portal.case(await portal.asked())
    for token in ("one", "two"):
        link = Link(
            id=links.digest(token), organisation=NORD, purpose=Purpose.PORTAL, case=case.id, note=LOGIN,
            made_at=portal.now, expires_at=portal.now + links.LONGEST, address=WHO,
        )  # fmt: skip
        async with portal.app.store.transaction() as transaction:
            await transaction.add_links([link])
    browser = portal.browser()
    await browser.get("/o/nord/p/one")
    await browser.post("/o/nord/p/one", {})
    assert browser.at == "/o/nord/case" and case.reference in browser.text
    again = portal.browser()
    await again.post("/o/nord/p/one", {})
    assert again.at == "/o/nord/p/one/code"
    portal.now += links.LOGIN_LIVES
    await again.post("/o/nord/p/two", {})
    assert again.at == "/o/nord/p/two/code"
    await browser.get("/o/nord/case")
    assert browser.at == "/o/nord/case"
    assert Shown.ACCOUNT == "account"
