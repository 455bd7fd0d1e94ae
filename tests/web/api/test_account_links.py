"""The link of a case and a log-in to the customer area: what both together prove."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dsarbot.core.links import LIVES, Link, Purpose, digest, token
from tests.web.api.conftest import NUMBER, Programs

LINK = token(bytes(range(16)))


async def linked(desk: Programs, *, purpose: Purpose = Purpose.PORTAL, party: str = "", sender: str = "") -> str:
    """A case with such a link; its reference."""
    reference = await desk.opened(**({"sender": sender} if sender else {}))
    case = await desk.case(reference)
    link = Link(
        id=digest(LINK), organisation="nord", purpose=purpose, case=case.id, party=party, made_at=desk.now,
        expires_at=desk.now + LIVES[purpose],
    )  # fmt: skip
    async with desk.app.store.transaction() as transaction:
        await transaction.add_links([link])
    return reference


async def test_both_together_prove_the_linked_account(desk: Programs) -> None:
    shop = await desk.program("logins:assert", name="shop")
    await desk.customer()
    reference = await linked(desk)
    sent = {"case_link": LINK, "customer_number": NUMBER, "asserted_login": desk.login()}
    answer = await shop.post("/account-links", sent)
    assert (answer.status_code, answer.json()["reference"]) == (201, reference)
    (proof,) = (await desk.case(reference)).proofs.shown
    assert (proof.rung, proof.means, proof.by) == ("R4", "account", "api:shop")


async def test_whoever_links_an_account_of_their_own_to_the_case_of_another_proves_nothing(desk: Programs) -> None:
    shop = await desk.program()
    await desk.customer(address="eve@example.net", name="Eve Dropper")
    reference = await linked(desk)
    sent = {"case_link": LINK, "customer_number": NUMBER, "asserted_login": desk.login()}
    answer = await shop.post("/account-links", sent)
    unknown = await shop.post("/account-links", sent | {"customer_number": "K-0"})
    assert answer.status_code == unknown.status_code == 409 and answer.json() == unknown.json()
    assert not (await desk.case(reference)).proofs.shown


@pytest.mark.parametrize("kind", ["unknown", "expired", "revoked", "purpose", "party", "organisation", "old-login"])
async def test_what_does_not_open_the_case_to_its_person_proves_nothing(desk: Programs, kind: str) -> None:
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
    login = desk.login(minutes=24 * 60) if kind == "old-login" else desk.login()
    link = "0" * 32 if kind == "unknown" else LINK
    answer = await shop.post("/account-links", {"case_link": link, "customer_number": NUMBER, "asserted_login": login})
    assert answer.status_code == (422 if kind == "old-login" else 404)
    assert not (await desk.case(reference)).proofs.shown
