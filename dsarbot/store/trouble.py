"""What the libraries say when the database fails, in the words of errors.py. Their texts may quote values: left out."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import asyncpg
from tortoise.exceptions import BaseORMException, IntegrityError

from dsarbot.errors import Conflict, StoreProblem

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=type)


@contextmanager
def translated() -> Iterator[None]:
    """Conflict when two were at it, StoreProblem when the database is busy, gone or refuses."""
    try:
        yield
    except (IntegrityError, asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
        raise Conflict from None
    except (BaseORMException, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        cause = type(error.__cause__ or error).__name__
        raise StoreProblem(f"the database does not answer as it should ({cause})") from None


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
