"""One's own account: devices, password, one-time codes, and where one is logged in. Whatever changes it needs a fresh
proof, so that a browser left open gives nobody a way of their own."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core import account as rules
from dsarbot.core.account import Account
from dsarbot.errors import NotAllowed
from dsarbot.web import entering, passkeys
from dsarbot.web.limits import LOG_IN_NAME
from dsarbot.web.pictures import qr_code
from dsarbot.web.proofs import LEAST_PASSWORD, code_address, code_step, new_secret, password_fits, password_hash
from dsarbot.web.signing_in import SEE_OTHER, Answered, Anybody, Text, demand_form, demand_fresh
from dsarbot.web.site import Site, Visitor, site_of

router = APIRouter()

HERE: Final = "/account"
Name = Annotated[str, Form(max_length=60)]
#: What may be said on top of the page after something was done.
SAID: Final = (
    "passkey-added",
    "passkey-removed",
    "password-changed",
    "codes-renewed",
    "session-ended",
    "sessions-ended",
)


@router.get("/account")
async def account_page(request: Request, visitor: Anybody, said: str = "") -> HTMLResponse:
    """Everything on one page; what changes it only after a fresh proof."""
    return await _page(site_of(request), visitor, said=said if said in SAID else "")


@router.post("/account/passkeys/challenge")
async def passkey_challenge(request: Request, visitor: Anybody, form: Text = "") -> Response:
    """What a new device is asked."""
    site = _guarded(request, visitor, form)
    return Response(await passkeys.to_register(site, visitor), media_type="application/json")


@router.post("/account/passkeys")
async def add_passkey(
    request: Request, visitor: Anybody, name: Name = "", passkey: Answered = "", form: Text = ""
) -> Response:
    """A device more."""
    site = _guarded(request, visitor, form)
    try:
        known = await passkeys.registered(site, visitor, passkey, " ".join(name.split()) or "?")
        async with site.app.store.transaction() as transaction:
            held = await transaction.held_account(visitor.person.key)
            await transaction.save_account(rules.with_passkey(held, known))
    except NotAllowed as why:
        return await _page(site, visitor, wrong=why.rule)
    return await _done(site, visitor, "passkey-added")


@router.post("/account/passkeys/remove")
async def remove_passkey(request: Request, visitor: Anybody, passkey: Answered = "", form: Text = "") -> Response:
    """That device proves nothing any more."""
    site = _guarded(request, visitor, form)
    try:
        async with site.app.store.transaction() as transaction:
            held = await transaction.held_account(visitor.person.key)
            await transaction.save_account(rules.without_passkey(held, passkey))
    except NotAllowed as why:
        return await _page(site, visitor, wrong=why.rule)
    return await _done(site, visitor, "passkey-removed")


@router.post("/account/password")
async def change_password(
    request: Request, visitor: Anybody, old: Text = "", password: Text = "", form: Text = ""
) -> Response:
    """A new one, for whoever knows the old one; whatever the old one had opened elsewhere ends."""
    site = _guarded(request, visitor, form)
    site.limits.take(LOG_IN_NAME, visitor.person.key, site.app.clock())
    account = await site.app.store.account(visitor.person.key)
    if not account.ready or not await password_fits(old, account.password):
        return await _page(site, visitor, wrong="password-wrong")
    if len(password) < LEAST_PASSWORD:
        return await _page(site, visitor, wrong="password-short")
    hashed = await password_hash(password)
    async with site.app.store.transaction() as transaction:
        held = await transaction.held_account(visitor.person.key)
        await transaction.save_account(rules.with_password(held, hashed))
    await site.app.store.end_sessions(visitor.person.key, but=visitor.session.id)
    return await _done(site, visitor, "password-changed")


@router.get("/account/codes")
async def codes_page(request: Request, visitor: Anybody) -> HTMLResponse:
    """A new key for one-time codes; it counts once a code shows that it arrived in an app."""
    site = site_of(request)
    demand_fresh(site, visitor, "/account/codes")
    return _codes(site, visitor, new_secret())


@router.post("/account/codes")
async def renew_codes(
    request: Request, visitor: Anybody, secret: Text = "", code: Text = "", form: Text = ""
) -> Response:
    """From now on the codes of the new key count, and no others."""
    site = _guarded(request, visitor, form)
    if not secret.isalnum() or (step := code_step(secret, code, site.app.clock())) is None:
        return _codes(site, visitor, secret if secret.isalnum() else new_secret(), wrong=True)
    async with site.app.store.transaction() as transaction:
        held = await transaction.held_account(visitor.person.key)
        await transaction.save_account(rules.with_secret(held, secret, step))
    return await _done(site, visitor, "codes-renewed")


@router.post("/account/sessions/end")
async def end_session(request: Request, visitor: Anybody, session: Text = "", form: Text = "") -> Response:
    """One of their own sessions; ending one never needs more than being logged in."""
    site = site_of(request)
    demand_form(visitor, form)
    await site.app.store.end_session(session, staff=visitor.person.key)
    return await _done(site, visitor, "session-ended")


@router.post("/account/sessions/end-others")
async def end_other_sessions(request: Request, visitor: Anybody, form: Text = "") -> Response:
    """All but this one."""
    site = site_of(request)
    demand_form(visitor, form)
    await site.app.store.end_sessions(visitor.person.key, but=visitor.session.id)
    return await _done(site, visitor, "sessions-ended")


def _guarded(request: Request, visitor: Visitor, form: str) -> Site:
    site = site_of(request)
    demand_form(visitor, form)
    demand_fresh(site, visitor, HERE)
    return site


async def _done(site: Site, visitor: Visitor, what: str) -> Response:
    await entering.note(site, visitor.person, what)
    return RedirectResponse(f"{HERE}?said={what}", SEE_OTHER)


async def _page(site: Site, visitor: Visitor, *, said: str = "", wrong: str = "") -> HTMLResponse:
    now = site.app.clock()
    account: Account = await site.app.store.account(visitor.person.key)
    sessions = await site.app.store.sessions_of(visitor.person.key, now)
    return site.screens.page(
        "account.html", visitor.language, 409 if wrong else 200, visitor=visitor, here="account", said=said,
        wrong=wrong, account=account, sessions=sessions, fresh=visitor.session.fresh(now), local=site.local,
        least=LEAST_PASSWORD, party=passkeys.party(site.settings), origin=passkeys.origin(site.settings),
        zone=_zone(site, visitor),
    )  # fmt: skip


def _codes(site: Site, visitor: Visitor, secret: str, *, wrong: bool = False) -> HTMLResponse:
    return site.screens.page(
        "account_codes.html", visitor.language, 400 if wrong else 200, visitor=visitor, here="account", secret=secret,
        picture=qr_code(code_address(secret, visitor.person.key)), wrong=wrong,
    )  # fmt: skip


def _zone(site: Site, visitor: Visitor) -> str:
    keys = [key for key in visitor.person.organisations if key in site.app.organisations]
    return site.app.organisations[keys[0]].rules.jurisdiction.zone if keys else "UTC"
