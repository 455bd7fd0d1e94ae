"""States and people as the pages show them."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from dsarbot.core.case import DONE, Status
from dsarbot.desk.digest_facts import SOON_DAYS

State = Literal["late", "soon", "waiting", "done", "unsure", "open"]

_STATES: Final[dict[Status, State]] = {
    Status.UNCONFIRMED: "unsure",
    Status.OPEN: "open",
    Status.WAITING_PERSON: "waiting",
    Status.WAITING_PARTY: "waiting",
    Status.ANSWERED: "done",
    Status.CLOSED: "done",
    Status.NOT_A_REQUEST: "done",
}


def state_of(status: Status, target: date | None, today: date) -> State:
    """What a case looks like: its date speaks louder than its status."""
    if status not in DONE and target is not None:
        left = (target - today).days
        if left < 0:
            return "late"
        if left <= SOON_DAYS and status != Status.UNCONFIRMED:
            return "soon"
    return _STATES[status]
