"""*Cases*: every case of this person's organisations, by its target, and the exact look-up of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core.case import DONE, Person, Status
from dsarbot.core.suppression import normalised
from dsarbot.desk.people import initials
from dsarbot.ports import CaseRow, Scope
from dsarbot.web.shown import State, state_of
from dsarbot.web.site import Reader, Site, site_of

router = APIRouter()

PAGE: Final = 100
_LONGEST: Final = 200
Filter = Annotated[str, Query(max_length=_LONGEST)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One case of the list."""

    row: CaseRow
    who: str
    state: State
    today: date
    target: date | None


@router.get("/cases")
async def cases(
    request: Request,
    visitor: Reader,
    *,
    organisation: Filter = "",
    right: Filter = "",
    status: Filter = "",
    closed: bool = False,
    after: Filter = "",
) -> HTMLResponse:
    """A page of the list."""
    site = site_of(request)
    wanted = [
        key for key in visitor.person.organisations if organisation in ("", key) and key in site.app.organisations
    ]
    lines: list[Line] = []
    hidden = 0
    more = ""
    for key in wanted:
        rows = await site.app.store.rows(Scope(key), closed=closed, limit=PAGE + 1, after=after if organisation else "")
        if len(rows) > PAGE:
            rows, more = rows[:PAGE], rows[PAGE - 1].id if organisation else "choose"
        matching = [row for row in rows if right in ("", *row.rights) and status in ("", row.status)]
        mine = [row for row in matching if row.visible_to(visitor.person.key)]
        hidden += len(matching) - len(mine)
        lines += await _lines(site, key, mine)
    if not closed:
        lines.sort(key=lambda line: (line.row.target or date.max, line.row.reference))
    rights = sorted({each for key in visitor.person.organisations for each in _rights(site, key)})
    return site.screens.page(
        "cases.html", visitor.language, visitor=visitor, here="cases", lines=lines, hidden=hidden, more=more,
        chosen={"organisation": organisation, "right": right, "status": status}, closed=closed,
        organisations=list(visitor.person.organisations), rights=rights, statuses=list(Status),
    )  # fmt: skip


@router.get("/find")
async def find(request: Request, visitor: Reader, q: Filter = "") -> Response:
    """By reference, address or name, exactly as it is written; nothing is searched that is not indexed by a hash."""
    site, wanted = site_of(request), q.strip()
    found: list[Line] = []
    for key in visitor.person.organisations:
        scope = Scope(key)
        if not wanted or key not in site.app.organisations:
            continue
        if case_id := await site.app.store.by_reference(scope, wanted.upper()):
            case = await site.app.store.case(scope, case_id)
            if case.visible_to(visitor.person.key):
                return RedirectResponse(f"/cases/{case.reference}", 303)
        kind = "address" if "@" in wanted else "name"
        value = normalised(wanted) if kind == "address" else wanted
        ids = set(await site.app.store.by_lookup(scope, kind, value))  # type: ignore[arg-type]
        rows = [
            row
            for closed in (False, True)
            for row in (await site.app.store.rows(scope, closed=closed, limit=10_000) if ids else ())
            if row.id in ids and row.visible_to(visitor.person.key)
        ]
        found += await _lines(site, key, rows)
    return site.screens.page("found.html", visitor.language, visitor=visitor, here="cases", lines=found, wanted=wanted)


async def _lines(site: Site, key: str, rows: list[CaseRow]) -> list[Line]:
    scope, place = Scope(key), site.app.organisations[key].rules.jurisdiction
    today = place.local_date(site.app.clock())
    persons = {case.id: case.person for case in await site.app.store.cases(scope, [row.id for row in rows])}
    return [
        Line(
            row=row,
            # A case that will not open keeps its line: its dates run on.
            who=initials(persons.get(row.id, Person())),
            state=state_of(row.status, row.target, today),
            today=today,
            target=row.target if row.status not in DONE else None,
        )
        for row in rows
    ]


def _rights(site: Site, key: str) -> list[str]:
    organisation = site.app.organisations.get(key)
    return list(organisation.rules.rights) if organisation else []
