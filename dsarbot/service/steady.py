"""A loop that goes on when its work fails: it says so, waits longer each time, and shows when it last succeeded.

No loop stops another in silence. What waiting cannot mend ends the whole process, with a code that is not zero;
everything else is tried again, and is seen by the sign of life that does not come.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from dsarbot.channels.backoff import Pace, delay
from dsarbot.errors import ClockJumped, DsarbotError, KeyProblem, NewerDatabase

log = logging.getLogger(__name__)

T = TypeVar("T")

#: security 19 for the clock; without the right key or tables nothing can be kept or sent.
_ENDS_ALL = (ClockJumped, KeyProblem, NewerDatabase)
_PACE = Pace(first=1, factor=2, longest=60)


class Steady:
    """The steps of one loop. `well_at`: when a step last succeeded, None before the first."""

    def __init__(self, name: str, clock: Callable[[], datetime], *, dice: Callable[[], float] = random.random) -> None:
        self.name = name
        self.well_at: datetime | None = None
        self._clock = clock
        self._dice = dice
        self._failures = 0

    async def attempt(self, step: Callable[[], Awaitable[T]]) -> T | None:
        """What the step returned; None when it failed for now, see `pause`. What ends the process is raised."""
        try:
            result = await step()
        except _ENDS_ALL:
            raise
        except (DsarbotError, OSError) as why:
            self._failures += 1
            extra = {"action": "loop_failed", "loop": self.name}
            log.error(
                "The loop %s failed for now: %s (try %d)", self.name, type(why).__name__, self._failures, extra=extra
            )
            return None
        if self._failures:
            log.info("The loop %s works again", self.name, extra={"action": "loop_works", "loop": self.name})
        self._failures = 0
        self.well_at = self._clock()
        return result

    def gets_on(self) -> None:
        """A step that lasts has done a part of its work: that counts as a sign of life."""
        self.well_at = self._clock()

    async def repeat(self, step: Callable[[], Awaitable[object]], stop: asyncio.Event, seconds: float) -> None:
        """The step at once and so long after each one, until *stop* is set. What it returns says no more than that it
        did not fail, and is not None."""
        while not stop.is_set():
            if await self.attempt(step) is None:
                await self.pause(stop)
            else:
                await rung(stop, seconds)

    async def pause(self, stop: asyncio.Event) -> None:
        """The wait after a failed step, at an end at once when the service stops."""
        await rung(stop, delay(self._failures, _PACE, self._dice()))


async def rung(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
