"""The digest of every organisation, when its local time has come."""

from __future__ import annotations

import secrets

from dsarbot.app import App
from dsarbot.desk.digest_send import Sending, send_due
from dsarbot.wiring.digests import digest_desk


async def send_digests(app: App) -> int:
    """Send what is due today and was not sent yet; how many digests were put into the outbox."""
    desks = [
        digest_desk(app.settings, organisation, app.profiles[key].organisation.legal_name)
        for key, organisation in app.organisations.items()
    ]
    sending = Sending(
        store=app.store,
        vault=app.store.vault,
        cases_with_letters=app.store.cases_needing_attention,
        new_id=lambda: secrets.token_hex(16),
    )
    return await send_due(desks, sending, app.clock())
