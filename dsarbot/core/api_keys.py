"""Keys of programs: what one may do, how long it lives, and how it is replaced without a gap.

A key belongs to one organisation and acts in its own name, ``api:<name>``; no member of staff lends it theirs. Only
the hash of a key is kept. Pure: random bits, hashes and instants come in as arguments.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dsarbot.core.access import Permission
from dsarbot.errors import NotAllowed

#: Scanners for lost secrets know keys by such a beginning.
PREFIX: Final = "dsarbot_"
SECRET_BYTES: Final = 32
LIVES: Final = timedelta(days=365)
LONGEST: Final = timedelta(days=3 * 365)
#: While a new key is being brought to its place the old one still works.
OVERLAP: Final = timedelta(days=7)
LONGEST_OVERLAP: Final = timedelta(days=30)
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")


class ApiScope(StrEnum):
    """What a key may do. logins:assert: its word that somebody is logged in to the customer area counts as a proof."""

    REQUESTS_WRITE = "requests:write"
    REQUESTS_READ = "requests:read"
    LOGINS_ASSERT = "logins:assert"
    CASES_READ = "cases:read"
    CASES_ACT = "cases:act"
    WEBHOOKS = "webhooks"


#: design, principle 10: the same permissions as on a screen. No key sees content: messages, letters, who somebody is.
GRANTS: Final[Mapping[ApiScope, frozenset[Permission]]] = MappingProxyType(
    {
        ApiScope.REQUESTS_WRITE: frozenset({Permission.PHONE}),
        ApiScope.REQUESTS_READ: frozenset(),
        ApiScope.LOGINS_ASSERT: frozenset(),
        ApiScope.CASES_READ: frozenset({Permission.LISTS}),
        ApiScope.CASES_ACT: frozenset({Permission.LISTS, Permission.ORDERS}),
        ApiScope.WEBHOOKS: frozenset(),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiKey:
    """id: the hash of the key itself; by: who made it."""

    id: str = field(repr=False)
    organisation: str
    name: str
    scopes: frozenset[ApiScope]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    by: str = ""

    @property
    def actor(self) -> str:
        """In whose name it acts; no key of a member of staff has a colon."""
        return f"api:{self.name}"

    def alive(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and now < self.expires_at

    def has(self, scope: ApiScope) -> bool:
        return scope in self.scopes

    def may(self, permission: Permission) -> bool:
        """Whether one of its scopes grants it."""
        return any(permission in GRANTS[each] for each in self.scopes)


def written(secret: bytes) -> str:
    """The text of a key, out of 32 random bytes."""
    if len(secret) != SECRET_BYTES:
        raise ValueError("a key is made of 32 random bytes")
    return f"{PREFIX}{secret.hex()}"


def digest(key: str) -> str:
    """What is kept of a key. It needs no salt and no slow hash: nobody guesses 256 bits."""
    return hashlib.sha256(f"dsarbot api key\0{key}".encode()).hexdigest()


def new_key(
    *, secret: bytes, organisation: str, name: str, scopes: Collection[str], lives: timedelta, now: datetime, by: str
) -> tuple[ApiKey, str]:
    """The key as it is kept, and its text, which is shown once. NotAllowed when it may not be like that."""
    if not _NAME.fullmatch(name):
        raise NotAllowed("api-key-name", "Call a key by 2 to 40 small letters, digits and hyphens, as shop-portal.")
    known = {each.value: each for each in ApiScope}
    if unknown := sorted(set(scopes) - known.keys()):
        raise NotAllowed("api-key-scope", f"There is no scope {', '.join(unknown)}; there are: {', '.join(known)}.")
    if not scopes:
        raise NotAllowed("api-key-scope", f"Say what the key may do: {', '.join(known)}.")
    if not timedelta() < lives <= LONGEST:
        raise NotAllowed("api-key-days", f"A key lives for 1 to {LONGEST.days} days.")
    text = written(secret)
    key = ApiKey(
        id=digest(text),
        organisation=organisation,
        name=name,
        scopes=frozenset(known[each] for each in scopes),
        made_at=now,
        expires_at=now + lives,
        by=by,
    )
    return key, text


def rotated(
    key: ApiKey, *, secret: bytes, overlap: timedelta, lives: timedelta, now: datetime, by: str
) -> tuple[ApiKey, ApiKey, str]:
    """The old key, which ends after the overlap, the new one, and its text. NotAllowed for a key that is over."""
    if not key.alive(now):
        raise NotAllowed("api-key-over", f"The key {key.name} has ended; make a new one.")
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise NotAllowed("api-key-overlap", f"The old key goes on for 0 to {LONGEST_OVERLAP.days} days.")
    new, text = new_key(
        secret=secret, organisation=key.organisation, name=key.name, scopes=[each.value for each in key.scopes],
        lives=lives, now=now, by=by,
    )  # fmt: skip
    return replace(key, expires_at=min(key.expires_at, now + overlap)), new, text


def revoked(key: ApiKey, now: datetime) -> ApiKey:
    """From now on it opens nothing."""
    return key if key.revoked_at is not None else replace(key, revoked_at=now)
