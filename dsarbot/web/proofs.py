"""What proves who logs in: passwords, and one-time codes (RFC 6238)."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

#: OWASP's second choice of argon2id: 19 MiB, two rounds; a console has few people and a small machine.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_STEP_SECONDS: Final = 30
LEAST_PASSWORD: Final = 12
MOST_PASSWORD: Final = 200


async def password_hash(password: str) -> str:
    """argon2id. It takes a core for some ten milliseconds, so it runs beside the loop."""
    return await asyncio.to_thread(_HASHER.hash, password)


#: Whoever has no account costs the same time as somebody with a wrong password.
_NOBODY: Final = _HASHER.hash(secrets.token_hex(16))


async def password_fits(password: str, known: str) -> bool:
    """Whether it is the password of that hash; "" fits nothing and takes as long."""
    return await asyncio.to_thread(_fits, password[:MOST_PASSWORD], known)


def _fits(password: str, known: str) -> bool:
    try:
        _HASHER.verify(known or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(known)


def new_secret() -> str:
    """Of one-time codes, in base 32."""
    return pyotp.random_base32()


def code_step(secret: str, code: str, now: datetime, *, used_step: int = 0) -> int | None:
    """The time step whose code this is: the present one or a neighbour, newer than *used_step*; None when it is none.

    RFC 6238 5.2: a code "MUST NOT" be accepted a second time."""
    digits = "".join(code.split())
    present = int(now.timestamp()) // _STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in (present, present - 1, present + 1):
        if step > used_step and hmac.compare_digest(generator.at(step * _STEP_SECONDS), digits):
            return step
    return None


def code_address(secret: str, staff: str) -> str:
    """What an app for one-time codes reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=staff, issuer_name="dsarbot")
