"""Sending: one kept connection to the relay, one letter at a time, and an outcome for every one of them."""

from __future__ import annotations

import asyncio
import contextlib

from dsarbot.channels import smtp_line
from dsarbot.channels.down import Down
from dsarbot.channels.smtp_types import Commands, Envelope, Outcome, Relay, commands, deferred
from dsarbot.channels.smtp_wire import Wire

#: Seconds without a letter after which the connection is closed; relays close theirs after about five minutes.
IDLE_SECONDS = 30.0
#: RFC 5321 4.2.3: "Service not available, closing transmission channel".
_GOODBYE = 421


class Sender:
    """Keeps one connection to ``relay``; ``await close()`` at the end. For one event loop."""

    def __init__(self, relay: Relay, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._relay = relay
        self._idle_seconds = idle_seconds
        self._lock = asyncio.Lock()
        self._wire: Wire | None = None
        self._closer: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None

    async def send(self, envelope: Envelope) -> Outcome:
        """Hand one letter over; never raises for a fault of the relay or an address."""
        dot = smtp_line.DotSent()
        try:
            async with asyncio.timeout(self._relay.timeout), self._lock:
                self._stay_open()
                try:
                    outcome = await self._attempt(envelope, dot)
                except BaseException:
                    self._drop()
                    raise
                self._close_later()
                return outcome
        except Down as why:
            return deferred(why.slug, int(why.code) if why.code.isdigit() else None)
        except TimeoutError:
            return _ended("timeout", dot)
        except OSError:
            return _ended("lost", dot)

    async def _attempt(self, envelope: Envelope, dot: smtp_line.DotSent) -> Outcome:
        kept = self._wire if self._wire is not None and self._wire.usable else None
        wire = kept or await self._connect()
        say = commands(envelope, wire.offers)
        if not isinstance(say, Commands):
            return Outcome(kind="refused", slug=say)
        try:
            outcome = await self._hand_over(wire, say, envelope.message, dot)
            if kept is None or dot.value or outcome.code != _GOODBYE:
                return outcome
        except ConnectionError:
            if kept is None or dot.value:
                raise
        # RFC 5321 3.8: a server may close an idle connection; that is no fault, so once more on a fresh one.
        return await self._hand_over(await self._connect(), say, envelope.message, dot)

    async def _hand_over(self, wire: Wire, say: Commands, message: bytes, dot: smtp_line.DotSent) -> Outcome:
        try:
            outcome = await smtp_line.hand_over(wire, say, message, dot)
        except ValueError:
            # Not to be written in the encoding that this relay understands; nothing was sent.
            return Outcome(kind="refused", slug="bad-address")
        if outcome.code == _GOODBYE:
            self._drop()
        elif outcome.kind != "accepted" and wire.usable:
            with contextlib.suppress(ConnectionError):
                await wire.ask(b"RSET")
        return outcome

    async def _connect(self) -> Wire:
        self._drop()
        self._wire = await smtp_line.connect(self._relay)
        return self._wire

    async def check(self) -> str:
        """Connect, EHLO, STARTTLS, log in and quit, on a connection of its own; the offered extensions, sorted.
        Raises ``Down`` with the remedy."""
        try:
            async with asyncio.timeout(self._relay.timeout):
                wire = await smtp_line.connect(self._relay)
                offered = " ".join(sorted(wire.extensions)).upper()
                await _quit(wire)
        except TimeoutError:
            raise Down("timeout") from None
        return offered

    async def close(self) -> None:
        """Say goodbye if there is a connection; waits for the letter in hand."""
        async with self._lock:
            self._stay_open()
            wire, self._wire = self._wire, None
            if wire is not None:
                await _quit(wire)

    def _drop(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _stay_open(self) -> None:
        if self._closer is not None:
            self._closer.cancel()
            self._closer = None

    def _close_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._closer = loop.call_later(self._idle_seconds, self._start_closing)

    def _start_closing(self) -> None:
        # If a letter is being sent right now, its own end sets the next alarm.
        if not self._lock.locked():
            self._closing = asyncio.get_running_loop().create_task(self.close())


def _ended(slug: str, dot: smtp_line.DotSent) -> Outcome:
    return Outcome(kind="ambiguous", slug=slug) if dot.value else deferred(slug)


async def _quit(wire: Wire) -> None:
    try:
        async with asyncio.timeout(2):
            await wire.ask(b"QUIT")
    except OSError:
        pass
    finally:
        wire.close()
