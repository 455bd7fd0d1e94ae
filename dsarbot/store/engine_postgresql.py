"""PostgreSQL as this service needs it: a connection that is lost takes nothing else with it.

The library sets the transaction as the task's connection before it has begun, and forgets to take it back when the
server is gone in that moment: every later statement of the task would go to a dead connection, for ever.
"""

from __future__ import annotations

import contextlib
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections


class LosableContext(TransactionContextPooled):
    """Gives the connection back however the transaction begins or ends."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            await pool.release(self.client._connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:  # noqa: ANN401
        try:
            if exc_type is None:
                await self.client.commit()
            else:
                # Where the connection is lost the server has rolled back by itself; the error tells of the loss.
                with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await self.client.rollback()
        finally:
            get_connections().reset(self.token)
            await self.client._parent._pool.release(self.client._connection)


class LosableClient(AsyncpgDBClient):
    def _in_transaction(self) -> TransactionContext:
        return LosableContext(TransactionWrapper(self), self._pool_init_lock)


#: What the library looks for in an engine's module.
client_class = LosableClient
