"""The journal of one case on a page, and whether it still says what it said: verified while it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from dsarbot.core.apply import apply
from dsarbot.store.tables import EntryTable
from dsarbot.store.verify import entries_of, verify_case
from dsarbot.web.case import find_case, viewed
from dsarbot.web.site import Insider, Site, site_of

router = APIRouter()

#: The newest; the rest stands behind a link.
_MOST: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One entry: what happened, when, by whom. sealed: it has a payload, which the page does not show."""

    seq: int
    at: datetime
    kind: str
    actor: str
    sealed: bool


@router.get("/cases/{reference}/journal")
async def journal_page(request: Request, visitor: Insider, reference: str, whole: bool = False) -> HTMLResponse:
    """Chain, payloads, what the facts make of the case, and the newest anchor that names it (journal 8)."""
    site = site_of(request)
    found = await find_case(site, visitor, reference)
    await viewed(site, visitor, found, "journal")
    findings, anchor = await verify_case(site.app.store.ring, apply, found.scope, found.case.id)
    entries = await entries_of(found.case.id)
    lines = [_line(each, site) for each in reversed(entries)]
    return site.screens.page(
        "case/journal.html", visitor.language, visitor=visitor, here="cases", case=found.case, findings=findings,
        anchor=anchor, lines=lines if whole else lines[:_MOST], more=0 if whole else max(0, len(lines) - _MOST),
        last=len(entries), zone=found.rules.jurisdiction.zone,
    )  # fmt: skip


def _line(entry: EntryTable, site: Site) -> Line:
    names = {each.key: each.name for each in site.app.settings.staff}
    at = entry.at if entry.at.tzinfo else entry.at.replace(tzinfo=UTC)
    return Line(
        seq=entry.seq, at=at, kind=entry.kind, actor=names.get(entry.actor, entry.actor), sealed=bool(entry.commitment)
    )
