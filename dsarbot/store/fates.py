"""What became of the claims of a while: out of clear columns alone, so that a hundred thousand cost a second and not a
minute of opening documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from tortoise.backends.base.client import BaseDBAsyncClient

from dsarbot.core.case import Outcome, Status
from dsarbot.core.register import Fate
from dsarbot.ports import Scope
from dsarbot.store.sql import day, instant, instant_or_none, run

#: What went into another case is counted there, and what was no request nowhere.
_FATES: Final = (
    'SELECT claim."right" AS right_, cases.channel AS channel, claim.outcome AS outcome,'
    " claim.received_at AS received_at, claim.target AS target, claim.answered_at AS answered_at, claim.late AS late,"
    " claim.extended_on AS extended_on"
    " FROM claim JOIN cases ON cases.id = claim.case_id"
    " WHERE claim.organisation = ? AND claim.received_at >= ? AND claim.received_at < ?"
    " AND claim.status NOT IN (?, ?) AND cases.merged_into = ''"
)


async def between(
    db: BaseDBAsyncClient, scope: Scope, first: datetime, last: datetime, zone: str
) -> Sequence[Fate]:  # fmt: skip
    """Of claims that were received then; days are those of the zone."""
    place = ZoneInfo(zone)
    rows = await run(db, _FATES, scope, first, last, Status.NOT_A_REQUEST.value, Status.UNCONFIRMED.value)
    found = []
    for row in rows:
        answered = instant_or_none(row["answered_at"])
        found.append(
            Fate(
                right=row["right_"],
                channel=row["channel"],
                outcome=Outcome(row["outcome"]),
                received=instant(row["received_at"]).astimezone(place).date(),
                due=day(row["target"]),
                answered=answered.astimezone(place).date() if answered else None,
                late=bool(row["late"]),
                extended=day(row["extended_on"]),
            )
        )
    return found
