"""*To post*: approved letters on paper that nobody has posted yet (practice 8), and the list of those who get no
advertising, which can be asked and not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from dsarbot.core.access import Permission
from dsarbot.core.guarding import addressee
from dsarbot.core.suppression import normalised
from dsarbot.desk.people import initials
from dsarbot.paper.tray import Unposted
from dsarbot.ports import Scope, SuppressionRow
from dsarbot.web.signing_in import demand_form
from dsarbot.web.site import Insider, Reader, Site, Visitor, site_of

router = APIRouter()
#: An address or a number, never a list.
_LONGEST: Final = 320


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One letter. who: initials; written, today: where it is answered."""

    found: Unposted
    who: str
    written: date
    today: date


@router.get("/post")
async def to_post(request: Request, visitor: Reader) -> HTMLResponse:
    """The oldest first."""
    site = site_of(request)
    lines = [line for key in _keys(site, visitor, Permission.LISTS) for line in await _lines(site, visitor, key)]
    lines.sort(key=lambda line: (line.written, line.found.case.reference))
    return site.screens.page("case/post.html", visitor.language, visitor=visitor, here="post", lines=lines)


@router.get("/suppression")
async def ask_page(request: Request, visitor: Insider) -> HTMLResponse:
    """An empty form."""
    return _asked(site_of(request), visitor)


@router.post("/suppression")
async def ask(
    request: Request, visitor: Insider, value: Annotated[str, Form(max_length=_LONGEST)] = "",
    form: Annotated[str, Form()] = "",
) -> HTMLResponse:  # fmt: skip
    """Whether it is on the list; in a form and not in the address, as it names somebody."""
    site = site_of(request)
    demand_form(visitor, form)
    wanted = value.strip()
    if not normalised(wanted):
        return _asked(site, visitor, value=wanted, wrong=True)
    found = [
        (key, row)
        for key in _keys(site, visitor, Permission.CONTENT)
        for row in (await site.app.store.suppressed(Scope(key), [wanted])).values()
    ]
    return _asked(site, visitor, value=wanted, found=found)


def _asked(
    site: Site, visitor: Visitor, *, value: str = "", wrong: bool = False,
    found: list[tuple[str, SuppressionRow]] | None = None,
) -> HTMLResponse:  # fmt: skip
    return site.screens.page(
        "case/suppression.html", visitor.language, 400 if wrong else 200, visitor=visitor, here="suppression",
        value=value, wrong=wrong, found=found,
    )  # fmt: skip


async def _lines(site: Site, visitor: Visitor, key: str) -> list[Line]:
    place = site.app.organisations[key].rules.jurisdiction
    return [
        Line(
            found=each,
            who=initials(addressee(each.case, each.letter.moment)),
            written=place.local_date(each.letter.drafted_at or each.case.opened_at),
            today=place.local_date(site.app.clock()),
        )
        for each in await site.app.trays[key].listed()
        if each.case.visible_to(visitor.person.key)
    ]


def _keys(site: Site, visitor: Visitor, permission: Permission) -> list[str]:
    return [key for key in visitor.organisations(permission) if key in site.app.organisations]
