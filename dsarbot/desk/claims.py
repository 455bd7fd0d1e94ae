"""Claims on jobs of the outbox, in whatever round they are carried out: renewed meanwhile, tried again with pauses."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from dsarbot.errors import StoreProblem
from dsarbot.ports import Claimed, Store

log = logging.getLogger(__name__)

#: The longest that one round goes on with what it has claimed.
LEASE_SECONDS: Final = 300
HALF_A_LEASE: Final = timedelta(seconds=LEASE_SECONDS / 2)
#: A claim ends so soon after its process has died; a living one renews it all the time.
CLAIM_SECONDS: Final = 45
_RENEW_SECONDS: Final = 15
#: How many jobs one round takes up.
ROUND: Final = 200
#: RFC 5321 4.5.4.1: retries over days. practice 16: a queue that gives up after five days says so before that.
_PAUSES: Final = (60, 300, 900, 3600, 3600, 10_800, 21_600)
GIVE_UP: Final = timedelta(days=5)


def pause(claimed: Claimed) -> timedelta:
    """Until the next try: the longer, the more there were."""
    return timedelta(seconds=_PAUSES[min(claimed.attempts, len(_PAUSES)) - 1])


@contextlib.asynccontextmanager
async def renewed(store: Store, worker: str) -> AsyncIterator[None]:
    """The claims of this worker do not end while it is at work."""
    done = asyncio.Event()
    renewing = asyncio.create_task(_renew(store, worker, done))
    try:
        yield
    finally:
        done.set()
        await renewing


async def _renew(store: Store, worker: str, done: asyncio.Event) -> None:
    while not done.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_RENEW_SECONDS):
                await done.wait()
                return
        try:
            await store.renew_claims(worker, CLAIM_SECONDS)
        except StoreProblem as why:
            # The round itself meets the same trouble; without renewal its claims end by themselves.
            log.warning("Claims were not renewed: %s", type(why).__name__, extra={"action": "claims_not_renewed"})
