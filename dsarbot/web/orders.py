"""The orders of a case: each is a form of the table of deeds, given by whoever is logged in; a refusal says its rule.

Approving a letter is not in the table: it is bound to the page on which the letter was read (security 10).
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from dsarbot.core import orders as o
from dsarbot.core.case import Case
from dsarbot.core.presend import blocking
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.web.case import Found, find_case, shown
from dsarbot.web.deeds.deed import Deed
from dsarbot.web.deeds.field import Room
from dsarbot.web.deeds.pages import carry_out, empty_form, given_in
from dsarbot.web.deeds.table import CASE_DEEDS
from dsarbot.web.signing_in import SEE_OTHER, demand_form, demand_fresh
from dsarbot.web.site import Orderer, Site, Visitor, site_of

router = APIRouter()
_BASE: Final = "/cases/"


class Approval(BaseModel):
    """What was on the page. override: findings that are set aside, with the reason."""

    model_config = ConfigDict(str_max_length=20_000, str_strip_whitespace=True, hide_input_in_errors=True)

    form: str = ""
    letter: str = ""
    digest: str = ""
    version: int = 0
    override: tuple[str, ...] = ()
    reason: str = ""
    decided_by: str = ""


@router.post("/cases/{reference}/approve")
async def approve(
    request: Request, visitor: Orderer, reference: str, approval: Annotated[Approval, Form()]
) -> Response:  # fmt: skip
    """security 10: bound to what the approver saw, its bytes and the version of the case."""
    site = site_of(request)
    demand_form(visitor, approval.form)
    found = await find_case(site, visitor, reference)
    here = f"{_BASE}{found.case.reference}"
    demand_fresh(site, visitor, here)
    try:
        await site.app.desk.order(found.scope, found.case.id, _approve(site, visitor, found, approval))
    except NotAllowed as why:
        again = await find_case(site, visitor, reference)
        return await shown(site, visitor, again, refused=str(why), status=409)
    return RedirectResponse(f"{here}?said=approve", SEE_OTHER)


@router.get("/cases/{reference}/do/{action}")
async def form_page(request: Request, visitor: Orderer, reference: str, action: str) -> Response:
    """The form of one order."""
    room, deed = await _place(site_of(request), visitor, reference, action)
    here = f"{_BASE}{room.subject.reference}"
    return empty_form(deed, room, here=here, name=room.subject.reference)


@router.post("/cases/{reference}/{action}")
async def act(request: Request, visitor: Orderer, reference: str, action: str) -> Response:
    """One order; then the page of the case again, or the form with what was typed and why it cannot be."""
    room, deed = await _place(site_of(request), visitor, reference, action)
    given = await given_in(request, room, deed)
    here = f"{_BASE}{room.subject.reference}"
    return await carry_out(deed, given, here=here, base=_BASE, name=room.subject.reference)


async def _place(site: Site, visitor: Visitor, reference: str, action: str) -> tuple[Room[Case], Deed[Case]]:
    found = await find_case(site, visitor, reference)
    deed = CASE_DEEDS.get(action)
    if deed is None:
        raise NotFound
    return found.room(site, visitor), deed


def _approve(site: Site, visitor: Visitor, found: Found, approval: Approval) -> o.Order:
    letter = next((each for each in found.case.letters if each.id == approval.letter), None)
    if letter is None:
        raise NotFound
    if approval.digest != found.organisation.digest(letter):
        raise NotAllowed("letter-changed", "The letter was changed after this page was made; look at it again.")
    blocked = blocking(found.organisation.check(found.case, letter, site.app.clock()))
    if unknown := [each for each in approval.override if each not in blocked]:
        raise NotAllowed("no-finding", f"No finding {', '.join(unknown)} blocks this letter; nothing was sent.")
    if approval.decided_by and approval.decided_by not in [key for key, _ in found.room(site, visitor).staff()]:
        raise NotAllowed("unknown-colleague", "Nobody of that name works for this organisation.")
    return visitor.order(
        site, o.Approve, letter=letter.id, digest=approval.digest, version=approval.version, findings=blocked,
        overrides=approval.override, reason=approval.reason, decided_by=approval.decided_by,
    )  # fmt: skip
