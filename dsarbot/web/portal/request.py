"""The form for a request: one page in plain words, which needs neither an account nor a copy of any paper."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from dsarbot.core.case import Status, summary
from dsarbot.desk.mime import mail_address
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.portal import Role, Wanted, take_request
from dsarbot.errors import TheirInput
from dsarbot.web.limits import Rate, client_of
from dsarbot.web.portal.entry import page
from dsarbot.web.portal.session import House
from dsarbot.web.screen import Say
from dsarbot.web.site import Site, language_of, site_of

router = APIRouter()

REQUEST: Final = Rate(name="portal-request", burst=5, every=timedelta(minutes=2))
#: In the order in which people want them. "!": of advertising alone.
CHOICES: Final = (
    "access", "erasure", "rectification", "portability", "objection!", "objection", "consent-withdrawal",
    "restriction", "automated-decision", "directives",
)  # fmt: skip


class Filled(BaseModel):
    """The fields. key: of this form; want: of `CHOICES`, or "other"."""

    model_config = ConfigDict(str_max_length=8_000, str_strip_whitespace=True, hide_input_in_errors=True)

    key: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] = ""
    want: tuple[str, ...] = ()
    about: str = ""
    words: str = ""
    role: Role = "self"
    whom: str = ""
    name: Annotated[str, Field(max_length=200)] = ""
    address: Annotated[str, Field(max_length=320)] = ""


def choices(house: Organisation) -> Sequence[str]:
    """What may be asked for here."""
    return [each for each in CHOICES if each.rstrip("!") in house.rules.rights]


@router.get("/o/{organisation}/request")
async def form(request: Request, house: House) -> HTMLResponse:
    """An empty form."""
    return _form(request, house, Filled())


@router.post("/o/{organisation}/request")
async def send(request: Request, house: House, filled: Annotated[Filled, Form()]) -> HTMLResponse:
    """A case, and what happens next; or the form again with what is missing, and nothing lost of what was typed."""
    site, now = site_of(request), site_of(request).app.clock()
    site.limits.take(REQUEST, client_of(request), now)
    if wrong := _missing(filled, house):
        return _form(request, house, filled, wrong=wrong)
    say = Say(language_of(request))
    wanted = Wanted(
        key=filled.key or secrets.token_hex(16),
        name=filled.name,
        address=filled.address,
        rights=tuple(each for each in filled.want if each != "other"),
        role=filled.role,
        subject=say("portal.mail.subject"),
        text=_text(filled, say),
        at=now,
    )
    reference = await take_request(site.app.desk, site.app.intake, house, wanted)
    return await _kept(request, site, house, reference)


def _missing(filled: Filled, house: Organisation) -> str:
    """The first field that needs another look, "" when all is well."""
    known = {*choices(house), "other"}
    if not filled.want or not set(filled.want) <= known:
        return "want"
    if "other" in filled.want and not filled.words:
        return "words"
    if filled.role != "self" and not filled.whom:
        return "whom"
    try:
        mail_address(filled.address)
    except TheirInput:
        return "address"
    return ""


def _text(filled: Filled, say: Say) -> str:
    """What they said, as a letter that a person reads: in their own language, in the order of the form."""
    lines = [say("portal.mail.lead"), ""]
    lines += [f"- {say('portal.want.' + _word(each))}" for each in filled.want]
    if filled.role != "self":
        lines += ["", f"{say('portal.role.' + filled.role)}: {filled.whom}"]
    if filled.about:
        lines += ["", f"{say('portal.mail.about')} {filled.about}"]
    if filled.words:
        lines += ["", filled.words]
    return "\n".join([*lines, *(("", filled.name) if filled.name else ())])


def _word(choice: str) -> str:
    return "marketing" if choice.endswith("!") else choice


async def _kept(request: Request, site: Site, house: Organisation, reference: str) -> HTMLResponse:
    case_id = await site.app.store.by_reference(house.scope, reference)
    case = await site.app.store.case(house.scope, case_id) if case_id else None
    today = house.rules.jurisdiction.local_date(site.app.clock())
    # As in the letter: a date is named once it is sure what is asked for (practice 7).
    due = found.target if case and (found := summary(case)).status != Status.UNCONFIRMED else None
    return page(request, house, "kept", reference=reference, today=today, due=due)


def _form(request: Request, house: Organisation, filled: Filled, *, wrong: str = "") -> HTMLResponse:
    status = 400 if wrong else 200
    wants = [(each, f"portal.want.{_word(each)}") for each in (*choices(house), "other")]
    key = filled.key or secrets.token_hex(16)
    return page(
        request, house, "request", status, filled=filled, wrong=wrong, wants=wants, key=key,
        roles=("self", "agent", "lawyer", "parent", "heir"),
    )  # fmt: skip
