"""One letter on a page of its own: as text, as mail and as page on the left, what the check found on the right."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from dsarbot.core.case import Letter
from dsarbot.desk.emit import letter_html
from dsarbot.errors import NotFound
from dsarbot.web.case import Found, find_case, letter_view, viewed
from dsarbot.web.panels.messages import PAGE_POLICY
from dsarbot.web.site import Insider, site_of

router = APIRouter()

#: A letter is of our own making, every word escaped; its HTML has style of its own, as mail programs want it.
_LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@router.get("/cases/{reference}/letters/{letter}")
async def letter_page(
    request: Request, visitor: Insider, reference: str, letter: str, form: Literal["text", "mail", "pdf"] = "text"
) -> HTMLResponse:  # fmt: skip
    """The letter beside its findings, with everything that can be done with it."""
    site = site_of(request)
    found = await find_case(site, visitor, reference)
    meant = _letter(found, letter)
    await viewed(site, visitor, found, f"letter:{letter}")
    page = site.screens.page(
        "case/letter.html", visitor.language, visitor=visitor, here="cases", case=found.case, form=form,
        w=letter_view(found.case, meant, found.organisation, site.app.clock()), staff=found.room(site, visitor).staff(),
        zone=found.rules.jurisdiction.zone,
    )  # fmt: skip
    page.headers["Content-Security-Policy"] = PAGE_POLICY
    return page


@router.get("/cases/{reference}/letters/{letter}/frame")
async def frame(request: Request, visitor: Insider, reference: str, letter: str) -> HTMLResponse:
    """The HTML that leaves with a mail, for a frame that may do nothing."""
    site = site_of(request)
    found = await find_case(site, visitor, reference)
    meant = _letter(found, letter)
    page = letter_html(meant.sections, language=meant.language, title=meant.subject)
    return HTMLResponse(page, headers={"Content-Security-Policy": _LETTER_POLICY})


def _letter(found: Found, wanted: str) -> Letter:
    letter = next((each for each in found.case.letters if each.id == wanted), None)
    if letter is None:
        raise NotFound
    return letter
