"""Who is in behind a link: one dependency for every page of the portal, and for pages of other links.

A page of the person takes `Guest` (their case, with its merges followed); one of another party takes `visit_of` with
the purposes that open it. Whoever holds no living visit is sent to the door of the organisation, whatever they asked
for: nothing tells them whether it is there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from dsarbot.core.case import Case
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.core.links import Link, Purpose, Shown, State, Visit, usable
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import going_on
from dsarbot.errors import DsarbotError, NotFound
from dsarbot.ports import Scope
from dsarbot.store.link_matters import TransactionLinks
from dsarbot.web.site import Site, language_of, site_of
from dsarbot.web.tokens import form_token, hashed, new_token

SEE_OTHER: Final = 303
#: The links of the person themselves.
OF_THE_PERSON: Final = frozenset({Purpose.PORTAL, Purpose.DOWNLOAD, Purpose.UPLOAD})


class VisitNeeded(DsarbotError):
    """Nobody is in. organisation: whose door to go to."""

    def __init__(self, organisation: str) -> None:
        super().__init__("A code opens this page.")
        self.organisation: Final = organisation


@dataclass(frozen=True, kw_only=True)
class Guest:
    """The person of a case, or who writes for them. link: by which they came; form_token: what their forms carry."""

    visit: Visit
    link: Link
    case: Case
    organisation: Organisation
    language: Language
    form_token: str

    @property
    def scope(self) -> Scope:
        return self.organisation.scope

    @property
    def home(self) -> str:
        """The first page of their case."""
        return f"/o/{self.organisation.key}/case"


def cookie_name(site: Site) -> str:
    """As of the console: sent back to this host alone."""
    return "__Host-dsarbot-visit" if site.settings.encrypted else "dsarbot-visit"


def organisation_of(request: Request, organisation: str) -> Organisation:
    """The organisation whose portal this is; NotFound for one that has none."""
    found = site_of(request).app.organisations.get(organisation)
    if found is None or not found.portal:
        raise NotFound
    return found


House = Annotated[Organisation, Depends(organisation_of)]


async def visit_of(request: Request, scope: Scope, purposes: Collection[Purpose]) -> tuple[Visit, Link, str]:
    """The living visit behind a link of one of these purposes that still opens something, the link, and what the forms
    of the visit carry. VisitNeeded otherwise."""
    site, token = site_of(request), request.cookies.get(cookie_name(site_of(request)), "")
    now = site.app.clock()
    visit = await site.app.store.visit(scope, hashed(token), now) if token else None
    link = await site.app.store.link(scope, visit.link) if visit else None
    if visit is None or link is None or visit.purpose not in purposes or usable(link, now) != State.LIVE:
        raise VisitNeeded(scope)
    return visit, link, form_token(token)


async def guest(request: Request, house: House) -> Guest:
    """The person who is in."""
    visit, link, token = await visit_of(request, house.scope, OF_THE_PERSON)
    try:
        case = await going_on(house.scope, visit.case, site_of(request).app.store)
    except NotFound:
        raise VisitNeeded(house.key) from None
    return Guest(
        visit=visit,
        link=link,
        case=case,
        organisation=house,
        language=language_of(request),
        form_token=token,
    )


def demand_form(visitor: Guest, form: str) -> None:
    """VisitNeeded when a form was not made in this visit."""
    if form != visitor.form_token:
        raise VisitNeeded(visitor.organisation.key)


In = Annotated[Guest, Depends(guest)]


async def let_in(site: Site, transaction: TransactionLinks, link: Link, shown: Shown) -> str:
    """Open a visit behind the link, in that transaction; the cookie's text, for `with_cookie`."""
    now, token = site.app.clock(), new_token()
    await transaction.open_visit(
        Visit(
            id=hashed(token),
            organisation=link.organisation,
            link=link.id,
            case=link.case,
            party=link.party,
            purpose=link.purpose,
            shown=shown,
            opened_at=now,
            seen_at=now,
        )
    )
    return token


def with_cookie(site: Site, to: str, token: str) -> Response:
    """On to that page, with the cookie."""
    answer = RedirectResponse(to, SEE_OTHER)
    answer.set_cookie(
        cookie_name(site), token, path="/", secure=site.settings.encrypted, httponly=True, samesite="strict"
    )
    return answer


async def to_the_door(request: Request, why: Exception) -> Response:
    """For `VisitNeeded`: the page on which a code can be asked for."""
    del request
    assert isinstance(why, VisitNeeded)  # noqa: S101  # registered for nothing else
    return RedirectResponse(f"/o/{why.organisation}/enter", SEE_OTHER)


def language_for(link: Link, fallback: Language) -> Language:
    """In which words a code goes to whoever has that link."""
    return next((each for each in LANGUAGES if each == link.language), fallback)
