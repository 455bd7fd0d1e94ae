"""The buttons of a case: each is one order of the core, given by whoever is logged in; a refusal says its rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from dsarbot.core import orders as o
from dsarbot.core import orders_rights as rights
from dsarbot.core.presend import blocking
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.web.case import Found, find_case, shown
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Orderer, Site, Visitor, site_of

router = APIRouter()

#: What sends a letter or ends a case needs a code that is no older than a quarter of an hour.
STEP_UP: Final = frozenset({"approve", "close"})


class Filled(BaseModel):
    """The fields of a form; each order takes its own. form: shows that it was made in this session."""

    model_config = ConfigDict(str_max_length=20_000, str_strip_whitespace=True, hide_input_in_errors=True)

    form: str = ""
    text: str = ""
    letter: str = ""
    digest: str = ""
    version: int = 0
    staff: str = ""
    proposal: str = ""
    verdict: str = ""
    reason: str = ""
    step: str = ""
    right: tuple[str, ...] = ()


@router.post("/cases/{reference}/{action}")
async def act(
    request: Request, visitor: Orderer, reference: str, action: str, filled: Annotated[Filled, Form()]
) -> Response:
    """One order; then the page of the case again."""
    site = site_of(request)
    demand_form(visitor, filled.form)
    make = _ORDERS.get(action)
    found = await find_case(site, visitor, reference)
    if make is None:
        raise NotFound
    here = f"/cases/{found.case.reference}"
    if action in STEP_UP and not visitor.session.fresh(site.app.clock()):
        return RedirectResponse(f"/prove?to={here}", SEE_OTHER)
    try:
        await site.app.desk.order(found.scope, found.case.id, make(site, visitor, found, filled))
    except NotAllowed as why:
        again = await find_case(site, visitor, reference)
        return await shown(site, visitor, again, refused=str(why), status=409)
    return RedirectResponse(f"{here}?said={action}", SEE_OTHER)


Make = Callable[[Site, Visitor, Found, Filled], o.Order]


def _confirm(site: Site, visitor: Visitor, found: Found, filled: Filled) -> o.Order:
    if unknown := [each for each in filled.right if each not in found.rules.rights]:
        raise NotAllowed("unknown-right", f"There is no right {', '.join(unknown)}.")
    asked = tuple(
        o.Asked(right=each, party=found.case.organisation, certain=True, because=("by a person",))
        for each in filled.right
    )
    return visitor.order(site, o.Confirm, asked=asked)


def _dismiss(site: Site, visitor: Visitor, found: Found, filled: Filled) -> o.Order:
    del found
    return visitor.order(site, o.NotARequest, reason=filled.reason)


def _note(site: Site, visitor: Visitor, found: Found, filled: Filled) -> o.Order:
    del found
    if not filled.text:
        raise NotAllowed("empty-note", "A note needs some words.")
    return visitor.order(site, o.Note, text=filled.text)


def _assign(site: Site, visitor: Visitor, found: Found, filled: Filled) -> o.Order:
    there = [each for each in site.app.settings.staff if each.active and found.scope in each.organisations]
    if filled.staff not in [each.key for each in there]:
        raise NotAllowed("unknown-colleague", "Nobody of that name works for this organisation.")
    return visitor.order(site, o.Assign, staff=filled.staff)


def _close(site: Site, visitor: Visitor, found: Found, filled: Filled) -> o.Order:
    del found, filled
    return visitor.order(site, o.Close)


def _settle(site: Site, visitor: Visitor, found: Found, filled: Filled) -> o.Order:
    del found
    return visitor.order(site, o.Settle, proposal=filled.proposal, accepted=filled.verdict == "accept")


def _tick(site: Site, visitor: Visitor, found: Found, filled: Filled) -> o.Order:
    del found
    claim, _, step = filled.step.partition(":")
    return visitor.order(site, rights.Tick, claims=(claim,), step=step, note=filled.text, undo=filled.verdict == "undo")


def _discard(site: Site, visitor: Visitor, found: Found, filled: Filled) -> o.Order:
    del found
    return visitor.order(site, o.Discard, letter=filled.letter)


def _approve(site: Site, visitor: Visitor, found: Found, filled: Filled) -> o.Order:
    """security 10: bound to what the approver saw, its bytes and the version of the case."""
    letter = next((each for each in found.case.letters if each.id == filled.letter), None)
    if letter is None:
        raise NotFound
    if filled.digest != found.organisation.digest(letter):
        raise NotAllowed("letter-changed", "The letter was changed after this page was made; look at it again.")
    findings = found.organisation.check(found.case, letter, site.app.clock())
    return visitor.order(
        site, o.Approve, letter=letter.id, digest=filled.digest, version=filled.version, findings=blocking(findings)
    )


_ORDERS: Final[dict[str, Make]] = {
    "confirm": _confirm,
    "not-a-request": _dismiss,
    "note": _note,
    "assign": _assign,
    "close": _close,
    "settle": _settle,
    "discard": _discard,
    "tick": _tick,
    "approve": _approve,
}
