"""How other systems are told: one client for all of them, to the hosts of the configuration alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from dsarbot.channels import webhooks
from dsarbot.channels.http_client import HttpClient, Reach, Refused, demand_allowed
from dsarbot.core.webhooks import SECRET_BYTES, EventKind, Hook
from dsarbot.errors import NotAllowed
from dsarbot.ports import Job
from dsarbot.settings.api import ApiSettings
from dsarbot.store.api import Api


def reach_of(settings: ApiSettings) -> Reach:
    """Where the client may go."""
    return Reach(
        hosts=frozenset(settings.webhook_hosts),
        private=settings.webhook_private_addresses,
        ca_file=settings.webhook_ca_file,
    )


def new_hook(
    settings: ApiSettings, *, organisation: str, url: str, events: Collection[EventKind], by: str, now: datetime
) -> Hook:
    """A webhook to an address that the configuration allows; NotAllowed for any other."""
    try:
        demand_allowed(url, reach_of(settings))
    except Refused as why:
        raise NotAllowed(why.slug, _WHY[why.slug]) from None
    return Hook(
        id=secrets.token_hex(8),
        organisation=organisation,
        url=url,
        secret=secrets.token_hex(SECRET_BYTES),
        events=frozenset(events),
        made_at=now,
        by=by,
    )


_WHY: Final = {
    "not-https": "Webhooks go by https alone.",
    "no-address": "That is no address for a webhook; leave out user, password and fragment.",
    "host-not-allowed": "The configuration does not allow that host: webhook_hosts of [api].",
}


class Telling:
    """Delivers the event of a job to the system that the job names."""

    def __init__(self, settings: ApiSettings, api: Api, clock: Callable[[], datetime]) -> None:
        self._client = HttpClient(reach_of(settings))
        self._api = api
        self._clock = clock

    async def tell(self, job: Job) -> webhooks.Told | None:
        """One delivery; None when nobody waits for it any more."""
        hook = await self._api.hook(job.scope, job.recipient)
        event = await self._api.event(job.scope, job.object)
        if hook is None or event is None:
            return None
        return await webhooks.tell(self._client, hook, event, self._clock())

    async def close(self) -> None:
        """The end of its connections."""
        await self._client.close()
