"""Mails to staff: the digest of every organisation when its local time has come, and notices of alarms."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from dsarbot.app import App
from dsarbot.desk.alarms import Alarms
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_send import Sending, send_due
from dsarbot.wiring.alarms import limits
from dsarbot.wiring.digests import digest_desk


async def send_digests(app: App) -> int:
    """Send what is due today and was not sent yet; how many digests were put into the outbox."""
    return await send_due(_desks(app), _sending(app), app.clock())


def alarms_of(app: App, *, changed: Callable[[], None]) -> Alarms:
    """The alarms of all organisations, as of now. *changed*: called when a notice was put into the outbox."""
    return Alarms(
        _desks(app),
        _sending(app, changed),
        limits=limits(app.settings.alarms),
        pause=app.settings.alarms.pause,
        started=app.clock(),
        copies=app.store.id_copies,
    )


def _desks(app: App) -> list[DigestDesk]:
    return [
        digest_desk(app.settings, organisation, app.profiles[key].organisation.legal_name)
        for key, organisation in app.organisations.items()
    ]


def _sending(app: App, changed: Callable[[], None] = lambda: None) -> Sending:
    return Sending(
        store=app.store,
        vault=app.store.vault,
        cases_with_letters=app.store.cases_needing_attention,
        new_id=lambda: secrets.token_hex(16),
        changed=changed,
    )
