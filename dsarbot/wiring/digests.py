"""From the configuration to who reads the digest, when, and whom it may name. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.config import Settings
from dsarbot.desk import mime
from dsarbot.desk.digest_desk import Colleague, DigestDesk, Watched
from dsarbot.desk.digest_facts import Digest
from dsarbot.desk.organisation import Organisation
from dsarbot.settings.mail import MailboxSettings
from dsarbot.settings.organisations import StaffSettings

_SOME_ROUNDS: Final = timedelta(minutes=15)


def digest_desk(settings: Settings, organisation: Organisation, name: str) -> DigestDesk:
    """The digest of one organisation. name: as its readers know it, for the head of the page."""
    own = settings.organisation(organisation.key)
    zone = own.digest.zone or organisation.rules.jurisdiction.zone
    language = own.digest.language or settings.service.language
    boxes = tuple(each for each in settings.mailboxes if own.key in each.organisations)

    def compose(digest: Digest, address: str, message_id: str, now: datetime) -> bytes:
        return mime.build_notice(
            sender_name=own.mail_from_name,
            sender=own.mail_from,
            recipient=address,
            subject=digest.subject,
            text=digest.text,
            html=digest.html,
            message_id=message_id,
            date=now.astimezone(ZoneInfo(zone)),
            language=language,
        )

    return DigestDesk(
        organisation=organisation,
        name=name,
        zone=zone,
        at=own.digest.local_time,
        language=language,
        owner=own.owner,
        deputy=own.deputy or "",
        escalation=own.escalation or "",
        compose=compose,
        recipients=own.digest.recipients,
        colleagues={each.key: colleague(each, own.key) for each in settings.staff},
        names="names" if own.digest.names_in_digest else "initials",
        mailboxes=tuple(each.key for each in boxes),
        watched=watched(boxes),
    )


def colleague(person: StaffSettings, organisation: str) -> Colleague:
    """A member of staff as the digest of that organisation sees them."""
    return Colleague(
        key=person.key,
        name=person.name,
        address=person.email or "",
        active=person.active,
        serves=organisation in person.organisations,
        absences=tuple((each.first, each.last) for each in person.absences),
    )


def watched(boxes: tuple[MailboxSettings, ...]) -> tuple[Watched, ...]:
    """The parts of the service a digest reports on, by the names of their beats."""
    return (
        Watched(kind="service", beat="service", limit=_SOME_ROUNDS),
        *(
            # A mailbox gives a sign of life after each round of watching, that is at least every poll_seconds.
            Watched(
                kind="mailbox",
                name=each.key,
                beat=f"mailbox:{each.key}",
                limit=max(_SOME_ROUNDS, 3 * timedelta(seconds=each.poll_seconds)),
            )
            for each in boxes
        ),
    )
