"""Logging in and out, and a fresh proof before what has legal effect.

Nobody is told which part was wrong. Password and code work without a script; a device that knows its owner stands for
both, or for the code.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from dsarbot.core import account as rules
from dsarbot.core.account import Account
from dsarbot.errors import NotAllowed
from dsarbot.web import entering, passkeys
from dsarbot.web.entering import own_path
from dsarbot.web.limits import LOG_IN, LOG_IN_NAME, client_of
from dsarbot.web.passkeys import MOST_ANSWER, Proof
from dsarbot.web.proofs import MOST_PASSWORD, code_step
from dsarbot.web.site import LoginNeeded, Site, Visitor, language_of, site_of, visitor

router = APIRouter()

Text = Annotated[str, Form(max_length=MOST_PASSWORD)]
Answered = Annotated[str, Form(max_length=MOST_ANSWER)]
Anybody = Annotated[Visitor, Depends(visitor)]
SEE_OTHER: Final = 303


class ProofNeeded(LoginNeeded):
    """What follows needs a proof that is no older than a quarter of an hour; then back to that page."""

    def __init__(self, to: str) -> None:
        super().__init__()
        self.to: Final = to


def demand_form(visitor: Visitor, form: str) -> None:
    """LoginNeeded when a form was not made in this session."""
    if form != visitor.form_token:
        raise LoginNeeded


def demand_fresh(site: Site, visitor: Visitor, to: str) -> None:
    """ProofNeeded when the last proof in this session is too old for what has legal effect."""
    if not visitor.session.fresh(site.app.clock()):
        raise ProofNeeded(to)


@router.get("/login")
async def login_page(request: Request, to: str = "/") -> HTMLResponse:
    """Name, password and code on one page, and what else may lead in."""
    return _login(request, own_path(to))


@router.post("/login/passkey")
async def login_challenge(request: Request) -> Response:
    """What a device is asked; it says itself whose it is."""
    site = site_of(request)
    site.limits.take(LOG_IN, client_of(request), site.app.clock())
    return Response(await passkeys.to_sign(site, "passkey-log-in"), media_type="application/json")


@router.post("/login")
async def login(
    request: Request, *, name: Text = "", password: Text = "", code: Text = "", passkey: Answered = "", to: Text = "/"
) -> Response:
    """In, or the same page with the same words whatever was wrong."""
    site, to = site_of(request), own_path(to)
    site.limits.take(LOG_IN, client_of(request), site.app.clock())
    if name:
        site.limits.take(LOG_IN_NAME, name.strip().casefold(), site.app.clock())
    proof = await _proof(site, passkey) if passkey else None
    closed = None
    if not site.local or (passkey and proof is None):
        entered = None
    elif proof is not None and not (name or password):
        entered = await entering.by_passkey(site, proof)
    else:
        found = await entering.by_password(site, name, password, code, proof)
        entered = found if isinstance(found, tuple) else None
        closed = None if isinstance(found, tuple) else found
    if entered is None:
        page = _login(request, to, wrong=True)
        if closed is not None:
            # Written down when the answer has left: it would take longer than for a name that nobody has.
            page.background = BackgroundTask(entering.note, site, closed, "locked-out")
        return page
    person, token = entered
    return entering.to_home(site, person, to, token)


@router.post("/logout")
async def logout(request: Request, visitor: Anybody, form: Text = "") -> Response:
    """Out. The session is forgotten here, not only in the browser."""
    site = site_of(request)
    demand_form(visitor, form)
    await site.app.store.end_session(visitor.session.id, staff=visitor.person.key)
    answer = RedirectResponse("/login", SEE_OTHER)
    answer.delete_cookie(site.cookie, secure=site.settings.encrypted, httponly=True, samesite="lax")
    return answer


@router.get("/prove")
async def prove_page(request: Request, visitor: Anybody, to: str = "/") -> HTMLResponse:
    """A fresh code, or a device."""
    return await _prove(request, visitor, own_path(to))


@router.post("/prove/passkey")
async def prove_challenge(request: Request, visitor: Anybody, form: Text = "") -> Response:
    """What one of their devices is asked."""
    site = site_of(request)
    demand_form(visitor, form)
    account = await site.app.store.account(visitor.person.key)
    asked = await passkeys.to_sign(site, "passkey-prove", bound=visitor.session.id, account=account)
    return Response(asked, media_type="application/json")


@router.post("/prove")
async def prove(
    request: Request, visitor: Anybody, *, code: Text = "", passkey: Answered = "", to: Text = "/", form: Text = ""
) -> Response:
    """Then back to where it was wanted."""
    site, now = site_of(request), site_of(request).app.clock()
    demand_form(visitor, form)
    proof = await _proof(site, passkey, bound=visitor.session.id) if passkey else None
    async with site.app.store.transaction() as transaction:
        account = await transaction.held_account(visitor.person.key)
        after = _proved(site, account, code, proof) if not passkey or proof else None
        if after is not None or not account.locked(now):
            await transaction.save_account(after or rules.failed(account, now))
        if after is not None:
            await transaction.prove_session(visitor.session.id, now)
    if after is None:
        return await _prove(request, visitor, own_path(to), wrong=True)
    return RedirectResponse(own_path(to), SEE_OTHER)


def _proved(site: Site, account: Account, code: str, proof: Proof | None) -> Account | None:
    """The account after the right answer; None after a wrong one. A signature is not guessed, so it opens a closed
    account too."""
    now = site.app.clock()
    if proof is not None:
        try:
            return rules.cleared(passkeys.verified(site.settings, account, proof, now))
        except NotAllowed:
            return None
    step = code_step(account.secret, code, now, used_step=account.used_step)
    return None if step is None or not account.secret or account.locked(now) else rules.proved(account, step)


async def _proof(site: Site, answered: str, *, bound: str = "") -> Proof | None:
    try:
        return await passkeys.proof_of(site, answered, "passkey-prove" if bound else "passkey-log-in", bound=bound)
    except NotAllowed:
        return None


def _login(request: Request, to: str, *, wrong: bool = False) -> HTMLResponse:
    site = site_of(request)
    return site.screens.page(
        "login.html", language_of(request), 403 if wrong else 200, to=to, wrong=wrong, local=site.local,
        service=site.settings.oidc is not None, party=passkeys.party(site.settings),
    )  # fmt: skip


async def _prove(request: Request, visitor: Visitor, to: str, *, wrong: bool = False) -> HTMLResponse:
    site = site_of(request)
    account = await site.app.store.account(visitor.person.key)
    return site.screens.page(
        "prove.html", visitor.language, 403 if wrong else 200, visitor=visitor, to=to, wrong=wrong,
        code=account.ready, devices=bool(account.passkeys), service=site.settings.oidc is not None,
        party=passkeys.party(site.settings),
    )  # fmt: skip
