"""Which cases a list is to show, in which order, from where on: a value that the store answers and that a screen, a
saved view and a link write the same way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from dsarbot.core.case import Status


class Hop(StrEnum):
    """Whom a case waits for."""

    US = "us"
    PERSON = "person"
    PARTY = "party"


class Sort(StrEnum):
    """What a list is ordered by."""

    DUE = "due"
    RECEIVED = "received"
    REFERENCE = "reference"


HOPS: Final[dict[Hop, tuple[Status, ...]]] = {
    Hop.US: (Status.UNCONFIRMED, Status.OPEN),
    Hop.PERSON: (Status.WAITING_PERSON,),
    Hop.PARTY: (Status.WAITING_PARTY,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseQuery:
    """staff: who looks; confidential cases that do not name them are left out, or alone counted (hidden). statuses,
    assignees, ids: one of these, None for any; due_from, due_by: the target; received_from, received_by,
    opened_after: instants;
    attention: something waits in a letter or message; after: the place of the last case seen, (sort value, id)."""

    staff: str
    closed: bool = False
    right: str = ""
    statuses: tuple[Status, ...] | None = None
    assignees: tuple[str, ...] | None = None
    ids: tuple[str, ...] | None = None
    due_from: date | None = None
    due_by: date | None = None
    received_from: datetime | None = None
    received_by: datetime | None = None
    opened_after: datetime | None = None
    attention: bool = False
    hidden: bool = False
    sort: Sort = Sort.DUE
    descending: bool = False
    after: tuple[date | datetime | str, str] | None = None
