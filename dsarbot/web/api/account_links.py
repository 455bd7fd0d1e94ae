"""A person has opened the link of their case while logged in to the customer area: both belong together."""

from __future__ import annotations

from fastapi import APIRouter, Request

from dsarbot.core import directory as d
from dsarbot.core.case import Case
from dsarbot.core.directory import Entry
from dsarbot.core.links import Purpose, State, digest, usable
from dsarbot.core.logins import proof
from dsarbot.errors import NotFound
from dsarbot.web.api import models as m
from dsarbot.web.api.callers import Asserter, Caller
from dsarbot.web.api.customers import checked, on_file
from dsarbot.web.api.described import described
from dsarbot.web.api.problems import ApiProblem
from dsarbot.web.site import Site, site_of

router = APIRouter(tags=["requests"])


@router.post("/account-links", response_model=m.AccountLink, status_code=201, **described(400, 404, 409, 413))
async def link_account(request: Request, caller: Asserter, sent: m.NewAccountLink) -> m.AccountLink:
    """Proves rung R4 (the linked account), for the person whom the file and the case both name, and for nobody else."""
    site = site_of(request)
    login = checked(site, caller, sent.asserted_login, sent.customer_number)
    case, entry = await _case(site, caller, sent.case_link), await on_file(site, caller, sent.customer_number)
    if entry is None or not _same_person(entry, case):
        # security 17: whether the number exists is not said.
        raise ApiProblem(409, "another-person", "The customer and the person of the case are not known to be the same.")
    now = site.app.clock()
    day = caller.organisation.rules.jurisdiction.local_date(now)
    cause = f"account-link:{digest(sent.case_link)}:{now.isoformat()}"
    order = proof(login, actor=caller.key.actor, cause=cause, now=now, day=day, linked=True)
    await site.app.desk.order(caller.scope, case.id, order)
    return m.AccountLink(reference=case.reference, linked_at=now)


async def _case(site: Site, caller: Caller, token: str) -> Case:
    """NotFound for whatever does not open the portal of a case of this organisation to its person."""
    link = await site.app.store.link(caller.scope, digest(token))
    if link is None or link.purpose is not Purpose.PORTAL or link.party:
        raise NotFound
    if usable(link, site.app.clock()) is not State.LIVE:
        raise NotFound
    return await site.app.store.case(caller.scope, link.case)


def _same_person(entry: Entry, case: Case) -> bool:
    """Whoever links an account of their own to the case of somebody else has proved nothing of that person."""
    return entry.holds(d.MAIL, case.person.address) or (
        bool(case.person.name.strip()) and d.same_name(entry, case.person.name)
    )
