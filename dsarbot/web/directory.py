"""*Directory*: who is on file with an organisation, to know who is asking. Looked up, never listed: each value with its
source and date, added and corrected by whoever looks at the source. What is asked stands in no address."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from dsarbot.core import directory as d
from dsarbot.core.access import Permission
from dsarbot.core.directory import Entry
from dsarbot.desk import directory_look as look
from dsarbot.errors import NotAllowed, NotFound, TheirInput
from dsarbot.ports import Scope
from dsarbot.web.directory_days import looked_on
from dsarbot.web.signing_in import SEE_OTHER, demand_form, demand_fresh
from dsarbot.web.site import Insider, Orderer, Site, Visitor, site_of

router = APIRouter()

#: Why somebody is taken out: codes, because they stand in the clear in the journal.
REMOVED: Final = ("erased", "mistake", "left", "other")
KINDS: Final = (d.NAME, d.MAIL, d.POSTAL, d.PHONE, d.CUSTOMER, d.DISCORD, d.BIRTH, d.PROFESSIONAL)


class Asked(BaseModel):
    """What is looked up."""

    model_config = ConfigDict(str_max_length=400, str_strip_whitespace=True, hide_input_in_errors=True)

    form: str = ""
    organisation: str = ""
    value: str = ""
    by: str = ""


class Changed(BaseModel):
    """A person to be put on file, or a value that was looked at. value, kind: in pairs."""

    model_config = ConfigDict(str_max_length=400, str_strip_whitespace=True, hide_input_in_errors=True)

    form: str = ""
    kind: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    source: str = ""
    on: str = ""
    since: str = ""
    reason: str = ""

    @property
    def given(self) -> list[tuple[str, str]]:
        """Kinds with a value."""
        return [(kind, value) for kind, value in zip(self.kind, self.value, strict=False) if value]


@router.get("/directory")
async def directory_page(request: Request, visitor: Insider, taken: int = 0) -> HTMLResponse:
    """An empty form. taken: so many lines of a file were just taken in."""
    return await _page(site_of(request), visitor, Asked(), taken=taken)


@router.post("/directory")
async def look_up(request: Request, visitor: Insider, asked: Annotated[Asked, Form()]) -> HTMLResponse:
    """Who is on file with that; that somebody asked goes into the journal, not what."""
    site = site_of(request)
    demand_form(visitor, asked.form)
    keys = _keys(site, visitor, Permission.CONTENT)
    if not asked.value or asked.by not in ("", *look.BY) or (asked.organisation or keys[0]) not in keys:
        return await _page(site, visitor, asked, wrong=True)
    found: list[tuple[str, Entry]] = []
    directory = site.app.store.directory
    for key in [asked.organisation] if asked.organisation else keys:
        entries = await look.search(directory, Scope(key), asked.value, asked.by)
        await directory.told(
            Scope(key), "directory-searched", {"found": len(entries)}, at=site.app.clock(), actor=visitor.person.key
        )
        found += [(key, each) for each in entries]
    return await _page(site, visitor, asked, found=found)


@router.get("/directory/{organisation}/new")
async def new_page(request: Request, visitor: Orderer, organisation: str) -> HTMLResponse:
    """An empty form for a person."""
    site = site_of(request)
    return _new(site, visitor, _scope(site, visitor, organisation, Permission.ORDERS), Changed())


@router.post("/directory/{organisation}/new")
async def add(request: Request, visitor: Orderer, organisation: str, changed: Annotated[Changed, Form()]) -> Response:
    """On file, as seen in a system."""
    site = site_of(request)
    demand_form(visitor, changed.form)
    scope = _scope(site, visitor, organisation, Permission.ORDERS)
    try:
        on, today = looked_on(site, scope, changed.on)
        entry = await look.new_entry(
            site.app.store.directory, scope, changed.given, entry=secrets.token_hex(16),
            source=look.source_of(changed.source), on=on, today=today,
            since=looked_on(site, scope, changed.since)[0] if changed.since else None,
        )  # fmt: skip
    except (TheirInput, NotAllowed) as why:
        return _new(site, visitor, scope, changed, refused=str(why))
    await _save(site, visitor, scope, entry, "directory-added")
    return RedirectResponse(f"/directory/{scope}/{entry.id}?said=added", SEE_OTHER)


@router.get("/directory/{organisation}/{person}")
async def entry_page(
    request: Request, visitor: Insider, organisation: str, person: str, said: str = ""
) -> HTMLResponse:  # fmt: skip
    """Every value with its source and dates."""
    site = site_of(request)
    scope = _scope(site, visitor, organisation, Permission.CONTENT)
    return await _entry(site, visitor, scope, person, said=said)


@router.post("/directory/{organisation}/{person}/seen")
async def seen(
    request: Request, visitor: Orderer, organisation: str, person: str, changed: Annotated[Changed, Form()]
) -> Response:  # fmt: skip
    """practice 29: an import "proposes and never proves", until somebody has looked."""
    site = site_of(request)
    demand_form(visitor, changed.form)
    scope = _scope(site, visitor, organisation, Permission.ORDERS)
    entry = await site.app.store.directory.entry(scope, person)
    try:
        on, _ = looked_on(site, scope, changed.on)
        ((kind, value),) = changed.given
        after = d.seen_again(entry, kind, value, source=look.source_of(changed.source), on=on)
    except (TheirInput, ValueError) as why:
        return await _entry(site, visitor, scope, person, refused=str(why) if isinstance(why, TheirInput) else "value")
    if after is None:
        return await _entry(site, visitor, scope, person, refused="That value does not stand in the entry.")
    await _save(site, visitor, scope, after, "directory-seen", kind=kind)
    return RedirectResponse(f"/directory/{scope}/{entry.id}?said=seen", SEE_OTHER)


@router.post("/directory/{organisation}/{person}/remove")
async def remove(
    request: Request, visitor: Orderer, organisation: str, person: str, changed: Annotated[Changed, Form()]
) -> Response:  # fmt: skip
    """Forgotten: the entry, its key and what it is looked up by."""
    site = site_of(request)
    demand_form(visitor, changed.form)
    scope = _scope(site, visitor, organisation, Permission.ORDERS)
    if changed.reason not in REMOVED:
        return await _entry(site, visitor, scope, person, refused="Choose why the entry is destroyed.")
    demand_fresh(site, visitor, f"/directory/{scope}/{person}")
    await site.app.store.directory.remove(
        scope, person, rule=f"directory-{changed.reason}", at=site.app.clock(), actor=visitor.person.key
    )
    return RedirectResponse("/directory", SEE_OTHER)


async def _save(site: Site, visitor: Visitor, scope: Scope, entry: Entry, what: str, *, kind: str = "") -> None:
    public = {"person": entry.id} | ({"kind": kind} if kind else {})
    await site.app.store.directory.save(
        scope, [entry], what=what, public=public, at=site.app.clock(), actor=visitor.person.key
    )


def _keys(site: Site, visitor: Visitor, permission: Permission) -> list[str]:
    return [key for key in visitor.organisations(permission) if key in site.app.organisations]


def _scope(site: Site, visitor: Visitor, key: str, permission: Permission) -> Scope:
    """NotFound for a directory of others: for whoever asks it is not there."""
    if key not in _keys(site, visitor, permission):
        raise NotFound
    return Scope(key)


async def _page(
    site: Site, visitor: Visitor, asked: Asked, *, found: Sequence[tuple[str, Entry]] | None = None,
    wrong: bool = False, taken: int = 0,
) -> HTMLResponse:  # fmt: skip
    keys = _keys(site, visitor, Permission.CONTENT)
    return site.screens.page(
        "case/directory.html", visitor.language, 400 if wrong else 200, visitor=visitor, here="directory", asked=asked,
        found=found, wrong=wrong, taken=taken, by=look.BY, organisations=_named(site, keys),
        numbers=[(key, await site.app.store.directory.number(Scope(key))) for key in keys],
    )  # fmt: skip


def _named(site: Site, keys: Sequence[str]) -> list[tuple[str, str]]:
    return [(key, site.app.profiles[key].organisation.legal_name) for key in keys]


def _new(site: Site, visitor: Visitor, scope: Scope, changed: Changed, *, refused: str = "") -> HTMLResponse:
    return site.screens.page(
        "case/directory_new.html", visitor.language, 409 if refused else 200, visitor=visitor, here="directory",
        scope=scope, kinds=KINDS, changed=changed, given=dict(changed.given), refused=refused,
    )  # fmt: skip


async def _entry(
    site: Site, visitor: Visitor, scope: Scope, person: str, *, said: str = "", refused: str = ""
) -> HTMLResponse:
    directory = site.app.store.directory
    entry = await directory.entry(scope, person)
    await directory.told(
        scope, "viewed", {"person": entry.id, "what": "directory", "by": "console"}, at=site.app.clock(),
        actor=visitor.person.key,
    )  # fmt: skip
    return site.screens.page(
        "case/directory_entry.html", visitor.language, 409 if refused else 200, visitor=visitor, here="directory",
        scope=scope, entry=entry, said=said if said in ("added", "seen") else "", refused=refused, reasons=REMOVED,
    )  # fmt: skip
