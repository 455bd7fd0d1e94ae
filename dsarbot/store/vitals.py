"""The numbers of the whole instance for whoever runs it: grouped counts over clear columns, nothing of any person."""

from __future__ import annotations

from typing import Final

from tortoise.backends.base.client import BaseDBAsyncClient

from dsarbot.core.vitals import Vitals
from dsarbot.store.sql import instant, instant_or_none, run

_JOBS: Final = "SELECT kind, state, COUNT(*) AS n FROM job GROUP BY kind, state"
_INBOUNDS: Final = "SELECT channel, state, disposition, COUNT(*) AS n FROM inbound GROUP BY channel, state, disposition"
_ALARMS: Final = (
    "SELECT COUNT(*) AS n, SUM(CASE WHEN acknowledged_by = '' THEN 1 ELSE 0 END) AS waiting"
    " FROM alarm WHERE ended_at IS NULL"
)
_DATES: Final = (
    "SELECT (SELECT MIN(due_at) FROM job WHERE state IN ('queued', 'claimed')) AS oldest,"
    " (SELECT MIN(wake_at) FROM cases WHERE wake_at IS NOT NULL) AS wake, (SELECT MAX(at) FROM entry) AS entry"
)
_ANCHOR: Final = "SELECT number, at FROM anchor ORDER BY number DESC LIMIT 1"


async def vitals(db: BaseDBAsyncClient) -> Vitals:
    """As they are now; five statements."""
    [alarms], [dates] = await run(db, _ALARMS), await run(db, _DATES)
    anchors = await run(db, _ANCHOR)
    return Vitals(
        jobs={(row["kind"], row["state"]): int(row["n"]) for row in await run(db, _JOBS)},
        oldest=instant_or_none(dates["oldest"]),
        inbounds={
            (row["channel"], row["state"], row["disposition"]): int(row["n"]) for row in await run(db, _INBOUNDS)
        },
        alarms=int(alarms["n"]),
        untaken=int(alarms["waiting"] or 0),
        wake=instant_or_none(dates["wake"]),
        entry=instant_or_none(dates["entry"]),
        anchor=(int(anchors[0]["number"]), instant(anchors[0]["at"])) if anchors else None,
    )
