"""The event loop of the service: one whose name look-ups take no thread from anybody else.

asyncio looks names up in the few threads in which also the vault writes; a resolver that hangs would fill them, and
would keep the process from ending.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Any


class Loop(asyncio.SelectorEventLoop):
    """Every look-up in a daemon thread of its own."""

    async def getaddrinfo(  # type: ignore[override]
        self,
        host: str | None,
        port: str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002, as in socket.getaddrinfo
        proto: int = 0,
        flags: int = 0,
    ) -> list[tuple[Any, ...]]:
        """As ``socket.getaddrinfo``. Whoever has waited long enough may cancel: the thread is left alone."""
        answer: asyncio.Future[list[tuple[Any, ...]]] = self.create_future()

        def tell(found: list[tuple[Any, ...]] | OSError) -> None:
            if answer.done():
                return
            if isinstance(found, OSError):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def ask() -> None:
            found: list[tuple[Any, ...]] | OSError
            try:
                found = socket.getaddrinfo(host, port, family, type, proto, flags)
            except OSError as error:
                found = error
            # A loop that has ended in the meantime needs no answer.
            with suppress(RuntimeError):
                self.call_soon_threadsafe(tell, found)

        threading.Thread(target=ask, name="dns", daemon=True).start()
        return await answer
