"""The account of a member of staff, and a session: how somebody gets in, is locked out, and is forgotten.

Who somebody is and what they may do stands in the configuration; here is only what proves it. Pure: hashes, tokens
and instants come in as arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from dsarbot.errors import NotAllowed

#: So many wrong answers in a row, and the account is closed for a while.
TRIES: Final = 5
LOCKED: Final = timedelta(minutes=15)
INVITED: Final = timedelta(hours=24)
#: Without a click so long, and after so long in any case, a session is over.
IDLE: Final = timedelta(minutes=60)
LONGEST: Final = timedelta(hours=12)
#: What has legal effect needs a proof that is no older.
FRESH: Final = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """password: its argon2id hash; secret: of the one-time codes; used_step: the newest code that was used; invite:
    the hash of the link by which a password may be set; failures: wrong answers since the last right one."""

    staff: str
    password: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    used_step: int = 0
    invite: str = field(default="", repr=False)
    invited_until: datetime | None = None
    failures: int = 0
    locked_until: datetime | None = None

    @property
    def ready(self) -> bool:
        """Whether somebody can log in to it at all."""
        return bool(self.password and self.secret)

    def locked(self, now: datetime) -> bool:
        """Whether even the right answer is refused now."""
        return self.locked_until is not None and now < self.locked_until


def invited(account: Account, *, token_hash: str, now: datetime) -> Account:
    """A new link; the one before it ends. The password stays valid until the link is used."""
    return replace(account, invite=token_hash, invited_until=now + INVITED)


def accepted(account: Account, *, token_hash: str, password: str, secret: str, step: int, now: datetime) -> Account:
    """The link is used up: a new password and a new secret. NotAllowed when the link is not valid (any more)."""
    if not invitation_holds(account, token_hash, now):
        raise NotAllowed(
            "invitation-over", "This link was used, was replaced, or is older than a day; ask for another."
        )
    return Account(staff=account.staff, password=password, secret=secret, used_step=step)


def invitation_holds(account: Account, token_hash: str, now: datetime) -> bool:
    """Whether a password may be set with the link of that hash."""
    until = account.invited_until
    return bool(account.invite) and account.invite == token_hash and until is not None and now < until


def failed(account: Account, now: datetime) -> Account:
    """A wrong answer more. From the fifth on each closes the account for a while."""
    failures = account.failures + 1
    return replace(account, failures=failures, locked_until=now + LOCKED if failures >= TRIES else account.locked_until)


def proved(account: Account, step: int) -> Account:
    """The right answer, with the code of that step, which nobody can use again (RFC 6238 5.2)."""
    return replace(account, used_step=step, failures=0, locked_until=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """id: the hash of the cookie; seen_at: the last click; proven_at: the last one-time code."""

    id: str
    staff: str
    created_at: datetime
    seen_at: datetime
    proven_at: datetime

    def alive(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return now - self.seen_at < IDLE and now - self.created_at < LONGEST

    def fresh(self, now: datetime) -> bool:
        """Whether what has legal effect needs no new code."""
        return now - self.proven_at < FRESH
