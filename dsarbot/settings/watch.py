"""The tables about what must never be silent: alarms inside the service, and the watch outside of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, field_validator

from dsarbot.core.dates import Language
from dsarbot.settings.base import EmailAddress, Key, Line, Table

Minutes = Annotated[int, Field(ge=1, le=10_080)]


class AlarmSettings(Table):
    """[alarms]: how old things may become before the service tells its staff."""

    held_hours: Annotated[int, Field(ge=1, le=240)] = 24
    mailbox_minutes: Minutes = 60
    outbox_minutes: Minutes = 60
    unread_minutes: Minutes = 60
    notice_minutes: Annotated[int, Field(ge=1, le=240)] = 15

    @property
    def pause(self) -> timedelta:
        """The least time between two notices to one person."""
        return timedelta(minutes=self.notice_minutes)


class WatchSettings(Table):
    """[watch]: `dsarbot watch`, which looks at the service from outside."""

    recipients: tuple[EmailAddress, ...]
    sender: Key
    mail_from: EmailAddress
    mail_from_name: Line = "dsarbot watch"
    language: Language | None = None
    again_hours: Annotated[int, Field(ge=1, le=168)] = 6
    service_minutes: Minutes = 10
    loops_minutes: Minutes = 15
    mailbox_minutes: Minutes = 60
    outbox_minutes: Minutes = 120
    timers_minutes: Minutes = 60
    digest_minutes: Minutes = 120

    @field_validator("recipients")
    @classmethod
    def _tells_somebody(cls, recipients: tuple[str, ...]) -> tuple[str, ...]:
        if not recipients:
            raise ValueError("is empty; name at least one address that is read outside of this service")
        return recipients
