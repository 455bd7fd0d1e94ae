"""The digest of every organisation, when its local time has come."""

from __future__ import annotations

from dsarbot.app import App


async def send_digests(app: App) -> int:
    """Send what is due today and was not sent yet; how many digests were put into the outbox."""
    del app
    return 0
