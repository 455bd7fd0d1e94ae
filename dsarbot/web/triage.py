"""*Triage*: what is perhaps no request, the oldest first, one after the other; a key for each of the three answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from dsarbot.core import orders as o
from dsarbot.core.access import Permission
from dsarbot.core.case import DONE, Status
from dsarbot.core.case_query import CaseQuery, Sort
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.ports import CaseRow, Scope
from dsarbot.web.case import Found, find_case, viewed
from dsarbot.web.case_filter import placed
from dsarbot.web.case_filter import written as written_place
from dsarbot.web.originals import messages
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Insider, Orderer, Site, Visitor, site_of
from dsarbot.web.triage_text import pieces

router = APIRouter()

_BACK: Final = {"today": "/", "triage": "/triage"}
_SORT: Final = Sort.RECEIVED


class Before(BaseModel):
    """What was done just before. last: to which case; refused: the rule that forbade it; skipped: see `Answer`."""

    model_config = ConfigDict(str_max_length=200, str_strip_whitespace=True, hide_input_in_errors=True)

    skipped: str = ""
    done: str = ""
    last: str = ""
    refused: str = ""


class Answer(BaseModel):
    """The fields of the three forms. right: what is asked; skipped: behind which case the next one is looked for; back:
    the page to go on with."""

    model_config = ConfigDict(str_max_length=200, str_strip_whitespace=True, hide_input_in_errors=True)

    form: str = ""
    right: tuple[str, ...] = ()
    skipped: str = ""
    back: Literal["today", "triage"] = "triage"


@router.get("/triage")
async def triage(request: Request, visitor: Insider, before: Annotated[Before, Query()]) -> HTMLResponse:
    """The oldest that waits; behind the one that somebody put off, if they did."""
    site = site_of(request)
    waiting = await _waiting(site, visitor, before.skipped)
    found = await find_case(site, visitor, waiting[0].reference) if waiting else None
    return await _page(site, visitor, found, before)


@router.get("/triage/{reference}")
async def one(request: Request, visitor: Insider, reference: str, before: Annotated[Before, Query()]) -> HTMLResponse:
    """One case, whether it still waits or not: to look again at what was just decided."""
    site = site_of(request)
    return await _page(site, visitor, await find_case(site, visitor, reference), before)


@router.post("/triage/{reference}/{what}")
async def decide(
    request: Request, visitor: Orderer, reference: str, what: str, answer: Annotated[Answer, Form()]
) -> Response:
    """One answer; then the next one at once."""
    site = site_of(request)
    demand_form(visitor, answer.form)
    found = await find_case(site, visitor, reference)
    case = found.case.reference
    try:
        await site.app.desk.order(found.scope, found.case.id, _order(site, visitor, found, what, answer.right))
    except NotAllowed as why:
        return _to(f"/triage/{case}", refused=why.rule)
    if what == "undo":
        return _to(f"/triage/{case}", done="undo")
    return _to(_BACK[answer.back], done=what, last=case, skipped=answer.skipped)


def _order(site: Site, visitor: Visitor, found: Found, what: str, rights: Sequence[str]) -> o.Order:
    if what == "dismiss":
        return visitor.order(site, o.NotARequest)
    if what not in ("confirm", "undo"):
        raise NotFound
    if unknown := [each for each in rights if each not in found.rules.rights]:
        raise NotAllowed("unknown-right", f"There is no right {', '.join(unknown)}.")
    asked = tuple(
        o.Asked(right=each, party=found.case.organisation, certain=True, because=("by a person",)) for each in rights
    )
    return visitor.order(site, o.Confirm, asked=asked if what == "confirm" else ())


def _to(path: str, **values: str) -> Response:
    query = urlencode({name: value for name, value in values.items() if value})
    return RedirectResponse(f"{path}?{query}" if query else path, SEE_OTHER)


async def _waiting(site: Site, visitor: Visitor, skipped: str) -> list[CaseRow]:
    """The first of each organisation, the oldest of them first."""
    query = CaseQuery(
        staff=visitor.person.key, statuses=(Status.UNCONFIRMED,), sort=_SORT, after=placed(skipped, _SORT)
    )
    rows: list[CaseRow] = []
    for key in visitor.organisations(Permission.CONTENT):
        if key in site.app.organisations:
            rows += await site.app.store.find_rows(Scope(key), query, 1)
    return sorted(rows, key=lambda row: (row.received_at, row.id))


async def _page(site: Site, visitor: Visitor, found: Found | None, before: Before) -> HTMLResponse:
    shown = before.model_copy(update={"done": before.done if before.done in _DONE else ""})
    if found is None:
        return site.screens.page(
            "triage.html", visitor.language, visitor=visitor, here="triage", before=shown, case=None
        )  # fmt: skip
    await viewed(site, visitor, found, "case")
    case, place = found.case, found.rules.jurisdiction
    phrases = {claim.right: claim.because for claim in case.claims}
    read = await messages(site.app, found.scope, case)
    proposed = {claim.right for claim in case.claims if claim.status not in DONE}
    received = min(claim.received_at for claim in case.claims)
    return site.screens.page(
        "triage.html", visitor.language, visitor=visitor, here="triage", before=shown, case=case, zone=place.zone,
        target=min((claim.dates.target for claim in case.claims if claim.dates), default=None),
        today=place.local_date(site.app.clock()), read=[(each, pieces(each.text, phrases)) for each in read],
        proposed=[right for right in sorted(found.rules.rights) if right in proposed],
        others=[right for right in sorted(found.rules.rights) if right not in proposed],
        undecided=any(claim.status in (Status.UNCONFIRMED, Status.NOT_A_REQUEST) for claim in case.claims),
        living=any(claim.status not in DONE for claim in case.claims), behind=written_place((received, case.id)),
    )  # fmt: skip


_DONE: Final = ("confirm", "dismiss", "undo")
