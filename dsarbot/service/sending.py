"""The relays of the organisations, where copies of what was sent are filed, and how other systems are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from dsarbot.app import App
from dsarbot.channels.sent import Letter, SentFiler
from dsarbot.channels.smtp import Sender
from dsarbot.channels.smtp_types import Envelope, Outcome
from dsarbot.desk.claims import LEASE_SECONDS
from dsarbot.desk.outbox import Outgoing, Sent
from dsarbot.desk.webhooks import Webhooks
from dsarbot.ports import Job
from dsarbot.wiring.servers import endpoint_of, relay_of

#: security 12: the total SMTP time of one letter stays under half of the claim's lease.
_TIMEOUT = LEASE_SECONDS / 2 - 30
#: A mailbox's session is closed after so long without a letter to file.
_IDLE_SECONDS = 30.0


def webhooks(app: App, holder: str) -> Webhooks:
    """Those of every organisation; their connections end with `outgoing`."""
    tell = app.telling.tell if app.telling else None
    return Webhooks(app.store, app.store.api, tell, clock=app.clock, worker=f"{holder}-webhooks")


@asynccontextmanager
async def outgoing(app: App) -> AsyncIterator[Mapping[str, Outgoing]]:
    """One kept connection per sender and per Sent folder; each organisation's way out by its key."""
    senders = {each.key: Sender(relay_of(each, app.environ, timeout=_TIMEOUT)) for each in app.settings.senders}
    copies = _copies(app)
    try:
        yield {
            each.key: Outgoing(
                send=_send(senders[each.sender]),
                file=copies[each.key].file if each.key in copies else None,
            )
            for each in app.settings.organisations
        }
    finally:
        folders = set(copies.values())
        await asyncio.gather(*(each.close() for each in senders.values()), *(each.close() for each in folders))
        if app.telling is not None:
            await app.telling.close()


def _send(sender: Sender) -> Callable[[Job, bytes], Awaitable[Outcome]]:
    async def send(job: Job, raw: bytes) -> Outcome:
        return await sender.send(
            Envelope(
                sender=job.envelope_sender,
                recipient=job.recipient,
                message=raw,
                message_id=job.message_id,
                ask_dsn=job.kind == "letter" and not job.automatic,
            )
        )

    return send


class Copies:
    """One Sent folder: files batches in a thread, and logs out when nothing was to be filed for a while."""

    def __init__(self, filer: SentFiler, *, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._filer = filer
        self._idle_seconds = idle_seconds
        self._closer: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None

    async def file(self, copies: Sequence[Sent]) -> None:
        """NotFiled names those that the folder refused; any other ChannelDown: not all of them lie there now."""
        self._stay_open()
        letters = [Letter(message=raw, message_id=job.message_id, at=at) for job, raw, at in copies]
        try:
            await asyncio.to_thread(self._filer.file_many, letters)
        finally:
            self._closer = asyncio.get_running_loop().call_later(self._idle_seconds, self._start_closing)

    async def close(self) -> None:
        self._stay_open()
        await asyncio.to_thread(self._filer.close)

    def _stay_open(self) -> None:
        if self._closer is not None:
            self._closer.cancel()
            self._closer = None

    def _start_closing(self) -> None:
        self._closing = asyncio.get_running_loop().create_task(asyncio.to_thread(self._filer.close))


def _copies(app: App) -> dict[str, Copies]:
    """By organisation; those that share a folder of a mailbox share its session."""
    found: dict[str, Copies] = {}
    shared: dict[tuple[str, str | None], Copies] = {}
    for each in app.settings.organisations:
        if place := app.settings.sent_folder(each):
            mailbox, folder = place
            if (mailbox.key, folder) not in shared:
                filer = SentFiler(endpoint=endpoint_of(mailbox, app.environ), folder=folder)
                shared[mailbox.key, folder] = Copies(filer)
            found[each.key] = shared[mailbox.key, folder]
    return found
