"""Who may do a thing of which there is one, who has given a sign of life, and what was done once for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from dsarbot.ports import Scope
from dsarbot.store.pending import Work
from dsarbot.store.projection import address, demand_code
from dsarbot.store.service_tables import BeatTable, RememberedTable
from dsarbot.store.sql import run
from dsarbot.store.tables import fits


async def take(db: BaseDBAsyncClient, name: str, holder: str, seconds: int) -> bool:
    """Take or renew a lease; 0 seconds give it back. One statement, judged by the database's clock."""
    rows = await run(
        db,
        "INSERT INTO lease (name, holder, until) VALUES (?, ?, {now} + ?)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
        " WHERE lease.holder = excluded.holder OR lease.until <= {now} RETURNING name",
        name,
        holder,
        seconds * 1000,
    )
    return bool(rows)


async def beat(db: BaseDBAsyncClient, process: str, what: str, now: datetime) -> None:
    """A sign of life."""
    await run(
        db,
        "INSERT INTO beat (process, what, at) VALUES (?, ?, ?)"
        " ON CONFLICT (process, what) DO UPDATE SET at = excluded.at RETURNING id",
        process,
        what,
        now,
    )


async def beats() -> Mapping[str, datetime]:
    """When each thing was last done by any process."""
    return {row.what: row.at for row in await BeatTable.all().order_by("at")}


async def next_number(work: Work, scope: Scope, year: int, count: int) -> int:
    """The next number of that year, from 1, or the first of so many. A transaction that fails gives them back on both
    databases."""
    [row] = await run(
        work.db,
        "INSERT INTO counter (organisation, year, number) VALUES (?, ?, ?)"
        " ON CONFLICT (organisation, year) DO UPDATE SET number = counter.number + excluded.number RETURNING number",
        scope,
        year,
        count,
    )
    return int(row["number"]) - count + 1


async def digest_once(work: Work, scope: Scope, day: date, recipient: str) -> bool:
    """True for the first caller; a second process waits for the first one's end, and is then told False."""
    hashed = await work.ring.fingerprint(scope, "address", address(recipient))
    rows = await run(
        work.db,
        "INSERT INTO digest (organisation, day, recipient_hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        scope,
        day,
        hashed,
    )
    return bool(rows)


async def remember(work: Work, name: str, value: str) -> None:
    """A code under a name, in place of the one before."""
    demand_code(name, value)
    await run(
        work.db,
        "INSERT INTO remembered (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name",
        name,
        value,
    )


async def remembered(name: str) -> str:
    """The code under that name, "" when there is none."""
    row = await RememberedTable.get_or_none(name=name) if fits(RememberedTable, "name", name) else None
    return row.value if row else ""
