"""Counts what is asked of a database: a page that asks once for each of its rows is found by its number of statements."""

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

    def told(method: Any) -> Any:  # noqa: ANN401  # whatever the client has
        async def asked(self: Any, query: str, *values: Any, **more: Any) -> Any:  # noqa: ANN401  # of the client
            found.append(query)
            return await method(self, query, *values, **more)

        return asked

    classes = [each for each in _all(SqliteClient, AsyncpgDBClient)]
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
