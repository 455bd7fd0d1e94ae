"""*Today*: what must be done, in five seconds. The facts of the morning's digest, as they are now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core import orders as o
from dsarbot.desk.dating import long
from dsarbot.desk.digest_facts import Sign
from dsarbot.desk.digest_lines import Row, Sayer
from dsarbot.desk.digest_words import words
from dsarbot.desk.today import look
from dsarbot.web.case import find_case
from dsarbot.web.cases import organisations_of
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Orderer, Reader, Site, Visitor, site_of
from dsarbot.web.today_rows import Chip, Section, chips, sections
from dsarbot.wiring.digests import digest_desk

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One organisation. well: every mailbox and the outbox gave a sign of life; unopened: cases that would not open."""

    key: str
    name: str
    day: str
    chips: tuple[Chip, ...]
    sections: tuple[Section, ...]
    signs: tuple[Row, ...]
    well: bool
    queued: int
    unopened: int


@router.get("/")
async def today(request: Request, visitor: Reader, done: str = "", last: str = "") -> HTMLResponse:
    """One part for each organisation of this person."""
    site = site_of(request)
    parts = [await _part(site, visitor, key) for key in organisations_of(site, visitor)]
    return site.screens.page(
        "today.html", visitor.language, visitor=visitor, here="today", parts=parts, last=last,
        done=done if done in _DONE else "",
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
    say = Sayer(words=words(language), day=facts.day, zone=facts.zone)
    return Part(
        key=key,
        name=desk.name,
        day=long(facts.day, language),
        chips=tuple(chips(facts)),
        sections=tuple(_for_screens(each) for each in sections(facts, words(language))),
        signs=tuple(say.sign(each) for each in _worst_first(facts.signs)),
        well=not facts.faults,
        queued=facts.queued,
        unopened=facts.unopened,
    )


def _worst_first(signs: Sequence[Sign]) -> list[Sign]:
    return sorted(signs, key=lambda sign: sign.ok)


def _for_screens(section: Section) -> Section:
    """The digest's hints name commands; beside a link they would only be noise."""
    return replace(section, hint=_plain(section.hint))


def _plain(hint: str) -> str:
    parts = [part for part in _PARTS.split(hint) if "dsarbot" not in part]
    return "".join(parts).rstrip(" ;").rstrip(".") + "." if parts else ""


#: Behind each full stop and semicolon.
_PARTS: Final = re.compile(r"(?<=[.;])")
