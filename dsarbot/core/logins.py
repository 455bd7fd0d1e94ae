"""What it proves that the customer area says: this customer is logged in with us (law 3: "logged-in portal", R1).

Its word counts only from a key that may give it, for a customer number that stands on file, and for a while. What
would do much harm (security 9) wants a log-in that is fresh and rests on more than a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from dsarbot.core import orders as o
from dsarbot.core.identity_table import Rung
from dsarbot.errors import NotAllowed

FRESH: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=12)
#: Two machines' clocks are never the same.
_AHEAD: Final = timedelta(minutes=2)


class Method(StrEnum):
    """How somebody logged in to the customer area."""

    PASSWORD = "password"  # noqa: S105  # a way of logging in
    SECOND_FACTOR = "second-factor"
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single-sign-on"


_STRONG: Final = frozenset({Method.SECOND_FACTOR, Method.PASSKEY})


@dataclass(frozen=True, kw_only=True, slots=True)
class AssertedLogin:
    """at: when the person logged in, by the other system's clock."""

    at: datetime
    method: Method


def rung_of(login: AssertedLogin, now: datetime) -> Rung:
    """R1 for a fresh log-in with more than a password, which is enough whatever the harm; R0 for any other: then the
    ladder knows that the person was logged in, and asks for more only where a mix-up would do much harm.

    NotAllowed for one that is over, or has not come."""
    if login.at > now + _AHEAD:
        raise NotAllowed("login-future", "The log-in has not happened yet: compare the clocks of both systems.")
    if now - login.at > LONGEST:
        raise NotAllowed("login-old", f"The log-in is older than {LONGEST.total_seconds() / 3600:.0f} hours; renew it.")
    return "R1" if login.method in _STRONG and now - login.at <= FRESH else "R0"


def proof(login: AssertedLogin, *, actor: str, cause: str, now: datetime, day: date) -> o.Verify:
    """What a case keeps of it."""
    how = f"log-in to the customer area at {login.at.isoformat(timespec='minutes')} ({login.method}), as {actor} says"
    return o.Verify(
        at=now, actor=actor, cause=cause, rung=rung_of(login, now), how=how, means="login", answered_on=day
    )  # fmt: skip
