"""Cases for other systems: dates and states, never whom a case is about."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dsarbot.case_rows import case_row
from dsarbot.core.case import DONE, Case, Claim, Status
from dsarbot.core.case_query import CaseQuery
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Rules
from dsarbot.errors import NotFound
from dsarbot.ports import CaseRow
from dsarbot.web.api import models as m
from dsarbot.web.api.callers import Caller, Lister
from dsarbot.web.api.described import described
from dsarbot.web.api.problems import ApiProblem
from dsarbot.web.site import Site, site_of

router = APIRouter(tags=["cases"])

_MOST: Final = 200
Reference = Annotated[str, Path(max_length=40)]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page ended."""

    due: date
    id: str


class Filters(BaseModel):
    """What the list is narrowed by. A name that is none of these is refused: nobody gets every case by a slip."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    closed: bool = Field(default=False, description="Those that were put away, instead of the others.")
    status: Status | None = None
    right: str = Field(default="", pattern=r"^([a-z][a-z0-9-]{0,39})?$")
    assignee: str = Field(default="", pattern=r"^[a-z0-9:-]{0,50}$")
    due_by: date | None = Field(default=None, description="With a target by that day.")
    limit: int = Field(default=50, ge=1, le=_MOST)
    cursor: str = Field(default="", max_length=200, pattern=r"^[A-Za-z0-9_-]*$")


@router.get("/cases", response_model=m.CasePage, **described())
async def list_cases(request: Request, caller: Lister, filters: Annotated[Filters, Query()]) -> m.CasePage:
    """By target, those without one last. Confidential cases are not in the list."""
    place = _place(filters.cursor) if filters.cursor else None
    query = CaseQuery(
        staff=caller.key.actor,
        closed=filters.closed,
        right=filters.right,
        statuses=(filters.status,) if filters.status else None,
        assignees=(filters.assignee,) if filters.assignee else None,
        due_by=filters.due_by,
        after=(place.due, place.id) if place else None,
    )
    rows = await site_of(request).app.store.find_rows(caller.scope, query, filters.limit + 1)
    more = len(rows) > filters.limit
    rows = rows[: filters.limit]
    return m.CasePage(cases=[_line(row) for row in rows], next=_cursor(rows[-1]) if more else None)


@router.get("/cases/{reference}", response_model=m.CaseDetail, **described(304, 404))
async def one_case(
    request: Request,
    response: Response,
    caller: Lister,
    reference: Reference,
    unless: Annotated[str | None, Header(alias="If-None-Match", max_length=200)] = None,
) -> m.CaseDetail | Response:
    """Its claims with their dates and tasks, and which letters there are."""
    case = await find_case(site_of(request), caller, reference)
    response.headers["ETag"] = tag_of(case)
    if unless and named(unless, case):
        return Response(status_code=304, headers={"ETag": tag_of(case)})
    return detail(case, caller.organisation.rules)


async def find_case(site: Site, caller: Caller, reference: str) -> Case:
    """NotFound for a case of another organisation, or a confidential one: for this key they are not there."""
    case_id = await site.app.store.by_reference(caller.scope, reference.upper())
    case = await site.app.store.case(caller.scope, case_id) if case_id else None
    if case is None or not case.visible_to(caller.key.actor):
        raise NotFound
    return case


def tag_of(case: Case) -> str:
    """Its version as ETag."""
    return f'"{case.version}"'


def named(tags: str, case: Case) -> bool:
    """RFC 9110 13.1.1: `*`, or a list that has it."""
    given = [each.strip().removeprefix("W/") for each in tags.split(",")]
    return "*" in given or tag_of(case) in given


def _cursor(row: CaseRow) -> str:
    place = json.dumps([(row.target or date.max).isoformat(), row.id]).encode()
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def _place(cursor: str) -> Place:
    try:
        due, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return Place(due=date.fromisoformat(due), id=str(last))
    except (ValueError, TypeError, binascii.Error):
        raise ApiProblem(422, "cursor", "That is no cursor of this list.") from None


def _line(row: CaseRow) -> m.CaseLine:
    return m.CaseLine(
        reference=row.reference,
        status=row.status.value,
        outcome=row.outcome.value,
        rights=list(row.rights),
        language=row.language,
        channel=row.channel,
        received_at=row.received_at,
        target=row.target if row.status not in DONE else None,
        assignee=row.assignee,
        closed=row.closed,
        version=row.version,
    )


def detail(case: Case, rules: Rules) -> m.CaseDetail:
    """The case as it is shown."""
    letters = [
        m.Letter(id=each.id, moment=each.moment.value, status=each.status.value, sent_at=each.sent_at)
        for each in case.letters
    ]
    return m.CaseDetail(
        **_line(case_row(case)).model_dump(), claims=[_claim(each, rules) for each in case.claims], letters=letters
    )


def _claim(claim: Claim, rules: Rules) -> m.Claim:
    place, done = rules.jurisdiction, {each.step for each in claim.done}
    received = place.local_date(claim.received_at)
    return m.Claim(
        id=claim.id,
        right=claim.right,
        party=claim.party,
        status=claim.status.value,
        outcome=claim.outcome.value,
        received_at=claim.received_at,
        target=claim.dates.target if claim.dates and claim.status not in DONE else None,
        safe_due=claim.dates.safe_due if claim.dates else None,
        goal=claim.goal,
        tasks=[
            m.Task(
                key=f"{claim.id}:{step.slug}",
                text=step.text["en"],
                by=place.calendar.add_working_days(received, step.days),
                done=step.slug in done,
            )
            for step in right_of(claim, rules.rights).steps
        ],
    )
