"""Counts what is asked of a database: a page that asks once for each of its rows is found by their number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.sqlite.client import SqliteClient

_ASKED = ("execute_query", "execute_query_dict", "execute_insert", "execute_many")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of the block, on all connections, transactions included."""
    found: list[str] = []

    def told(method: Any) -> Any:
        async def asked(self: Any, query: str, *values: Any, **more: Any) -> Any:
            found.append(query)
            return await method(self, query, *values, **more)

        return asked

    classes = list(_all(SqliteClient, AsyncpgDBClient))
    patches = [
        patch.object(each, name, told(vars(each)[name])) for each in classes for name in _ASKED if name in vars(each)
    ]
    for each in patches:
        each.start()
    try:
        yield found
    finally:
        for each in patches:
            each.stop()


def _all(*classes: type) -> Iterator[type]:
    for each in classes:
        yield each
        yield from _all(*each.__subclasses__())
