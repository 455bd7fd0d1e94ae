"""Has somebody else written? Cheap enough to ask four times a second."""

from __future__ import annotations

from tortoise.backends.base.client import BaseDBAsyncClient

from dsarbot.store.sql import dialect, run


class Changes:
    """A number that moves when another process has committed.

    SQLite counts for each connection the commits of all others. PostgreSQL's snapshot changes with every commit in
    the cluster, our own too: now and then one looks in vain, but never is a change missed, and no connection must
    be kept listening.
    """

    def __init__(self) -> None:
        self._snapshot = ""
        self._number = 0

    async def number(self, db: BaseDBAsyncClient) -> int:
        """The number as of now."""
        if dialect(db) == "sqlite":
            [row] = await run(db, "PRAGMA data_version")
            return int(row["data_version"])
        [row] = await run(db, "SELECT CAST(pg_current_snapshot() AS TEXT) AS snapshot")
        if row["snapshot"] != self._snapshot:
            self._snapshot = row["snapshot"]
            self._number += 1
        return self._number
