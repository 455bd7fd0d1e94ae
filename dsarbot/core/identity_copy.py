"""Until when a copy of an identity paper may live, and what is kept instead of it.

law 6: "until decision, max 7 days; result note instead". The days run from the copy's arrival in the vault, not from
any letter or scan date (practice 32).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal

from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.errors import NotAllowed

#: What a person found: the paper is that person's, is not, or says too little.
Match = Literal["yes", "no", "unclear"]

#: practice 31: "Verdict due in 2 working days (deputy alarm on day 3), cap 7 days, extendable once by 7".
_VERDICT_DAYS: Final = 2
_DEPUTY_DAYS: Final = 3
_CAP: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What is kept of a paper: never its number, never the picture (law 3)."""

    match: Match
    doc_type: str
    checked_by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """Seven more days, once, by a person with a reason."""

    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IdCopy:
    """A copy that came with a case: codes and instants, nothing that stands on it.

    guess: what it looks like; why: what raised the suspicion; asked: a paper had been asked for; checks, proposal,
    doc_type: what the machine saw, each check as ``name:result:code``; lingers: places where it still is."""

    id: str
    inbound: str
    arrived_at: datetime
    guess: str
    why: str
    asked: bool
    checks: tuple[str, ...] = ()
    proposal: str = ""
    doc_type: str = field(default="", repr=False)
    extension: Extension | None = None
    verdict: Verdict | None = None
    signature: bool = False
    released: bool = False
    destroyed_at: datetime | None = None
    lingers: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Somebody still has to say what it shows."""
        return self.verdict is None and not self.released and self.destroyed_at is None

    def dates(self, place: Jurisdiction) -> CopyDates:
        """Its dates as they stand."""
        return copy_dates(self.arrived_at, place, extension=self.extension, verdict=self.verdict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyDates:
    """verdict_due, deputy_on: local days; delete_by: the latest instant at which the copy may still exist."""

    verdict_due: date
    deputy_on: date
    delete_by: datetime


def copy_dates(
    arrived_at: datetime,
    place: Jurisdiction,
    *,
    extension: Extension | None = None,
    verdict: Verdict | None = None,
) -> CopyDates:
    """Every date of a copy. With the verdict it has served: it goes at once, and never later than without one."""
    arrived_on = place.local_date(arrived_at)
    last = arrived_at + (_CAP * 2 if extension else _CAP)
    return CopyDates(
        verdict_due=place.calendar.add_working_days(arrived_on, _VERDICT_DAYS),
        deputy_on=place.calendar.add_working_days(arrived_on, _DEPUTY_DAYS),
        delete_by=min(last, max(verdict.at, arrived_at)) if verdict else last,
    )


def extended(arrived_at: datetime, known: Extension | None, *, at: datetime, reason: str) -> Extension:
    """The extension, if it may be given. NotAllowed with the rule if not."""
    if known is not None:
        raise NotAllowed("copy-extended", "This copy has been given seven more days already; there is no second time.")
    if not reason.strip():
        raise NotAllowed("copy-reason", "Say why the check needs more than seven days.")
    if at >= arrived_at + _CAP:
        raise NotAllowed("copy-late", "The seven days are over: the copy goes; ask for another proof if it is needed.")
    return Extension(at=at, reason=reason.strip())
