"""How other systems are told: one client for all of them, to the hosts of the configuration alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dsarbot.channels import webhooks
from dsarbot.channels.http_client import HttpClient, Reach
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
