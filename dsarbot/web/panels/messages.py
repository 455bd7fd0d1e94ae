"""One message on a page of its own: its text, how its HTML looked, its files and its bytes.

What a stranger wrote as HTML is shown in a frame of its own that may do nothing: no script, no picture, no form, no
way out; it is built anew from harmless elements (reading.rendition), and its own policy loads nothing from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from html import escape
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from dsarbot.core.case import Joined
from dsarbot.desk.outgoing_files import Rules, of_mail
from dsarbot.errors import NotFound
from dsarbot.reading.mail import parse
from dsarbot.reading.rendition import html_of, rendered
from dsarbot.web.case import Found, find_case, viewed
from dsarbot.web.guard import POLICY
from dsarbot.web.originals import Original, message, original, safe
from dsarbot.web.screen import Say
from dsarbot.web.site import Insider, Site, Visitor, site_of
from dsarbot.wiring.scans import guard

router = APIRouter()

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:16px;color:#1c2024;background:#fff;overflow-wrap:anywhere}"
    "table{border-collapse:collapse}td,th{padding:2px 8px;vertical-align:top;text-align:left}"
    ".target,.picture{color:#565d66}blockquote{margin:0 0 0 16px}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
#: Nothing at all but the one style sheet above; and only our own pages may show it in a frame.
FRAME_POLICY: Final = f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'self'; sandbox"
#: The page around it may show frames of ours, and is as strict as every other page otherwise.
PAGE_POLICY: Final = f"{POLICY}; frame-src 'self'"


@router.get("/cases/{reference}/messages/{number}")
async def message_page(request: Request, visitor: Insider, reference: str, number: int) -> HTMLResponse:
    """The text, and beside it the frame."""
    site = site_of(request)
    found, joined = await _joined(site, visitor, reference, number)
    await viewed(site, visitor, found, f"message:{number}")
    shown = await message(site.app, found.scope, joined, number=number)
    if shown.html:
        came = await original(site.app, found.scope, joined)
        shown = replace(shown, html=bool(html_of(came.raw or b"")))
    page = site.screens.page(
        "case/message.html", visitor.language, visitor=visitor, here="cases", case=found.case, message=shown,
        zone=found.rules.jurisdiction.zone, phrases=[each for claim in found.case.claims for each in claim.because],
    )  # fmt: skip
    page.headers["Content-Security-Policy"] = PAGE_POLICY
    return page


@router.get("/cases/{reference}/messages/{number}/frame")
async def frame(request: Request, visitor: Insider, reference: str, number: int) -> HTMLResponse:
    """How it looked, made harmless; for a frame."""
    site = site_of(request)
    found, joined = await _joined(site, visitor, reference, number)
    came = await _opened(site, found, joined)
    source = html_of(came.raw or b"") if came.row.channel != "post" else ""
    if not source:
        raise NotFound
    say = Say(visitor.language)
    inside = rendered(safe(source), quoted=say("original.quoted"), picture=say("original.picture"))
    return framed(inside, visitor.language)


@router.get("/cases/{reference}/messages/{number}/original")
async def original_file(request: Request, visitor: Insider, reference: str, number: int) -> Response:
    """Its bytes, to be kept as a file; a name of our own making."""
    site = site_of(request)
    found, joined = await _joined(site, visitor, reference, number)
    came = await _opened(site, found, joined)
    await viewed(site, visitor, found, f"message:{number}:original")
    ending = "bin" if came.row.channel == "post" else "eml"
    return attached(came.raw or b"", f"{found.case.reference}-{number}.{ending}")


@router.get("/cases/{reference}/messages/{number}/files/{file}")
async def attachment(request: Request, visitor: Insider, reference: str, number: int, file: int) -> Response:
    """One file that came with it; files are counted from 1, as everywhere."""
    site = site_of(request)
    found, joined = await _joined(site, visitor, reference, number)
    came = await _opened(site, found, joined)
    settings = site.app.settings.attachments
    rules = Rules(allow=settings.allow, largest=settings.largest_mb * 1024 * 1024)
    files = list(of_mail(parse(came.raw or b""), rules)) if came.row.channel != "post" else []
    if not 1 <= file <= len(files) or files[file - 1].content is None:
        raise NotFound
    chosen = files[file - 1]
    await viewed(site, visitor, found, f"message:{number}:file:{file}")
    if refused := chosen.refused or await _infected(site, chosen.content or b""):
        return site.screens.page(
            "case/file_refused.html", visitor.language, 409, visitor=visitor, here="cases", case=found.case,
            number=number, called=safe(chosen.name), refused=refused,
        )  # fmt: skip
    return attached(chosen.content or b"", f"{found.case.reference}-{number}-{file}.{chosen.ending}")


async def _infected(site: Site, content: bytes) -> str:
    """Why it is not handed out, "" when nothing speaks against it."""
    viruses = guard(site.app.settings)
    looked = await viruses.check(content) if viruses else None
    if looked and looked.how == "infected":
        return f"ClamAV has found {looked.name} in it"
    return "clamd does not answer; see dsarbot doctor" if looked and looked.how == "unchecked" else ""


def attached(content: bytes, name: str) -> Response:
    """A file to be saved, never opened in the browser: it is a stranger's. name: of our own making."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


def framed(inside: str, language: str) -> HTMLResponse:
    """A document for a frame that may do nothing. inside: HTML of our own making."""
    page = (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8"><title>-</title>'
        f"<style>{_STYLE}</style></head><body>{inside}</body></html>\n"
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": FRAME_POLICY})


async def _joined(site: Site, visitor: Visitor, reference: str, number: int) -> tuple[Found, Joined]:
    found = await find_case(site, visitor, reference)
    if not 1 <= number <= len(found.case.inbounds):
        raise NotFound
    return found, found.case.inbounds[number - 1]


async def _opened(site: Site, found: Found, joined: Joined) -> Original:
    came = await original(site.app, found.scope, joined)
    if came.raw is None:
        raise NotFound
    return came
