"""Requests out of the customer area: made once, however often they are sent, and their state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, Response

from dsarbot.core import orders as o
from dsarbot.core.case import DONE, Case, Status, summary
from dsarbot.core.logins import proof
from dsarbot.core.order import Order
from dsarbot.desk.forms import Form, keep_form, open_form
from dsarbot.desk.handle import Also
from dsarbot.errors import NotFound
from dsarbot.ports import InboundRow, Transaction
from dsarbot.store.api import Call
from dsarbot.web.api import models as m
from dsarbot.web.api.callers import Caller, Follower, Writer
from dsarbot.web.api.customers import Known, known
from dsarbot.web.api.described import described
from dsarbot.web.api.problems import ApiProblem
from dsarbot.web.site import Site, site_of

router = APIRouter(tags=["requests"])

#: So long a call may be under way; whoever sends it again after that takes it up where it broke off.
_UNDER_WAY: Final = timedelta(minutes=1)
_ONCE: Final = Header(
    alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[!-~]+$",
    description="The same key again within 48 hours makes no second request; it is answered as it was the first time.",
)  # fmt: skip
_STATES: Final[dict[Status, m.State]] = {
    Status.UNCONFIRMED: "received",
    Status.OPEN: "in-progress",
    Status.WAITING_PERSON: "waiting-for-you",
    Status.WAITING_PARTY: "in-progress",
    Status.ANSWERED: "answered",
    Status.CLOSED: "closed",
    Status.NOT_A_REQUEST: "closed",
}


@router.post("/requests", status_code=201, response_model=m.RequestState, **described(400, 409, 413))
async def make_request(
    request: Request,
    response: Response,
    caller: Writer,
    sent: m.NewRequest,
    once: Annotated[str | None, _ONCE] = None,
) -> m.RequestState:
    """Kept before anything else is done with it; then a case like any other, with its number and its date."""
    site, raw = site_of(request), await request.body()
    _demand_something(caller, sent)
    who = await known(site, caller, sent)
    row_id, call = site.app.desk.new_id(), None
    if once is not None:
        call = await _call(site, caller, once, raw, row_id)
        if call.answer or call.case:
            response.headers["Idempotency-Replayed"] = "true"
            return await _again(site, caller, call, response)
        row_id = call.inbound
    case = await _opened(site, caller, sent, who, raw=raw, row_id=row_id, call=call)
    made = state_of(case)
    if call is not None:
        await site.app.store.api.finish_call(caller.scope, call.id, made.model_dump_json())
    response.headers["Location"] = made.status_url
    return made


@router.get("/requests/{reference}", response_model=m.RequestState, **described(404))
async def request_state(request: Request, caller: Follower, reference: str) -> m.RequestState:
    """Only of requests that came by this way; of the others the customer area knows nothing."""
    store, wanted = site_of(request).app.store, reference.upper()
    case_id = await store.by_reference(caller.scope, wanted)
    case = await store.case(caller.scope, case_id) if case_id else None
    if case is None or (case.channel != "api" and wanted not in case.aliases):
        raise NotFound
    return state_of(case)


def state_of(case: Case) -> m.RequestState:
    """A case as its person may see it."""
    said = summary(case)
    answered = [claim.answered_at for claim in case.claims if claim.answered_at]
    return m.RequestState(
        reference=case.reference,
        state=_STATES[said.status],
        received_at=said.received_at,
        target=said.target if said.status not in DONE else None,
        answered_at=max(answered) if answered and said.status in DONE else None,
        status_url=f"/api/v1/requests/{case.reference}",
    )


def _demand_something(caller: Caller, sent: m.NewRequest) -> None:
    rights = caller.organisation.rules.rights
    if unknown := [each for each in sent.rights if each not in rights]:
        known_ones = ", ".join(sorted(rights))
        raise ApiProblem(422, "unknown-right", f"There is no right {', '.join(unknown)}; there are: {known_ones}.")
    if not sent.rights and not sent.text:
        raise ApiProblem(422, "nothing-asked", "Say at least a right or some words.")


async def _call(site: Site, caller: Caller, once: str, raw: bytes, row_id: str) -> Call:
    """The call that was noted under this key: this one, or the one that it repeats."""
    now = site.app.clock()
    call = await site.app.store.api.begin_call(
        caller.scope, who=caller.key.name, key=once, body=raw, inbound=row_id, now=now
    )
    if not call.same:
        raise ApiProblem(422, "idempotency", "This Idempotency-Key was used for another request.")
    if not call.mine and not call.case and now - call.made_at < _UNDER_WAY:
        raise ApiProblem(409, "under-way", "The same request is being taken in.", headers={"Retry-After": "5"})
    return call


async def _again(site: Site, caller: Caller, call: Call, response: Response) -> m.RequestState:
    """What the first call was told; where it was told nothing any more, the state of its case."""
    if call.answer:
        made = m.RequestState.model_validate_json(call.answer)
    else:
        made = state_of(await site.app.store.case(caller.scope, call.case))
    response.headers["Location"] = made.status_url
    return made


async def _opened(
    site: Site, caller: Caller, sent: m.NewRequest, who: Known, *, raw: bytes, row_id: str, call: Call | None
) -> Case:
    desk, form = site.app.desk, _form(sent, who, raw)
    row = await _kept(site, caller, form, row_id)
    also = _noting(caller, call) if call else None
    return await open_form(
        desk, caller.organisation, row, form, actor=caller.key.actor, then=_proof(site, caller, sent, who, row_id),
        also=also,
    )  # fmt: skip


async def _kept(site: Site, caller: Caller, form: Form, row_id: str) -> InboundRow:
    """Kept now, or by a call before this one that broke off."""
    try:
        return await site.app.store.inbound(caller.scope, row_id)
    except NotFound:
        return await keep_form(
            site.app.desk, caller.organisation, form, row_id=row_id, received_at=site.app.clock()
        )  # fmt: skip


def _noting(caller: Caller, call: Call) -> Callable[[str], Also]:
    """In the transaction that opens the case, so that of two equal calls one alone opens one."""

    def of(case_id: str) -> Also:
        async def note(transaction: Transaction) -> None:
            await transaction.note_call(caller.scope, call.id, case_id)

        return note

    return of


def _proof(site: Site, caller: Caller, sent: m.NewRequest, who: Known, row_id: str) -> tuple[Order, ...]:
    """What the case keeps of the log-in; or why it does not count, for whoever reads the case."""
    now, actor = site.app.clock(), caller.key.actor
    if who.login is not None:
        day = caller.organisation.rules.jurisdiction.local_date(now)
        return (proof(who.login, actor=actor, cause=f"login:{row_id}", now=now, day=day),)
    if not who.doubt:
        return ()
    text = f"{actor} says that customer {sent.customer_number} is logged in. Not taken as a proof: {who.doubt}."
    return (o.Note(at=now, actor=actor, cause=f"login:{row_id}", text=text),)


def _form(sent: m.NewRequest, who: Known, raw: bytes) -> Form:
    login = sent.asserted_login
    facts = {
        "Rights": ", ".join(sent.rights),
        "Name": who.person.name,
        "Mail": who.person.address,
        "Post": "; ".join(who.person.postal),
        "Customer number": sent.customer_number,
        "Id in the customer area": sent.subject_id,
        "Logged in": f"{login.at.isoformat(timespec='minutes')} ({login.method})" if login else "",
    }
    return Form(
        channel="api",
        raw=raw,
        media_type="application/json",
        person=who.person,
        text=sent.text,
        rights=tuple(dict.fromkeys(sent.rights)),
        facts=tuple((name, value) for name, value in facts.items() if value),
        language=sent.language,
        proved=who.login is not None,
    )
