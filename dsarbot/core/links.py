"""Links: what a person or an outside party may open without an account (security 16). One kind for all of them.

A link is 128 random bits, kept as a hash, bound to an organisation, a purpose, a case and a party. Looking at it (GET,
HEAD) never changes it nor uses it up: mail scanners open every link. Use takes a POST, and, where the page behind it
shows anything of a person, a code of six digits that goes to `address` (`issue`, `tries`). What is single use ends with
`completed`, which is noted when a download has come through, and can be resumed for a day.

Where others plug in. The pages of a purpose live at `path(...)`: whoever adds a purpose adds its word to `WORDS`, how
long such a link lives to `LIVES`, and pages that ask `State.LIVE` of it. Answer pages of a hop: purpose ANSWER, party =
the hop, note = the question. The second approver's page: DECISION, party = the key of the staff, note = the letter.
Downloads: DOWNLOAD, party "" (the person), note = what is downloaded; uploads: UPLOAD. Links are made and revoked
through the store (`add_links`, `revoke_links`) in the transaction of whatever they follow from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dsarbot.core import codes
from dsarbot.core.codes import Code


class Purpose(StrEnum):
    """What a link opens, and nothing else."""

    PORTAL = "portal"
    DOWNLOAD = "download"
    ANSWER = "answer"
    DECISION = "decision"
    UPLOAD = "upload"


class State(StrEnum):
    """used: what it was for has been done, and the time to resume it is over."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"
    USED = "used"


#: The first word of their addresses.
WORDS: Final[Mapping[Purpose, str]] = MappingProxyType(
    {Purpose.PORTAL: "p", Purpose.DOWNLOAD: "d", Purpose.ANSWER: "a", Purpose.DECISION: "s", Purpose.UPLOAD: "u"}
)
#: law 5: a link to data lives for two weeks at most. What only leads to a code may be found in an older letter.
LIVES: Final[Mapping[Purpose, timedelta]] = MappingProxyType(
    {
        Purpose.PORTAL: timedelta(days=120),
        Purpose.DOWNLOAD: timedelta(days=14),
        Purpose.ANSWER: timedelta(days=60),
        Purpose.DECISION: timedelta(days=14),
        Purpose.UPLOAD: timedelta(days=14),
    }
)
#: security 16: "single use counts completed downloads with a 24-hour resume window".
RESUME: Final = timedelta(hours=24)
#: So long an ended link is remembered: its codes count for the day (security 17), and its end can be explained.
REMEMBERED: Final = timedelta(days=2)
#: Note of a link that the customer area asked for while somebody was logged in there (rung R4): it opens without a
#: code, once, and only so soon; what it has opened lasts as long as any visit.
LOGIN: Final = "login"
LOGIN_LIVES: Final = timedelta(minutes=10)
SECRET_BYTES: Final = 16
#: What stands in a letter where the token of its link will be: only the letter that leaves holds it.
BLANK: Final = "•" * (2 * SECRET_BYTES)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """id: the hash of its token; party: "" for the person, a hop, a key of the staff; note: a code of what it is about.

    address, language: where its codes go, and in which words; codes: those sent so far."""

    id: str
    organisation: str
    purpose: Purpose
    case: str
    party: str = ""
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    completed_at: datetime | None = None
    note: str = ""
    address: str = field(default="", repr=False)
    language: str = ""
    codes: tuple[Code, ...] = field(default=(), repr=False)


def token(secret: bytes) -> str:
    """The text of a link, out of 16 random bytes. Hexadecimal: no mail program breaks or recapitalises it."""
    if len(secret) != SECRET_BYTES:
        raise ValueError("a link is made of 16 random bytes")
    return secret.hex()


def digest(written: str) -> str:
    """What is kept of a token. It needs no salt: nobody guesses 128 bits."""
    return hashlib.sha256(f"dsarbot link\0{written}".encode()).hexdigest()


