"""A mail that one of us wrote to the person of a case, wherever it was found: in a Sent folder, or as a copy to
ourselves in the mailbox. It becomes part of the conversation as something that left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from dsarbot.core.case import Case
from dsarbot.core.facts_by_hand import StaffWrote
from dsarbot.core.guarding import correspondents
from dsarbot.desk.handle import Task
from dsarbot.desk.inner import is_own
from dsarbot.desk.mailroom import Read
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import Thread
from dsarbot.desk.verdict import Verdict, settle
from dsarbot.reading.addresses import Address, parse_addresses
from dsarbot.reading.mail import Mail

#: Kind of a row whose mail staff wrote to a person.
BY_HAND: Final = "by-hand"
#: By how much the clock of a mail program may be wrong before its date is not believed.
_WRONG_CLOCK: Final = timedelta(minutes=10)


def to_the_person(read: Read, case: Case, organisation: Organisation) -> bool:
    """Whether a colleague wrote to the person, and not about them: then this is a copy, and no request."""
    mine = not _is_out(read.mail.sender, organisation) and bool(read.mail.sender.address)
    return mine and not correspondents(case).isdisjoint(outside(read.mail, organisation))


def outside(mail: Mail, organisation: Organisation) -> tuple[str, ...]:
    """Its recipients that are not of the house, in small letters, those in To first."""
    blind = (one for value in mail.headers.raw("bcc") for one in parse_addresses(value))
    return tuple(
        dict.fromkeys(each.address.lower() for each in (*mail.to, *mail.cc, *blind) if _is_out(each, organisation))
    )


def _is_out(address: Address, organisation: Organisation) -> bool:
    known = is_own(address, organisation.own_domains) or address.address.lower() in organisation.staff
    return bool(address.address) and not known


def joins(read: Read, thread: Thread, organisation: Organisation, *, now: datetime) -> Verdict:
    """It changes no clock and answers no claim; whether it did, the case asks a person."""
    # What it quotes of the person makes it no forward.
    read = replace(read, inner=None, others=())
    known, others = correspondents(thread.case), outside(read.mail, organisation)
    wrote = StaffWrote(
        at=now,
        actor="service",
        cause=f"inbound:{read.row.id}",
        inbound=read.row.id,
        sent_at=sent_at(read, now),
        how=thread.how,
        recipient=next((each for each in others if each in known), others[0]),
        message_id=read.message_id,
    )
    settled = settle(read, organisation, disposition="case", now=now, kind=BY_HAND, case=thread.case.id)
    task = Task(scope=organisation.scope, case=thread.case.id, thing=wrote)
    return Verdict(settled=settled, tasks=(task,))


def sent_at(read: Read, now: datetime) -> datetime:
    """When it left, as evidence: the later of the folder's date and the mail's own, never one that is still to come.

    Of two dates the later one favours the person: an answer is never taken for earlier than it was."""
    filed, written = min(read.row.received_at, now), read.mail.date
    return filed if written is None or written > filed + _WRONG_CLOCK else max(filed, min(written, now))
