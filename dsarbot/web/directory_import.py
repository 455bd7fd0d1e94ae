"""A file of customers taken into the directory in two steps: first what it would change, then the same text once more.

Between the two nothing is kept here: the text goes back with the page and comes again with the second step.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from dsarbot.core.access import Permission
from dsarbot.core.directory_import import Imported, taken
from dsarbot.desk.directory_look import read_rows, source_of
from dsarbot.errors import NotFound, TheirInput
from dsarbot.ports import Scope
from dsarbot.store.directory import Public
from dsarbot.web.directory_days import looked_on
from dsarbot.web.guard import allow
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Orderer, Site, Visitor, site_of

router = APIRouter()

#: Larger files are taken in on the command line. So much stays in memory: nothing is spooled to a disk in the clear.
MOST: Final = 1_000_000
_FORM: Final = MOST + 40_000
_SHOWN: Final = 50


@router.get("/directory/{organisation}/import")
async def import_page(request: Request, visitor: Orderer, organisation: str) -> HTMLResponse:
    """Which file, and from which system."""
    site = site_of(request)
    return _page(site, visitor, _scope(site, visitor, organisation))


@router.post("/directory/{organisation}/import")
async def take_in(request: Request, visitor: Orderer, organisation: str) -> Response:
    """What would change; and, with the button under that, the change."""
    site = site_of(request)
    scope = _scope(site, visitor, organisation)
    allow(request, _FORM)
    async with request.form(max_fields=10, max_files=1, max_part_size=_FORM) as fields:
        demand_form(visitor, str(fields.get("form", "")))
        source, on, take = str(fields.get("source", "")), str(fields.get("on", "")), bool(fields.get("take"))
        try:
            text = await _text(fields.get("file"), str(fields.get("text", "")))
            found, lines = await _meant(site, scope, text, source, on)
        except TheirInput as why:
            return _page(site, visitor, scope, source=source, on=on, refused=str(why))
    if not take:
        return _page(site, visitor, scope, source=source, on=on, text=text, found=found, lines=lines)
    public: Public = {"lines": lines, "new": found.new, "again": found.again, "added": found.added}
    await site.app.store.directory.save(
        scope, found.entries, what="directory-imported", public=public, at=site.app.clock(), actor=visitor.person.key
    )
    return RedirectResponse(f"/directory?taken={lines}", SEE_OTHER)


async def _text(file: UploadFile | str | None, again: str) -> str:
    """The file that was chosen, or its text that came back with the second step."""
    if not isinstance(file, UploadFile) or not file.filename:
        if not again:
            raise TheirInput("Choose a file; nothing was changed.")
        return again
    raw = await file.read(MOST + 1)
    if len(raw) > MOST:
        raise TheirInput("The file is larger than 1 MB; take it in with: dsarbot directory import.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TheirInput("That is no CSV file in UTF-8; nothing was changed.") from None


async def _meant(site: Site, scope: Scope, text: str, source: str, on: str) -> tuple[Imported, int]:
    """practice 29: what an import says proposes; it is never the proof itself once it is old."""
    day, today = looked_on(site, scope, on)
    try:
        rows = read_rows(io.StringIO(text.replace("\r\n", "\n")), today)
    except csv.Error:
        raise TheirInput("That is no CSV file in UTF-8; nothing was changed.") from None
    known = await site.app.store.directory.every(scope)
    return taken(rows, known, source=source_of(source), on=day, new_ids=_new_ids()), len(rows)


def _new_ids() -> Iterator[str]:
    while True:
        yield secrets.token_hex(16)


def _scope(site: Site, visitor: Visitor, key: str) -> Scope:
    if key not in visitor.organisations(Permission.ORDERS) or key not in site.app.organisations:
        raise NotFound
    return Scope(key)


def _page(
    site: Site, visitor: Visitor, scope: Scope, *, source: str = "", on: str = "", text: str = "",
    found: Imported | None = None, lines: int = 0, refused: str = "",
) -> HTMLResponse:  # fmt: skip
    differences = found.differences[:_SHOWN] if found else ()
    return site.screens.page(
        "case/directory_import.html", visitor.language, 409 if refused else 200, visitor=visitor, here="directory",
        scope=scope, source=source, on=on, text=text, found=found, lines=lines, differences=differences,
        refused=refused,
    )  # fmt: skip
