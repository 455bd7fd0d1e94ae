"""*Today*: what must be done, in five seconds. The facts of the morning's digest, as they are now."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from dsarbot.desk.digest_gather import gather
from dsarbot.desk.digest_page import Page, page
from dsarbot.desk.digest_words import words
from dsarbot.ports import Scope
from dsarbot.web.site import Reader, Site, Visitor, site_of
from dsarbot.wiring.digests import digest_desk

router = APIRouter()


@router.get("/")
async def today(request: Request, visitor: Reader) -> HTMLResponse:
    """One part for each organisation of this person."""
    site = site_of(request)
    parts = [await _part(site, visitor, key) for key in visitor.person.organisations if key in site.app.organisations]
    return site.screens.page("today.html", visitor.language, visitor=visitor, here="today", parts=parts)


async def _part(site: Site, visitor: Visitor, key: str) -> Page:
    app, now, language = site.app, site.app.clock(), visitor.language
    desk = digest_desk(app.settings, app.organisations[key], app.profiles[key].organisation.legal_name)
    scope = Scope(key)
    # practice 12: for everybody else a confidential case is a number.
    hidden = {case for case, staff in (await app.store.confidential(scope)).items() if visitor.person.key not in staff}
    facts = await gather(
        app.store, desk, now=now, cases_with_letters=app.store.cases_needing_attention, confidential=hidden
    )
    return _for_screens(page(facts, words(language), now))


def _for_screens(page: Page) -> Page:
    """The digest's hints name commands; beside a link they would only be noise."""
    return replace(page, blocks=tuple(replace(block, hint=_plain(block.hint)) for block in page.blocks))


def _plain(hint: str) -> str:
    parts = [part for part in _PARTS.split(hint) if "dsarbot" not in part]
    return "".join(parts).rstrip(" ;").rstrip(".") + "." if parts else ""


#: Behind each full stop and semicolon.
_PARTS: Final = re.compile(r"(?<=[.;])")
