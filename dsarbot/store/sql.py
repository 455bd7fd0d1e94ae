"""The few statements that need SQL itself: upserts, claims and leases. One spelling for both databases."""

from __future__ import annotations

import re
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

#: Now by the database's own clock, in milliseconds since 1970 (security 19: leases use the database's clock).
_NOW = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    "postgres": "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
}
_SKIP = {"sqlite": "", "postgres": "FOR UPDATE SKIP LOCKED"}


def dialect(db: BaseDBAsyncClient) -> str:
    """sqlite or postgres."""
    return db.capabilities.dialect


async def run(db: BaseDBAsyncClient, statement: str, *values: object) -> list[dict[str, Any]]:
    """The rows a statement returns. ``?`` stands for a value, ``{now}`` for the database's clock in milliseconds,
    ``{skip}`` for SKIP LOCKED where there is such a thing."""
    kind = dialect(db)
    text = statement.replace("{now}", _NOW[kind]).replace("{skip}", _SKIP[kind])
    if kind == "postgres":
        numbers = iter(range(1, len(values) + 1))
        text = re.sub(r"\?", lambda _: f"${next(numbers)}", text)
    return await db.execute_query_dict(text, list(values))
