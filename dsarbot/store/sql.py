"""Statements in SQL itself, one spelling for both databases: upserts, claims, leases, and whatever is written or read
for every mail. There the ORM would cost several times what the database does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

T = TypeVar("T")

#: Now by the database's own clock, in milliseconds since 1970 (security 19: leases use the database's clock).
_NOW = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    "postgres": "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
}
_SKIP = {"sqlite": "", "postgres": "FOR UPDATE SKIP LOCKED"}
#: SQLite's transactions hold the write lock from their beginning: what is read in one stays so.
_HOLD = {"sqlite": "", "postgres": "FOR UPDATE"}
#: How many values one statement names at most; SQLite ends at 32,766, PostgreSQL at 32,767.
BATCH = 500


def dialect(db: BaseDBAsyncClient) -> str:
    """sqlite or postgres."""
    return db.capabilities.dialect


async def run(db: BaseDBAsyncClient, statement: str, *values: object) -> list[dict[str, Any]]:
    """The rows a statement returns. ``?`` stands for a value, ``{now}`` for the database's clock in milliseconds,
    ``{skip}`` for SKIP LOCKED and ``{hold}`` for a row lock, where there is such a thing."""
    return await db.execute_query_dict(_spelled(dialect(db), statement), list(values))


async def among(db: BaseDBAsyncClient, statement: str, wanted: Iterable[str], *values: object) -> list[dict[str, Any]]:
    """The rows of a statement that asks ``... IN ({among})`` after all its other values, for as many as there are."""
    every = list(dict.fromkeys(wanted))
    rows = []
    for start in range(0, len(every), BATCH):
        some = every[start : start + BATCH]
        rows += await run(db, statement.replace("{among}", ", ".join("?" * len(some))), *values, *some)
    return rows


async def many(db: BaseDBAsyncClient, statement: str, rows: Iterable[Any]) -> None:
    """Carry out the statement once for each row of values; outside a transaction in one of its own."""
    if given := list(rows):
        await db.execute_many(_spelled(dialect(db), statement), given)


async def insert(
    db: BaseDBAsyncClient, table: type[Model], rows: Sequence[Mapping[str, object]], *, may_be_there: bool = False
) -> None:
    """New rows, each with every column that the database does not number itself; a KeyError names a missing one.

    may_be_there: what is there already (by whatever unique index) is left as it is."""
    await many(db, _insertion(table, may_be_there), map(itemgetter(*_columns(table)), rows))


@lru_cache(maxsize=512)
def _spelled(kind: str, statement: str) -> str:
    text = statement.replace("{now}", _NOW[kind]).replace("{skip}", _SKIP[kind]).replace("{hold}", _HOLD[kind])
    if kind == "postgres":
        numbers = iter(range(1, text.count("?") + 1))
        text = re.sub(r"\?", lambda _: f"${next(numbers)}", text)
    return text


@lru_cache(maxsize=64)
def _columns(table: type[Model]) -> tuple[str, ...]:
    meta = table._meta
    return tuple(
        meta.fields_db_projection[name] for name in meta.fields_db_projection if not meta.fields_map[name].generated
    )


@lru_cache(maxsize=64)
def _insertion(table: type[Model], may_be_there: bool) -> str:
    names = ", ".join(f'"{name}"' for name in _columns(table))
    end = " ON CONFLICT DO NOTHING" if may_be_there else ""
    places = ", ".join("?" * len(_columns(table)))
    return f'INSERT INTO "{table._meta.db_table}" ({names}) VALUES ({places}){end}'  # noqa: S608  # our own names


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """Each value once, in lists that one statement may name."""
    every = list(dict.fromkeys(values))
    return (every[start : start + BATCH] for start in range(0, len(every), BATCH))


def instant(value: datetime | str) -> datetime:
    """An instant as a statement returned it: SQLite gives text, and every instant is written in UTC."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


def instant_or_none(value: datetime | str | None) -> datetime | None:
    return None if value is None else instant(value)


def day(value: date | str | None) -> date | None:
    """A day as a statement returned it."""
    return date.fromisoformat(value) if isinstance(value, str) else value
