"""What is written down of a conversation over Discord: who asked, what the bot posted, which account is whose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from dsarbot.core import codes
from dsarbot.core.codes import Code
from dsarbot.core.discord import Asking, at_of
from dsarbot.core.evolve import replace

#: docs.discord: the token of an interaction is good for 15 minutes; a minute is left for the way.
_TOKEN: Final = timedelta(minutes=14)
PURPOSE: Final = "discord"
_DIGITS: Final = 10**6


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody asked over Discord. id: of the inbound; organisation: its scope; case: "" before one is opened, or when
    none is; done: what was asked has become a case, a message of one, or nothing; untold: no way to answer was open."""

    id: str
    organisation: str
    guild: int
    at: datetime
    asking: Asking = field(repr=False)
    case: str = ""
    done: bool = False
    untold: bool = False

    def reachable_here(self, now: datetime) -> bool:
        """Whether an answer only this person sees can still be given where they asked."""
        return bool(self.asking.token) and now - at_of(self.asking.token_of) < _TOKEN


PostKind = Literal["card", "hint", "alarm", "summary", "dm"]


@dataclass(frozen=True, kw_only=True)
class Post:
    """A message of the bot that it must find again. id: from what it is about, so that it is posted once; channel: 0
    for a direct message, which is found by its contact; message: 0 until it is posted; shown: hash of what it was last
    asked to show; delete_at: when it goes; gone: it went."""

    id: str
    organisation: str
    guild: int
    kind: PostKind
    at: datetime
    case: str = ""
    contact: str = ""
    subject: str = ""
    channel: int = 0
    message: int = 0
    shown: str = ""
    delete_at: datetime | None = None
    gone: bool = False


@dataclass(frozen=True, kw_only=True)
class DiscordAccount:
    """What an account of Discord is bound to. person: the entry of the directory it was proved to be, "" before;
    pending: whom the live code was sent to; codes: those of this account."""

    organisation: str
    user: int = field(repr=False)
    person: str = ""
    linked_at: datetime | None = None
    pending: str = ""
    address: str = field(default="", repr=False)
    codes: tuple[Code, ...] = ()


def asked_for_code(
    account: DiscordAccount,
    *,
    person: str,
    address: str,
    number: int,
    id: str,  # noqa: A002
    salt: str,
    now: datetime,
) -> tuple[DiscordAccount, str]:
    """The account with a new code, and the digits to send; "" when none may be made now (security 17: 3 per day).

    person "" : nobody is on file there. The same work is done, and no digits ever fit."""
    if codes.why_not(account.codes, now, purpose=PURPOSE):
        return account, ""
    written, code = codes.new_digits(
        number % _DIGITS, id=id, salt=salt, bound_to=_bound(account), now=now, known=bool(person), purpose=PURPOSE
    )
    after = replace(account, codes=codes.issued(account.codes, code), pending=person, address=address)
    return after, written


def tried_code(account: DiscordAccount, written: str, now: datetime) -> tuple[DiscordAccount, codes.Result]:
    """The account after a try. A right code binds the account to whom the code was sent."""
    mine = [each for each in account.codes if each.purpose == PURPOSE]
    if not mine:
        return account, "wrong"
    last = mine[-1]
    result = codes.judge(last, codes.digest_of(written, salt=last.salt, bound_to=_bound(account)), now)
    after = replace(account, codes=tuple(codes.tried(each, result) if each is last else each for each in account.codes))
    if result == "right":
        after = replace(after, person=account.pending, linked_at=now, pending="")
    return after, result


def _bound(account: DiscordAccount) -> str:
    return f"{PURPOSE}\0{account.organisation}\0{account.user}"
