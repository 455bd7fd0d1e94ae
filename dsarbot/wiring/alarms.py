"""From the configuration to the alarms of the service. Pure."""

from __future__ import annotations

from datetime import timedelta

from dsarbot.desk.alarms_causes import Limits
from dsarbot.settings.watch import AlarmSettings


def limits(settings: AlarmSettings) -> Limits:
    """How old things may become before somebody must hear of it."""
    return Limits(
        held=timedelta(hours=settings.held_hours),
        mailbox=timedelta(minutes=settings.mailbox_minutes),
        outbox=timedelta(minutes=settings.outbox_minutes),
        unread=timedelta(minutes=settings.unread_minutes),
    )
