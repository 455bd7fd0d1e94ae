"""A party sends files with its answer: what its page takes, it says; they come into the case as what that party wrote.

Nothing is instructed by a file alone (practice 28): for that the page has its form, and erasing its second code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.desk.portal_files import MOST_FILE, NotTaken
from dsarbot.web.answers.entry import page
from dsarbot.web.answers.session import Contact, In, demand_form
from dsarbot.web.originals import Message, message
from dsarbot.web.portal.session import SEE_OTHER
from dsarbot.web.portal.upload import MOST_FILES, take_form
from dsarbot.web.site import site_of

router = APIRouter()

#: The newest of what was taken: each is opened for its page.
_MOST_LISTED: Final = 20


@router.get("/o/{organisation}/answer/files")
async def files_page(request: Request, party: In, said: str = "") -> HTMLResponse:
    """The form, and what was taken."""
    return await _page(request, party, said=said == "sent")


@router.post("/o/{organisation}/answer/files")
async def send_files(request: Request, party: In) -> Response:
    """A message of that party, or the form again with the reason; then nothing was kept."""
    wrong, text = await take_form(request, party, demand=lambda form: demand_form(party, form), hop=party.hop)
    if wrong:
        return await _page(request, party, wrong=wrong, text=text)
    return RedirectResponse(f"{party.home}/files?said=sent", SEE_OTHER)


async def _page(
    request: Request, party: Contact, *, said: bool = False, wrong: NotTaken | None = None, text: str = ""
) -> HTMLResponse:
    return page(
        request, party.organisation, "files", 400 if wrong else 200, party=party, said=said, wrong=wrong, text=text,
        taken=await _taken(request, party), most=MOST_FILE // 1024 // 1024, most_files=MOST_FILES,
        zone=party.organisation.rules.jurisdiction.zone,
    )  # fmt: skip


async def _taken(request: Request, party: Contact) -> Sequence[Message]:
    """What was sent on this page for this question, the newest first; nothing of other parties."""
    mine = {each.inbound for each in party.hop.wrote if each.standing == "link-and-code"}
    newest = [each for each in reversed(party.case.inbounds) if each.inbound in mine][:_MOST_LISTED]
    return [await message(site_of(request).app, party.scope, each, whole=False) for each in newest]
