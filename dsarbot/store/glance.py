"""A look at the database from outside: without the ORM, without a key, and without making anything.

`dsarbot watch` must be able to say something when the service and its libraries cannot. It reads signs of life and
dates, and writes one sign of its own.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg

from dsarbot.core.watch import Glance
from dsarbot.errors import StoreProblem
from dsarbot.store.connections import is_sqlite, sqlite_file

#: Seconds to wait for a busy or silent database.
_PATIENCE: Final = 10.0
_BEATS: Final = "SELECT what, max(at) AS at FROM beat GROUP BY what"
_DATES: Final[Mapping[str, str]] = {
    "late_job": "SELECT min(due_at) AS at FROM job WHERE state IN ('queued', 'claimed')",
    "staff_mail": (
        "SELECT min(first_tried_at) AS at FROM job"
        " WHERE state IN ('queued', 'claimed') AND kind IN ('digest', 'notice')"
    ),
    "wake": "SELECT min(wake_at) AS at FROM cases WHERE wake_at IS NOT NULL",
    "entry": "SELECT max(at) AS at FROM entry",
}
_SIGN: Final = (
    "INSERT INTO beat (process, what, at) VALUES ('watch', 'watch', {at})"
    " ON CONFLICT (process, what) DO UPDATE SET at = excluded.at"
)
_FAILURES: Final = (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


async def glance(url: str, *, password: str | None, now: datetime) -> Glance:
    """What there is to see; leaves a sign that somebody looked. StoreProblem when the database cannot be read."""
    try:
        async with asyncio.timeout(2 * _PATIENCE):
            if is_sqlite(url):
                return await asyncio.to_thread(_sqlite, sqlite_file(url), now)
            return await _postgresql(url, password, now)
    except _FAILURES as error:
        # Its text may quote a path or a value: the kind says enough.
        raise StoreProblem(f"the database cannot be read ({type(error).__name__})") from None


def _sqlite(path: Path, now: datetime) -> Glance:
    # mode=rw never makes a file: a database that is missing must be said, not replaced by an empty one.
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)) as connection:
        beats = {str(what): _instant(at) for what, at in connection.execute(_BEATS)}
        dates = {name: _date(connection.execute(text).fetchone()[0]) for name, text in _DATES.items()}
        try:
            connection.execute(_SIGN.format(at="?"), (now.astimezone(UTC).isoformat(" ", "microseconds"),))
            connection.commit()
        except sqlite3.Error:
            return _glance(beats, dates, writable=False)
    return _glance(beats, dates)


async def _postgresql(url: str, password: str | None, now: datetime) -> Glance:
    connection = await asyncpg.connect(url, password=password, timeout=_PATIENCE, command_timeout=_PATIENCE)
    try:
        beats = {row["what"]: _instant(row["at"]) for row in await connection.fetch(_BEATS)}
        dates = {name: _date(await connection.fetchval(text)) for name, text in _DATES.items()}
        try:
            await connection.execute(_SIGN.format(at="$1"), now)
        except asyncpg.PostgresError:
            return _glance(beats, dates, writable=False)
    finally:
        await connection.close(timeout=_PATIENCE)
    return _glance(beats, dates)


def _glance(beats: Mapping[str, datetime], dates: Mapping[str, datetime | None], *, writable: bool = True) -> Glance:
    return Glance(
        beats=beats,
        late_job=dates["late_job"],
        staff_mail=dates["staff_mail"],
        wake=dates["wake"],
        entry=dates["entry"],
        writable=writable,
    )


def _date(value: Any) -> datetime | None:  # noqa: ANN401  # what a driver gives for a date
    return None if value is None else _instant(value)


def _instant(value: datetime | str) -> datetime:
    """SQLite keeps text."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.astimezone(UTC)
