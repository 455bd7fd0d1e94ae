"""From a mailbox thread into the event loop and back: the thread waits until the coroutine is done."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from dsarbot.channels.down import Down
from dsarbot.errors import DsarbotError, OurMistake

P = ParamSpec("P")
T = TypeVar("T")

#: Seconds between looks at the loop while waiting: a loop that is gone never finishes a future.
LOOK = 1.0


def bridge(loop: asyncio.AbstractEventLoop, function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """``function`` as a plain callable for other threads.

    Errors of dsarbot and of the operating system come through as they are; any other becomes ``OurMistake``
    with the name of its type, so that the caller's loop backs off and tries again instead of dying.
    Raises ``Down("stopping")`` when the loop has ended or the work was cancelled. Never call it in the loop's thread.
    """

    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        coroutine = function(*args, **kwargs)
        try:
            future = asyncio.run_coroutine_threadsafe(coroutine, loop)
        except RuntimeError:
            coroutine.close()
            raise Down("stopping") from None
        while not concurrent.futures.wait([future], timeout=LOOK).done:
            if not loop.is_running() and future.cancel():
                coroutine.close()
                raise Down("stopping")
        return _result(future)

    return call


def _result(future: concurrent.futures.Future[T]) -> T:
    if future.cancelled():
        raise Down("stopping")
    error = future.exception()
    if error is None or isinstance(error, (DsarbotError, OSError)):
        return future.result()
    raise OurMistake(f"unexpected {type(error).__name__} while keeping mail") from error
