"""Letters on paper: watched folders of scans, scans sent through the browser, and pictures attached to mails; by one
process at a time, one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Final

from dsarbot.app import App
from dsarbot.scans.attachments import LEASE
from dsarbot.scans.uploads import LEASE as UPLOADS
from dsarbot.scans.watching import Watched
from dsarbot.service.steady import Steady

#: Between two looks: what did not change in between is whole.
_PAUSE: Final = 15.0
#: A long stack takes an hour to read; that this process still does is told again and again.
_LEASE_SECONDS, _RENEWED = 150, 50.0
#: Between two looks for mails whose pictures are to be read.
_PICTURES_PAUSE: Final = 5.0
#: Somebody looks at the page that says how far their scan is.
_UPLOADS_PAUSE: Final = 2.0


async def tend_scans(
    app: App, holder: str, stop: asyncio.Event, *, begun: Callable[[Steady], None] = lambda _: None
) -> None:
    """Until *stop* is set; what is being read then is read again after the next start. begun: is given the loop, whose
    sign of life is to be told."""
    if folders := app.scan_folders:
        steady = Steady("scans", app.clock)
        begun(steady)
        await steady.repeat(lambda: _look(app, holder, folders, steady, stop), stop, _PAUSE)


async def tend_attachments(
    app: App, holder: str, stop: asyncio.Event, *, begun: Callable[[Steady], None] = lambda _: None
) -> None:
    """Until *stop* is set; what waits then waits in the database. begun: as in `tend_scans`."""
    steady = Steady("attachments", app.clock)
    begun(steady)
    await steady.repeat(lambda: _read_waiting(app, holder, steady, stop), stop, _PICTURES_PAUSE)


async def tend_uploads(
    app: App, holder: str, stop: asyncio.Event, *, begun: Callable[[Steady], None] = lambda _: None
) -> None:
    """Until *stop* is set; what waits then waits in the database. begun: as in `tend_scans`."""
    steady = Steady("uploads", app.clock)
    begun(steady)
    await steady.repeat(lambda: _read_uploads(app, holder, steady, stop), stop, _UPLOADS_PAUSE)


async def _read_uploads(app: App, holder: str, steady: Steady, stop: asyncio.Event) -> bool:
    if await app.uploads.waiting():
        await _alone(app, holder, app.uploads.read_waiting, steady, stop, lease=UPLOADS)
    return True


async def _read_waiting(app: App, holder: str, steady: Steady, stop: asyncio.Event) -> bool:
    if await app.attachments.waiting():
        await _alone(app, holder, app.attachments.read_waiting, steady, stop, lease=LEASE)
    return True


async def _look(app: App, holder: str, folders: tuple[Watched, ...], steady: Steady, stop: asyncio.Event) -> bool:
    for each in folders:
        await _alone(app, holder, each.look, steady, stop, lease="scans")
    return True


async def _alone(
    app: App,
    holder: str,
    work: Callable[[], Coroutine[None, None, object]],
    steady: Steady,
    stop: asyncio.Event,
    *,
    lease: str,
) -> None:
    """The work under a lease, which is renewed as long as it lasts; it ends when the service stops. As long as pages
    are read it gets on; a file system that hangs gives no page."""
    if stop.is_set() or not await app.store.lease(lease, holder, _LEASE_SECONDS):
        return
    task, pages = asyncio.create_task(work()), app.scanner.pages
    try:
        while not task.done() and not stop.is_set():
            if pages != app.scanner.pages:
                pages = app.scanner.pages
                steady.gets_on()
            waiting = asyncio.create_task(stop.wait())
            await asyncio.wait({task, waiting}, timeout=_RENEWED, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            await app.store.lease(lease, holder, _LEASE_SECONDS)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
