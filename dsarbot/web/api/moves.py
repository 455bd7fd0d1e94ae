"""Moves of other systems that stay in the house. Whatever leaves it, or has legal effect, is a person's to do: letters
are approved in the console.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Case
from dsarbot.core.decide import decide
from dsarbot.desk.handle import Task
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.ports import Transaction
from dsarbot.web.api import models as m
from dsarbot.web.api.callers import Actor, Caller
from dsarbot.web.api.cases import Reference, detail, find_case, named, tag_of
from dsarbot.web.api.described import described
from dsarbot.web.api.problems import ApiProblem
from dsarbot.web.site import Site, site_of

router = APIRouter(tags=["cases"])

_ERRORS = (400, 404, 409, 412, 413)


@dataclass(frozen=True, kw_only=True)
class Move:
    """Who wants to move which case, and in which state they saw it; None: in whatever state it is."""

    site: Site
    caller: Caller
    reference: str
    response: Response
    seen: str | None

    def demand_seen(self) -> None:
        """ApiProblem when the caller does not say what it saw."""
        if self.seen is None:
            raise ApiProblem(428, "if-match", "Send the ETag of the case, as you have seen it, in If-Match.")


async def move(
    request: Request,
    response: Response,
    caller: Actor,
    reference: Reference,
    seen: Annotated[
        str | None, Header(alias="If-Match", max_length=200, description="The ETag of the case as you have seen it.")
    ] = None,
) -> Move:
    """What every move begins with."""
    return Move(site=site_of(request), caller=caller, reference=reference, response=response, seen=seen)


Moving = Annotated[Move, Depends(move)]


@router.post("/cases/{reference}/notes", response_model=m.CaseDetail, status_code=201, **described(*_ERRORS))
async def add_note(move: Moving, sent: m.NewNote) -> m.CaseDetail:
    """A note for the colleagues."""
    return await _carried_out(move, lambda _: move.caller.order(move.site, o.Note, text=sent.text))


@router.post("/cases/{reference}/assign", response_model=m.CaseDetail, **described(*_ERRORS, 428))
async def assign(move: Moving, sent: m.Assignment) -> m.CaseDetail:
    """From now on it belongs to that colleague. Needs If-Match: nobody takes a case away from somebody unseen."""
    move.demand_seen()
    staff, scope = move.site.app.settings.staff, move.caller.scope
    if sent.staff not in [each.key for each in staff if each.active and scope in each.organisations]:
        raise NotAllowed("unknown-colleague", "Nobody of that name works for this organisation.")
    return await _carried_out(move, lambda _: move.caller.order(move.site, o.Assign, staff=sent.staff))


@router.post("/cases/{reference}/tasks/{key}/done", response_model=m.CaseDetail, **described(*_ERRORS, 428))
async def finish_task(
    move: Moving,
    key: Annotated[str, Path(pattern=r"^c[0-9]{1,4}:[a-z0-9-]{1,60}$", description="As the case names it.")],
    sent: m.TaskDone,
) -> m.CaseDetail:
    """A step of a checklist is done. Needs If-Match."""
    move.demand_seen()
    claim, _, step = key.partition(":")

    def order(case: Case) -> o.Order:
        if claim not in [each.id for each in case.claims]:
            raise NotFound
        return move.caller.order(move.site, r.Tick, claims=(claim,), step=step, note=sent.note)

    return await _carried_out(move, order)


async def _carried_out(move: Move, make: Callable[[Case], o.Order]) -> m.CaseDetail:
    """On the case as it was seen, and on no other state of it."""
    site, caller, seen = move.site, move.caller, move.seen
    case = await find_case(site, caller, move.reference)
    if seen is not None and not named(seen, case):
        raise _changed()
    rules, order = caller.organisation.rules, make(case)
    expected = case.version + len(decide(case, order, rules).facts)

    async def unchanged(transaction: Transaction) -> None:
        if seen is not None and (await transaction.case(caller.scope, case.id)).version != expected:
            raise _changed()

    task = Task(scope=caller.scope, case=case.id, thing=order)
    (after,) = await site.app.desk.handle([task], together=True, also=unchanged, read=[case])
    assert isinstance(after, Case)  # noqa: S101  # together: a refusal was raised
    move.response.headers["ETag"] = tag_of(after)
    return detail(after, rules)


def _changed() -> ApiProblem:
    return ApiProblem(412, "changed", "The case has moved on since you have seen it; look again.")
