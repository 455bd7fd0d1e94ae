"""Letters by post lie ready to be printed: the trays are looked at every minute, whatever rings.

What lies there follows from the cases: a start after a crash, or after typst was installed, lays out what is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from dsarbot.app import App
from dsarbot.service.steady import Steady

_PAUSE: Final = 60.0
#: So long after the last look of a process that died another one looks.
_LEASE_SECONDS: Final = 150


async def tend_trays(
    app: App, holder: str, stop: asyncio.Event, *, begun: Callable[[Steady], None] = lambda _: None
) -> None:
    """Until *stop* is set; one process at a time. begun: is given the loop, whose sign of life is to be told."""
    steady = Steady("tray", app.clock)
    begun(steady)
    await steady.repeat(lambda: _look(app, holder), stop, _PAUSE)


async def _look(app: App, holder: str) -> bool:
    if await app.store.lease("tray", holder, _LEASE_SECONDS):
        for tray in app.trays.values():
            await tray.look()
    return True
