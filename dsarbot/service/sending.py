"""The relays of the organisations, and where copies of what was sent are filed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from dsarbot.app import App
from dsarbot.channels.endpoint import Endpoint
from dsarbot.channels.sent import SentFiler
from dsarbot.channels.smtp import Sender
from dsarbot.channels.smtp_types import Envelope, Outcome, Relay
from dsarbot.desk.outbox import LEASE_SECONDS, Outgoing, Sent
from dsarbot.ports import Job
from dsarbot.settings.mail import MailboxSettings, SenderSettings
from dsarbot.settings.secrets import SecretSource

#: security 12: the total SMTP time of one letter stays under half of the claim's lease.
_TIMEOUT = LEASE_SECONDS / 2 - 30


@asynccontextmanager
async def outgoing(app: App) -> AsyncIterator[Mapping[str, Outgoing]]:
    """One kept connection per sender; each organisation's way out by its key."""
    senders = {each.key: Sender(relay_of(each, app.environ)) for each in app.settings.senders}
    try:
        yield {
            each.key: Outgoing(send=_send(senders[each.sender]), file=_file(app, each.key))
            for each in app.settings.organisations
        }
    finally:
        await asyncio.gather(*(sender.close() for sender in senders.values()))


def relay_of(settings: SenderSettings, environ: Mapping[str, str]) -> Relay:
    """The relay as the channel wants it; its secret is read at each log-in."""
    return Relay(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        secret=_secret(settings.credentials, environ) if settings.user else None,
        ca_file=settings.ca_file,
        auth=settings.auth,
        timeout=_TIMEOUT,
    )


def endpoint_of(settings: MailboxSettings, environ: Mapping[str, str]) -> Endpoint:
    """The mailbox's server as the channel wants it; its secret is read at each log-in."""
    return Endpoint(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        secret=_secret(settings.credentials, environ),
        ca_file=settings.ca_file,
        auth=settings.auth,
    )


def _secret(source: SecretSource | None, environ: Mapping[str, str]) -> Callable[[], str]:
    return lambda: source.read(environ).get_secret_value() if source else ""


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


def _file(app: App, key: str) -> Callable[[Sequence[Sent]], Awaitable[None]] | None:
    found = app.settings.sent_folder(app.settings.organisation(key))
    if found is None:
        return None
    mailbox, folder = found
    filer = SentFiler(endpoint=endpoint_of(mailbox, app.environ), folder=folder)

    async def file(copies: Sequence[Sent]) -> None:
        for job, raw, at in copies:
            await asyncio.to_thread(filer.file, raw, job.message_id, at)

    return file
