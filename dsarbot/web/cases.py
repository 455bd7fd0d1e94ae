"""*Cases*: every case of this person's organisations, by its target, and the exact look-up of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core.case import DONE, Case, Person, Status, summary
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
    """One case of the list. target: None where no answer is owed; today: local, where it is answered."""

    reference: str
    organisation: str
    rights: tuple[str, ...]
    status: Status
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
        lines.sort(key=lambda line: (line.target or date.max, line.reference))
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
        ids = await site.app.store.by_lookup(scope, kind, value)  # type: ignore[arg-type]
        cases = await site.app.store.cases(scope, ids) if ids else ()
        found += [_found(site, case) for case in cases if case.visible_to(visitor.person.key) and case.claims]
    return site.screens.page("found.html", visitor.language, visitor=visitor, here="cases", lines=found, wanted=wanted)


async def _lines(site: Site, key: str, rows: list[CaseRow]) -> list[Line]:
    today = _today(site, key)
    persons = {case.id: case.person for case in await site.app.store.cases(Scope(key), [row.id for row in rows])}
    return [
        Line(
            reference=row.reference,
            organisation=row.organisation,
            rights=row.rights,
            status=row.status,
            # A case that will not open keeps its line: its dates run on.
            who=initials(persons.get(row.id, Person())),
            state=state_of(row.status, row.target, today),
            today=today,
            target=row.target if row.status not in DONE else None,
        )
        for row in rows
    ]


def _found(site: Site, case: Case) -> Line:
    said, today = summary(case), _today(site, case.organisation)
    return Line(
        reference=case.reference,
        organisation=case.organisation,
        rights=said.rights,
        status=said.status,
        who=initials(case.person),
        state=state_of(said.status, said.target, today),
        today=today,
        target=said.target,
    )


def _today(site: Site, key: str) -> date:
    return site.app.organisations[key].rules.jurisdiction.local_date(site.app.clock())


def _rights(site: Site, key: str) -> list[str]:
    organisation = site.app.organisations.get(key)
    return list(organisation.rules.rights) if organisation else []
