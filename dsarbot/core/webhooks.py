"""What other systems are told of a case: that something happened to it, in codes and dates, never whom it is about.

Which events a change brings forth is decided here, purely; they are written together with the facts that cause them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from dsarbot.core.case import Case, Summary, summary
from dsarbot.core.fact import Fact
from dsarbot.core.facts import LetterSent

SECRET_BYTES: Final = 32
#: Beginning of a signature: the version of how it is made.
SCHEME: Final = "v1"


class EventKind(StrEnum):
    """What may be told."""

    CASE_OPENED = "case-opened"
    STATUS_CHANGED = "status-changed"
    TARGET_CHANGED = "target-changed"
    LETTER_SENT = "letter-sent"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One of them. id: the same however often it is delivered; letter: the moment of one that has left, else ""."""

    id: str
    organisation: str
    kind: EventKind
    case: str
    reference: str
    at: datetime
    status: str
    target: date | None
    letter: str = ""


@dataclass(frozen=True, kw_only=True)
class Hook:
    """Who is told of what. secret: what our signature is made with."""

    id: str
    organisation: str
    url: str
    secret: str
    events: frozenset[EventKind]
    made_at: datetime
    by: str


def events_of(before: Case | None, after: Case, facts: Sequence[Fact]) -> tuple[Event, ...]:
    """What these facts made of the case, in an order that reads well.

    practice 12: of a confidential case nobody is told but those it names."""
    if not facts or after.confidential or not after.claims:
        return ()
    then, now = summary(before) if before and before.claims else None, summary(after)
    return tuple(
        Event(
            id=_name(after, kind, letter),
            organisation=after.organisation,
            kind=kind,
            case=after.id,
            reference=after.reference,
            at=facts[-1].at,
            status=now.status.value,
            target=now.target,
            letter=moment,
        )
        for kind, letter, moment in _kinds(then, now, after, facts)
    )


def _kinds(
    then: Summary | None, now: Summary, after: Case, facts: Sequence[Fact]
) -> Iterator[tuple[EventKind, str, str]]:
    if then is None:
        yield EventKind.CASE_OPENED, "", ""
    else:
        if then.status != now.status:
            yield EventKind.STATUS_CHANGED, "", ""
        if then.target != now.target:
            yield EventKind.TARGET_CHANGED, "", ""
    for fact in facts:
        if isinstance(fact, LetterSent):
            yield EventKind.LETTER_SENT, fact.letter, after.letter(fact.letter).moment.value
    if now.closed and not (then and then.closed):
        yield EventKind.CLOSED, "", ""


def _name(case: Case, kind: EventKind, letter: str) -> str:
    """The version of the case makes it unique, and the same however often the same change is tried."""
    return hashlib.sha256(f"{case.id}\0{case.version}\0{kind}\0{letter}".encode()).hexdigest()[:32]


def body(event: Event) -> bytes:
    """What is posted, byte for byte the same each time."""
    said = {
        "id": event.id,
        "event": event.kind.value,
        "organisation": event.organisation,
        "reference": event.reference,
        "at": event.at.isoformat(timespec="seconds"),
        "status": event.status,
        "target": event.target.isoformat() if event.target else None,
    }
    if event.letter:
        said["letter"] = event.letter
    return json.dumps(said, separators=(",", ":")).encode()


def signature(secret: str, event_id: str, seconds: int, content: bytes) -> str:
    """HMAC-SHA256 over id, time of sending and body: whoever knows the secret sees that it is from us, and of now."""
    signed = b".".join((event_id.encode(), str(seconds).encode(), content))
    return f"{SCHEME}={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
