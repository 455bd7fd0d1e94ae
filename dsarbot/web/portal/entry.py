"""The doors of the portal: its first page, "reference and address", and links, each behind a code.

Looking changes nothing (security 16): a link shows the same page to everybody and whatever it is; a button asks for
the code. Every answer is the same for known and unknown people (security 17); `codes` works behind it.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from dsarbot.core import links
from dsarbot.core.links import Link, Purpose, Shown
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.portal_proofs import code_proved
from dsarbot.errors import NotAllowed
from dsarbot.web.limits import Rate, client_of
from dsarbot.web.portal import codes
from dsarbot.web.portal.session import OF_THE_PERSON, SEE_OTHER, House, let_in, with_cookie
from dsarbot.web.site import Site, language_of, site_of

router = APIRouter()

#: A household or an office may stand behind one address of the network.
ASK: Final = Rate(name="portal-ask", burst=10, every=timedelta(seconds=30))
TRY: Final = Rate(name="portal-try", burst=20, every=timedelta(seconds=5))
Short = Annotated[str, Form(max_length=320)]


@router.get("/o/{organisation}")
async def first_page(request: Request, house: House) -> HTMLResponse:
    """Ask for something, or follow what was asked."""
    return page(request, house, "start")


@router.get("/o/{organisation}/enter")
async def enter_page(request: Request, house: House) -> HTMLResponse:
    """By the reference of a letter and one's own address."""
    return page(request, house, "enter")


@router.post("/o/{organisation}/enter")
async def enter(request: Request, house: House, reference: Short = "", address: Short = "") -> Response:
    """The page for the code, whoever asks; the code goes out behind it."""
    site = site_of(request)
    site.limits.take(ASK, client_of(request), site.app.clock())
    token = links.token(secrets.token_bytes(links.SECRET_BYTES))
    work = BackgroundTask(
        codes.asked_for, site, house, token, reference=reference.strip().upper(), address=address.strip(),
        language=language_of(request),
    )  # fmt: skip
    return RedirectResponse(f"{links.path(house.key, Purpose.PORTAL, token)}/code", SEE_OTHER, background=work)


def _look(purpose: Purpose) -> Callable[..., Any]:
    async def look(request: Request, house: House, token: str) -> HTMLResponse:
        """What a link shows: where one is, and a button. Nothing is looked up."""
        return page(request, house, "link", here=links.path(house.key, purpose, token))

    return look


def _ask(purpose: Purpose) -> Callable[..., Any]:
    async def ask(request: Request, house: House, token: str) -> Response:
        """The button: on to the code, which goes out behind it; or in, for whoever was logged in a moment ago."""
        site = site_of(request)
        site.limits.take(ASK, client_of(request), site.app.clock())
        link = await _by_login(site, house, token)
        if link is not None:
            return await _in(site, house, link, Shown.ACCOUNT)
        work = BackgroundTask(codes.send_code, site, house, links.digest(token), "open")
        return RedirectResponse(f"{links.path(house.key, purpose, token)}/code", SEE_OTHER, background=work)

    return ask


def _code(purpose: Purpose) -> Callable[..., Any]:
    async def code(request: Request, house: House, token: str) -> HTMLResponse:
        """Six digits."""
        return page(request, house, "code", here=links.path(house.key, purpose, token), wrong=False)

    return code


def _try(purpose: Purpose) -> Callable[..., Any]:
    async def tried(request: Request, house: House, token: str, code: Short = "") -> Response:
        """In, or the same page with the same words whatever was wrong."""
        site = site_of(request)
        site.limits.take(TRY, client_of(request), site.app.clock())
        link, result = await codes.try_code(site, house.scope, links.digest(token), code, "open")
        mine = link is not None and result == "right" and link.purpose in OF_THE_PERSON
        case = await codes.reached(site, house.scope, link) if link is not None and mine else None
        if link is None or case is None:
            return page(request, house, "code", 403, here=links.path(house.key, purpose, token), wrong=True)
        shown = codes.shown_by(link, case, site.app.clock())
        if shown == Shown.FILE:
            # Where the case refuses the proof, whoever holds the code is in all the same.
            with contextlib.suppress(NotAllowed):
                await code_proved(site.app.desk, house, case, cause=f"portal:{link.id[:16]}:{len(link.codes)}")
        return await _in(site, house, link, shown)

    return tried


for _purpose in sorted(OF_THE_PERSON):
    _path = f"/o/{{organisation}}/{links.WORDS[_purpose]}/{{token}}"
    router.add_api_route(_path, _look(_purpose), methods=["GET"])
    router.add_api_route(_path, _ask(_purpose), methods=["POST"])
    router.add_api_route(f"{_path}/code", _code(_purpose), methods=["GET"])
    router.add_api_route(f"{_path}/code", _try(_purpose), methods=["POST"])


async def _by_login(site: Site, house: Organisation, token: str) -> Link | None:
    """The link if it stands for a log-in that was asserted a moment ago; used up by this."""
    now = site.app.clock()
    async with site.app.store.transaction() as transaction:
        link = await transaction.held_link(house.scope, links.digest(token))
        if link is None or not links.opens_by_login(link, now):
            return None
        await transaction.save_link(links.completed(link, now))
    return link


async def _in(site: Site, house: Organisation, link: Link, shown: Shown) -> Response:
    async with site.app.store.transaction() as transaction:
        cookie = await let_in(site, transaction, link, shown)
        public = {"case": link.case, "link": link.id[:16], "shown": shown}
        await transaction.ledger(house.scope, "portal-entered", public, at=site.app.clock(), actor="person")
    return with_cookie(site, f"/o/{house.key}/case", cookie)


def page(request: Request, house: Organisation, name: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page of the portal of that organisation."""
    return site_of(request).screens.page(
        f"portal/{name}.html", language_of(request), status, house=house, home=f"/o/{house.key}", **values
    )
