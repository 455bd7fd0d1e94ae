"""*Inquiries* of supervisory authorities: those that are open by their date, one of them, and what is ordered there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from dsarbot.core.access import Permission
from dsarbot.core.inquiry import Inquiry
from dsarbot.desk import inquiries as desk
from dsarbot.errors import NotFound
from dsarbot.ports import InquiryRow, Scope
from dsarbot.web.deeds.deed import Deed
from dsarbot.web.deeds.field import Room
from dsarbot.web.deeds.inquiries import INQUIRY_DEEDS, OPENING
from dsarbot.web.deeds.pages import carry_out, deed_page, empty_form, given_in
from dsarbot.web.site import Insider, Orderer, Reader, Site, Visitor, site_of

router = APIRouter()
_BASE: Final = "/inquiries/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One of the list. today: where it is answered."""

    row: InquiryRow
    today: date


@router.get("/inquiries")
async def listed(request: Request, visitor: Reader, closed: bool = False) -> HTMLResponse:
    """Open ones by their date, closed ones newest first."""
    site = site_of(request)
    rows = [
        Line(row=row, today=site.app.organisations[key].rules.jurisdiction.local_date(site.app.clock()))
        for key in _keys(site, visitor, Permission.LISTS)
        for row in await site.app.store.inquiries(Scope(key), closed=closed)
    ]
    rows.sort(key=lambda line: (line.row.opened_at if closed else line.row.due, line.row.reference), reverse=closed)
    return site.screens.page(
        "case/inquiries.html", visitor.language, visitor=visitor, here="inquiries", lines=rows, closed=closed,
        organisations=_keys(site, visitor, Permission.ORDERS),
    )  # fmt: skip


@router.get("/inquiries/new/{organisation}")
async def opening(request: Request, visitor: Orderer, organisation: str) -> Response:
    """The form for one that is on paper, or that was held."""
    return deed_page(OPENING, _fresh(site_of(request), visitor, organisation), here="/inquiries", name=organisation)


@router.post("/inquiries/new/{organisation}")
async def opened(request: Request, visitor: Orderer, organisation: str) -> Response:
    """Opened, with the cases that it is about."""
    room = _fresh(site_of(request), visitor, organisation)
    given = await given_in(request, room, OPENING)
    return await carry_out(OPENING, given, here="/inquiries", base=_BASE, name=organisation)


@router.get("/inquiries/{reference}")
async def inquiry_page(request: Request, visitor: Insider, reference: str, said: str = "") -> HTMLResponse:
    """One, with its cases, letters, tasks and notes; that it was looked at goes into the journal."""
    site = site_of(request)
    room = await _find(site, visitor, reference)
    inquiry = room.subject
    cases = await site.app.store.cases(room.scope, inquiry.cases)
    # practice 12: for everybody else a confidential case is a number, here as well.
    seen = [case.reference for case in cases if case.visible_to(visitor.person.key)]
    async with site.app.store.transaction() as transaction:
        public = {"inquiry": inquiry.id, "what": "inquiry", "by": "console"}
        await transaction.ledger(room.scope, "viewed", public, at=room.now, actor=visitor.person.key)
    return site.screens.page(
        "case/inquiry.html", visitor.language, visitor=visitor, here="inquiries", inquiry=inquiry, cases=seen,
        hidden=len(inquiry.cases) - len(seen), today=room.today, zone=room.organisation.rules.jurisdiction.zone,
        names={each.key: each.name for each in site.app.settings.staff},
        offered=[each.name for each in INQUIRY_DEEDS.values() if each.when(inquiry)],
        said=said if said in (*INQUIRY_DEEDS, "open") else "",
    )  # fmt: skip


@router.get("/inquiries/{reference}/do/{action}")
async def form_page(request: Request, visitor: Orderer, reference: str, action: str) -> Response:
    """The form of one order."""
    room, deed = await _place(site_of(request), visitor, reference, action)
    here = f"{_BASE}{room.subject.reference}"
    return empty_form(deed, room, here=here, name=room.subject.reference)


@router.post("/inquiries/{reference}/{action}")
async def act(request: Request, visitor: Orderer, reference: str, action: str) -> Response:
    """One order, then the page of the inquiry again."""
    room, deed = await _place(site_of(request), visitor, reference, action)
    given = await given_in(request, room, deed)
    here = f"{_BASE}{room.subject.reference}"
    return await carry_out(deed, given, here=here, base=_BASE, name=room.subject.reference)


def _keys(site: Site, visitor: Visitor, permission: Permission) -> list[str]:
    return [key for key in visitor.organisations(permission) if key in site.app.organisations]


def _fresh(site: Site, visitor: Visitor, key: str) -> Room[None]:
    if key not in _keys(site, visitor, Permission.ORDERS):
        raise NotFound
    organisation = site.app.organisations[key]
    return Room(site=site, visitor=visitor, scope=Scope(key), organisation=organisation, subject=None)


async def _find(site: Site, visitor: Visitor, reference: str) -> Room[Inquiry]:
    """In this visitor's organisations; NotFound otherwise."""
    for key in _keys(site, visitor, Permission.CONTENT):
        row = await desk.find(site.app.store, Scope(key), reference.upper())
        if row is not None:
            inquiry = await site.app.store.inquiry(Scope(key), row.id)
            organisation = site.app.organisations[key]
            return Room(site=site, visitor=visitor, scope=Scope(key), organisation=organisation, subject=inquiry)
    raise NotFound


async def _place(
    site: Site, visitor: Visitor, reference: str, action: str
) -> tuple[Room[Inquiry], Deed[Inquiry]]:  # fmt: skip
    room, deed = await _find(site, visitor, reference), INQUIRY_DEEDS.get(action)
    if deed is None:
        raise NotFound
    return room, deed
