"""SQLite as this service needs it: every transaction takes the write lock when it begins.

The library's plain BEGIN takes the lock at the first write; two processes that read and then write then fail at once
with "database is locked", whatever the busy timeout (one of them would otherwise write upon an outdated read).
"""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError


@lru_cache(maxsize=256)
def _instant(value: datetime) -> str:
    """Instants as text that sorts in the order of time: UTC, always with microseconds. One stands in many rows."""
    if value.utcoffset() is None:
        raise ValueError("an instant needs its time zone")
    return value.astimezone(UTC).isoformat(" ", timespec="microseconds")


sqlite3.register_adapter(datetime, _instant)
sqlite3.register_adapter(date, date.isoformat)


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that holds the write lock from its first statement."""

    async def begin(self) -> None:
        try:
            await self._connection.commit()
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error


class ImmediateContext(SqliteTransactionContext):
    """Gives the connection back when the transaction could not even begin; the library keeps it for ever then."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self._begin()
        except BaseException:
            self._trxlock.release()
            raise
        return self.connection  # type: ignore[no-any-return]

    async def _begin(self) -> None:
        """BEGIN runs in the connection's thread and cannot be called back: a cancelled one is waited for, undone."""
        begun = asyncio.ensure_future(self.connection.begin())
        try:
            await asyncio.shield(begun)
        except asyncio.CancelledError:
            await asyncio.gather(begun, return_exceptions=True)
            await self.connection.rollback()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:  # noqa: ANN401
        ending = asyncio.ensure_future(self._end(exc_type))
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            await asyncio.gather(ending, return_exceptions=True)
            raise
        finally:
            get_connections().reset(self.token)
            self._trxlock.release()

    async def _end(self, failed: Any) -> None:  # noqa: ANN401
        if failed:
            await self.connection.rollback()
            return
        try:
            await self.connection.commit()
        except BaseException:
            await self.connection.rollback()
            raise


class ImmediateClient(SqliteClient):
    def _in_transaction(self) -> TransactionContext:
        return ImmediateContext(ImmediateTransaction(self), self._lock)


#: What the library looks for in an engine's module.
client_class = ImmediateClient
