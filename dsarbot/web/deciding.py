"""The page on which a colleague decides about one letter, behind a link and a code, without an account (practice 11).

Looking changes nothing (security 16). What is approved is what was on the page: its bytes, its recipient and the
version of the case (security 10). One decision ends the link.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from dsarbot.core import links
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Letter
from dsarbot.core.links import Link, Purpose
from dsarbot.core.package import listed
from dsarbot.core.presend import blocking
from dsarbot.desk.answer_files import size
from dsarbot.desk.looking import viewed
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import going_on
from dsarbot.errors import DsarbotError, NotAllowed, NotFound
from dsarbot.web import deciding_links
from dsarbot.web.case import find_case, letter_view
from dsarbot.web.limits import Rate, client_of
from dsarbot.web.portal.session import VisitNeeded, visit_of, with_cookie
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import LoginNeeded, Orderer, language_of, site_of, visitor
from dsarbot.web.words import words

router = APIRouter()

ASK: Final = Rate(name="decision-ask", burst=10, every=timedelta(seconds=30))
TRY: Final = Rate(name="decision-try", burst=20, every=timedelta(seconds=5))
_WORD: Final = links.WORDS[Purpose.DECISION]
Short = Annotated[str, Form(max_length=100)]
Long = Annotated[str, Form(max_length=2_000)]


class DecisionOver(DsarbotError):
    """Nobody is in, or there is nothing to decide any more."""


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """Whoever is in, about which letter. form_token: what their form carries."""

    organisation: Organisation
    case: Case
    letter: Letter
    link: Link
    form_token: str


def house(request: Request, organisation: str) -> Organisation:
    """The organisation of a link, whether it has a portal or not."""
    found = site_of(request).app.organisations.get(organisation)
    if found is None:
        raise NotFound
    return found


House = Annotated[Organisation, Depends(house)]


async def deciding(request: Request, house: House) -> Deciding:
    """Whoever is in behind a living link, and still has a say. DecisionOver otherwise."""
    site = site_of(request)
    try:
        visit, link, token = await visit_of(request, house.scope, {Purpose.DECISION})
        case = await going_on(house.scope, visit.case, site.app.store)
    except (VisitNeeded, NotFound):
        raise DecisionOver from None
    letter = next((each for each in case.letters if each.id == link.note), None)
    if letter is None or letter.status not in deciding_links.WAITS:
        raise DecisionOver
    if link.party not in [each.key for each in deciding_links.may_decide(site, house, case, letter)]:
        raise DecisionOver
    return Deciding(organisation=house, case=case, letter=letter, link=link, form_token=token)


In = Annotated[Deciding, Depends(deciding)]


@router.post("/cases/{reference}/letters/{letter}/ask")
async def ask(
    request: Request, visitor: Orderer, reference: str, letter: str, *, staff: Short = "", form: Short = ""
) -> HTMLResponse:  # fmt: skip
    """Send a colleague the link to this letter."""
    site = site_of(request)
    demand_form(visitor, form)
    found = await find_case(site, visitor, reference)
    meant = next((each for each in found.case.letters if each.id == letter), None)
    if meant is None:
        raise NotFound
    refused = ""
    try:
        await deciding_links.ask(site, visitor, found.organisation, found.case, meant, staff=staff)
    except NotAllowed as why:
        refused = str(why)
    return site.screens.page(
        "decision/asked.html", visitor.language, 409 if refused else 200, visitor=visitor, here="cases",
        case=found.case, letter=meant, refused=refused,
    )  # fmt: skip


@router.get(f"/o/{{organisation}}/{_WORD}/{{token}}")
async def look(request: Request, house: House, token: str) -> HTMLResponse:
    """The same for every link, whatever it is."""
    return _page(request, house, "link", here=links.path(house.key, Purpose.DECISION, token))


@router.post(f"/o/{{organisation}}/{_WORD}/{{token}}")
async def begin(request: Request, house: House, token: str) -> Response:
    """On to the code, which goes out behind this; or in, for whoever is logged in as the one who was asked."""
    site = site_of(request)
    site.limits.take(ASK, client_of(request), site.app.clock())
    link_id = links.digest(token)
    try:
        cookie = await deciding_links.opened_by_session(site, house, link_id, await visitor(request))
    except LoginNeeded:
        cookie = ""
    if cookie:
        return with_cookie(site, f"/o/{house.key}/decide", cookie)
    work = BackgroundTask(deciding_links.send_code, site, house, link_id)
    here = links.path(house.key, Purpose.DECISION, token)
    return RedirectResponse(f"{here}/code", SEE_OTHER, background=work)


@router.get(f"/o/{{organisation}}/{_WORD}/{{token}}/code")
async def code_page(request: Request, house: House, token: str) -> HTMLResponse:
    """Six digits."""
    return _page(request, house, "code", here=links.path(house.key, Purpose.DECISION, token), wrong=False)


@router.post(f"/o/{{organisation}}/{_WORD}/{{token}}/code")
async def try_code(request: Request, house: House, token: str, code: Short = "") -> Response:
    """In, or the same page with the same words whatever was wrong."""
    site = site_of(request)
    site.limits.take(TRY, client_of(request), site.app.clock())
    cookie = await deciding_links.opened_by_code(site, house, links.digest(token), code)
    if cookie:
        return with_cookie(site, f"/o/{house.key}/decide", cookie)
    return _page(request, house, "code", 403, here=links.path(house.key, Purpose.DECISION, token), wrong=True)


@router.get("/o/{organisation}/decide")
async def letter_page(request: Request, about: In) -> HTMLResponse:
    """The letter word for word, the files that leave with it, the hash of its bytes and what the check says of it."""
    return await _letter(request, about)


@router.post("/o/{organisation}/decide")
async def decide(
    request: Request,
    about: In,
    *,
    what: Annotated[Literal["approve", "decline"], Form()],
    digest: Long = "",
    version: Annotated[int, Form()] = 0,
    reason: Long = "",
    form: Short = "",
) -> HTMLResponse:
    """Approved, or declined with a reason; either way the link ends."""
    site = site_of(request)
    if form != about.form_token:
        raise DecisionOver
    try:
        order = _approve(request, about, digest, version) if what == "approve" else _decline(request, about, reason)
        await site.app.desk.order(about.organisation.scope, about.case.id, order)
    except NotAllowed as why:
        return await _letter(request, about, refused=str(why))
    await deciding_links.end(site, about.organisation.scope, about.link)
    return _page(request, about.organisation, "done", what=what)


def _approve(request: Request, about: Deciding, digest: str, version: int) -> o.Order:
    """security 10: bound to the bytes and the version that were on the page."""
    site, house = site_of(request), about.organisation
    if digest != house.digest(about.letter):
        raise NotAllowed("letter-changed", "The letter was changed after this page was made; look at it again.")
    findings = house.check(about.case, about.letter, site.app.clock())
    return o.Approve(
        at=site.app.clock(), actor=about.link.party, cause=_cause(), letter=about.letter.id, digest=digest,
        version=version, findings=blocking(findings),
    )  # fmt: skip


def _decline(request: Request, about: Deciding, reason: str) -> o.Order:
    """A decision on file, with its reason; the letter stays a draft."""
    site = site_of(request)
    if not reason.strip():
        raise NotAllowed("decline-reason", "Say why the letter may not leave like this.")
    # The language of the desk: colleagues read it.
    text = words(site.app.settings.service.language).text(
        "decision.declined", letter=about.letter.id, reason=reason.strip()
    )
    return o.Note(at=site.app.clock(), actor=about.link.party, cause=_cause(), text=text, kind="decision")


def _cause() -> str:
    return f"decision:{secrets.token_hex(8)}"


async def _letter(request: Request, about: Deciding, *, refused: str = "") -> HTMLResponse:
    site = site_of(request)
    await viewed(
        site.app.store, about.organisation.scope, about.case.id, f"letter:{about.letter.id}", by="link",
        at=site.app.clock(), actor=about.link.party,
    )  # fmt: skip
    shown = letter_view(about.case, about.letter, about.organisation, site.app.clock())
    language = language_of(request)
    return _page(
        request, about.organisation, "letter", 409 if refused else 200, case=about.case, w=shown, refused=refused,
        form_token=about.form_token, files=listed(about.case, about.letter.purpose.files),
        size=lambda number: size(number, language),
    )  # fmt: skip


def _page(request: Request, house: Organisation, name: str, status: int = 200, **values: object) -> HTMLResponse:
    return site_of(request).screens.page(f"decision/{name}.html", language_of(request), status, house=house, **values)
