"""The account of a member of staff, and a session: how somebody gets in, is locked out, and is forgotten.

Who somebody is and what they may do stands in the configuration; here is only what proves it. Pure: hashes, tokens
and instants come in as arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

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
#: A challenge for a passkey, and a way to another log-in service, must come back within so long.
CHALLENGE: Final = timedelta(minutes=5)
MOST_PASSKEYS: Final = 10
#: How a session began: by password and code, by a passkey, by the log-in service of the company.
How = Literal["password", "passkey", "service"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Passkey:
    """A device that proves who somebody is (WebAuthn). id, public_key: base64url; signs: its counter (7.2 step 22);
    name: what its owner calls it."""

    id: str = field(repr=False)
    public_key: str = field(repr=False)
    signs: int
    name: str = field(repr=False)
    added_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """password: its argon2id hash; secret: of the one-time codes; used_step: the newest code that was used; invite:
    the hash of the link by which a password may be set; failures: wrong answers since the last right one; handle: a
    random name of the account for passkeys, as those may not hold a real one (WebAuthn 14.6.1)."""

    staff: str
    password: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    used_step: int = 0
    invite: str = field(default="", repr=False)
    invited_until: datetime | None = None
    failures: int = 0
    locked_until: datetime | None = None
    handle: str = field(default="", repr=False)
    passkeys: tuple[Passkey, ...] = ()

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
    """The link is used up: a new password and a new secret; devices are forgotten, as one of them may be lost.
    NotAllowed when the link is not valid (any more)."""
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
    return replace(cleared(account), used_step=step)


def cleared(account: Account) -> Account:
    """The right answer: the wrong ones before it count no more."""
    return replace(account, failures=0, locked_until=None)


def with_password(account: Account, password: str) -> Account:
    """A new password, by its hash."""
    return replace(account, password=password)


def with_secret(account: Account, secret: str, step: int) -> Account:
    """New one-time codes, of which that step was the first."""
    return replace(account, secret=secret, used_step=step)


def with_handle(account: Account, handle: str) -> Account:
    """The random name of the account for its passkeys; it stays."""
    return replace(account, handle=account.handle or handle)


def with_passkey(account: Account, key: Passkey) -> Account:
    """One device more. NotAllowed for one that is known, and for too many."""
    if any(each.id == key.id for each in account.passkeys):
        raise NotAllowed("passkey-known", "This device is registered already.")
    if len(account.passkeys) >= MOST_PASSKEYS:
        raise NotAllowed("passkeys-many", f"{MOST_PASSKEYS} devices are registered; remove one first.")
    return replace(account, passkeys=(*account.passkeys, key))


def without_passkey(account: Account, passkey: str) -> Account:
    """That device proves nothing any more. NotAllowed when there is none."""
    left = tuple(each for each in account.passkeys if each.id != passkey)
    if len(left) == len(account.passkeys):
        raise NotAllowed("passkey-unknown", "There is no such device.")
    return replace(account, passkeys=left)


def passkey_used(account: Account, passkey: str, signs: int, now: datetime) -> Account:
    """It has signed. A counter that does not move forward means a copy of the device (WebAuthn 7.2 step 22):
    NotAllowed, unless it never counted at all."""
    known = next((each for each in account.passkeys if each.id == passkey), None)
    if known is None:
        raise NotAllowed("passkey-unknown", "There is no such device.")
    if (signs or known.signs) and signs <= known.signs:
        raise NotAllowed("passkey-copied", "This device may have been copied; remove it and register it again.")
    used = replace(known, signs=signs, used_at=now)
    return replace(account, passkeys=tuple(used if each is known else each for each in account.passkeys))


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """id: the hash of the cookie; seen_at: the last click; proven_at: the last one-time code or passkey; roles: those
    that a log-in service confirmed, and no others, when it was asked for them."""

    id: str
    staff: str
    created_at: datetime
    seen_at: datetime
    proven_at: datetime
    how: How = "password"
    roles: tuple[str, ...] | None = None

    def alive(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return now - self.seen_at < IDLE and now - self.created_at < LONGEST

    def fresh(self, now: datetime) -> bool:
        """Whether what has legal effect needs no new code."""
        return now - self.proven_at < FRESH
