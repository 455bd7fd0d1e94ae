"""*Who is asking?* on a page of its own: the ladder with its reasons, what a person adds, and copies of papers."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict

from dsarbot.desk.identity_look import Told
from dsarbot.errors import NotFound
from dsarbot.web.case import Found, find_case, viewed
from dsarbot.web.deeds.identity import RECORDS, ROLES
from dsarbot.web.panels.identity import identity
from dsarbot.web.signing_in import demand_form
from dsarbot.web.site import Insider, Orderer, Site, Visitor, site_of

router = APIRouter()

#: What a picture or page of a paper may be opened as in the browser; everything else is saved.
_SHOWN: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png", b"GIF8": "image/gif"}
#: A picture, and nothing that it could bring along.
_PICTURE_POLICY: Final = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


class Hints(BaseModel):
    """What a person adds; in a form and not in the address, as it names people."""

    model_config = ConfigDict(str_max_length=400, str_strip_whitespace=True, hide_input_in_errors=True)

    form: str = ""
    person: str = ""
    customer_number: str = ""
    role: Literal["", "person", "employee", "staff", "agent", "lawyer", "parent", "heir"] = ""
    record: Literal["", "one", "several", "former", "identifier"] = ""
    doubt: str = ""

    @property
    def told(self) -> Told:
        return Told(
            person=self.person,
            customer_number=self.customer_number,
            role=self.role or None,
            record=self.record or None,
            doubt=self.doubt,
        )


@router.get("/cases/{reference}/identity")
async def identity_page(request: Request, visitor: Insider, reference: str) -> HTMLResponse:
    """As case and directory say."""
    site = site_of(request)
    return await _page(site, visitor, await find_case(site, visitor, reference), Hints())


@router.post("/cases/{reference}/identity")
async def with_hints(
    request: Request, visitor: Insider, reference: str, hints: Annotated[Hints, Form()]
) -> HTMLResponse:  # fmt: skip
    """The same with what a person adds; nothing is kept of that."""
    site = site_of(request)
    demand_form(visitor, hints.form)
    found = await find_case(site, visitor, reference)
    try:
        return await _page(site, visitor, found, hints)
    except NotFound as why:
        return await _page(site, visitor, found, hints.model_copy(update={"person": ""}), refused=str(why))


@router.get("/cases/{reference}/copies/{copy}")
async def open_copy(request: Request, visitor: Orderer, reference: str, copy: str) -> Response:
    """The copy of a paper, recorded before anybody sees it (security 21); nothing of it stays in the browser."""
    site = site_of(request)
    found = await find_case(site, visitor, reference)
    known = next((each for each in found.case.copies if each.id == copy), None)
    rows = await site.app.store.id_copies.of_inbound(known.inbound) if known else ()
    row = next((each for each in rows if each.id == copy), None)
    content = await site.app.copies.content(row) if row is not None and row.object else None
    if content is None:
        raise NotFound
    await viewed(site, visitor, found, f"id-copy:{copy}")
    kind = next((kind for start, kind in _SHOWN.items() if content.startswith(start)), "application/octet-stream")
    how = "inline" if kind.startswith("image/") else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{copy[:8]}"', "Content-Security-Policy": _PICTURE_POLICY}
    return Response(content, media_type=kind, headers=headers)


async def _page(site: Site, visitor: Visitor, found: Found, hints: Hints, *, refused: str = "") -> HTMLResponse:
    await viewed(site, visitor, found, "identity")
    room = found.room(site, visitor)
    return site.screens.page(
        "case/identity.html", visitor.language, 409 if refused else 200, visitor=visitor, here="cases",
        case=found.case, identity=await identity(room, hints.told), hints=hints, refused=refused, roles=ROLES,
        records=RECORDS, zone=found.rules.jurisdiction.zone, today=room.today, now=room.now,
    )  # fmt: skip