def path(organisation: str, purpose: Purpose, written: str) -> str:
    """Where a link leads, behind the address of the site."""
    return f"/o/{organisation}/{WORDS[purpose]}/{written}"


def usable(link: Link, now: datetime) -> State:
    """Whether it opens anything now, and if not, why."""
    if link.revoked_at is not None:
        return State.REVOKED
    if link.completed_at is not None and now >= link.completed_at + RESUME:
        return State.USED
    return State.LIVE if now < link.expires_at else State.EXPIRED


def opens_by_login(link: Link, now: datetime) -> bool:
    """Whether the log-in that was asserted for it stands for a code."""
    fresh = link.completed_at is None and now < link.made_at + LOGIN_LIVES
    return link.purpose == Purpose.PORTAL and link.note == LOGIN and fresh and usable(link, now) == State.LIVE


def completed(link: Link, now: datetime) -> Link:
    """What it was for has been done. The first time is the one that counts: the window to resume does not move."""
    return link if link.completed_at is not None else replace(link, completed_at=now)


def revoked(link: Link, now: datetime) -> Link:
    """From now on it opens nothing."""
    return link if link.revoked_at is not None else replace(link, revoked_at=now)


def forgotten_before(now: datetime) -> datetime:
    """What expired before that instant is forgotten."""
    return now - REMEMBERED


# --- codes of six digits -----------------------------------------------------------------------------------------


def issue(link: Link, others: Sequence[Link], new: Code, now: datetime) -> tuple[Link, ...] | None:
    """The links as they are once that code was issued for the first one: nothing else sent to the same address is live.

    others: the remaining links with that address, as the cap is per person and day, and a new link is no new day.
    None when three were sent today: whoever asks is told the same. Fifteen tries a day find a code of six digits once
    in two centuries; so wrong tries, which anybody may make, need no person before the next code."""
    every = sorted((code for each in (link, *others) for code in each.codes), key=lambda code: code.issued_at)
    if codes.why_not(every, now, purpose=new.purpose, by_person=True):
        return None
    closed = (replace(each, codes=codes.issued(each.codes, new)[:-1]) for each in others)
    changed = (after for after, before in zip(closed, others, strict=True) if after != before)
    return (replace(link, codes=codes.issued(link.codes, new)), *changed)


def tries(link: Link, written: str, now: datetime, *, purpose: codes.Purpose) -> tuple[Link, codes.Result]:
    """A try at the code that was issued last, and the link after it. The same work is done where there is none."""
    mine = [each for each in link.codes if each.purpose == purpose]
    code = mine[-1] if mine else _nothing(purpose, now)
    result = codes.judge(code, codes.digest_of(written, salt=code.salt, bound_to=bound(link, purpose)), now)
    after = codes.tried(code, result)
    return replace(link, codes=tuple(after if each.id == code.id else each for each in link.codes)), result


def bound(link: Link, purpose: codes.Purpose) -> str:
    """security 17: a code is "bound to case and purpose": to one link, which is of one case."""
    return f"{link.id}:{purpose}"


def _nothing(purpose: codes.Purpose, now: datetime) -> Code:
    return Code(id="", purpose=purpose, digest="", issued_at=now, expires_at=now + _DAY)


# --- visits ------------------------------------------------------------------------------------------------------


class Shown(StrEnum):
    """What somebody in a visit has shown. address: that they read at the address from which they wrote; file: at the
    contact on file (rung R2); account: that they are logged in to the customer area (R4)."""

    ADDRESS = "address"
    FILE = "file"
    ACCOUNT = "account"


#: Without a click so long, and after so long in any case, a visit is over.
IDLE: Final = timedelta(minutes=20)
LONGEST: Final = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Somebody is in behind a link. id: the hash of their cookie; link: its id; shown: see `Shown`."""

    id: str
    organisation: str
    link: str
    case: str
    party: str = ""
    purpose: Purpose
    shown: Shown
    opened_at: datetime
    seen_at: datetime

    def alive(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return now - self.seen_at < IDLE and now - self.opened_at < LONGEST
