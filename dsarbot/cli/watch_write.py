"""The mail of `dsarbot watch`, by a hand-over of its own: the outbox of the service may be what is sick."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.channels.smtp import Sender
from dsarbot.channels.smtp_types import Envelope
from dsarbot.config import Settings
from dsarbot.core.watch import Report
from dsarbot.desk import mime
from dsarbot.desk.watch_mail import watch_mail
from dsarbot.errors import ConfigError
from dsarbot.profiles import load_profiles
from dsarbot.settings.watch import WatchSettings
from dsarbot.wiring.servers import relay_of
from dsarbot.wiring.watch import zone_of

#: Seconds for one hand-over: cron must not pile up processes behind a relay that hangs.
_PATIENCE: Final = 60.0


async def write(
    settings: Settings, watch: WatchSettings, environ: Mapping[str, str], told: Report, *, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write to each recipient; the addresses that have it, and how it failed for the others."""
    first = settings.organisations[0]
    profiles = load_profiles((first,), settings.service.profiles_dir)
    language, zone = watch.language or settings.service.language, zone_of(first, profiles[first.key])
    page = watch_mail(told, language, zone, now)
    sender = Sender(relay_of(settings.sender(watch.sender), environ, timeout=_PATIENCE))
    written: list[str] = []
    failed: list[str] = []
    try:
        for address in dict.fromkeys(watch.recipients):
            message_id = mime.new_message_id(secrets.token_bytes(16), watch.mail_from.rpartition("@")[2])
            raw = mime.build_notice(
                sender_name=watch.mail_from_name,
                sender=watch.mail_from,
                recipient=address,
                subject=page.subject,
                text=page.text,
                html=page.html,
                message_id=message_id,
                date=now.astimezone(ZoneInfo(zone)),
                language=language,
            )
            envelope = Envelope(sender=watch.mail_from, recipient=address, message=raw, message_id=message_id)
            try:
                outcome = await sender.send(envelope)
            except ConfigError as why:
                failed.append(f"{address}: {'; '.join(why.problems)}")
                continue
            if outcome.kind == "accepted":
                written.append(address)
            else:
                failed.append(f"{address}: {outcome.kind} {outcome.code or ''} {outcome.slug}".strip())
    finally:
        await sender.close()
    return tuple(written), tuple(failed)
