"""The person sends files to their case: letters, proofs, a copy of an identity paper only where one was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, Protocol

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core.case import Case
from dsarbot.core.chain import Hop
from dsarbot.core.copies import asked_for
from dsarbot.core.links import Link
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.portal_files import MOST_FILE, NotTaken, SentFile, take_files
from dsarbot.web.limits import Rate
from dsarbot.web.portal.entry import page
from dsarbot.web.portal.session import SEE_OTHER, Guest, In, demand_form
from dsarbot.web.receiving import Places, Sent, received
from dsarbot.web.site import site_of
from dsarbot.wiring.scans import guard

router = APIRouter()

#: Of one form: one file of the largest size, or a few smaller ones.
MOST: Final = MOST_FILE + 1024 * 1024
MOST_FILES: Final = 5
_PLACES: Final = Places(8)
_SENDING: Final = Rate(name="portal-files", burst=10, every=timedelta(minutes=5))
_LONGEST_TEXT: Final = 5_000


class Sender(Protocol):
    """Whoever is in behind a link: the person, or a contact of a party."""

    @property
    def link(self) -> Link: ...
    @property
    def case(self) -> Case: ...
    @property
    def organisation(self) -> Organisation: ...


@router.get("/o/{organisation}/case/files")
async def files_page(request: Request, guest: In, said: str = "") -> HTMLResponse:
    """The form, with advice about what nobody needs to see."""
    return _page(request, guest, said=said)


@router.post("/o/{organisation}/case/files")
async def send_files(request: Request, guest: In) -> Response:
    """A message of the case, or the form again with the reason; then nothing was kept."""
    wrong, text = await take_form(request, guest, demand=lambda form: demand_form(guest, form))
    if wrong:
        return _page(request, guest, wrong=wrong, text=text)
    return RedirectResponse(f"{guest.home}/files?said=sent", SEE_OTHER)


async def take_form(
    request: Request, sender: Sender, *, demand: Callable[[str], None], hop: Hop | None = None
) -> tuple[NotTaken | None, str]:
    """What the form sends becomes a message of the case. Why it was not taken (None: it was), and the words with it.
    demand: refuses a form of another visit; hop: of the party that sends, None for the person."""
    site = site_of(request)
    site.limits.take(_SENDING, sender.link.id, site.app.clock())
    async with received(request, most=MOST, files=MOST_FILES, places=_PLACES) as form:
        demand(form.text("form"))
        text = form.text("text")[:_LONGEST_TEXT]
        try:
            await take_files(
                site.app.desk, sender.organisation, sender.case, await _opened(form.files),
                address=sender.link.address, text=text, allow=site.app.settings.attachments.allow,
                guard=guard(site.app.settings), hop=hop,
            )  # fmt: skip
        except NotTaken as why:
            return why, text
    return None, text


async def _opened(files: Sequence[Sent]) -> list[SentFile]:
    for each in files:
        if each.size > MOST_FILE:
            raise NotTaken("large", each.name)
    return [SentFile(name=each.name, content=await each.bytes()) for each in files]


def _page(
    request: Request, guest: Guest, *, said: str = "", wrong: NotTaken | None = None, text: str = ""
) -> HTMLResponse:
    return page(
        request, guest.organisation, "files", 400 if wrong else 200, guest=guest, asked=asked_for(guest.case),
        said=said == "sent", wrong=wrong, text=text, most=MOST_FILE // 1024 // 1024, most_files=MOST_FILES,
    )  # fmt: skip
