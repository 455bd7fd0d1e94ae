"""What every page of the console works with, and who looks at it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from dsarbot.app import App
from dsarbot.core import orders as o
from dsarbot.core.access import Permission, may, within
from dsarbot.core.account import Session
from dsarbot.core.dates import Language
from dsarbot.errors import DsarbotError
from dsarbot.settings.organisations import StaffSettings
from dsarbot.settings.web import WebSettings
from dsarbot.web import nav
from dsarbot.web.limits import Limits
from dsarbot.web.screen import Screens
from dsarbot.web.tokens import form_token, hashed
from dsarbot.web.words import wanted

T = TypeVar("T", bound=o.Order)


class LoginNeeded(DsarbotError):
    """Somebody must log in first."""


class Forbidden(DsarbotError):
    """The role of this person does not grant this."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The console, put together once."""

    app: App
    settings: WebSettings
    screens: Screens
    limits: Limits = field(default_factory=Limits)

    @property
    def cookie(self) -> str:
        """A name with __Host- is sent back to this host alone, by https alone (RFC 6265bis)."""
        return "__Host-dsarbot" if self.settings.encrypted else "dsarbot"

    @property
    def local(self) -> bool:
        """Whether our own passwords and passkeys lead in."""
        return self.settings.oidc is None or not self.settings.oidc.only


def site_of(request: Request) -> Site:
    """The site that answers."""
    site: Site = request.app.state.site
    return site


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A member of staff who has logged in. form_token: what their forms carry; granted: organisations whose content an
    auditor may read now."""

    person: StaffSettings
    session: Session
    language: Language
    form_token: str
    granted: frozenset[str] = frozenset()
    #: What waits, by place of the navigation.
    counts: Mapping[str, int] = field(default_factory=dict)

    def may(self, permission: Permission) -> bool:
        """Whether they may do it in at least one organisation."""
        return may(self.person.roles, permission) or bool(self.organisations(permission))

    def organisations(self, permission: Permission) -> tuple[str, ...]:
        """Those in which they may do it (security 5): the one place that every page asks."""
        return within(self.person.roles, permission, self.person.organisations, self.granted)

    def order(self, site: Site, kind: type[T], /, **fields: Any) -> T:  # noqa: ANN401  # the fields of the order
        """An order of this person, now."""
        cause = f"order:{secrets.token_hex(8)}"
        return kind(at=site.app.clock(), actor=self.person.key, cause=cause, **fields)


def language_of(request: Request) -> Language:
    """The language of the viewer's browser."""
    site = site_of(request)
    return wanted(request.headers.get("accept-language", ""), site.app.settings.service.language)


async def visitor(request: Request) -> Visitor:
    """Whoever holds the cookie of a living session and still works here; LoginNeeded for everybody else."""
    site = site_of(request)
    token, now = request.cookies.get(site.cookie, ""), site.app.clock()
    session = await site.app.store.session(hashed(token), now) if token else None
    person = next((each for each in site.app.settings.staff if session and each.key == session.staff), None)
    if session is None or person is None or not person.active:
        raise LoginNeeded
    if session.roles is not None:
        # A log-in service may take roles away for a session; it gives none that the configuration does not.
        person = person.model_copy(update={"roles": tuple(each for each in person.roles if each in session.roles)})
    grants = await site.app.store.grants(person.key, now) if "auditor" in person.roles else ()
    return Visitor(
        person=person,
        session=session,
        language=language_of(request),
        form_token=form_token(token),
        granted=frozenset(each.organisation for each in grants),
        counts=await _counts(site, person, request.method, now),
    )


async def _counts(site: Site, person: StaffSettings, method: str, now: datetime) -> Mapping[str, int]:
    """Only for pages, and for whoever sees lists."""
    if method != "GET" or not may(person.roles, Permission.LISTS):
        return {}
    known = [each for each in person.organisations if each in site.app.organisations]
    return await nav.counts(site.app, person.key, known, now)


def needs(permission: Permission) -> Callable[..., Any]:
    """A dependency: the visitor, if a role of theirs grants it; Forbidden otherwise. Every route names one."""

    async def granted(visitor: Annotated[Visitor, Depends(visitor)]) -> Visitor:
        if not visitor.may(permission):
            raise Forbidden
        return visitor

    granted.permission = permission  # type: ignore[attr-defined]  # tests read the matrix of routes from it
    return granted


Reader = Annotated[Visitor, Depends(needs(Permission.LISTS))]
Insider = Annotated[Visitor, Depends(needs(Permission.CONTENT))]
Orderer = Annotated[Visitor, Depends(needs(Permission.ORDERS))]
Caller = Annotated[Visitor, Depends(needs(Permission.PHONE))]
