"""What the libraries say when the database fails, in the words of errors.py. Their texts may quote values: left out.

Some troubles pass: the server restarts, the disk is full, somebody else holds the lock. They are told apart, since
whoever works on waits for their end (`StoreDown`); any other is a mistake that waiting does not mend.
"""

from __future__ import annotations

import functools
import inspect
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from tortoise.exceptions import BaseORMException, DBConnectionError, IntegrityError

from dsarbot.errors import Conflict, DsarbotError, StoreDown, StoreProblem

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=type)

#: What passes on SQLite: busy, locked, no memory, read-only, I/O error, full, cannot open, locking protocol.
_PASSING_CODES = frozenset({5, 6, 7, 8, 10, 13, 14, 15})
_PRIMARY = 0xFF
#: What passes on PostgreSQL: lost or refused connections, shutdown and restart, full disk, too many connections.
_PASSING = (
    "PostgresConnectionError",
    "OperatorInterventionError",
    "InsufficientResourcesError",
    "PostgresSystemError",
    "InterfaceError",
    "InternalClientError",
)
_TWO_AT_IT = ("SerializationError", "DeadlockDetectedError")
_ANY = ("PostgresError", "InterfaceError", "InternalClientError")


@contextmanager
def translated() -> Iterator[None]:
    """Conflict when two were at it, StoreDown for what passes, StoreProblem when the database refuses."""
    try:
        yield
    except DsarbotError:
        raise
    except Exception as error:
        found = _in_our_words(error)
        if found is None:
            raise
        raise found from None


def _in_our_words(error: Exception) -> StoreProblem | None:
    """None for an error that is not the database's."""
    # The library raises its own errors while it handles the driver's, mostly without saying from what.
    cause = error.__cause__ or (error.__context__ if isinstance(error, BaseORMException) else None) or error
    if isinstance(error, IntegrityError) or isinstance(cause, _postgres(_TWO_AT_IT)):
        return Conflict()
    if _passes(error, cause):
        return StoreDown(f"the database or its disk does not work at the moment ({type(cause).__name__})")
    if isinstance(error, (BaseORMException, sqlite3.Error, *_postgres(_ANY))):
        return StoreProblem(f"the database does not answer as it should ({type(cause).__name__})")
    return None


def _passes(error: BaseException, cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & _PRIMARY in _PASSING_CODES
    # OSError: the server cannot be reached, or the vault's disk is full.
    return isinstance(error, DBConnectionError) or isinstance(cause, (OSError, *_postgres(_PASSING)))


def _postgres(names: tuple[str, ...]) -> tuple[type[BaseException], ...]:
    """The errors of that driver; none where it was never loaded (it takes a tenth of a second): it raised nothing."""
    driver = sys.modules.get("asyncpg")
    return tuple(getattr(driver, name) for name in names) if driver else ()


def translating(kind: C) -> C:
    """Make every coroutine of a class speak that way."""
    for name, method in list(vars(kind).items()):
        if inspect.iscoroutinefunction(method):
            setattr(kind, name, _translated(method))
    return kind


def _translated(method: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    @functools.wraps(method)
    async def speaking(*args: P.args, **kwargs: P.kwargs) -> R:
        with translated():
            return await method(*args, **kwargs)

    return speaking
