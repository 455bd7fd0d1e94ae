"""Taking a request back: nothing happens before a code, and where it goes says what it may do (security 6).

A code at the contact on file confirms the withdrawal; one at the address from which somebody wrote makes it a proposal
that a person decides on.
"""

from __future__ import annotations

import contextlib
import secrets

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from dsarbot.core import orders as o
from dsarbot.core.links import Shown
from dsarbot.desk.portal import WITHDRAWAL, take_withdrawal
from dsarbot.errors import NotAllowed
from dsarbot.web.limits import client_of
from dsarbot.web.portal import codes
from dsarbot.web.portal.case import Field, is_key
from dsarbot.web.portal.entry import ASK, TRY, Short, page
from dsarbot.web.portal.session import SEE_OTHER, Guest, In, demand_form
from dsarbot.web.screen import Say
from dsarbot.web.site import Site, site_of

router = APIRouter()


@router.get("/o/{organisation}/case/withdraw")
async def ask_page(request: Request, guest: In) -> Response:
    """What withdrawing means; a button asks for the code."""
    if not guest.case.active:
        return RedirectResponse(guest.home, SEE_OTHER)
    return page(request, guest.organisation, "withdraw", guest=guest)


@router.post("/o/{organisation}/case/withdraw")
async def ask(request: Request, guest: In, form: Field = "") -> Response:
    """The code goes to the address by which they came."""
    site = site_of(request)
    demand_form(guest, form)
    site.limits.take(ASK, client_of(request), site.app.clock())
    work = BackgroundTask(codes.send_code, site, guest.organisation, guest.link.id, "confirm")
    return RedirectResponse(f"{guest.home}/withdraw/code", SEE_OTHER, background=work)


@router.get("/o/{organisation}/case/withdraw/code")
async def code_page(request: Request, guest: In) -> HTMLResponse:
    """Six digits."""
    return _page(request, guest)


@router.post("/o/{organisation}/case/withdraw/code")
async def confirm(request: Request, guest: In, code: Short = "", form: Field = "", key: Field = "") -> Response:
    """With the right code the request is withdrawn, or a person is asked to do so."""
    site = site_of(request)
    demand_form(guest, form)
    site.limits.take(TRY, client_of(request), site.app.clock())
    _, result = await codes.try_code(site, guest.scope, guest.link.id, code, "confirm")
    if result != "right" or not is_key(key):
        return _page(request, guest, wrong=True)
    words = Say(guest.language)("portal.mail.withdraw")
    inbound = await take_withdrawal(
        site.app.desk, guest.organisation, guest.case, address=guest.link.address, text=words, key=key
    )
    said = "withdrawn" if await _withdrawn(site, guest, inbound) else "proposed"
    return RedirectResponse(f"{guest.home}?said={said}", SEE_OTHER)


async def _withdrawn(site: Site, guest: Guest, inbound: str) -> bool:
    """security 6: "or a code sent to the address on file, confirms". False where only a person can."""
    if codes.shown_by(guest.link, guest.case, site.app.clock()) != Shown.FILE:
        return False
    desk, now = site.app.desk, site.app.clock()
    order = o.Withdraw(
        at=now, actor="service", cause=f"withdraw:{inbound}",
        evidence=f"message {inbound}, confirmed by a code sent to the contact on file",
    )  # fmt: skip
    with contextlib.suppress(NotAllowed):
        case = await desk.order(guest.scope, guest.case.id, order)
        made = next((p for p in case.proposals if (p.kind, p.inbound, p.settled) == (WITHDRAWAL, inbound, False)), None)
        if made is not None:
            done = o.Settle(at=now, actor="service", cause=f"settle:{inbound}", proposal=made.id, accepted=True)
            await desk.order(guest.scope, guest.case.id, done)
        return True
    return False


def _page(request: Request, guest: Guest, *, wrong: bool = False) -> HTMLResponse:
    status = 403 if wrong else 200
    key = secrets.token_hex(16)
    return page(request, guest.organisation, "withdraw_code", status, guest=guest, wrong=wrong, key=key)
