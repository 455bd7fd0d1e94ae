"""The door: a neutral page, a button that asks for the code, six digits (security 16-17, practice 28).

Looking changes nothing and proves nothing. The code goes to the named contact by another way than the link.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from dsarbot.core import links
from dsarbot.core.links import Purpose, Shown
from dsarbot.desk.organisation import Organisation
from dsarbot.web.answers.session import House
from dsarbot.web.limits import client_of
from dsarbot.web.portal import codes
from dsarbot.web.portal.entry import ASK, TRY, Short
from dsarbot.web.portal.session import SEE_OTHER, let_in, with_cookie
from dsarbot.web.site import language_of, site_of

router = APIRouter()
_DOOR = f"/o/{{organisation}}/{links.WORDS[Purpose.ANSWER]}/{{token}}"


def _here(house: Organisation, token: str) -> str:
    return links.path(house.key, Purpose.ANSWER, token)


@router.get(_DOOR)
async def look(request: Request, house: House, token: str) -> HTMLResponse:
    """Where one is, and a button. Nothing is looked up."""
    return page(request, house, "door", here=_here(house, token))


@router.post(_DOOR)
async def ask(request: Request, house: House, token: str) -> Response:
    """On to the code, which goes out behind the page."""
    site = site_of(request)
    site.limits.take(ASK, client_of(request), site.app.clock())
    work = BackgroundTask(codes.send_code, site, house, links.digest(token), "open")
    return RedirectResponse(f"{_here(house, token)}/code", SEE_OTHER, background=work)


@router.get(f"{_DOOR}/code")
async def code_page(request: Request, house: House, token: str) -> HTMLResponse:
    """Six digits."""
    return page(request, house, "code", here=_here(house, token), wrong=False)


@router.post(f"{_DOOR}/code")
async def enter(request: Request, house: House, token: str, code: Short = "") -> Response:
    """In, or the same page with the same words whatever was wrong."""
    site = site_of(request)
    site.limits.take(TRY, client_of(request), site.app.clock())
    link, result = await codes.try_code(site, house.scope, links.digest(token), code, "open")
    if link is None or result != "right" or link.purpose != Purpose.ANSWER:
        return page(request, house, "code", 403, here=_here(house, token), wrong=True)
    async with site.app.store.transaction() as transaction:
        cookie = await let_in(site, transaction, link, Shown.ADDRESS)
        public = {"case": link.case, "link": link.id[:16], "hop": link.party}
        await transaction.ledger(house.scope, "answer-entered", public, at=site.app.clock(), actor="party")
    return with_cookie(site, f"/o/{house.key}/answer", cookie)


def page(request: Request, house: Organisation, name: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page for a party of that organisation."""
    return site_of(request).screens.page(f"answers/{name}.html", language_of(request), status, house=house, **values)
