"""*Scan upload*: letters on paper come in through the browser, and their pages are looked at and parted there."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from dsarbot.core.access import Permission
from dsarbot.desk.organisation import Organisation
from dsarbot.documents.answer import NotRead
from dsarbot.documents.kinds import MOST_PAGES, MOST_SCAN
from dsarbot.errors import Gone, NotAllowed, NotFound, TheirInput
from dsarbot.ports import InboundRow, Scope
from dsarbot.scans.stack import ranges_of
from dsarbot.scans.told import Told
from dsarbot.scans.uploads import Cut, State
from dsarbot.web.case import find_case
from dsarbot.web.receiving import Places, Received, Sent, received
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Insider, Orderer, Site, Visitor, site_of

router = APIRouter()

#: Of one form: the largest scan, and what the form says around it; without the script several files come at once.
MOST: Final = 2 * MOST_SCAN
_MOST_FILES: Final = 20
_PLACES: Final = Places(4)
#: Dots on the longer side: to recognise a page by, and to read it.
_SMALL, _LARGE = 480, 1800
_REGISTERED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .-]{3,38}[A-Za-z0-9]|")


class Begun(BaseModel):
    """Where letters begin: numbers of pages; to: of each page, the case to which the letter beginning there belongs."""

    model_config = ConfigDict(str_max_length=200, str_strip_whitespace=True, hide_input_in_errors=True)

    form: str = ""
    begin: tuple[int, ...] = ()
    to: tuple[str, ...] = ()


class Wrong(TheirInput):
    """What a form says cannot be meant. field: where."""

    def __init__(self, field: str) -> None:
        self.field: Final = field
        super().__init__(field)


@router.get("/scans")
async def scans(request: Request, visitor: Orderer) -> HTMLResponse:
    """The form, and what is not a letter yet."""
    return await _page(site_of(request), visitor)


@router.post("/scans")
async def upload(request: Request, visitor: Orderer) -> Response:
    """Kept, then read by the service; a refusal keeps nothing and says so."""
    site = site_of(request)
    async with received(request, most=MOST, files=_MOST_FILES, places=_PLACES) as form:
        demand_form(visitor, form.text("form"))
        organisation = site.app.organisations.get(form.text("organisation"))
        if organisation is None or organisation.key not in visitor.organisations(Permission.ORDERS):
            return await _page(site, visitor, form, wrong="organisation")
        try:
            told = await _told(site, visitor, organisation, form)
            rows = [await _keep(site, organisation, each, told) for each in form.files]
        except Wrong as why:
            return await _page(site, visitor, form, wrong=why.field)
    if not rows:
        return await _page(site, visitor, form, wrong="file")
    return RedirectResponse(f"/scans/{rows[0].id}" if len(rows) == 1 else "/scans", SEE_OTHER)


@router.get("/scans/{item}")
async def scan(request: Request, visitor: Insider, item: str) -> HTMLResponse:
    """How far it is, what became of it, and its pages."""
    site = site_of(request)
    return await _shown(site, visitor, await _find(site, visitor, item))


@router.get("/scans/{item}/state")
async def scan_state(request: Request, visitor: Insider, item: str) -> HTMLResponse:
    """The part of that page that changes by itself."""
    site = site_of(request)
    row = await _find(site, visitor, item)
    state = await site.app.uploads.state(row)
    answer = site.screens.page(
        "scans/state.html", visitor.language, row=row, state=state, letters=await _letters(site, visitor, state)
    )
    if not state.moving:
        # What follows (pages, forms) stands on the whole page.
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.get("/scans/{item}/pages/{number}")
async def scan_page(request: Request, visitor: Insider, item: str, number: int, *, large: bool = False) -> Response:
    """One page as a picture, made by a process that holds no key; that it was looked at goes into the journal."""
    site = site_of(request)
    row = await _find(site, visitor, item)
    if row.channel != "post" or row.problem == "infected" or not 1 <= number <= MOST_PAGES:
        raise NotFound
    await _viewed(site, visitor, row, f"page {number}")
    try:
        data = await site.app.store.vault.open(row.scope, row.objects[0])
        _, picture = await site.app.copier.page(data, number, _LARGE if large else _SMALL)
    except (Gone, NotRead, IndexError):
        raise NotFound from None
    return Response(picture, media_type="image/jpeg")


@router.post("/scans/{item}/split")
async def split(request: Request, visitor: Orderer, item: str, begun: Annotated[Begun, Form()]) -> Response:
    """Each letter is kept by itself and waits to be read."""
    site = site_of(request)
    demand_form(visitor, begun.form)
    row = await _find(site, visitor, item)
    if row.scope not in visitor.organisations(Permission.ORDERS):
        raise NotFound
    try:
        cuts = await _cuts(site, visitor, row, begun)
        rows = await site.app.uploads.part(row, cuts, actor=visitor.person.key)
    except Wrong as why:
        return await _shown(site, visitor, row, refused=why.field)
    except (NotAllowed, NotFound, NotRead, Gone):
        return await _shown(site, visitor, row, refused="parting")
    return RedirectResponse(f"/scans/{rows[0].id}" if len(rows) == 1 else "/scans", SEE_OTHER)


async def _told(site: Site, visitor: Visitor, organisation: Organisation, form: Received) -> Told:
    """What the form says of its files; or Wrong."""
    day, registered, pages = form.text("received"), form.text("registered"), form.text("pages")
    try:
        received_on = date.fromisoformat(day) if day else None
        ranges_of(pages or "1")
    except ValueError:
        raise Wrong("received") from None
    except TheirInput:
        raise Wrong("pages") from None
    today = organisation.rules.jurisdiction.local_date(site.app.clock())
    if received_on is not None and received_on > today:
        raise Wrong("received")
    if not _REGISTERED.fullmatch(registered):
        raise Wrong("registered")
    if pages and len(form.files) > 1:
        raise Wrong("pages")
    if len(form.files) and max(each.size for each in form.files) > MOST_SCAN:
        raise Wrong("large")
    if any(each.size == 0 for each in form.files):
        raise Wrong("empty")
    return Told(
        name="", actor=visitor.person.key, received=received_on, registered=registered, pages=pages,
        look=form.text("letters") == "look",
        joins=await _joins(site, visitor, Scope(organisation.key), form.text("reference")),
    )  # fmt: skip


async def _keep(site: Site, organisation: Organisation, sent: Sent, told: Told) -> InboundRow:
    named = Told(**{**vars(told), "name": sent.name})
    return await site.app.uploads.keep(organisation, await sent.bytes(), named)


async def _joins(site: Site, visitor: Visitor, scope: Scope, reference: str) -> str:
    """The case of that reference. Wrong when there is none in this organisation that they may see."""
    if not reference:
        return ""
    try:
        found = await find_case(site, visitor, reference)
    except NotFound:
        raise Wrong("reference") from None
    if found.scope != scope:
        raise Wrong("reference")
    return found.case.id


async def _cuts(site: Site, visitor: Visitor, row: InboundRow, begun: Begun) -> list[Cut]:
    count = await _count(site, row)
    begins = sorted({1, *(page for page in begun.begin if 1 < page <= count)})
    ends = [*(page - 1 for page in begins[1:]), max(count, 1)]
    references = [begun.to[page - 1] if page <= len(begun.to) else "" for page in begins]
    return [
        Cut(first=first, last=last, joins=await _joins(site, visitor, row.scope, reference))
        for first, last, reference in zip(begins, ends, references, strict=True)
    ]


async def _find(site: Site, visitor: Visitor, item: str) -> InboundRow:
    """NotFound for what is of others, or belongs to a case that they may not see."""
    for key in visitor.organisations(Permission.CONTENT):
        if key not in site.app.organisations:
            continue
        try:
            row = await site.app.store.inbound(Scope(key), item)
        except NotFound:
            continue
        if row.channel == "post" and await _visible(site, visitor, row):
            return row
    raise NotFound


async def _visible(site: Site, visitor: Visitor, row: InboundRow) -> bool:
    return not row.case or (await site.app.store.case(row.scope, row.case)).visible_to(visitor.person.key)


async def _letters(site: Site, visitor: Visitor, state: State) -> list[tuple[InboundRow, str]]:
    """What became of it, each with the reference of its case; of cases that are not theirs to see nothing is said."""
    mine = [row for row in state.letters if row.case and await _visible(site, visitor, row)]
    return [(row, (await site.app.store.case(row.scope, row.case)).reference) for row in mine]


async def _page(site: Site, visitor: Visitor, form: Received | None = None, *, wrong: str = "") -> HTMLResponse:
    mine = [key for key in visitor.organisations(Permission.ORDERS) if key in site.app.organisations]
    rows = [row for key in mine for row in await site.app.uploads.unfinished(site.app.organisations[key])]
    shown = [(row, (await site.app.uploads.told(row)).name, await site.app.uploads.state(row)) for row in rows]
    return site.screens.page(
        "scans/upload.html", visitor.language, 400 if wrong else 200, visitor=visitor, here="scans", wrong=wrong,
        organisations=[(key, site.app.profiles[key].organisation.legal_name) for key in mine],
        form=form or Received(fields={}, files=()), rows=shown, most=MOST_SCAN // 1024 // 1024,
        zone={key: site.app.organisations[key].rules.jurisdiction.zone for key in mine},
    )  # fmt: skip


async def _shown(site: Site, visitor: Visitor, row: InboundRow, *, refused: str = "") -> HTMLResponse:
    await _viewed(site, visitor, row, "scan")
    state = await site.app.uploads.state(row)
    pages = range(1, 1 + (0 if state.moving or state.problem == "infected" else await _count(site, row)))
    try:
        name = (await site.app.uploads.told(row)).name
    except NotFound:
        name = ""
    return site.screens.page(
        "scans/scan.html", visitor.language, 409 if refused else 200, visitor=visitor, here="scans", row=row,
        called=name, state=state, pages=pages, refused=refused, letters=await _letters(site, visitor, state),
        zone=site.app.organisations[row.scope].rules.jurisdiction.zone,
    )  # fmt: skip


async def _count(site: Site, row: InboundRow) -> int:
    """Pages that can be shown."""
    try:
        return await site.app.uploads.pages(await site.app.store.vault.open(row.scope, row.objects[0]))
    except (Gone, IndexError):
        return 0


async def _viewed(site: Site, visitor: Visitor, row: InboundRow, what: str) -> None:
    """security 21: viewing content is journalled."""
    public = {"inbound": row.id, "what": what, "by": "console"} | ({"case": row.case} if row.case else {})
    async with site.app.store.transaction() as transaction:
        await transaction.ledger(row.scope, "viewed", public, at=site.app.clock(), actor=visitor.person.key)
