"""Mails found in a Sent folder: what staff wrote by hand to the person of a case joins its conversation.

Everything else that staff send is not ours to keep: its bytes are destroyed before its row is written, and the row
holds neither address nor Message-ID, not even hashed (docs/decisions/0009-sent-folder.md). So nothing here is ever
held for a person, and what cannot be read is forgotten as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from dsarbot.core.case import UNSENT, Case, LetterStatus
from dsarbot.core.guarding import correspondents
from dsarbot.desk import written
from dsarbot.desk.addressed import organisation_of
from dsarbot.desk.handle import Settled
from dsarbot.desk.inner import is_own
from dsarbot.desk.judging import Around
from dsarbot.desk.mailroom import Read
from dsarbot.desk.routing import Thread, by_message_ids, by_reference
from dsarbot.desk.verdict import Verdict, settle
from dsarbot.ports import InboundRow, Scope, Store
from dsarbot.reading.mail import Mail

#: Channel of a mail that lay in a Sent folder.
SENT: Final = "sent"
#: Kind of a row whose mail concerned no case.
ELSEWHERE: Final = "sent-elsewhere"


async def judge_sent(read: Read, arounds: Sequence[Around]) -> Verdict:
    """What becomes of it for the first organisation of the mailbox that knows it; no other hears of it."""
    # A colleague's answer quotes the person; that makes it no forward.
    read = replace(read, inner=None, others=())
    for around in _writer_first(read, arounds):
        if found := await _known(read, around):
            return found
    return forgotten(read.row, now=arounds[0].now)


def forgotten(row: InboundRow, *, now: datetime) -> Verdict:
    """It concerns no case: nothing of it stays but that a mail was seen."""
    bare = replace(
        row,
        objects=(),
        size=0,
        state="settled",
        disposition="own",
        kind=ELSEWHERE,
        problem="",
        safe_due=None,
        settled_at=now,
    )
    return Verdict(settled=Settled(row=bare, unread=row.state == "kept"), forget=row)


def _writer_first(read: Read, arounds: Sequence[Around]) -> list[Around]:
    """The organisation whose address wrote it is asked first; siblings of a case may know the same message."""
    writer = organisation_of(read.mail.sender.address, arounds[0].box.addresses)

    def distance(around: Around) -> int:
        organisation = around.organisation
        return 0 if organisation.key == writer else 1 if is_own(read.mail.sender, organisation.own_domains) else 2

    return sorted(arounds, key=distance)


async def _known(read: Read, around: Around) -> Verdict | None:
    store, organisation = around.store, around.organisation
    if ours := await store.letter_by_message_id(organisation.scope, read.message_id):
        return _without_bytes(read, around, case=ours[0])
    if original := await store.duplicate_of(organisation.scope, read.message_id, read.digest):
        return _without_bytes(read, around, duplicate=original)
    outside = written.outside(read.mail, organisation)
    if read.delivery.kind != "person" or not outside:
        return None
    thread = await _thread(read, outside, around)
    if thread is None:
        return None
    if _is_our_letter(read.mail, thread.case, outside):
        return _without_bytes(read, around, case=thread.case.id)
    return written.joins(read, thread, organisation, now=around.now)


async def _thread(read: Read, outside: Sequence[str], around: Around) -> Thread | None:
    """Of which case: by the message it answers, by the reference in its subject, by its only recipient."""
    scope, store = around.organisation.scope, around.store
    return (
        await by_message_ids(read.answers, scope, store)
        or await by_reference(read.mail.subject, scope, store, around.prefixes.values())
        or await _by_recipient({each.address.lower() for each in read.mail.to} & set(outside), scope, store)
    )


async def _by_recipient(addresses: Collection[str], scope: Scope, store: Store) -> Thread | None:
    found: dict[str, Case] = {}
    for address in addresses:
        for case_id in await store.by_lookup(scope, "address", address):
            case = await store.case(scope, case_id)
            if case.active and address in correspondents(case):
                found[case.id] = case
    return Thread(case=next(iter(found.values())), how="recipient") if len(found) == 1 else None


def _is_our_letter(mail: Mail, case: Case, outside: Collection[str]) -> bool:
    """A server that files what it relays is quicker than we are: the letter lies in Sent before we know it has left."""
    on_its_way = UNSENT | {LetterStatus.SENT}
    return any(
        letter.status in on_its_way and letter.subject == mail.subject and letter.recipient.lower() in outside
        for letter in case.letters
    )


def _without_bytes(read: Read, around: Around, *, case: str = "", duplicate: str = "") -> Verdict:
    """What lies in the vault already is not kept twice."""
    settled = settle(
        read,
        around.organisation,
        disposition="duplicate" if duplicate else "own",
        now=around.now,
        kind=duplicate,
        case=case,
    )
    return Verdict(settled=replace(settled, row=replace(settled.row, objects=())), forget=read.row)
