"""The first password, or a new one, by a link that works once for a day."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core import account as rules
from dsarbot.errors import NotAllowed
from dsarbot.web.limits import LOG_IN, client_of
from dsarbot.web.pictures import qr_code
from dsarbot.web.proofs import LEAST_PASSWORD, code_address, code_step, new_secret, password_hash
from dsarbot.web.signing_in import SEE_OTHER, Text
from dsarbot.web.site import language_of, site_of
from dsarbot.web.tokens import hashed

router = APIRouter()


@router.get("/welcome/{staff}/{token}")
async def welcome_page(request: Request, staff: str, token: str) -> HTMLResponse:
    """The first password, or a new one. Looking changes nothing: mail scanners open every link (security 16)."""
    site = site_of(request)
    account = await site.app.store.account(staff)
    if not rules.invitation_holds(account, hashed(token), site.app.clock()):
        return site.screens.page("message.html", language_of(request), 404, key="invitation-over")
    return _welcome(request, staff, token, new_secret(), wrong="")


@router.post("/welcome/{staff}/{token}")
async def welcome(request: Request, staff: str, token: str, *, password: Text, secret: Text, code: Text) -> Response:
    """The link is used up once a code shows that the secret arrived in an app."""
    site, now = site_of(request), site_of(request).app.clock()
    site.limits.take(LOG_IN, client_of(request), now)
    if len(password) < LEAST_PASSWORD:
        return _welcome(request, staff, token, secret, wrong="password-short")
    step = code_step(secret, code, now)
    if step is None:
        return _welcome(request, staff, token, secret, wrong="code-wrong")
    password = await password_hash(password)
    try:
        async with site.app.store.transaction() as transaction:
            account = await transaction.held_account(staff)
            ready = rules.accepted(
                account, token_hash=hashed(token), password=password, secret=secret, step=step, now=now
            )
            await transaction.save_account(ready)
    except NotAllowed:
        return site.screens.page("message.html", language_of(request), 404, key="invitation-over")
    # A new password ends whatever the old one had opened.
    await site.app.store.end_sessions(staff)
    return RedirectResponse("/login", SEE_OTHER)


def _welcome(request: Request, staff: str, token: str, secret: str, *, wrong: str) -> HTMLResponse:
    picture = qr_code(code_address(secret, staff))
    return site_of(request).screens.page(
        "welcome.html", language_of(request), 400 if wrong else 200, staff=staff, token=token, secret=secret,
        picture=picture, wrong=wrong, least=LEAST_PASSWORD,
    )  # fmt: skip
