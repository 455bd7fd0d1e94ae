"""A database as its first start leaves it: every table, no row.

Setting one up takes a third of a second of the processor: it is done once, by the real way, and copied.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from dsarbot.store.connections import key_file
from dsarbot.store.database import current
from tests.servers.postgresql import PostgreSQL


def sqlite_url(path: Path) -> str:
    """Four slashes: the store and the configuration both take it for an absolute path."""
    return f"sqlite:///{path}"


class BlankFiles:
    """The two files of SQLite."""

    def __init__(self, folder: Path) -> None:
        self._main = folder / "blank.db"
        _set_up(sqlite_url(self._main))

    def copy_to(self, main: Path) -> str:
        """Put copies there, as private as the first ones; the URL."""
        main.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for source, target in ((self._main, main), (key_file(self._main), key_file(main))):
            shutil.copy(source, target)
        return sqlite_url(main)


class BlankTemplate:
    """A database of PostgreSQL."""

    def __init__(self, cluster: PostgreSQL) -> None:
        self._cluster = cluster
        self._url = cluster.create_database()
        _set_up(self._url)

    def copy(self) -> str:
        """Make a database like it; the URL."""
        return self._cluster.create_database(like=self._url)


def _set_up(url: str) -> None:
    async def started() -> None:
        async with current(url):
            pass

    asyncio.run(started())
