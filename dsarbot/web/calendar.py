"""The calendar of deadlines of a member of staff, by a secret address; and the page on which they make one.

The address stands for its owner: it is random, kept as a hash, and ends when they say so or leave. What is shown is
what they may see in lists: references and dates.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from dsarbot.app import App
from dsarbot.core.access import Permission, may
from dsarbot.core.case import DONE, Case
from dsarbot.core.case_query import CaseQuery
from dsarbot.core.dates import Language
from dsarbot.core.icalendar import Event, calendar
from dsarbot.core.identity_copy_row import CopyRow, State
from dsarbot.desk.digest_words import Words
from dsarbot.errors import NotFound
from dsarbot.ports import CaseRow, Scope
from dsarbot.settings.organisations import StaffSettings
from dsarbot.settings.web import WebSettings
from dsarbot.web.limits import Rate, client_of
from dsarbot.web.signing_in import Text, demand_form, demand_fresh
from dsarbot.web.site import Reader, Visitor, site_of
from dsarbot.web.tokens import hashed, new_token
from dsarbot.web.words import words

router = APIRouter()

HERE: Final = "/account/calendar"
#: The longest period with every extension, and some.
_AHEAD: Final = timedelta(days=184)
_MOST: Final = 2_000
_COPIES: Final[tuple[State, ...]] = ("suspect", "copy", "apart")
#: Guessing is hopeless; it must not cost us anything, either.
_WRONG: Final = Rate(name="calendar", burst=30, every=timedelta(seconds=10))


@router.get("/calendar/{token}.ics")
async def feed(request: Request, token: str) -> Response:
    """The calendar; 304 for whoever has it as it is."""
    site = site_of(request)
    owner = await _owner(site.app, token)
    if owner is None:
        site.limits.take(_WRONG, client_of(request), site.app.clock())
        raise NotFound
    language = site.app.settings.service.language
    known = [each for each in owner.organisations if each in site.app.organisations]
    rows = [row for key in known for row in await _rows(site.app, Scope(key), owner)]
    copies = [copy for key in known for copy in await site.app.store.id_copies.of_scope(key, _COPIES)]
    headers = {"ETag": _tag(rows, copies, language), "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    say = words(language)
    events = [event async for event in _events(site.app, rows, copies, say)]
    return Response(calendar(say.text("calendar.name"), events), media_type="text/calendar", headers=headers)


@router.get(HERE)
async def calendar_page(request: Request, visitor: Reader) -> HTMLResponse:
    """Whether there is an address, and a button for a new one."""
    site = site_of(request)
    known = await site.app.store.api.has_calendar(visitor.person.key)
    return _page(request, visitor, known=known)


@router.post(HERE)
async def make_calendar(request: Request, visitor: Reader, form: Text = "") -> HTMLResponse:
    """A new address, shown once; the one before it ends."""
    site = site_of(request)
    demand_form(visitor, form)
    demand_fresh(site, visitor, HERE)
    token = await new_calendar(site.app, visitor.person, by=visitor.person.key)
    return _page(request, visitor, known=True, address=address_of(site.settings, token))


@router.post(f"{HERE}/end")
async def end_calendar(request: Request, visitor: Reader, form: Text = "") -> HTMLResponse:
    """The address shows nothing any more."""
    demand_form(visitor, form)
    await new_calendar(site_of(request).app, visitor.person, by=visitor.person.key, revoke=True)
    return _page(request, visitor, known=False, ended=True)


async def new_calendar(app: App, owner: StaffSettings, *, by: str, revoke: bool = False) -> str:
    """The token of a new address; "" where it only ends."""
    token, now = "" if revoke else new_token(), app.clock()
    async with app.store.transaction() as transaction:
        await transaction.save_calendar(owner.key, hashed(token) if token else "", now)
        for key in owner.organisations:
            what = "calendar-ended" if revoke else "calendar-made"
            await transaction.ledger(Scope(key), what, {"staff": owner.key}, at=now, actor=by)
    return token


def address_of(settings: WebSettings, token: str) -> str:
    """What is entered in a calendar program."""
    return f"{settings.url}/calendar/{token}.ics"


def _page(request: Request, visitor: Visitor, *, known: bool, address: str = "", ended: bool = False) -> HTMLResponse:
    return site_of(request).screens.page(
        "calendar.html", visitor.language, visitor=visitor, here="account", known=known, address=address, ended=ended
    )


async def _owner(app: App, token: str) -> StaffSettings | None:
    """Whose it is, as long as they work here and may see lists."""
    staff = await app.store.api.calendar_of(hashed(token))
    person = next((each for each in app.settings.staff if each.key == staff and each.active), None)
    return person if person is not None and may(person.roles, Permission.LISTS) else None


async def _rows(app: App, scope: Scope, owner: StaffSettings) -> Sequence[CaseRow]:
    """Open cases with a date that they may see, the most urgent first."""
    query = CaseQuery(staff=owner.key, due_by=_today(app, scope) + _AHEAD)
    return [row for row in await app.store.find_rows(scope, query, _MOST) if row.target and row.status not in DONE]


def _today(app: App, scope: Scope) -> date:
    return app.organisations[scope].rules.jurisdiction.local_date(app.clock())


def _tag(rows: Sequence[CaseRow], copies: Sequence[CopyRow], language: Language) -> str:
    """The same as long as nothing has changed: no document need be opened to say so."""
    seen = [(row.id, row.version) for row in rows], [(copy.id, copy.delete_by, copy.case) for copy in copies], language
    return f'"{hashlib.sha256(repr(seen).encode()).hexdigest()[:32]}"'


async def _events(app: App, rows: Sequence[CaseRow], copies: Sequence[CopyRow], say: Words) -> AsyncIterator[Event]:
    references = {row.id: row for row in rows}
    for row in rows:
        if row.target is not None:
            yield _event(row, "target", row.target, say)
    for scope in dict.fromkeys(row.organisation for row in rows):
        for case in await app.store.cases(Scope(scope), [row.id for row in rows if row.organisation == scope]):
            for event in _goals(references[case.id], case, say):
                yield event
    for copy in copies:
        if mine := references.get(copy.case):
            day = app.organisations[mine.organisation].rules.jurisdiction.local_date(copy.delete_by)
            yield _event(mine, "copy", day, say, part=copy.id)


def _goals(row: CaseRow, case: Case, say: Words) -> Iterator[Event]:
    """Our own aims, where they are not the target itself."""
    for claim in case.active:
        if claim.goal is not None and claim.goal != row.target:
            yield _event(row, "goal", claim.goal, say, part=claim.id)


def _event(row: CaseRow, kind: str, day: date, say: Words, *, part: str = "") -> Event:
    return Event(
        uid="-".join(each for each in (row.id, kind, part) if each),
        day=day,
        title=say.text(f"calendar.{kind}", reference=row.reference),
        stamp=row.opened_at,
        sequence=row.version,
    )
