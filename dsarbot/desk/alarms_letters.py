"""What is wrong with the letters of a case and must be heard of: returned, refused, deferred, bounced, not gone in
time. Pure, over one opened case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from dsarbot.core.alarms import Cause, Level
from dsarbot.core.case import UNSENT, Case, Claim, Letter, LetterStatus, Moment

#: practice 16: an extension notice without acceptance two days before the safe date alarms the deputy.
LAST_CALL: Final = timedelta(days=2)
_RANKS: Final = {"delayed": 1, "deferred": 2, "returned": 3, "refused": 4, "bounced": 5}
#: Letters that may take each other's place: an answer that came back is sent again as an answer or a refusal.
_ANSWERS: Final = frozenset({Moment.ANSWERED, Moment.REFUSED})


def of_letters(case: Case, today: date) -> Iterator[Cause]:
    """One cause for each letter that needs somebody. Automatic ones are a line of the digest only: an acknowledgement
    that comes back mostly means that nobody wrote."""
    for letter in case.letters:
        if letter.automatic or _replaced(letter, case):
            continue
        if letter.moment == Moment.EXTENDED:
            yield from _extension(letter, case, today)
        elif kind := _trouble(letter, case):
            yield _cause(letter, case, kind, rank=_RANKS[kind])


def _trouble(letter: Letter, case: Case) -> str:
    if letter.status == LetterStatus.BOUNCED:
        return "bounced"
    if letter.status == LetterStatus.SENT:
        return "delayed" if letter.trouble else ""
    if not _active(letter, case):
        return ""
    if letter.status == LetterStatus.RETURNED:
        return "" if letter.trouble == "overtaken" else "returned"
    if letter.status == LetterStatus.APPROVED and letter.trouble:
        return "deferred" if letter.trouble.startswith("deferred") else "refused"
    return ""


def _extension(letter: Letter, case: Case, today: date) -> Iterator[Cause]:
    """practice 16: twelve hours without delivery, or no acceptance two days before the safe date: the deputy hears of
    it, and another way is prepared."""
    bounced = letter.status == LetterStatus.BOUNCED
    waiting = _active(letter, case)
    last_call = letter.status in UNSENT and any(
        claim.dates and claim.extended_on is None and today >= claim.dates.safe_due - LAST_CALL for claim in waiting
    )
    if bounced or last_call or (_trouble(letter, case) and waiting):
        days = [claim.dates.safe_due for claim in waiting if claim.dates]
        kind = "extension-bounced" if bounced else "extension-unsent"
        yield _cause(letter, case, kind, rank=2 if bounced else 1, day=min(days, default=None), level=Level.DEPUTY)


def _cause(
    letter: Letter, case: Case, kind: str, *, rank: int, day: date | None = None, level: Level = Level.OWNER
) -> Cause:
    return Cause(
        key=f"{kind}:{case.id}:{letter.id}",
        matter=f"letter:{case.id}:{letter.id}",
        kind=kind if level == Level.DEPUTY else f"letter-{kind}",
        subject=case.reference,
        case=case.id,
        day=day,
        rank=rank,
        level=level,
        urgent=level == Level.DEPUTY,
    )


def _active(letter: Letter, case: Case) -> tuple[Claim, ...]:
    return tuple(claim for claim in case.active if claim.id in letter.claims)


def _replaced(letter: Letter, case: Case) -> bool:
    """Somebody has sent the same another way since."""
    since = letter.sent_at or letter.drafted_at
    return any(
        other.id != letter.id
        and other.status == LetterStatus.SENT
        and not other.trouble
        and (other.moment == letter.moment or {other.moment, letter.moment} <= _ANSWERS)
        and set(letter.claims) <= set(other.claims)
        and other.sent_at is not None
        and (since is None or other.sent_at > since)
        for other in case.letters
    )
