"""How long a connection may stay without a whole request on it: whoever sends the head drop by drop, or nothing, holds
a place that somebody else needs. Bodies have limits of their own (`guard`)."""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

#: The head of a request is one packet or two.
HEAD_SECONDS: Final = 15.0


class Patient(H11Protocol):
    """The server's own protocol, with an end to its patience."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _wait(self) -> None:
        """Begin to wait for a head, go on with it, or end it once the head is there."""
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering:
            self._end()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
