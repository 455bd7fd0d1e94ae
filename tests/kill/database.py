"""A bystander's look into the database, by plain SQL, while the service and its servers come and go."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

#: A server that is killed says so in many ways.
_DOWN = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class Unreachable(Exception):
    """The database is down, locked, or has no tables yet."""


class Database:
    """Of either kind. Statements without parameters; the same words for both."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite:")

    @property
    def file(self) -> Path:
        return Path("/" + urlsplit(self.url).path.lstrip("/"))

    def touched(self) -> object:
        """Something that changes as soon as anybody writes a table."""
        if self.is_sqlite:
            return _sizes(self.file.parent)
        return self.count("SELECT count(*) FROM pg_catalog.pg_class")

    def rows(self, statement: str) -> Sequence[Sequence[Any]]:
        """What a SELECT says; Unreachable when nobody answers."""
        try:
            if not self.is_sqlite:
                return asyncio.run(self._fetch(statement))
            if not self.file.exists():
                raise Unreachable
            connection = sqlite3.connect(self.file, timeout=5)
            try:
                return connection.execute(statement).fetchall()
            finally:
                connection.close()
        except _DOWN as error:
            raise Unreachable(str(error)) from error

    def count(self, statement: str) -> int:
        """The number a SELECT gives; -1 when nobody answers."""
        try:
            return int(self.rows(statement)[0][0])
        except Unreachable:
            return -1

    def change(self, *statements: str) -> None:
        """Only while the service is not running: it is not told."""
        if self.is_sqlite:
            connection = sqlite3.connect(self.file, timeout=30)
            with connection:
                for statement in statements:
                    connection.execute(statement)
            connection.close()
        else:
            asyncio.run(self._execute(statements))

    async def _fetch(self, statement: str) -> Sequence[Sequence[Any]]:
        connection = await asyncpg.connect(self.url, timeout=5)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    async def _execute(self, statements: Sequence[str]) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


def _sizes(folder: Path) -> dict[str, int]:
    """Of the database's files; a companion (-wal, -shm) may go while we look."""
    found = {}
    for path in folder.glob("*.sqlite*"):
        with contextlib.suppress(FileNotFoundError):
            found[path.name] = path.stat().st_size
    return found
