"""Logging in and out, the first password by a link, and a fresh code before what has legal effect.

Same words and same work for known and unknown people (security 17). Nobody is told which part was wrong.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core import account as rules
from dsarbot.core.access import Permission, may
from dsarbot.core.account import Account, Session
from dsarbot.errors import NotAllowed
from dsarbot.ports import Scope
from dsarbot.settings.organisations import StaffSettings
from dsarbot.web.pictures import qr_code
from dsarbot.web.proofs import (
    LEAST_PASSWORD,
    MOST_PASSWORD,
    code_address,
    code_step,
    new_secret,
    password_fits,
    password_hash,
)
from dsarbot.web.site import LoginNeeded, Site, Visitor, language_of, site_of, visitor
from dsarbot.web.tokens import hashed, new_token

router = APIRouter()

Text = Annotated[str, Form(max_length=MOST_PASSWORD)]
SEE_OTHER: Final = 303


@router.get("/login")
async def login_page(request: Request, to: str = "/") -> HTMLResponse:
    """Name, password and code on one page."""
    return site_of(request).screens.page("login.html", language_of(request), to=_own_path(to), wrong=False)


@router.post("/login")
async def login(request: Request, name: Text, password: Text, code: Text, to: Text = "/") -> Response:
    """In, or the same page with the same words whatever was wrong."""
    site, now = site_of(request), site_of(request).app.clock()
    person = _person(site, name)
    account = await site.app.store.account(person.key if person else "")
    fits = await password_fits(password, account.password)
    step = code_step(account.secret, code, now, used_step=account.used_step) if account.secret else None
    if person is None or not account.ready or account.locked(now) or not fits or step is None:
        if person is not None and account.ready and not account.locked(now):
            await _note_failure(site, person, now)
        return site.screens.page("login.html", language_of(request), 403, to=_own_path(to), wrong=True)
    token = new_token()
    if not await _let_in(site, person, step, hashed(token), now):
        return site.screens.page("login.html", language_of(request), 403, to=_own_path(to), wrong=True)
    return _with_cookie(site, RedirectResponse(_home(person, _own_path(to)), SEE_OTHER), token)


@router.post("/logout")
async def logout(request: Request, visitor: Annotated[Visitor, Depends(visitor)], form: Text = "") -> Response:
    """Out. The session is forgotten here, not only in the browser."""
    site = site_of(request)
    demand_form(visitor, form)
    await site.app.store.end_session(visitor.session.id)
    answer = RedirectResponse("/login", SEE_OTHER)
    answer.delete_cookie(site.cookie, secure=site.settings.encrypted, httponly=True, samesite="lax")
    return answer


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


@router.get("/prove")
async def prove_page(request: Request, visitor: Annotated[Visitor, Depends(visitor)], to: str = "/") -> HTMLResponse:
    """A fresh code."""
    return site_of(request).screens.page("prove.html", visitor.language, visitor=visitor, to=_own_path(to), wrong=False)


@router.post("/prove")
async def prove(
    request: Request, visitor: Annotated[Visitor, Depends(visitor)], code: Text, to: Text = "/", form: Text = ""
) -> Response:
    """Then back to where it was wanted."""
    site, now = site_of(request), site_of(request).app.clock()
    demand_form(visitor, form)
    async with site.app.store.transaction() as transaction:
        account = await transaction.held_account(visitor.person.key)
        step = None
        if not account.locked(now):
            step = code_step(account.secret, code, now, used_step=account.used_step)
            await transaction.save_account(rules.failed(account, now) if step is None else rules.proved(account, step))
        if step is not None:
            await transaction.prove_session(visitor.session.id, now)
    if step is None:
        return site.screens.page("prove.html", visitor.language, 403, visitor=visitor, to=_own_path(to), wrong=True)
    return RedirectResponse(_own_path(to), SEE_OTHER)


def demand_form(visitor: Visitor, form: str) -> None:
    """LoginNeeded when a form was not made in this session."""
    if form != visitor.form_token:
        raise LoginNeeded


def _welcome(request: Request, staff: str, token: str, secret: str, *, wrong: str) -> HTMLResponse:
    picture = qr_code(code_address(secret, staff))
    return site_of(request).screens.page(
        "welcome.html", language_of(request), 400 if wrong else 200, staff=staff, token=token, secret=secret,
        picture=picture, wrong=wrong, least=LEAST_PASSWORD,
    )  # fmt: skip


def _person(site: Site, name: str) -> StaffSettings | None:
    """By key or by address."""
    wanted = name.strip().casefold()
    staff = [each for each in site.app.settings.staff if each.active]
    return next((each for each in staff if wanted in (each.key, (each.email or "").casefold())), None)


async def _note_failure(site: Site, person: StaffSettings, now: datetime) -> None:
    async with site.app.store.transaction() as transaction:
        account = rules.failed(await transaction.held_account(person.key), now)
        await transaction.save_account(account)
        if account.locked(now):
            await _ledger(transaction, person, "locked-out", now)


async def _let_in(site: Site, person: StaffSettings, step: int, session_id: str, now: datetime) -> bool:
    """False when another request has used the same code in between."""
    async with site.app.store.transaction() as transaction:
        account: Account = await transaction.held_account(person.key)
        if account.locked(now) or step <= account.used_step:
            return False
        await transaction.save_account(rules.proved(account, step))
        await transaction.open_session(
            Session(id=session_id, staff=person.key, created_at=now, seen_at=now, proven_at=now)
        )
        await _ledger(transaction, person, "logged-in", now)
    return True


async def _ledger(transaction: object, person: StaffSettings, kind: str, now: datetime) -> None:
    for key in person.organisations:
        await transaction.ledger(Scope(key), kind, {}, at=now, actor=person.key)  # type: ignore[attr-defined]


def _with_cookie(site: Site, answer: Response, token: str) -> Response:
    # Lax: the links in the digest lead in; no other site's form does.
    answer.set_cookie(site.cookie, token, path="/", secure=site.settings.encrypted, httponly=True, samesite="lax")
    return answer


def _home(person: StaffSettings, to: str) -> str:
    """Whoever may see no list begins where they may do something."""
    return "/phone" if to == "/" and not may(person.roles, Permission.LISTS) else to


def _own_path(to: str) -> str:
    """Where to go next: a path of this site, never another one."""
    parts = urlsplit(to)
    here = not parts.scheme and not parts.netloc and to.startswith("/") and not to.startswith(("//", "/\\"))
    return to if here and to.isprintable() else "/"
