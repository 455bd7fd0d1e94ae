"""What every page of the console works with, and who looks at it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from dsarbot.app import App
from dsarbot.core import orders as o
from dsarbot.core.access import Permission, may
from dsarbot.core.account import Session
from dsarbot.core.dates import Language
from dsarbot.errors import DsarbotError
from dsarbot.settings.organisations import StaffSettings
from dsarbot.settings.web import WebSettings
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

    @property
    def cookie(self) -> str:
        """A name with __Host- is sent back to this host alone, by https alone (RFC 6265bis)."""
        return "__Host-dsarbot" if self.settings.encrypted else "dsarbot"


def site_of(request: Request) -> Site:
    """The site that answers."""
    site: Site = request.app.state.site
    return site


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A member of staff who has logged in. form_token: what their forms carry."""

    person: StaffSettings
    session: Session
    language: Language
    form_token: str

    def may(self, permission: Permission) -> bool:
        return may(self.person.roles, permission)

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
    token = request.cookies.get(site.cookie, "")
    session = await site.app.store.session(hashed(token), site.app.clock()) if token else None
    person = next((each for each in site.app.settings.staff if session and each.key == session.staff), None)
    if session is None or person is None or not person.active:
        raise LoginNeeded
    return Visitor(person=person, session=session, language=language_of(request), form_token=form_token(token))


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
