"""*Held*: what arrived and waits for a person, as text, with the four things that can be done about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from dsarbot.core.access import Permission
from dsarbot.core.case import Joined
from dsarbot.desk import by_hand, handing
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.ports import InboundRow, Scope
from dsarbot.web.case import find_case
from dsarbot.web.originals import Message, message
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Insider, Orderer, Reader, Site, Visitor, site_of
from dsarbot.wiring import items
from dsarbot.wiring.digests import digest_desk
from dsarbot.wiring.handing import ABUSE, DPO, receiver

router = APIRouter()

REASONS: Final = ("not-a-request", "spam", "service-order", "duplicate", "answered-elsewhere", "other")


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One of the list. today: local, where it would be answered."""

    row: InboundRow
    today: date
    late: bool


class Chosen(BaseModel):
    """The fields of the four forms."""

    model_config = ConfigDict(str_max_length=200, str_strip_whitespace=True, hide_input_in_errors=True)

    form: str = ""
    what: Literal["take", "give", "hand", "leave"]
    organisation: str = ""
    reference: str = ""
    to: str = ""
    reason: str = ""


@router.get("/held")
async def held(request: Request, visitor: Reader, said: str = "") -> HTMLResponse:
    """The most urgent first: if it is a request, its clock runs."""
    site = site_of(request)
    mine = _scopes(site, visitor, Permission.LISTS)
    rows = [row for scope in mine for row in await site.app.store.inbounds(scope, state="held")]
    rows.sort(key=lambda row: (row.safe_due or date.max, row.received_at))
    found = [_item(site, row) for row in rows]
    return site.screens.page("held.html", visitor.language, visitor=visitor, here="held", items=found, said=said)


@router.get("/held/{item}")
async def held_item(request: Request, visitor: Insider, item: str) -> HTMLResponse:
    """One item with its text; that it was looked at goes into the journal."""
    site = site_of(request)
    return await _shown(site, visitor, await _find(site, visitor, item))


@router.post("/held/{item}")
async def decide(request: Request, visitor: Orderer, item: str, chosen: Annotated[Chosen, Form()]) -> Response:
    """A request, a message to a case, for somebody else, or none."""
    site = site_of(request)
    demand_form(visitor, chosen.form)
    row = await _find(site, visitor, item)
    try:
        reference = await _decided(site, visitor, row, chosen)
    except (NotAllowed, NotFound) as why:
        return await _shown(site, visitor, row, refused=str(why), status=409)
    said = "handed" if chosen.what == "hand" else "left"
    return RedirectResponse(f"/cases/{reference}" if reference else f"/held?said={said}", SEE_OTHER)


async def _decided(site: Site, visitor: Visitor, row: InboundRow, chosen: Chosen) -> str:
    """The case that it belongs to now; "" when it belongs to none."""
    desk, actor = site.app.desk, visitor.person.key
    if row.state != "held":
        raise NotAllowed("not-held", "Somebody has decided about this item already.")
    if chosen.what == "leave":
        if chosen.reason not in REASONS:
            raise NotAllowed("no-reason", "Choose why it is no request.")
        await by_hand.leave(desk, row, reason=chosen.reason, actor=actor)
        return ""
    if chosen.what == "give":
        found = await find_case(site, visitor, chosen.reference)
        _demand_meant(site, row, found.organisation)
        return (await by_hand.give_to_case(desk, row, found.organisation, found.case, actor=actor)).reference
    organisation = site.app.organisations.get(chosen.organisation)
    if organisation is None or chosen.organisation not in visitor.person.organisations:
        raise NotAllowed("no-organisation", "Choose the organisation that is answerable.")
    _demand_meant(site, row, organisation)
    if chosen.what == "hand":
        await _hand_over(site, row, organisation, chosen.to, actor=actor)
        return ""
    if row.channel == "post":
        return (await by_hand.take_kept(desk, organisation, row, rights=(), actor=actor)).reference
    return await site.app.intake.take_in(row, organisation, actor=actor, rights=())


async def _hand_over(site: Site, row: InboundRow, organisation: Organisation, to: str, *, actor: str) -> None:
    """practice 24: "handed to the abuse desk or DPO the same day"."""
    who, address = receiver(site.app.settings, organisation.key, to)
    name = site.app.profiles[organisation.key].organisation.legal_name
    desk = digest_desk(site.app.settings, organisation, name)
    await handing.hand_over(site.app.desk, desk, row, who=who, address=address, actor=actor)


def _receivers(site: Site, organisations: Collection[str]) -> list[str]:
    """Whom the form offers: of those to whom mail can be written, the ones that somebody can mean."""
    settings = site.app.settings
    abuse = [ABUSE] if any(settings.organisation(key).abuse for key in organisations) else []
    staff = (each for each in settings.staff if each.active and each.email)
    return [*abuse, DPO, *(each.key for each in staff if set(each.organisations) & set(organisations))]


def _demand_meant(site: Site, row: InboundRow, organisation: Organisation) -> None:
    """security 5: what came for one organisation is not given to another."""
    if not items.is_for(site.app.settings, row, organisation.key):
        raise NotAllowed("other-organisation", f"This item did not come for {organisation.key}.")


async def _shown(
    site: Site, visitor: Visitor, row: InboundRow, *, refused: str = "", status: int = 200
) -> HTMLResponse:
    async with site.app.store.transaction() as transaction:
        await transaction.ledger(
            row.scope, "viewed", {"inbound": row.id, "by": "console"}, at=site.app.clock(), actor=visitor.person.key
        )
    joined = Joined(inbound=row.id, received_at=row.received_at, how="held")
    read: Message = await message(site.app, row.scope, joined)
    mine = [key for key in visitor.person.organisations if key in site.app.organisations]
    return site.screens.page(
        "held_item.html", visitor.language, status, visitor=visitor, here="held", item=_item(site, row), message=read,
        zone=_organisation(site, row).rules.jurisdiction.zone, organisations=mine, reasons=REASONS, refused=refused,
        receivers=_receivers(site, mine),
    )  # fmt: skip


async def _find(site: Site, visitor: Visitor, item: str) -> InboundRow:
    """NotFound for what came for others: for whoever asks it is not there."""
    for scope in _scopes(site, visitor, Permission.CONTENT):
        try:
            row = await site.app.store.inbound(scope, item)
        except NotFound:
            continue
        # What belongs to a case is seen there, by those who may see that case.
        if not row.case:
            return row
    raise NotFound


def _scopes(site: Site, visitor: Visitor, permission: Permission) -> list[Scope]:
    """The organisations in which this person may do that, and the shared mailboxes that may mean one of them."""
    mine = [key for key in visitor.organisations(permission) if key in site.app.organisations]
    return items.scopes(site.app.settings, mine)


def _organisation(site: Site, row: InboundRow) -> Organisation:
    return site.app.organisations.get(row.scope) or next(iter(site.app.organisations.values()))


def _item(site: Site, row: InboundRow) -> Item:
    today = _organisation(site, row).rules.jurisdiction.local_date(site.app.clock())
    return Item(row=row, today=today, late=row.safe_due is not None and row.safe_due < today)
