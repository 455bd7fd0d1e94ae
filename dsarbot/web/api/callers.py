"""Who calls: a program with a key, never a browser with a cookie (so no other site can make it call)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from dsarbot.core import orders as o
from dsarbot.core.api_keys import ApiKey, ApiScope, digest
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import Scope
from dsarbot.web.api.problems import ApiProblem
from dsarbot.web.limits import Rate, client_of
from dsarbot.web.site import Site, site_of

T = TypeVar("T", bound=o.Order)

_BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="A key made by `dsarbot api keys add`.")
#: Whoever has no key gets far fewer answers than those who have one.
_STRANGERS = Rate(name="api-stranger", burst=60, every=timedelta(seconds=1))


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A living key and its organisation."""

    key: ApiKey
    organisation: Organisation

    @property
    def scope(self) -> Scope:
        return self.organisation.scope

    def demand(self, scope: ApiScope) -> None:
        """ApiProblem when the key does not have it."""
        if not self.key.has(scope):
            challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
            raise ApiProblem(
                403, "scope", f"This key does not have the scope {scope}.", headers={"WWW-Authenticate": challenge}
            )

    def order(self, site: Site, kind: type[T], /, **fields: Any) -> T:  # noqa: ANN401  # the fields of the order
        """An order of this program, now."""
        return kind(at=site.app.clock(), actor=self.key.actor, cause=f"order:{secrets.token_hex(8)}", **fields)


async def caller(request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Caller:
    """Whoever holds a living key; ApiProblem for everybody else, TooOften for who asks too often."""
    site = site_of(request)
    now = site.app.clock()
    key = await site.app.store.api.key(digest(bearer.credentials)) if bearer else None
    organisation = site.app.organisations.get(key.organisation) if key else None
    if key is None or organisation is None or not key.alive(now):
        site.limits.take(_STRANGERS, client_of(request), now)
        challenge = 'Bearer realm="dsarbot"' + (', error="invalid_token"' if bearer else "")
        raise ApiProblem(401, "key", "Send a living key as Bearer token.", headers={"WWW-Authenticate": challenge})
    site.limits.take(_rate(site), f"{key.organisation} {key.name}", now)
    return Caller(key=key, organisation=organisation)


def _rate(site: Site) -> Rate:
    settings = site.app.settings.api
    number = settings.requests_per_minute if settings else 1
    return Rate(name="api", burst=number, every=timedelta(minutes=1) / number)


def needs(scope: ApiScope) -> Callable[..., Any]:
    """A dependency: the caller, if the key has that scope. Every route names one."""

    async def allowed(caller: Annotated[Caller, Depends(caller)]) -> Caller:
        caller.demand(scope)
        return caller

    allowed.scope = scope  # type: ignore[attr-defined]  # tests read the matrix of routes from it
    return allowed


Writer = Annotated[Caller, Depends(needs(ApiScope.REQUESTS_WRITE))]
Follower = Annotated[Caller, Depends(needs(ApiScope.REQUESTS_READ))]
Asserter = Annotated[Caller, Depends(needs(ApiScope.LOGINS_ASSERT))]
Lister = Annotated[Caller, Depends(needs(ApiScope.CASES_READ))]
Actor = Annotated[Caller, Depends(needs(ApiScope.CASES_ACT))]
Subscriber = Annotated[Caller, Depends(needs(ApiScope.WEBHOOKS))]
