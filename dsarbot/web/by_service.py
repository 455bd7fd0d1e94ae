"""The way to the company's log-in service and back: in, or a fresh proof for whoever is in."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core.account import CHALLENGE, Account
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.web import entering, oidc
from dsarbot.web.entering import own_path
from dsarbot.web.limits import LOG_IN, client_of
from dsarbot.web.oidc import Service, Way
from dsarbot.web.signing_in import SEE_OTHER
from dsarbot.web.site import Site, language_of, site_of, visitor
from dsarbot.web.tokens import hashed, new_token

log = logging.getLogger(__name__)
router = APIRouter()

BACK: Final = "/login/service/back"
IN, AGAIN = "service-in", "service-again"
_MOST: Final = 2_000


@router.get("/login/service")
async def to_service(request: Request, to: str = "/", *, again: bool = False) -> Response:
    """Off to the service. A link and no form, as our own policy lets forms lead nowhere else."""
    site = site_of(request)
    service, now = _service(site), site.app.clock()
    site.limits.take(LOG_IN, client_of(request), now)
    way, purpose = Way(token=new_token()), AGAIN if again else IN
    try:
        address = await service.address(way, again=again)
    except NotAllowed as why:
        return _refused(request, why)
    async with site.app.store.transaction() as transaction:
        await transaction.offer_challenge(way.state, purpose=purpose, bound=hashed(way.token), now=now)
    answer = RedirectResponse(address, SEE_OTHER)
    where = urlsafe_b64encode(own_path(to)[:_MOST].encode()).decode()
    # Lax: the service sends the browser back by a link.
    answer.set_cookie(
        _cookie(site), f"{way.token}.{purpose}.{where}", path="/", max_age=int(CHALLENGE.total_seconds()),
        secure=site.settings.encrypted, httponly=True, samesite="lax",
    )  # fmt: skip
    return answer


@router.get(BACK)
async def back(request: Request, state: str = "", code: str = "", iss: str = "") -> Response:
    """Back from the service. What it brings counts once, and in the browser that set out."""
    site = site_of(request)
    service, now = _service(site), site.app.clock()
    site.limits.take(LOG_IN, client_of(request), now)
    token, purpose, to = _set_out(request.cookies.get(_cookie(site), ""))
    way = Way(token=token)
    async with site.app.store.transaction() as transaction:
        taken = await transaction.take_challenge(state, purpose=purpose, bound=hashed(token), now=now)
    try:
        # RFC 9207: an answer that names another service was meant for another one.
        if not taken or state != way.state or not code or iss not in ("", service.settings.issuer):
            raise NotAllowed("service-refused", "That way to the log-in service was not begun here, or is over.")
        claims = await service.claims(way, code, now)
        person, roles = oidc.person_of(service.settings, claims, site.app.settings.staff)
        if purpose == AGAIN:
            oidc.demand_recent(claims, now)
            return await _proved(request, site, person.key, to)
    except NotAllowed as why:
        return _refused(request, why)
    cookie = await entering.let_in(site, person, _unchanged, how="service", roles=roles)
    answer = entering.to_home(site, person.model_copy(update={"roles": roles or person.roles}), to, cookie)
    answer.delete_cookie(_cookie(site), secure=site.settings.encrypted, httponly=True, samesite="lax")
    return answer


async def _proved(request: Request, site: Site, staff: str, to: str) -> Response:
    visiting = await visitor(request)
    if visiting.person.key != staff:
        raise NotAllowed("service-refused", "Somebody else answered.")
    async with site.app.store.transaction() as transaction:
        await transaction.prove_session(visiting.session.id, site.app.clock())
    answer = RedirectResponse(to, SEE_OTHER)
    answer.delete_cookie(_cookie(site), secure=site.settings.encrypted, httponly=True, samesite="lax")
    return answer


def _unchanged(account: Account) -> Account:
    return account


def _service(site: Site) -> Service:
    settings = site.settings.oidc
    if settings is None:
        raise NotFound
    secret = settings.client_secret.read(site.app.environ).get_secret_value()
    return Service(settings=settings, secret=secret, callback=site.settings.url + BACK)


def _cookie(site: Site) -> str:
    return "__Host-dsarbot-way" if site.settings.encrypted else "dsarbot-way"


def _set_out(cookie: str) -> tuple[str, str, str]:
    """Token, purpose and where to go next, as the browser kept them; nothing of it is believed without the token."""
    token, _, rest = cookie.partition(".")
    purpose, _, where = rest.partition(".")
    try:
        to = urlsafe_b64decode(where.encode()).decode()
    except ValueError:
        to = "/"
    return token, purpose, own_path(to)


def _refused(request: Request, why: NotAllowed) -> HTMLResponse:
    # The text holds a word of ours, never what the service said about somebody.
    log.warning("A log-in by the service was refused: %s", why, extra={"action": "service_refused"})
    return site_of(request).screens.page("message.html", language_of(request), 403, key="service-refused")
