"""The case, for the person: where it stands in plain words, what was written, and a message of theirs.

They see what was written between us and the address at which they read (issue: "only their own correspondence"), and
nothing else of the case: no notes, no letters to others, nobody else's messages.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.core import links
from dsarbot.core.case import DONE, Case, Letter, Status, summary
from dsarbot.core.letter import NOT_LINKED, LetterStatus
from dsarbot.desk.emit import emit_text, tree
from dsarbot.desk.portal import take_message
from dsarbot.web.limits import client_of
from dsarbot.web.originals import Message, messages
from dsarbot.web.portal.entry import ASK, page
from dsarbot.web.portal.session import SEE_OTHER, Guest, In, cookie_name, demand_form
from dsarbot.web.site import Site, site_of

router = APIRouter()

Words = Annotated[str, Form(max_length=20_000)]
Field = Annotated[str, Form(max_length=100)]
#: What may have just happened.
SAID: Final = frozenset({"sent", "withdrawn", "proposed"})
_WIDTH: Final = 1_000_000
_LEFT: Final = frozenset({LetterStatus.SENT, LetterStatus.BOUNCED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One message or letter. ours: we wrote it; files: names of what came with it; letter: id of a letter of ours."""

    at: datetime
    ours: bool
    subject: str
    text: str
    files: tuple[str, ...] = ()
    letter: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where the case stands. word: of `portal.state`; due: when they hear from us, where a date is known; asked: what
    we wait to hear from them."""

    word: str
    due: date | None = None
    asked: tuple[str, ...] = ()


@router.get("/o/{organisation}/case")
async def case_page(request: Request, guest: In, said: str = "") -> HTMLResponse:
    """The page; that they looked goes into the journal."""
    return await shown(request, guest, said=said if said in SAID else "")


@router.post("/o/{organisation}/case/message")
async def write(request: Request, guest: In, words: Words = "", form: Field = "", key: Field = "") -> Response:
    """A message of theirs, on the road of every mail."""
    site = site_of(request)
    demand_form(guest, form)
    site.limits.take(ASK, client_of(request), site.app.clock())
    if not words.strip() or not is_key(key):
        return await shown(request, guest, wrong="words", status=400)
    await take_message(
        site.app.desk, site.app.intake, guest.organisation, address=guest.link.address, text=words, key=key,
        reference=guest.case.reference,
    )  # fmt: skip
    return RedirectResponse(f"{guest.home}?said=sent", SEE_OTHER)


@router.post("/o/{organisation}/leave")
async def leave(request: Request, guest: In, form: Field = "") -> Response:
    """Out. The visit is forgotten here, not only in the browser."""
    site = site_of(request)
    demand_form(guest, form)
    await site.app.store.end_visit(guest.scope, guest.visit.id)
    answer = RedirectResponse(f"/o/{guest.organisation.key}", SEE_OTHER)
    answer.delete_cookie(cookie_name(site), secure=site.settings.encrypted, httponly=True, samesite="strict")
    return answer


async def shown(request: Request, guest: Guest, *, said: str = "", wrong: str = "", status: int = 200) -> HTMLResponse:
    """said: what has just happened; wrong: which field needs another look."""
    site, case = site_of(request), guest.case
    await viewed(site, guest, "case")
    zone = guest.organisation.rules.jurisdiction.zone
    return page(
        request, guest.organisation, "case", status, guest=guest, case=case, said=said, wrong=wrong, zone=zone,
        key=secrets.token_hex(16), standing=standing_of(case), lines=await lines_of(site, guest),
        today=guest.organisation.rules.jurisdiction.local_date(site.app.clock()),
        rights=rights_of(case), active=bool(case.active),
    )  # fmt: skip


async def viewed(site: Site, guest: Guest, what: str) -> None:
    """security 21: what is seen of a case is journalled, whoever sees it."""
    public = {"case": guest.case.id, "what": what, "by": "portal", "link": guest.link.id[:16]}
    async with site.app.store.transaction() as transaction:
        await transaction.ledger(guest.scope, "viewed", public, at=site.app.clock(), actor="person")


def standing_of(case: Case) -> Standing:
    """In the words of the page: the most urgent claim speaks for the case."""
    if case.moved_to or not case.claims:
        return Standing(word="moved")
    found = summary(case)
    asked = {question.kind for claim in case.active if (question := claim.open_question()) is not None}
    told = found.status not in (*DONE, Status.UNCONFIRMED)
    return Standing(word=found.status, due=found.target if told else None, asked=tuple(sorted(asked)))


def rights_of(case: Case) -> Sequence[str]:
    """What they asked for, in the words of the form."""
    wanted = (each for each in case.claims if each.status not in (Status.NOT_A_REQUEST, Status.UNCONFIRMED))
    return list(dict.fromkeys("marketing" if each.marketing else each.right for each in wanted))


async def lines_of(site: Site, guest: Guest) -> Sequence[Line]:
    """What was written between us and this address, the newest first."""
    address, portal = guest.link.address.casefold(), guest.organisation.portal
    received = [each for each in await messages(site.app, guest.scope, guest.case) if _from(each, address)]
    lines = [
        Line(
            at=each.joined.received_at,
            ours=False,
            subject=each.subject,
            text=each.text,
            files=tuple(name for name, _ in each.files),
        )
        for each in received
    ]
    lines += [
        Line(at=letter.sent_at, ours=True, subject=letter.subject, text=_words_of(letter, portal), letter=letter.id)
        for letter in guest.case.letters
        if letter.sent_at is not None and _to(letter, address)
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _from(message: Message, address: str) -> bool:
    return not message.joined.recipient and message.sender.casefold().endswith(f"<{address}>")


def _to(letter: Letter, address: str) -> bool:
    mine = letter.medium == "mail" and letter.recipient.casefold() == address
    return mine and letter.status in _LEFT and letter.moment not in NOT_LINKED


def _words_of(letter: Letter, portal: str) -> str:
    """As it was sent, but for its link, which nobody but its reader has."""
    blank = f"{portal}/{links.WORDS[links.Purpose.PORTAL]}/{links.BLANK}"
    # The page breaks the lines itself.
    return emit_text(tree(letter.sections), width=_WIDTH).replace(blank, portal)


def is_key(key: str) -> bool:
    """What our own forms carry so that sending one twice is sending it once."""
    return len(key) == 2 * links.SECRET_BYTES and all(each in "0123456789abcdef" for each in key)
