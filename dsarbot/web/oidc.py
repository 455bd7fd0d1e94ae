"""The company's log-in service by OpenID Connect Core 1.0: the code flow with PKCE, and what is believed of its answer.

One random token in a cookie of the browser is the whole state: `state`, `nonce` and the verifier of PKCE are derived
from it, and the database keeps a hash, so that each way is gone once (RFC 9700 2.1). Every address that is asked
stands on a host of the configuration (security 18); signatures by a shared secret, and none at all, are not believed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dsarbot.channels.http_client import HttpClient, Reach, Trouble, demand_allowed
from dsarbot.core.account import CHALLENGE
from dsarbot.errors import NotAllowed
from dsarbot.settings.oidc import OidcSettings
from dsarbot.settings.organisations import StaffSettings

#: Public keys only: with a shared secret whoever knows it could write any answer (RFC 8725 3.2).
_SIGNATURES: Final = ("RS256", "PS256", "ES256", "EdDSA")
#: Clocks of two companies differ.
_LEEWAY: Final = timedelta(seconds=60)
_FOUND: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way to the service and back. token: known to the browser alone."""

    token: str

    @property
    def state(self) -> str:
        return self._part("state")

    @property
    def nonce(self) -> str:
        return self._part("nonce")

    @property
    def verifier(self) -> str:
        """RFC 7636 4.1: 43 to 128 characters."""
        return self._part("verifier")

    def _part(self, name: str) -> str:
        return hmac.new(self.token.encode(), name.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """settings: as configured; secret: of this client; callback: where the browser comes back."""

    settings: OidcSettings
    secret: str
    callback: str

    async def address(self, way: Way, *, again: bool) -> str:
        """Where the browser goes. again: they must show anew who they are (3.1.2.1, prompt and max_age)."""
        async with _Asking(self.settings) as http:
            where = await self._described(http)
        extra: dict[str, Any] = {"prompt": "login", "max_age": 0} if again else {}
        return str(
            prepare_grant_uri(
                str(where["authorization_endpoint"]), self.settings.client_id, "code", redirect_uri=self.callback,
                scope="openid email", state=way.state, nonce=way.nonce, code_challenge_method="S256",
                code_challenge=create_s256_code_challenge(way.verifier), **extra,
            )
        )  # fmt: skip

    async def claims(self, way: Way, code: str, now: datetime) -> Mapping[str, Any]:
        """What the service says of whoever came back with that code. NotAllowed when it is not believed."""
        async with _Asking(self.settings) as http:
            where = await self._described(http)
            answer = await _json(http, "POST", str(where["token_endpoint"]), self._exchange(way, code), self._as_us())
            keys = await _json(http, "GET", str(where["jwks_uri"]))
        try:
            token = jwt.decode(str(answer["id_token"]), KeySet.import_key_set(keys), algorithms=list(_SIGNATURES))  # type: ignore[arg-type]
            wanted = {
                "iss": {"essential": True, "value": self.settings.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
                "nonce": {"essential": True},
            }
            params = {
                "nonce": way.nonce,
                "client_id": self.settings.client_id,
                "access_token": answer.get("access_token"),
            }
            claims = CodeIDToken(token.claims, token.header, options=wanted, params=params)
            claims.validate(now=int(now.timestamp()), leeway=int(_LEEWAY.total_seconds()))
        except (JoseError, KeyError, ValueError, TypeError) as why:
            raise _refused(type(why).__name__) from None
        return dict(claims)

    async def _described(self, http: HttpClient) -> Mapping[str, Any]:
        """Its own description, which must be of it (Discovery 4.3), and name no other host."""
        where = await _json(http, "GET", self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if where.get("issuer") != self.settings.issuer:
            raise _refused("issuer")
        try:
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                demand_allowed(str(where.get(name, "")), _reach(self.settings))
        except Trouble as why:
            raise _refused(why.slug) from None
        return where

    def _exchange(self, way: Way, code: str) -> bytes:
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=self.callback, code_verifier=way.verifier
        )
        return str(body).encode()

    def _as_us(self) -> Mapping[str, str]:
        # RFC 6749 2.3.1: both are form-encoded first.
        both = f"{quote(self.settings.client_id, safe='')}:{quote(self.secret, safe='')}"
        return {
            "Authorization": f"Basic {b64encode(both.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }


class _Asking:
    """A client for one way; log-ins are rare, so no connection waits for the next."""

    def __init__(self, settings: OidcSettings) -> None:
        self._http = HttpClient(_reach(settings))

    async def __aenter__(self) -> HttpClient:
        return self._http

    async def __aexit__(self, *why: object) -> None:
        await self._http.close()


def _reach(settings: OidcSettings) -> Reach:
    return Reach(hosts=settings.known_hosts, private=settings.private_network, ca_file=settings.ca_file)


async def _json(
    http: HttpClient, method: str, url: str, content: bytes = b"", headers: Mapping[str, str] = {}
) -> Mapping[str, Any]:
    try:
        answer = await http.send(method, url, content=content, headers={"Accept": "application/json", **headers})
        found = json.loads(answer.content) if answer.status == _FOUND and not answer.cut else None
    except Trouble as why:
        raise _refused(why.slug) from None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _refused("no-answer")
    return found


def person_of(
    settings: OidcSettings, claims: Mapping[str, Any], staff: tuple[StaffSettings, ...]
) -> tuple[StaffSettings, tuple[str, ...] | None]:
    """Whose claims they are, and the roles that are left of theirs; None for all. NotAllowed for a stranger."""
    if settings.match == "subject":
        key = settings.subjects.get(str(claims.get("sub", "")))
        found = [each for each in staff if each.key == key]
    else:
        mail = str(claims.get("email", "")).casefold()
        # 5.1: an address that is not verified is what somebody typed about themselves.
        proved = claims.get("email_verified") is True and mail
        found = [each for each in staff if proved and (each.email or "").casefold() == mail]
    if len(found) != 1 or not found[0].active:
        raise _refused("person")
    if not settings.roles:
        return found[0], None
    groups = claims.get(settings.groups_claim)
    given = {settings.roles[each] for each in groups if each in settings.roles} if isinstance(groups, list) else set()
    left = tuple(role for role in found[0].roles if role in given)
    if not left:
        raise _refused("roles")
    return found[0], left


def demand_recent(claims: Mapping[str, Any], now: datetime) -> None:
    """3.1.2.1: with max_age the service says when they showed who they are. NotAllowed when that was not just now."""
    at = claims.get("auth_time")
    if not isinstance(at, int | float) or now.timestamp() - at > (CHALLENGE + _LEEWAY).total_seconds():
        raise _refused("auth-time")


def _refused(why: str) -> NotAllowed:
    return NotAllowed("service-refused", f"The log-in service gave no answer that counts ({why}).")
