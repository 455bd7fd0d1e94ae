"""The question and its answer: acknowledged, instructed, done, nothing held, not ours; erasing asks a second time.

A party sees what it was asked and what it said, nothing of other parties (issue: "only what that party may see").
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from dsarbot.core import orders_chain as o
from dsarbot.core.chain import ACTIONS, Action, Instruction, Said
from dsarbot.core.chain_time import controller_date
from dsarbot.core.order import Order
from dsarbot.errors import NotAllowed
from dsarbot.web.answers.entry import page
from dsarbot.web.answers.session import Contact, In, demand_form
from dsarbot.web.limits import client_of
from dsarbot.web.portal import codes
from dsarbot.web.portal.entry import ASK, TRY, Short
from dsarbot.web.portal.session import SEE_OTHER
from dsarbot.web.site import site_of

router = APIRouter()

Text = Annotated[str, Form(max_length=4_000)]
_NUMBER: Final = 9
#: Of the key of a form.
_KEY_BYTES: Final = 16
#: What a form may say, by the direction of the hop.
_SAYS: Final = {
    "up": ("acknowledged", "instruct", "passed-on", "wait", "not-ours"),
    "down": ("acknowledged", "done", "nothing-held", "not-ours"),
    "notice": ("acknowledged", "done", "nothing-held"),
}


@router.get("/o/{organisation}/answer")
async def question(request: Request, party: In, said: str = "") -> HTMLResponse:
    """What was asked, and the form."""
    return _page(request, party, said=said if said in ("kept", "confirmed") else "")


@router.post("/o/{organisation}/answer")
async def answer(
    request: Request,
    party: In,
    *,
    form: Short = "",
    key: Short = "",
    says: Short = "",
    action: Annotated[list[str] | None, Form()] = None,
    scope: Text = "",
    detail: Text = "",
    until: Short = "",
    number: Short = "",
) -> Response:
    """One answer; what it means for the case, the same rules decide as for every other way (security 6)."""
    demand_form(party, form)
    if says not in _says(party) or not _is_key(key):
        return _page(request, party, wrong="choose", status=400)
    day = _day(until)
    if until.strip() and day is None:
        return _page(request, party, wrong="day", status=400)
    common = {"hop": party.hop.id, "detail": detail, "until": day, "by": party.link.address}
    if says == "instruct":
        chosen = cast("tuple[Action, ...]", tuple(each for each in ACTIONS if each in (action or ())))
        order: Order = _order(
            request, party, key, o.Instruct, actions=chosen, scope=scope, how="page", proof=party.proof, **common
        )
    else:
        counted = int(number) if number.isdigit() and len(number) <= _NUMBER else 0
        order = _order(request, party, key, o.Hear, said=cast("Said", says), how="page", number=counted, **common)
    try:
        await site_of(request).app.desk.order(party.scope, party.case.id, order)
    except NotAllowed as why:
        return _page(request, party, wrong=why.rule if why.rule in _WRONG else "refused", status=400)
    if says == "instruct" and "erase" in (action or ()):
        return RedirectResponse(f"{party.home}/confirm", SEE_OTHER)
    return RedirectResponse(f"{party.home}?said=kept", SEE_OTHER)


#: Refusals that have words of their own.
_WRONG: Final = ("instruction-actions", "instruction-scope", "past-day")


def _order(request: Request, party: Contact, key: str, kind: type[Order], **fields: Any) -> Order:  # noqa: ANN401
    """An order of the service for that party. The same form sent twice is one answer."""
    cause = f"page:{party.link.id[:16]}:{key}"
    return kind(at=site_of(request).app.clock(), actor="service", cause=cause, **fields)


def _says(party: Contact) -> tuple[str, ...]:
    wanted = _SAYS[party.hop.direction]
    return tuple(each for each in wanted if each != "passed-on" or party.hop.terms.passes_on)


def _is_key(key: str) -> bool:
    return len(key) == 2 * _KEY_BYTES and all(each in "0123456789abcdef" for each in key)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _unconfirmed(party: Contact) -> Instruction | None:
    mine = (each for each in party.case.chain.instructions if each.hop == party.hop.id)
    return next((each for each in mine if each.state == "unconfirmed"), None)


@router.get("/o/{organisation}/answer/confirm")
async def confirm_page(request: Request, party: In) -> Response:
    """practice 28: what will be erased is named, and a second code is asked for."""
    found = _unconfirmed(party)
    if found is None:
        return RedirectResponse(party.home, SEE_OTHER)
    return _confirm(request, party, found)


@router.post("/o/{organisation}/answer/confirm/code")
async def confirm_code(request: Request, party: In, form: Short = "") -> Response:
    """The second code, to the same contact."""
    demand_form(party, form)
    site = site_of(request)
    site.limits.take(ASK, client_of(request), site.app.clock())
    work = BackgroundTask(codes.send_code, site, party.organisation, party.link.id, "confirm")
    return RedirectResponse(f"{party.home}/confirm", SEE_OTHER, background=work)


@router.post("/o/{organisation}/answer/confirm")
async def confirm(
    request: Request, party: In, *, form: Short = "", key: Short = "", counts: Text = "", code: Short = ""
) -> Response:
    """With counts and the second code; it takes effect after the cooling day."""
    demand_form(party, form)
    site, found = site_of(request), _unconfirmed(party)
    if found is None:
        return RedirectResponse(party.home, SEE_OTHER)
    site.limits.take(TRY, client_of(request), site.app.clock())
    if not counts.strip() or not _is_key(key):
        return _confirm(request, party, found, wrong="counts")
    _, result = await codes.try_code(site, party.scope, party.link.id, code, "confirm")
    if result != "right":
        return _confirm(request, party, found, wrong="code")
    order = _order(
        request, party, key, o.ConfirmInstruction, instruction=found.id, counts=counts,
        proof=f"second code sent to {party.link.address}",
    )  # fmt: skip
    await site.app.desk.order(party.scope, party.case.id, order)
    return RedirectResponse(f"{party.home}?said=confirmed", SEE_OTHER)


def _confirm(request: Request, party: Contact, found: Instruction, *, wrong: str = "") -> HTMLResponse:
    return page(
        request, party.organisation, "confirm", 400 if wrong else 200, party=party, found=found, wrong=wrong,
        key=secrets.token_hex(_KEY_BYTES),
    )  # fmt: skip


def _page(request: Request, party: Contact, *, said: str = "", wrong: str = "", status: int = 200) -> HTMLResponse:
    hop, case = party.hop, party.case
    claims = [case.claim(each) for each in hop.claims]
    return page(
        request, party.organisation, "question", status, party=party, hop=hop, reference=case.reference, said=said,
        wrong=wrong, says=_says(party), actions=ACTIONS, key=secrets.token_hex(_KEY_BYTES),
        rights=tuple(dict.fromkeys(claim.right for claim in claims)),
        received=party.organisation.rules.jurisdiction.local_date(min(claim.received_at for claim in claims)),
        due=hop.due or controller_date(hop, case), unconfirmed=_unconfirmed(party) is not None,
        given=[each for each in case.chain.instructions if each.hop == hop.id],
    )  # fmt: skip
