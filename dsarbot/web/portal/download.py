"""The person takes the files of an answer with them: each once, resumable for a day, every time journalled.

A page shows what is ready; a button (POST) asks for one; the bytes then come by GET, whole or in parts, for a day. A
link that somebody opens, or a program that opens every link, so uses up nothing (security 16).
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from importlib.util import find_spec
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from dsarbot.core import orders_package as o
from dsarbot.core.letter import Letter
from dsarbot.core.package import Offer, offers, running
from dsarbot.desk.answer_files import size
from dsarbot.desk.packages import opened
from dsarbot.errors import Gone, NotAllowed, NotFound, TheirInput
from dsarbot.web.limits import Rate
from dsarbot.web.portal.case import lines_of, viewed
from dsarbot.web.portal.entry import page
from dsarbot.web.portal.ranges import Bytes, wanted
from dsarbot.web.portal.session import SEE_OTHER, Guest, In, demand_form
from dsarbot.web.site import Site, site_of

router = APIRouter()

Field = Annotated[str, Form(max_length=100)]
#: A person presses a few times; a program that presses all day is no person.
_ASKING: Final = Rate(name="portal-download", burst=20, every=timedelta(minutes=10))
_PIECE: Final = 64 * 1024
#: Whether letters can be set as pages here (the extra `paper`).
_PAPER: Final = find_spec("typst") is not None
_MEDIA: Final = {
    "pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png", "json": "application/json",
    "csv": "text/csv; charset=utf-8", "text": "text/plain; charset=utf-8",
}  # fmt: skip


@router.get("/o/{organisation}/case/downloads")
async def downloads(request: Request, guest: In) -> HTMLResponse:
    """What is ready, and until when. Looking uses up nothing."""
    site = site_of(request)
    zone = guest.organisation.rules.jurisdiction.zone
    return page(
        request, guest.organisation, "downloads", guest=guest, case=guest.case, zone=zone, offers=_offers(site, guest),
        letters=await _letters(site, guest), size=lambda number: size(number, guest.language),
    )  # fmt: skip


@router.post("/o/{organisation}/case/downloads/{file}")
async def ask(request: Request, guest: In, file: str, form: Field = "") -> Response:
    """The button: from now on it can be fetched, for a day."""
    site = site_of(request)
    demand_form(guest, form)
    site.limits.take(_ASKING, guest.link.id, site.app.clock())
    order = o.Download(
        at=site.app.clock(), actor="service", cause=f"download:{secrets.token_hex(8)}", file=file,
        shown=guest.visit.shown, address=guest.link.address,
    )  # fmt: skip
    try:
        await site.app.desk.order(guest.scope, guest.case.id, order)
    except NotAllowed:
        raise NotFound from None
    return RedirectResponse(f"{guest.home}/downloads/{file}", SEE_OTHER)


@router.get("/o/{organisation}/case/downloads/{file}")
async def fetch(request: Request, guest: In, file: str) -> Response:
    """The bytes, after the button; 404 for everything that is not offered to this visitor, or not any more."""
    site = site_of(request)
    offer = next((each for each in _offers(site, guest) if each.packed.file == file), None)
    if offer is None or not running(offer.packed, site.app.clock()):
        raise NotFound
    try:
        data = await opened(site.app.desk, guest.scope, file)
    except Gone:
        raise NotFound from None
    tag = f'"{file}"'
    header = request.headers.get("range", "")
    if request.headers.get("if-range", tag) != tag:
        header = ""
    try:
        part = wanted(header, len(data))
    except TheirInput:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    await viewed(site, guest, f"file {file[:8]} bytes {part.first}-{part.last}")
    headers = {
        "Content-Disposition": f'attachment; filename="{offer.name}"',
        "Content-Length": str(part.length),
        "Accept-Ranges": "bytes",
        "ETag": tag,
    }
    if not part.whole:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{len(data)}"
    media = _MEDIA.get(offer.packed.kind, "application/octet-stream")
    return StreamingResponse(
        _pieces(site, guest, offer, data, part), 200 if part.whole else 206, headers=headers, media_type=media
    )


@router.get("/o/{organisation}/case/letters/{letter}.pdf")
async def letter_pdf(request: Request, guest: In, letter: str) -> Response:
    """A letter to this address as a page; it was sent there, so it may be read there as often as one likes."""
    site = site_of(request)
    found = next((each for each in await _letters(site, guest) if each.id == letter), None)
    if found is None:
        raise NotFound
    await viewed(site, guest, f"letter {letter}")
    pdf = await site.app.trays[guest.scope].printed(guest.case, found)
    name = f"{guest.case.reference}-{found.id}.pdf"
    return Response(
        pdf, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )  # fmt: skip


async def _letters(site: Site, guest: Guest) -> Sequence[Letter]:
    """Those that went to this address, the newest first, where they can be set as pages."""
    mine = [each.letter for each in await lines_of(site, guest) if each.letter] if _PAPER else []
    return [each for each in reversed(guest.case.letters) if each.id in mine]


def _offers(site: Site, guest: Guest) -> tuple[Offer, ...]:
    return offers(
        guest.case, guest.visit.shown, guest.link.address, guest.organisation.rules, site.app.clock()
    )  # fmt: skip


async def _pieces(site: Site, guest: Guest, offer: Offer, data: bytes, part: Bytes) -> AsyncIterator[bytes]:
    """In pieces, so that a slow line holds no more than one; when the last byte has left, it came through."""
    for start in range(part.first, part.last + 1, _PIECE):
        yield data[start : min(start + _PIECE, part.last + 1)]
    if part.last == len(data) - 1:
        file = offer.packed.file
        ended = o.EndDownload(at=site.app.clock(), actor="service", cause=f"downloaded:{file}", file=file)
        await site.app.desk.order(guest.scope, guest.case.id, ended)
