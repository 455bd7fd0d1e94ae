"""What people write on the portal, on the road of every other message: kept first, then read (security 3).

A request becomes a message as if they had mailed it, and a case by the intake; what somebody writes behind a link
joins their case in the same way. So acknowledgement, clock, duplicates and everything after it are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final, Literal

from dsarbot.core import orders as o
from dsarbot.core.case import Case
from dsarbot.core.order import Order
from dsarbot.desk.by_hand import keep_mail
from dsarbot.desk.handle import Desk, Settled, Task
from dsarbot.desk.intake import Intake
from dsarbot.desk.mime import mail_address
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.sections import clean
from dsarbot.ports import InboundRow
from dsarbot.reading.mail import content_digest, parse

CHANNEL: Final = "portal"
#: Kinds of proposals that only a form can make: a person looks at the mandate, at the withdrawal.
REPRESENTS: Final = "represents"
WITHDRAWAL: Final = "withdrawal"
_LONGEST_NAME: Final = 100
Role = Literal["self", "agent", "lawyer", "parent", "heir"]
#: The order that makes a kept message part of its case; from its row and its Message-ID.
Joining = Callable[[InboundRow, str], Order]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A filled-in form. rights: slugs as the person chose them, "objection!" for advertising, none for "something
    else"; text: everything they said, in their words; key: of this form, the same when it is sent twice."""

    key: str
    name: str
    address: str
    rights: tuple[str, ...]
    role: Role
    subject: str
    text: str
    at: datetime


async def take_request(desk: Desk, intake: Intake, organisation: Organisation, wanted: Wanted) -> str:
    """The request as a case; its reference. The same form sent twice is one request. TheirInput for an address that no
    mail can be sent to."""
    raw = _message(
        organisation, name=wanted.name, address=wanted.address, subject=wanted.subject, text=wanted.text,
        at=wanted.at, message_id=_message_id(organisation, wanted.key),
    )  # fmt: skip
    if known := await _sent_before(desk, organisation, raw):
        return known.reference
    row = await keep_mail(desk, organisation, raw, received_at=wanted.at, channel=CHANNEL)
    return await intake.take_in(
        row,
        organisation,
        actor="service",
        rights=(),
        asked=_asked(wanted, organisation),
        proposes=(REPRESENTS,) if wanted.role != "self" else (),
    )


async def take_message(
    desk: Desk, intake: Intake, organisation: Organisation, *, address: str, text: str, key: str, reference: str
) -> None:
    """What somebody who is in writes to their case: read as a mail that quotes its reference (security 6-7), so that a
    right it invokes anew gets a case of its own."""
    raw = _message(
        organisation, name="", address=address, subject=reference, text=text, at=desk.clock(),
        message_id=_message_id(organisation, key),
    )  # fmt: skip
    await intake.read_now(await keep_mail(desk, organisation, raw, received_at=desk.clock(), channel=CHANNEL))


async def take_withdrawal(
    desk: Desk, organisation: Organisation, case: Case, *, address: str, text: str, key: str
) -> str:  # fmt: skip
    """Somebody who is in does not want it any more: a message of the case that proposes so (security 6); its id."""
    raw = message(organisation, address=address, subject=case.reference, text=text, at=desk.clock(), key=key)
    return await joined(desk, organisation, case, raw, proposes=(WITHDRAWAL,))


async def joined(desk: Desk, organisation: Organisation, case: Case, raw: bytes, *, proposes: tuple[str, ...]) -> str:
    """What somebody who is in sends becomes a message of their case and moves nothing (security 6); its id. Sent twice,
    it is the message that it was."""

    def order(row: InboundRow, message_id: str) -> Order:
        return o.Join(
            at=row.received_at, actor="service", cause=f"inbound:{row.id}", inbound=row.id,
            received_at=row.received_at, how=CHANNEL, proposes=proposes, message_id=message_id,
        )  # fmt: skip

    return await kept_with(desk, organisation, case, raw, order=order, channel=CHANNEL)


async def kept_with(
    desk: Desk, organisation: Organisation, case: Case, raw: bytes, *, order: Joining, channel: str
) -> str:
    """Kept first, then part of the case by that order; its id, or of the same message that came before."""
    now, mail = desk.clock(), parse(raw)
    message_id, digest = mail.message_id or "", content_digest(mail)
    if known := await desk.store.duplicate_of(organisation.scope, message_id, digest):
        return known
    row = await keep_mail(desk, organisation, raw, received_at=now, channel=channel)
    settled = replace(
        row, state="settled", disposition="case", kind="reply", case=case.id, safe_due=None, settled_at=now
    )
    done = Settled(row=settled, message_id=message_id, content_digest=digest, sender=mail.sender.address)
    task = Task(scope=organisation.scope, case=case.id, thing=order(row, message_id))
    await desk.handle([task], [done], together=True)
    return row.id


def message(
    organisation: Organisation, *, address: str, subject: str, text: str, at: datetime, key: str,
    files: Sequence[tuple[str, str, bytes]] = (), name: str = "",
) -> bytes:  # fmt: skip
    """A message of somebody who is in. files: name, media type and content of each; name: of the sender."""
    made = _made(
        organisation, name=name, address=address, subject=subject, text=text, at=at,
        message_id=_message_id(organisation, key),
    )  # fmt: skip
    for filename, media, content in files:
        kind, _, form = media.partition("/")
        made.add_attachment(content, maintype=kind, subtype=form, filename=filename)
    return made.as_bytes()


def _asked(wanted: Wanted, organisation: Organisation) -> Sequence[o.Asked]:
    """What somebody ticks is certain; who ticks "something else" is read by a person, with the clock running."""
    party, because = organisation.key, ("chosen in the form",)
    return tuple(
        o.Asked(right=each.rstrip("!"), party=party, certain=True, marketing=each.endswith("!"), because=because)
        for each in wanted.rights
    ) or (o.Asked(right="access", party=party, certain=False, because=("something else, in the form",)),)


async def _sent_before(desk: Desk, organisation: Organisation, raw: bytes) -> Case | None:
    """security 7: the same form, with the same words."""
    mail = parse(raw)
    known = await desk.store.duplicate_of(organisation.scope, mail.message_id or "", content_digest(mail))
    row = await desk.store.inbound(organisation.scope, known) if known else None
    return await desk.store.case(organisation.scope, row.case) if row and row.case else None


def _message_id(organisation: Organisation, key: str) -> str:
    """Of nothing that was ever sent: our own letters have another form of it."""
    return f"<portal.{key}@{organisation.envelope_sender.rpartition('@')[2]}>"


def _message(
    organisation: Organisation, *, name: str, address: str, subject: str, text: str, at: datetime, message_id: str
) -> bytes:
    return _made(
        organisation, name=name, address=address, subject=subject, text=text, at=at, message_id=message_id
    ).as_bytes()


def _made(
    organisation: Organisation, *, name: str, address: str, subject: str, text: str, at: datetime, message_id: str
) -> EmailMessage:
    """As if it had come by mail, so that everything that shows and reads a message shows and reads it, too."""
    message = EmailMessage(policy=SMTP)
    local, _, domain = mail_address(address).rpartition("@")
    shown = " ".join(clean(name).split())[:_LONGEST_NAME]
    message["From"] = Address(display_name=shown, username=local, domain=domain)
    message["To"] = organisation.envelope_sender
    message["Subject"] = " ".join(clean(subject).split())
    message["Date"] = at
    message["Message-ID"] = message_id
    message.set_content(clean(text, keep_breaks=True))
    return message
