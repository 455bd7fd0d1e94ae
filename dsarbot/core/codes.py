"""Codes: what is sent to a contact on file, so that whoever quotes it shows that they read there (rung R2).

Two kinds with one life. A *token* is 128 random bits, written in groups; it goes by mail and lives for days. A *code*
of six digits lives for minutes and is typed into a page. Either is kept as a hash, bound to what it is for, used once,
and closed by wrong tries.

security 17: "6 digits, 10 minutes, 5 tries, 3 per person and day, one live at a time, bound to case and purpose, stored
hashed. Same words and same work for known and unknown people".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from dsarbot.core.evolve import replace

#: What a code is good for, and nothing else. open, confirm: a link (`core.links`), or what somebody wants in it;
#: discord: an account there is that of the person on file.
Purpose = Literal["identity", "open", "confirm", "discord"]
#: How a code ended; "" while it is live.
Ended = Literal["", "used", "closed", "replaced", "revoked"]
#: What a try came to. spent: it had ended otherwise than by wrong tries.
Result = Literal["right", "wrong", "closed", "expired", "spent"]

TRIES: Final = 5
PER_DAY: Final = 3
DIGITS_LIVE: Final = timedelta(minutes=10)
SECRET_BYTES: Final = 16
_DIGITS: Final = 6
_DAY: Final = timedelta(days=1)

#: Crockford's alphabet: no letter that is taken for a digit.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP, _GROUPS, _CHECK = 4, 7, 2
#: 26 characters hold 130 bits.
_SPARE_BITS: Final = 2
#: As much of a message as triage reads, too.
_MOST_TEXT: Final = 64 * 1024
_FOUR: Final = rf"[0-9A-Za-z]{{{_GROUP}}}"
_TOKEN: Final = re.compile(rf"(?<![0-9A-Za-z]){_FOUR}(?:[-‐‑–]{_FOUR}){{{_GROUPS - 1}}}(?![0-9A-Za-z])")
_TYPED: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", "‐": "", "‑": "", "–": ""})
#: What stands in a letter where its token will be: only the letter that leaves holds it.
BLANK: Final = "-".join(["•" * _GROUP] * _GROUPS)


@dataclass(frozen=True, kw_only=True)
class Code:
    """One code as it is kept. digest, salt: what a try is compared with; tries: wrong ones."""

    id: str
    purpose: Purpose = "identity"
    digest: str = field(repr=False)
    salt: str = field(default="", repr=False)
    issued_at: datetime
    expires_at: datetime
    tries: int = 0
    ended: Ended = ""

    def live(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return not self.ended and now < self.expires_at


# --- how they are written -----------------------------------------------------------------------------------------


def token(secret: bytes) -> str:
    """16 random bytes as people read them: seven groups of four, the last two signs for slips of the pen."""
    if len(secret) != SECRET_BYTES:
        raise ValueError("a token is made of 16 random bytes")
    number = int.from_bytes(secret, "big") << _SPARE_BITS
    length = _GROUP * _GROUPS - _CHECK
    body = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))
    whole = body + _check(body)
    return "-".join(whole[start : start + _GROUP] for start in range(0, len(whole), _GROUP))


def tokens_in(text: str) -> tuple[str, ...]:
    """Everything in the text that is written as a token and has its check signs right, as `token` writes it."""
    found = (match[0].upper().translate(_TYPED) for match in _TOKEN.finditer(text, 0, _MOST_TEXT))
    right = (each for each in found if each[-_CHECK:] == _check(each[:-_CHECK]))
    return tuple(dict.fromkeys("-".join(each[n : n + _GROUP] for n in range(0, len(each), _GROUP)) for each in right))


def _check(body: str) -> str:
    number = int.from_bytes(hashlib.sha256(body.encode("utf-8")).digest()[:2], "big")
    return _ALPHABET[number & 31] + _ALPHABET[number >> 5 & 31]


def digits(number: int) -> str:
    """A code of six digits; *number* is random, below a million."""
    if not 0 <= number < 10**_DIGITS:
        raise ValueError("a code has six digits")
    return f"{number:0{_DIGITS}d}"


def digest_of(written: str, *, salt: str = "", bound_to: str = "") -> str:
    """The hash that is kept. A token needs no salt, since nobody guesses 128 bits; six digits do, and what they are
    bound to (case and purpose)."""
    return hashlib.sha256(f"dsarbot code\0{bound_to}\0{salt}\0{written}".encode()).hexdigest()


def new_digits(
    number: int,
    *,
    id: str,  # noqa: A002
    salt: str,
    bound_to: str,
    now: datetime,
    known: bool,
    purpose: Purpose = "identity",
) -> tuple[str, Code]:
    """(what is sent, what is kept) of a code of six digits.

    known: whether there is a contact to send it to. If not, nothing is sent, and what is kept is made by the same work
    and fits no code: whoever tries it sees what anybody sees who errs."""
    written = digits(number)
    kept = digest_of(written if known else f"{written}?", salt=salt, bound_to=bound_to)
    return written, Code(
        id=id, purpose=purpose, digest=kept, salt=salt, issued_at=now, expires_at=now + DIGITS_LIVE
    )  # fmt: skip


# --- their life ---------------------------------------------------------------------------------------------------


def why_not(codes: Sequence[Code], now: datetime, *, purpose: Purpose = "identity", by_person: bool = False) -> str:
    """Why no new one may be issued, "" when one may.

    by_person: somebody at the desk asked for it, which a code closed by wrong tries needs (security 17)."""
    mine = [each for each in codes if each.purpose == purpose]
    if sum(now - each.issued_at < _DAY for each in mine) >= PER_DAY:
        return "too-many-today"
    return "needs-person" if mine and mine[-1].ended == "closed" and not by_person else ""


def issued(codes: Sequence[Code], new: Code) -> tuple[Code, ...]:
    """With the new one: it is the only live one of its purpose."""
    mine = (
        replace(each, ended="replaced") if each.purpose == new.purpose and not each.ended else each for each in codes
    )
    return (*mine, new)


def judge(code: Code, digest: str, now: datetime) -> Result:
    """What a try comes to. The comparison is made whatever the answer, and takes the same time for each."""
    same = hmac.compare_digest(code.digest, digest)
    if code.ended:
        return "closed" if code.ended == "closed" else "spent"
    if now >= code.expires_at:
        return "expired"
    return "right" if same else "wrong"


def tried(code: Code, result: Result) -> Code:
    """The code after that try: a right one uses it up, the fifth wrong one closes it, no other changes anything."""
    if result == "right":
        return replace(code, ended="used")
    if result == "wrong":
        tries = code.tries + 1
        return replace(code, tries=tries, ended="closed" if tries >= TRIES else "")
    return code
