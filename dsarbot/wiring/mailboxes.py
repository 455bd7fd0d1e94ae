"""What reading needs to know of each mailbox."""

from __future__ import annotations

from dsarbot.desk.mailroom import MailboxInfo
from dsarbot.settings.mail import MailboxSettings


def mailbox_info(settings: MailboxSettings) -> MailboxInfo:
    """What reading needs to know of a mailbox."""
    return MailboxInfo(
        key=settings.key,
        organisations=settings.organisations,
        addresses={written.lower(): key for written, key in settings.addresses.items()},
        authserv_id=settings.authserv_id,
        own_hosts=settings.own_hosts,
        aside=frozenset({*settings.watch, *settings.junk}),
        scan_senders=frozenset(each.lower() for each in settings.scan_senders),
    )
