"""What a digest knows before it is put into words: frozen values, the same for every language and reader.

practice 13: lines carry reference, right, organisation and dates; who a case is about only where the organisation
configured it; confidential cases are a number and never a line. So nothing else has a place in these values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Generic, Literal, TypeVar

from dsarbot.core.alarms import Level
from dsarbot.core.case import Moment
from dsarbot.core.dates import Language

T = TypeVar("T")

#: So many lines of one section are shown, then "and N more": a mail that nobody can read helps nobody.
MOST_LINES: Final = 50
#: law 1.1: the digest lists what is due within so many days.
SOON_DAYS: Final = 10
#: First and last day of each bar; None: no end.
BUCKETS: Final[tuple[tuple[int | None, int | None], ...]] = (
    (None, -1), (0, 2), (3, 5), (6, 10), (11, 20), (21, None)
)  # fmt: skip

Names = Literal["nothing", "initials", "names"]
Todo = Literal["approve", "post", "message", "answered-by-hand", "earlier-receipt", "authority-in-copy"]
WaitsOn = Literal["person", "party"]
SignKind = Literal["service", "mailbox", "outbox", "alarms"]
TroubleState = Literal[
    "bounced", "delayed", "refused", "given-up", "unreadable", "deferred", "returned", "capped", "overdue", "retrying"
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed(Generic[T]):
    """The first lines of a list. total: all its cases, those not shown and the confidential ones included."""

    shown: tuple[T, ...] = ()
    total: int = 0
    confidential: int = 0

    @property
    def more(self) -> int:
        """How many lines there would be beyond those shown."""
        return self.total - self.confidential - len(self.shown)


def cut(items: Sequence[T], confidential: int = 0) -> Listed[T]:
    """The list, bounded."""
    return Listed(shown=tuple(items[:MOST_LINES]), total=len(items) + confidential, confidential=confidential)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseLine:
    """One case. last_office_day: only where the office is closed on the target (practice 15). who: the person,
    as far as configured; acting: as what somebody else writes for them. target None: no date is known yet, which a
    person must look at."""

    reference: str
    rights: tuple[str, ...]
    received_on: date
    target: date | None
    last_office_day: date | None = None
    who: str = ""
    acting: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AwayLine:
    """A case that waits for a colleague who is away. until: the last day away, None for somebody who left for good;
    takes_over "": nobody is there to do so."""

    case: CaseLine
    colleague: str
    until: date | None
    takes_over: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TodoLine:
    """A draft to approve, an approved letter to post, or a message from outside that a person must settle. letter: its
    id, "" for a message."""

    reference: str
    todo: Todo
    moment: Moment | None
    since: date | None
    target: date | None
    letter: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitLine:
    """A case that waits for somebody outside. question: identity, clarification or ""; since None: not known."""

    case: CaseLine
    on: WaitsOn
    question: str
    since: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldLine:
    """Something that arrived and is no case yet. kind: a slug of triage; safe_due: if it is a request."""

    kind: str
    mailbox: str
    received_on: date
    safe_due: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InquiryLine:
    """An open inquiry of an authority, with the authority's own date."""

    reference: str
    due: date
    opened_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmLine:
    """An open alarm. id: to acknowledge it by; subject: a code, such as the reference of a case; day: the date it
    warns of; taken_by: who is on it, "" for nobody yet."""

    id: str
    kind: str
    subject: str
    day: date | None
    level: Level
    since: date
    taken_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TroubleLine:
    """Something of ours that did not arrive. kind: of the outbox; reference "": it belongs to no case."""

    reference: str
    kind: str
    moment: Moment | None
    state: TroubleState
    since: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """When a part of the service last gave a sign of life, and how old that may be. last None: never."""

    kind: SignKind
    name: str
    last: datetime | None
    limit: timedelta
    ok: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DayOff:
    """A public holiday with its name in each language, or a closure of the office (no name)."""

    first: date
    last: date
    names: Mapping[Language, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """The newest anchor of the journal: whoever keeps the mail can later prove what it held by then."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestInput:
    """All facts of one digest. day: local; zone: of every time shown; next_by: when the next one must have come;
    bars: open cases per bucket of `BUCKETS`; unopened: cases whose document could not be read (never silent)."""

    organisation: str
    zone: str
    day: date
    next_by: datetime
    inquiries: Listed[InquiryLine] = Listed()
    alarms: Listed[AlarmLine] = Listed()
    authority: Listed[HeldLine] = Listed()
    away: Listed[AwayLine] = Listed()
    late: Listed[CaseLine] = Listed()
    due: Listed[CaseLine] = Listed()
    todo: Listed[TodoLine] = Listed()
    to_approve: int = 0
    waiting: Listed[WaitLine] = Listed()
    since: datetime | None = None
    new: Listed[CaseLine] = Listed()
    unconfirmed: Listed[CaseLine] = Listed()
    held: Listed[HeldLine] = Listed()
    undelivered: Listed[TroubleLine] = Listed()
    signs: tuple[Sign, ...] = ()
    queued: int = 0
    unopened: int = 0
    days_off: tuple[DayOff, ...] = ()
    bars: tuple[int, ...] = (0,) * len(BUCKETS)
    anchor: Anchor | None = None

    @property
    def faults(self) -> int:
        """How many parts of the service are not well."""
        return sum(not sign.ok for sign in self.signs) + bool(self.unopened)


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """A digest in words. subject: counts only (practice 13)."""

    subject: str
    text: str
    html: str
