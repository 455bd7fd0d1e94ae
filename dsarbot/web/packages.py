"""The files that go to the person with the next answer: added, listed and taken out again in the console."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core.access import Permission
from dsarbot.core.package import name_of, released_by
from dsarbot.desk.answer_files import size
from dsarbot.desk.packages import MOST_FILE, pack, prepared, unpack
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.web.case import Found, find_case, viewed
from dsarbot.web.receiving import Places, Received, received
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Orderer, Site, Visitor, site_of
from dsarbot.wiring.scans import guard

router = APIRouter()

MOST: Final = MOST_FILE + 1024 * 1024
_MOST_FILES: Final = 10
_PLACES: Final = Places(4)
Field = Annotated[str, Form(max_length=200)]


@router.get("/packages/{reference}")
async def package(request: Request, visitor: Orderer, reference: str) -> HTMLResponse:
    """What lies beside the case, and the form."""
    site = site_of(request)
    found = await _find(site, visitor, reference)
    await viewed(site, visitor, found, "package")
    return _page(site, visitor, found)


@router.post("/packages/{reference}")
async def add(request: Request, visitor: Orderer, reference: str) -> Response:
    """Stripped, sealed and listed; a refusal keeps none of them."""
    site = site_of(request)
    found = await _find(site, visitor, reference)
    async with received(request, most=MOST, files=_MOST_FILES, places=_PLACES) as form:
        demand_form(visitor, form.text("form"))
        try:
            await _packed(site, visitor, found, form)
        except NotAllowed as why:
            return _page(site, visitor, found, refused=str(why))
    return RedirectResponse(f"/packages/{found.case.reference}", SEE_OTHER)


@router.post("/packages/{reference}/{file}/out")
async def take_out(request: Request, visitor: Orderer, reference: str, file: str, form: Field = "") -> Response:
    """Its bytes are destroyed."""
    site = site_of(request)
    demand_form(visitor, form)
    found = await _find(site, visitor, reference)
    try:
        await unpack(site.app.desk, found.organisation, found.case, file, actor=visitor.person.key)
    except NotAllowed as why:
        return _page(site, visitor, found, refused=str(why))
    return RedirectResponse(f"/packages/{found.case.reference}", SEE_OTHER)


async def _packed(site: Site, visitor: Visitor, found: Found, form: Received) -> None:
    if not form.files:
        raise NotAllowed("package-empty", "Choose at least one file.")
    rest = form.text("accept_rest") == "yes"
    viruses = guard(site.app.settings)
    ready = [
        await prepared(each.name, await each.bytes(), stripper=site.app.copier, guard=viruses, accept_rest=rest)
        for each in form.files
    ]
    case = found.case
    for each in ready:
        case = await pack(
            site.app.desk, found.organisation, case, each, title=form.text("title"), actor=visitor.person.key
        )


async def _find(site: Site, visitor: Visitor, reference: str) -> Found:
    """NotFound as well where they may not give orders."""
    found = await find_case(site, visitor, reference)
    if found.scope not in visitor.organisations(Permission.ORDERS):
        raise NotFound
    return found


def _page(site: Site, visitor: Visitor, found: Found, *, refused: str = "") -> HTMLResponse:
    case = found.case
    files = [
        (packed, name_of(case, number, packed.kind), released_by(case, packed.file))
        for number, packed in enumerate(case.package, start=1)
        if not packed.gone
    ]
    return site.screens.page(
        "scans/package.html", visitor.language, 409 if refused else 200, visitor=visitor, here="cases", case=case,
        files=files, refused=refused, zone=found.rules.jurisdiction.zone, most=MOST_FILE // 1024 // 1024,
        portal=found.rules.identity.portal, size=lambda number: size(number, visitor.language),
    )  # fmt: skip
