"""*Phone note*: one page with five fields, for whoever takes a call (practice 9). The clock runs from what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict

from dsarbot.desk.by_hand import Spoken, take_note
from dsarbot.desk.organisation import Organisation
from dsarbot.web.signing_in import demand_form
from dsarbot.web.site import Caller, Site, Visitor, site_of

router = APIRouter()


class Noted(BaseModel):
    """The fields. when: local, as a browser writes it ("": now)."""

    model_config = ConfigDict(str_max_length=20_000, str_strip_whitespace=True, hide_input_in_errors=True)

    form: str = ""
    organisation: str = ""
    who: str = ""
    reach: str = ""
    words: str = ""
    right: tuple[str, ...] = ()
    when: str = ""


@router.get("/phone")
async def phone_page(request: Request, visitor: Caller) -> HTMLResponse:
    """An empty form."""
    return _page(site_of(request), visitor, Noted())


@router.post("/phone")
async def keep_note(request: Request, visitor: Caller, noted: Annotated[Noted, Form()]) -> HTMLResponse:
    """Kept and a case, or the form again with what is missing; nothing that was typed is lost."""
    site = site_of(request)
    demand_form(visitor, noted.form)
    organisation = site.app.organisations.get(noted.organisation)
    if organisation is None or noted.organisation not in visitor.person.organisations:
        return _page(site, visitor, noted, wrong="organisation")
    missing = next((name for name in ("who", "reach", "words") if not getattr(noted, name)), "")
    at = _instant(noted.when, organisation, site.app.clock())
    unknown = [each for each in noted.right if each not in organisation.rules.rights]
    if missing or at is None or unknown:
        return _page(site, visitor, noted, wrong=missing or ("when" if at is None else "right"))
    spoken = Spoken(channel="phone", who=noted.who, reach=noted.reach, words=noted.words, rights=noted.right, at=at)
    case = await take_note(site.app.desk, organisation, spoken, actor=visitor.person.key)
    return _page(site, visitor, Noted(), reference=case.reference)


def _instant(when: str, organisation: Organisation, now: datetime) -> datetime | None:
    """None for what is no instant, or has not come yet."""
    if not when:
        return now
    try:
        local = datetime.fromisoformat(when)
    except ValueError:
        return None
    at = local if local.tzinfo else local.replace(tzinfo=organisation.rules.jurisdiction.tz)
    return at if at <= now else None


def _page(site: Site, visitor: Visitor, noted: Noted, *, wrong: str = "", reference: str = "") -> HTMLResponse:
    mine = [key for key in visitor.person.organisations if key in site.app.organisations]
    values: dict[str, Any] = {
        "noted": noted,
        "wrong": wrong,
        "reference": reference,
        "organisations": [(key, site.app.profiles[key].organisation.legal_name) for key in mine],
        "rights": sorted({right for key in mine for right in site.app.organisations[key].rules.rights}),
    }
    return site.screens.page(
        "phone.html", visitor.language, 400 if wrong else 200, visitor=visitor, here="phone", **values
    )
