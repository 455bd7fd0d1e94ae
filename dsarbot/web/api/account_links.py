"""Somebody who is logged in to the customer area has a case: both belong together, and the portal asks for no code."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request

from dsarbot.core import directory as d
from dsarbot.core import links
from dsarbot.core.case import Case
from dsarbot.core.directory import Entry
from dsarbot.core.links import Link, Purpose, State
from dsarbot.core.logins import rung_of
from dsarbot.desk.portal_proofs import login_proved
from dsarbot.errors import NotFound
from dsarbot.web.api import models as m
from dsarbot.web.api.callers import Asserter, Caller
from dsarbot.web.api.customers import checked, on_file
from dsarbot.web.api.described import described
from dsarbot.web.api.problems import ApiProblem
from dsarbot.web.site import Site, site_of

router = APIRouter(tags=["requests"])

#: security 9: a contact that is younger carries no rung.
_YOUNG: Final = timedelta(days=30)


@router.post("/account-links", response_model=m.AccountLink, status_code=201, **described(400, 404, 409, 413))
async def link_account(request: Request, caller: Asserter, sent: m.NewAccountLink) -> m.AccountLink:
    """Proves rung R4 (the linked account), for somebody who is heard in the case, and for nobody else. Needs a log-in
    of the last quarter of an hour that rests on more than a password."""
    site, now = site_of(request), site_of(request).app.clock()
    login = checked(site, caller, sent.asserted_login, sent.customer_number)
    if rung_of(login, now) != "R1":
        raise ApiProblem(409, "login-weak", "A fresh log-in with more than a password is needed here.")
    case, entry = await _case(site, caller, sent), await on_file(site, caller, sent.customer_number)
    addresses = _addresses(site, caller, entry) if entry else ()
    cause = f"account-link:{secrets.token_hex(8)}"
    proved = await login_proved(
        site.app.desk, caller.organisation, case, account=sent.customer_number, addresses=addresses, cause=cause
    )
    if not proved:
        # security 17: whether there is such a customer is not said.
        raise ApiProblem(409, "another-person", "The customer and the person of the case are not known to be the same.")
    return m.AccountLink(reference=case.reference, linked_at=now, portal_url=await _way_in(site, caller, case))


async def _case(site: Site, caller: Caller, sent: m.NewAccountLink) -> Case:
    """NotFound for what names no case of this organisation that its person may see."""
    if bool(sent.case_link) == bool(sent.reference):
        raise ApiProblem(422, "which-case", "Name the case by case_link or by reference, and by one of them only.")
    if sent.reference:
        case_id = await site.app.store.by_reference(caller.scope, sent.reference.upper())
        if case_id is None:
            raise NotFound
        return await site.app.store.case(caller.scope, case_id)
    link = await site.app.store.link(caller.scope, links.digest(sent.case_link))
    ours = link is not None and link.purpose is Purpose.PORTAL and not link.party and bool(link.case)
    if link is None or not ours or links.usable(link, site.app.clock()) is not State.LIVE:
        raise NotFound
    return await site.app.store.case(caller.scope, link.case)


def _addresses(site: Site, caller: Caller, entry: Entry) -> tuple[str, ...]:
    """Those of the account that are not new."""
    today = caller.organisation.rules.jurisdiction.local_date(site.app.clock())
    return tuple(each.text for each in entry.of(d.MAIL) if today - each.since >= _YOUNG)


async def _way_in(site: Site, caller: Caller, case: Case) -> str | None:
    """A link that opens the portal without a code, as the log-in stands for it."""
    if not site.settings.portal:
        return None
    token, now = links.token(secrets.token_bytes(links.SECRET_BYTES)), site.app.clock()
    link = Link(
        id=links.digest(token),
        organisation=caller.scope,
        purpose=Purpose.PORTAL,
        case=case.id,
        made_at=now,
        expires_at=now + links.LOGIN_LIVES,
        note=links.LOGIN,
        language=case.language,
    )
    async with site.app.store.transaction() as transaction:
        await transaction.add_links([link])
    return site.settings.url + links.path(caller.scope, Purpose.PORTAL, token)
