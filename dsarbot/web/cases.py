"""*Cases*: every case of this person's organisations, narrowed, sorted and paged by the database."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core.access import Permission
from dsarbot.core.case import Status
from dsarbot.core.case_query import HOPS
from dsarbot.core.case_view import View, added, without
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.ports import CaseRow, Scope
from dsarbot.web.case_filter import AGES, DUE, Chosen, columns, place_of, written
from dsarbot.web.case_lines import lines_of, today_of
from dsarbot.web.console import Console, console_of
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Insider, Reader, Site, Visitor, site_of

router = APIRouter()

PAGE: Final = 50
_MOST_HIDDEN: Final = 1000
Text = Annotated[str, Form(max_length=200)]


@router.get("/cases")
async def cases(request: Request, visitor: Reader, chosen: Annotated[Chosen, Query()]) -> HTMLResponse:
    """A page of the list."""
    site, console = site_of(request), console_of(request)
    mine = organisations_of(site, visitor)
    text = console.searches.of(visitor.person.key, chosen.search)
    found = await _found(site, console, visitor, chosen, text)
    return site.screens.page(
        "cases.html", visitor.language, visitor=visitor, here="cases", lines=await lines_of(site, found.rows),
        hidden=found.hidden, whole=found.whole, next=chosen.address(after=found.after) if found.after else "",
        chosen=chosen, columns={each.key: each for each in columns(chosen)}, organisations=mine, text=text,
        forgotten=bool(chosen.search and not text), first=not chosen.after, here_address=chosen.address(),
        rights=sorted({right for key in mine for right in site.app.organisations[key].rules.rights}),
        statuses=list(Status), hops=list(HOPS), ages=AGES, dues=DUE,
        views=await site.app.store.views(visitor.person.key),
        staff=sorted((each.key, each.name) for each in site.app.settings.staff
                     if each.active and set(each.organisations) & set(mine)),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """A page of rows. after: the place of the last of them, "" when no more follow; whole: all was searched."""

    rows: list[CaseRow]
    hidden: int
    after: str
    whole: bool


async def _found(site: Site, console: Console, visitor: Visitor, chosen: Chosen, text: str) -> _Found:
    """Every organisation gives its first rows; the first of all of them make the page."""
    sort, descending = chosen.order
    now, staff = site.app.clock(), visitor.person.key
    every: list[list[CaseRow]] = []
    hidden, whole = 0, True
    for key in organisations_of(site, visitor):
        if chosen.organisation not in ("", key):
            continue
        scope = Scope(key)
        ids: tuple[str, ...] | None = None
        if chosen.search and key not in visitor.organisations(Permission.CONTENT):
            ids = ()
        elif chosen.search:
            hits = await console.index.search(scope, text, staff=staff, now=now)
            ids, whole = hits.ids, whole and hits.whole
        query = chosen.query(staff=staff, today=today_of(site, key), now=now, ids=ids)
        every.append(list(await site.app.store.find_rows(scope, query, PAGE + 1)))
        if not chosen.after and ids is None:
            [number] = await site.app.store.count_rows(scope, [replace(query, hidden=True)], _MOST_HIDDEN)
            hidden += number
    merged = heapq.merge(*every, key=lambda row: place_of(row, sort), reverse=descending)
    rows = [row for row, _ in zip(merged, range(PAGE + 1), strict=False)]
    after = written(place_of(rows[PAGE - 1], sort)) if len(rows) > PAGE else ""
    return _Found(rows=rows[:PAGE], hidden=hidden, after=after, whole=whole)


def organisations_of(site: Site, visitor: Visitor) -> list[str]:
    """Whose lists they may see."""
    return [key for key in visitor.organisations(Permission.LISTS) if key in site.app.organisations]


@router.post("/cases/search")
async def search(
    request: Request, visitor: Insider, form: Text, text: Text = "", query: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """The list, narrowed to the open cases that hold these words."""
    demand_form(visitor, form)
    chosen = Chosen.of(query)
    key = console_of(request).searches.keep(visitor.person.key, text.strip()) if text.strip() else ""
    return _to_list(chosen.address(search=key, closed=False))


@router.post("/views")
async def save_view(
    request: Request, visitor: Reader, form: Text, name: Text, query: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """Keep this list under a name, for oneself alone."""
    demand_form(visitor, form)
    site, chosen, staff = site_of(request), Chosen.of(query), visitor.person.key
    text = console_of(request).searches.of(staff, chosen.search)
    view = View(name=name, query=chosen.address(search=""), text=text)
    try:
        views = added(await site.app.store.views(staff), view)
    except NotAllowed:
        return site.screens.page("message.html", visitor.language, 409, key="view-refused")
    async with site.app.store.transaction() as transaction:
        await transaction.save_views(staff, views)
    return _to_list(chosen.address())


@router.post("/views/remove")
async def remove_view(request: Request, visitor: Reader, form: Text, name: Text) -> Response:
    """Forget it."""
    demand_form(visitor, form)
    site, staff = site_of(request), visitor.person.key
    async with site.app.store.transaction() as transaction:
        await transaction.save_views(staff, without(await site.app.store.views(staff), name))
    return _to_list("")


@router.get("/views/{number}")
async def view(request: Request, visitor: Reader, number: int) -> Response:
    """The list that was saved, as it is now. Its name stands in no address."""
    views = await site_of(request).app.store.views(visitor.person.key)
    if not 0 <= number < len(views):
        raise NotFound
    wanted = views[number]
    chosen = Chosen.of(wanted.query)
    key = console_of(request).searches.keep(visitor.person.key, wanted.text) if wanted.text else ""
    return _to_list(chosen.address(search=key))


def _to_list(query: str) -> Response:
    return RedirectResponse(f"/cases?{query}" if query else "/cases", SEE_OTHER)
