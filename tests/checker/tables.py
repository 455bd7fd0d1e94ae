"""The database as plain SQL shows it, of either kind, put into one SQLite file that needs no server."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

Row = Mapping[str, Any]

_SQLITE = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
_POSTGRESQL = (
    "SELECT table_schema, table_name FROM information_schema.tables"
    " WHERE table_schema IN ('public', 'dsarbot_keys') AND table_type = 'BASE TABLE'"
)
#: What of a database says nothing about cases: migrations, signs of life, who holds what at this moment.
FLEETING = frozenset({"beat", "lease", "tortoise_migrations"})


class Tables:
    """The rows of a snapshot. Instants stay text; `instant` reads them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows = cache(self._read)

    def rows(self, table: str) -> Sequence[Row]:
        """All rows of a table, in the order of its first column."""
        return self._rows(table)

    def _read(self, table: str) -> Sequence[Row]:
        with sqlite3.connect(self._path) as connection:
            connection.row_factory = sqlite3.Row
            found = [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY 1')]
        connection.close()
        return found

    def digests(self) -> dict[str, str]:
        """A hash over all rows of each table, but for those that say nothing about cases."""
        with sqlite3.connect(self._path) as connection:
            names = [name for (name,) in connection.execute(_SQLITE)]
        connection.close()
        return {
            name: sha256("\n".join(sorted(repr(sorted(row.items())) for row in self.rows(name))).encode()).hexdigest()
            for name in names
            if name not in FLEETING
        }


def instant(text: str) -> datetime:
    """An instant of a row, aware."""
    return datetime.fromisoformat(text)


def day(text: str | None) -> date | None:
    """A date of a row."""
    return date.fromisoformat(text[:10]) if text else None


def copied_files(main: Path, folder: Path) -> None:
    """The database files as they lie there, write-ahead logs too. The service must have ended."""
    folder.mkdir(exist_ok=True)
    for path in main.parent.glob(f"{main.stem}*"):
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())


def snapshot(url: str, target: Path) -> None:
    """Every table of the database and of its keys, in one file."""
    target.unlink(missing_ok=True)
    if url.startswith("sqlite:"):
        _of_sqlite(Path("/" + urlsplit(url).path.lstrip("/")), target)
    else:
        asyncio.run(_of_postgresql(url, target))


def _of_sqlite(main: Path, target: Path) -> None:
    # From a copy: whoever closes a database last empties its write-ahead log, and that is evidence too.
    with tempfile.TemporaryDirectory() as aside:
        copied_files(main, Path(aside))
        for path in (main, main.with_name(f"{main.stem}-keys{main.suffix}")):
            source = sqlite3.connect(Path(aside) / path.name)
            source.row_factory = sqlite3.Row
            for (name,) in source.execute(_SQLITE).fetchall():
                _fill(target, name, [dict(row) for row in source.execute(f'SELECT * FROM "{name}"')],
                      [column[1] for column in source.execute(f'PRAGMA table_info("{name}")')])  # fmt: skip
            source.close()


async def _of_postgresql(url: str, target: Path) -> None:
    connection = await asyncpg.connect(url)
    try:
        for schema, name in await connection.fetch(_POSTGRESQL):
            rows = await connection.fetch(f'SELECT * FROM "{schema}"."{name}"')
            statement = await connection.prepare(f'SELECT * FROM "{schema}"."{name}"')
            _fill(target, name, [dict(row) for row in rows], [each.name for each in statement.get_attributes()])
    finally:
        await connection.close()


def _fill(target: Path, name: str, rows: Iterable[Row], columns: Sequence[str]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    with sqlite3.connect(target) as connection:
        connection.execute(f'CREATE TABLE IF NOT EXISTS "{name}" ({quoted})')
        connection.executemany(
            f'INSERT INTO "{name}" ({quoted}) VALUES ({", ".join("?" * len(columns))})',
            [[_plain(row[column]) for column in columns] for row in rows],
        )
    connection.close()


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value
