"""A case and a log-in to the customer area: what both together prove."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from dsarbot.core.links import LIVES, Link, Purpose, digest, token
from tests.web.api.conftest import NUMBER, Programs
from tests.web.conftest import HERE

LINK = token(bytes(range(16)))


async def linked(desk: Programs, *, purpose: Purpose = Purpose.PORTAL, party: str = "") -> str:
    """A case with such a link; its reference."""
    reference = await desk.opened()
    case = await desk.case(reference)
    link = Link(
        id=digest(LINK), organisation="nord", purpose=purpose, case=case.id, party=party, made_at=desk.now,
        expires_at=desk.now + LIVES[purpose],
    )  # fmt: skip
    async with desk.app.store.transaction() as transaction:
        await transaction.add_links([link])
    return reference


def asked(desk: Programs, **changes: object) -> dict[str, object]:
    return {"case_link": LINK, "customer_number": NUMBER, "asserted_login": desk.login()} | changes


async def test_both_together_prove_the_linked_account(desk: Programs) -> None:
    shop = await desk.program("logins:assert", name="shop")
    await desk.customer()
    reference = await linked(desk)
    answer = await shop.post("/account-links", asked(desk))
    assert (answer.status_code, answer.json()["reference"], answer.json()["portal_url"]) == (201, reference, None)
    (proof,) = (await desk.case(reference)).proofs.shown
    assert (proof.rung, proof.means) == ("R4", "account")
    assert (await shop.post("/account-links", asked(desk, case_link="", reference=reference))).status_code == 201
    assert len((await desk.case(reference)).proofs.shown) == 1


async def test_the_person_is_led_into_the_portal_without_a_code_and_once(portal: Programs) -> None:
    shop = await portal.program("logins:assert")
    await portal.customer()
    reference = await portal.opened()
    answer = await shop.post("/account-links", asked(portal, case_link="", reference=reference))
    path = answer.json()["portal_url"].removeprefix(HERE)
    person = httpx.AsyncClient(transport=httpx.ASGITransport(portal.web), base_url=HERE)
    assert reference not in (await person.get(path)).text
    from_here = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
    entered = await person.post(path, headers=from_here)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/o/nord/case")
    assert reference in (await person.get("/o/nord/case")).text
    stranger = httpx.AsyncClient(transport=httpx.ASGITransport(portal.web), base_url=HERE)
    assert (await stranger.post(path, headers=from_here)).headers["Location"].endswith("/code")


async def test_whoever_links_an_account_of_their_own_to_the_case_of_another_proves_nothing(desk: Programs) -> None:
    shop = await desk.program()
    await desk.customer(address="eve@example.net", name="Jeanne Martin")
    reference = await linked(desk)
    answer = await shop.post("/account-links", asked(desk))
    unknown = await shop.post("/account-links", asked(desk, customer_number="K-0"))
    assert answer.status_code == unknown.status_code == 409 and answer.json() == unknown.json()
    case = await desk.case(reference)
    assert not case.proofs.shown and NUMBER in case.notes[0].text


async def test_a_new_address_of_an_account_proves_nothing(desk: Programs) -> None:
    shop = await desk.program()
    await desk.customer(since=desk.now.date() - timedelta(days=29))
    await linked(desk)
    assert (await shop.post("/account-links", asked(desk))).status_code == 409


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("unknown", 404), ("expired", 404), ("revoked", 404), ("purpose", 404), ("party", 404), ("organisation", 404),
        ("reference", 404), ("old-login", 422), ("stale-login", 409), ("password", 409), ("both", 422),
        ("neither", 422),
    ],
)  # fmt: skip
async def test_what_does_not_open_the_case_to_its_person_proves_nothing(desk: Programs, kind: str, status: int) -> None:
    shop = await desk.program(organisation="sud" if kind == "organisation" else "nord")
    await desk.customer()
    reference = await linked(
        desk,
        purpose=Purpose.ANSWER if kind == "purpose" else Purpose.PORTAL,
        party="hop-1" if kind == "party" else "",
    )
    if kind == "expired":
        desk.now += timedelta(days=121)
    if kind == "revoked":
        async with desk.app.store.transaction() as transaction:
            case = await desk.case(reference)
            await transaction.revoke_links(desk.app.organisations["nord"].scope, case.id, at=desk.now)
    known: dict[str, dict[str, object]] = {
        "unknown": {"case_link": "0" * 32},
        "reference": {"case_link": "", "reference": "DSR-2026-99999-X"},
        "old-login": {"asserted_login": desk.login(minutes=24 * 60)},
        "stale-login": {"asserted_login": desk.login(minutes=16)},
        "password": {"asserted_login": desk.login(method="password")},
        "both": {"reference": reference},
        "neither": {"case_link": ""},
    }
    answer = await shop.post("/account-links", asked(desk, **known.get(kind, {})))
    assert answer.status_code == status, answer.text
    assert not (await desk.case(reference)).proofs.shown
