"""Watched folders of scans: looked into again and again, by one process at a time, one file after the other."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from dsarbot.app import App
from dsarbot.scans.watching import Watched
from dsarbot.service.steady import Steady

#: Between two looks: what did not change in between is whole.
_PAUSE: Final = 15.0
#: A long stack takes an hour to read; that this process still does is told again and again.
_LEASE_SECONDS, _RENEWED = 150, 50.0


async def tend_scans(app: App, holder: str, stop: asyncio.Event) -> None:
    """Until *stop* is set; what is being read then is read again after the next start."""
    if folders := app.scan_folders:
        await Steady("scans", app.clock).repeat(lambda: _look(app, holder, folders, stop), stop, _PAUSE)


async def _look(app: App, holder: str, folders: tuple[Watched, ...], stop: asyncio.Event) -> bool:
    for each in folders:
        if stop.is_set() or not await app.store.lease("scans", holder, _LEASE_SECONDS):
            break
        task = asyncio.create_task(each.look())
        try:
            while not task.done() and not stop.is_set():
                waiting = asyncio.create_task(stop.wait())
                await asyncio.wait({task, waiting}, timeout=_RENEWED, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                await app.store.lease("scans", holder, _LEASE_SECONDS)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    return True
