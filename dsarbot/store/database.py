"""Open and close the database. Whatever happens, the connections are closed: a library's thread would keep a
failed command alive for ever.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext, set_global_context

from dsarbot.errors import KeyProblem, StoreProblem
from dsarbot.store import schema
from dsarbot.store.connections import configuration, is_sqlite, quiet_libraries, sqlite_file
from dsarbot.store.files import make_folder
from dsarbot.store.handed_over import HandedOver
from dsarbot.store.keys import KeyRing
from dsarbot.store.sql import run
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import EntryTable, InboundTable
from dsarbot.store.trouble import translated
from dsarbot.store.vault import FileVault

#: Any number; the same in all processes. Whoever holds it makes or changes the tables.
_ADVISORY_LOCK = 0x64_73_61_72
_LOST = "the key database is missing or empty; restore it from the back-up, nothing was touched"


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_store(
    url: str,
    *,
    data_dir: Path,
    master: bytes,
    password: str | None = None,
    clock: Callable[[], datetime] = now,
    configure: Callable[..., dict[str, Any]] = configuration,
) -> AsyncIterator[TortoiseStore]:
    """The store of ``sqlite:///absolute/path`` or ``postgres://user@host:port/name``; the vault lies in *data_dir*.

    An empty database is set up. StoreProblem for an older one, NewerDatabase for a newer, KeyProblem for a wrong key.
    *configure* is for tests.
    """
    async with current(url, password=password, configure=configure):
        ring = KeyRing(master)
        await _check_keys(ring)
        vault = FileVault(data_dir / "vault", ring, clock)
        await vault.finish_destructions()
        handed_over = HandedOver(data_dir / "outbox")
        try:
            yield TortoiseStore(ring, vault, handed_over)
        finally:
            handed_over.close()


@asynccontextmanager
async def current(
    url: str, *, password: str | None = None, configure: Callable[..., dict[str, Any]] = configuration
) -> AsyncIterator[None]:
    """The connections to a database of this version, which an empty one becomes; no key is needed."""
    async with connected(url, password=password, configure=configure) as config:
        if not await schema.is_current(packages_of(config)):
            await _set_up(url, config)
        yield


async def _check_keys(ring: KeyRing) -> None:
    """A key database that is empty beside a full main one was lost: a new one would bury that."""
    if await ring.is_new() and await _is_used():
        raise KeyProblem(_LOST)
    await ring.check()


async def _is_used() -> bool:
    return await EntryTable.exists() or await InboundTable.exists()


@asynccontextmanager
async def connected(
    url: str,
    *,
    password: str | None = None,
    foreign_keys: bool = True,
    configure: Callable[..., dict[str, Any]] = configuration,
    schemas: bool = False,
) -> AsyncIterator[dict[str, Any]]:
    """The ORM on both databases, whatever their state; the configuration it runs with.

    schemas: make the tables as the models describe them, without any migration."""
    quiet_libraries()
    if is_sqlite(url):
        make_folder(sqlite_file(url).parent)
        _make_private(sqlite_file(url))
    config = configure(url, password, foreign_keys=foreign_keys)
    # Statements are cached per process and differ between the databases.
    EXECUTOR_CACHE.clear()
    context = TortoiseContext()
    # The global fallback makes the connections known to all tasks and to calls from threads: one store per process.
    set_global_context(context)
    try:
        await context.init(config)
        await _reach()
        if schemas:
            await context.generate_schemas()
        yield config
    finally:
        await context.close_connections()


async def _reach() -> None:
    """Connect now, not at the first statement: what is wrong is said at once."""
    try:
        with translated():
            for name in ("default", "keys"):
                await run(get_connection(name), "SELECT 1 AS one")
    except StoreProblem as error:
        raise type(error)(f"the database cannot be reached; check [database] url ({error})") from None


def _make_private(path: Path) -> None:
    """Nobody else reads the database; its companions (-wal, -shm) take over its mode."""
    for each in (path, path.with_name(f"{path.stem}-keys{path.suffix}")):
        os.close(os.open(each, os.O_RDWR | os.O_CREAT, 0o600))


def packages_of(config: Mapping[str, Any]) -> Mapping[str, str]:
    """Where the migrations of each app are."""
    return {app: each["migrations"] for app, each in config["apps"].items()}


async def _set_up(url: str, config: Mapping[str, Any]) -> None:
    """Make all tables in an empty database; another process may be at it in the same moment."""
    async with alone(url):
        if await schema.is_current(packages_of(config)):
            return
        # One that was never used may have been left half made, by a kill between two migrations: it is made whole.
        if await schema.applied("dsarbot") and await _is_used():
            if not await schema.applied("dsarbot_keys"):
                raise KeyProblem(_LOST)
            raise StoreProblem("the database is of an older version of dsarbot; run `dsarbot db upgrade`")
        await schema.make_schema()
        for app in config["apps"]:
            if await schema.applied(app):
                await schema.migrate(app, config)
            else:
                await schema.make_tables(app, config, now())


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[None]:
    """One process at a time makes or changes tables: a lock file beside the database, or a lock of the server's.

    The server's lock is held by a connection of its own, since it ends with its connection. Inside `connected`."""
    if is_sqlite(url):
        path = sqlite_file(url)
        with path.with_name(f".{path.name}.lock").open("w") as lock:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            yield
        return
    async with get_connection("default").acquire_connection() as connection:
        # The pool gives a session's locks back together with the session.
        await connection.execute("SELECT pg_advisory_lock($1)", _ADVISORY_LOCK)
        yield
