"""The look-up: a case by its reference, by address, customer number or name, each exactly as it is written. Nothing is
searched that is not indexed by a keyed hash (security 1)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core.access import Permission
from dsarbot.core.directory import CUSTOMER, MAIL
from dsarbot.core.suppression import normalised
from dsarbot.ports import Scope
from dsarbot.web.case_lines import Line, line_of
from dsarbot.web.cases import organisations_of
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Reader, Site, Visitor, site_of

router = APIRouter()

_LONGEST: Final = 200


@router.post("/find")
async def find(
    request: Request,
    visitor: Reader,
    form: Annotated[str, Form(max_length=_LONGEST)],
    q: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    """What a form sends stands in no address, and so in no log and no history."""
    demand_form(visitor, form)
    return await _answer(site_of(request), visitor, q.strip())


@router.get("/find")
async def find_here(request: Request, visitor: Reader, q: Annotated[str, Query(max_length=_LONGEST)] = "") -> Response:
    """The same for a link, such as one with a reference."""
    return await _answer(site_of(request), visitor, q.strip())


async def _answer(site: Site, visitor: Visitor, wanted: str) -> HTMLResponse | RedirectResponse:
    lines: list[Line] = []
    for key in organisations_of(site, visitor) if wanted else ():
        scope = Scope(key)
        if case_id := await site.app.store.by_reference(scope, wanted.upper()):
            case = await site.app.store.case(scope, case_id)
            if case.visible_to(visitor.person.key):
                return RedirectResponse(f"/cases/{case.reference}", SEE_OTHER)
        # Whether a person is known is content: who sees lists alone finds by references alone.
        ids = await _known(site, scope, wanted) if key in visitor.organisations(Permission.CONTENT) else []
        cases = await site.app.store.cases(scope, ids) if ids else ()
        lines += [line_of(site, case) for case in cases if case.visible_to(visitor.person.key) and case.claims]
    return site.screens.page("found.html", visitor.language, visitor=visitor, here="cases", lines=lines, wanted=wanted)


async def _known(site: Site, scope: Scope, wanted: str) -> list[str]:
    """Ids of the cases that are known by it; a customer number leads to the addresses that are on file with it."""
    store = site.app.store
    if "@" in wanted:
        return list(await store.by_lookup(scope, "address", normalised(wanted)))
    found = list(await store.by_lookup(scope, "name", wanted))
    for entry in await store.directory.find(scope, CUSTOMER, wanted):
        addresses = [value.text for value in entry.of(MAIL)]
        for ids in (await store.by_lookups(scope, "address", addresses)).values():
            found += ids
    return list(dict.fromkeys(found))
