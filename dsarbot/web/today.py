"""*Today*: what must be done, in five seconds. The facts of the morning's digest, as they are now."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core import orders as o
from dsarbot.desk.dating import long
from dsarbot.desk.digest_words import words
from dsarbot.desk.today import look
from dsarbot.web.case import find_case
from dsarbot.web.cases import organisations_of
from dsarbot.web.health import told, wrong
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Orderer, Reader, Site, Visitor, site_of
from dsarbot.web.today_rows import Chip, Section, chips, sections
from dsarbot.wiring.digests import digest_desk

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One organisation. queued: what is on its way; unopened: cases that would not open."""

    key: str
    name: str
    day: str
    chips: tuple[Chip, ...]
    sections: tuple[Section, ...]
    queued: int
    unopened: int


@router.get("/")
async def today(request: Request, visitor: Reader, done: str = "", last: str = "") -> HTMLResponse:
    """One part for each organisation of this person."""
    site = site_of(request)
    parts = [await _part(site, visitor, key) for key in organisations_of(site, visitor)]
    return site.screens.page(
        "today.html", visitor.language, visitor=visitor, here="today", parts=parts, last=last,
        done=done if done in _DONE else "", wrong=[told(each, visitor.language) for each in await wrong(site)],
    )  # fmt: skip


#: What may have happened just before.
_DONE: Final = ("take", "dismiss", "confirm")


@router.post("/today/take")
async def take(
    request: Request,
    visitor: Orderer,
    form: Annotated[str, Form(max_length=200)],
    reference: Annotated[str, Form(max_length=200)],
) -> Response:
    """practice 11: what waits for somebody away is taken over by whoever is there."""
    site = site_of(request)
    demand_form(visitor, form)
    found = await find_case(site, visitor, reference)
    order = visitor.order(site, o.Assign, staff=visitor.person.key)
    await site.app.desk.order(found.scope, found.case.id, order)
    return RedirectResponse(f"/?done=take&last={found.case.reference}", SEE_OTHER)


async def _part(site: Site, visitor: Visitor, key: str) -> Part:
    app, now, language = site.app, site.app.clock(), visitor.language
    desk = digest_desk(app.settings, app.organisations[key], app.profiles[key].organisation.legal_name)
    facts = await look(app.store, desk, now=now, staff=visitor.person.key)
    return Part(
        key=key,
        name=desk.name,
        day=long(facts.day, language),
        chips=tuple(chips(facts)),
        sections=tuple(_for_screens(each) for each in sections(facts, words(language))),
        queued=facts.queued,
        unopened=facts.unopened,
    )


def _for_screens(section: Section) -> Section:
    """The digest's hints name commands; beside a link they would only be noise."""
    return replace(section, hint=_plain(section.hint))


def _plain(hint: str) -> str:
    parts = [part for part in _PARTS.split(hint) if "dsarbot" not in part]
    return "".join(parts).rstrip(" ;").rstrip(".") + "." if parts else ""


#: Behind each full stop and semicolon.
_PARTS: Final = re.compile(r"(?<=[.;])")
