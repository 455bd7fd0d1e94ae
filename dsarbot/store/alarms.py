"""Alarms: one row for each cause, raised once (security 20). Codes and dates only (practice 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from dsarbot.core.alarms import Alarm, Level
from dsarbot.ports import Scope
from dsarbot.store.service_tables import AlarmTable
from dsarbot.store.sql import run
from dsarbot.store.tables import fits

_COLUMNS = (
    "id", "organisation", "key", "matter", "kind", "subject", "case_id", "day", "rank", "level", "urgent",
    "raised_at", "climbed_at", "told", "acknowledged_by", "acknowledged_at", "open", "ended_at",
)  # fmt: skip
_QUOTED = ", ".join(f'"{each}"' for each in _COLUMNS)
#: A cause that had come to an end and stands again begins anew; one that is open stays as it is.
_RAISE = f"""
INSERT INTO alarm ({_QUOTED}) VALUES ({", ".join("?" * len(_COLUMNS))})
ON CONFLICT (organisation, "key") DO UPDATE SET {", ".join(f'"{each}" = excluded."{each}"' for each in _COLUMNS)}
WHERE NOT alarm."open" RETURNING id
"""  # noqa: S608  # names of columns, no values


async def raise_all(db: BaseDBAsyncClient, scope: Scope, alarms: Sequence[Alarm]) -> tuple[str, ...]:
    """Ids of those that were raised by this call; a second process at the same moment raises none of them again."""
    found = []
    for alarm in alarms:
        found += [str(row["id"]) for row in await run(db, _RAISE, *_values(scope, alarm))]
    return tuple(found)


def _values(scope: Scope, alarm: Alarm) -> tuple[object, ...]:
    return (
        alarm.id, scope, alarm.key, alarm.matter, alarm.kind, alarm.subject, alarm.case, alarm.day, alarm.rank,
        int(alarm.level), alarm.urgent, alarm.raised_at, alarm.climbed_at, " ".join(alarm.told), alarm.acknowledged_by,
        alarm.acknowledged_at, alarm.ended_at is None, alarm.ended_at,
    )  # fmt: skip


async def move(db: BaseDBAsyncClient, scope: Scope, alarms: Sequence[Alarm]) -> None:
    """Level, told and end of each; what a person has written in the meantime stays."""
    for alarm in alarms:
        await (
            AlarmTable.filter(id=alarm.id, organisation=scope)
            .using_db(db)
            .update(
                level=int(alarm.level),
                climbed_at=alarm.climbed_at,
                told=" ".join(alarm.told),
                open=alarm.ended_at is None,
                ended_at=alarm.ended_at,
            )
        )


async def acknowledge(db: BaseDBAsyncClient, scope: Scope, alarm_id: str, *, by: str, at: datetime) -> bool:
    """The first to say so is kept."""
    if not fits(AlarmTable, "id", alarm_id):
        return False
    waiting = AlarmTable.filter(id=alarm_id, organisation=scope, open=True, acknowledged_at=None).using_db(db)
    return bool(await waiting.update(acknowledged_by=by, acknowledged_at=at))


async def forget(db: BaseDBAsyncClient, scope: Scope, before: datetime) -> int:
    """Remove those that ended before that instant; how many."""
    statement = 'DELETE FROM alarm WHERE organisation = ? AND "open" = ? AND ended_at < ? RETURNING id'
    return len(await run(db, statement, scope, False, before))


async def listed(scope: Scope, *, ended: bool, limit: int) -> Sequence[Alarm]:
    """Open ones, oldest first; ended ones, the last one first."""
    query = AlarmTable.filter(organisation=scope, open=not ended)
    order = ("-ended_at", "-id") if ended else ("raised_at", "id")
    return [_alarm(row) for row in await query.order_by(*order).limit(limit)]


def _alarm(row: AlarmTable) -> Alarm:
    return Alarm(
        id=row.id,
        organisation=row.organisation,
        key=row.key,
        matter=row.matter,
        kind=row.kind,
        subject=row.subject,
        case=row.case_id,
        day=row.day,
        rank=row.rank,
        level=Level(row.level),
        urgent=row.urgent,
        raised_at=row.raised_at,
        climbed_at=row.climbed_at,
        told=tuple(row.told.split()),
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        ended_at=row.ended_at,
    )
