"""For which organisations a mail is, and to which case it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dsarbot.core.case import Case
from dsarbot.core.reference import is_valid
from dsarbot.desk.mailroom import MailboxInfo, Read
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import Scope, Store
from dsarbot.reading.replies import find_references

#: practice 2: an old exchange is over; whoever writes again begins anew.
_FRESH = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Thread:
    """The case a mail belongs to, and how that is known."""

    case: Case
    how: str


def organisations_for(read: Read, box: MailboxInfo) -> tuple[str, ...]:
    """Keys of the organisations addressed: the only candidate, or those whose address stands in To or Cc."""
    if len(box.organisations) == 1:
        return box.organisations
    # RFC 5321 2.4 lets a local part depend on case; nobody's mail server does, and people write DPO@ and dpo@.
    named = [box.addresses.get(each.address.lower()) for each in (*read.mail.to, *read.mail.cc)]
    return tuple(dict.fromkeys(key for key in named if key in box.organisations))


async def find_thread(
    read: Read, organisation: Organisation, store: Store, *, now: datetime, prefixes: Mapping[str, str]
) -> Thread | None:
    """By our Message-IDs, by the person's own, by reference, by sender; the order is from sure to likely."""
    scope = organisation.scope
    for message_id in (*read.mail.in_reply_to, *reversed(read.mail.references)):
        if letter := await store.letter_by_message_id(scope, message_id):
            return Thread(case=await store.case(scope, letter[0]), how="reply")
        if cases := await store.by_lookup(scope, "message-id", message_id):
            return Thread(case=await store.case(scope, cases[0]), how="thread")
    text = f"{read.mail.subject}\n{read.mail.text}"
    for reference in find_references(text, prefixes=set(prefixes.values()), check=is_valid):
        if case_id := await store.by_reference(scope, reference):
            return Thread(case=await store.case(scope, case_id), how="reference")
    return await _by_sender(read, scope, store, now=now, own_domains=organisation.own_domains)


async def _by_sender(
    read: Read, scope: Scope, store: Store, *, now: datetime, own_domains: frozenset[str]
) -> Thread | None:
    """practice 2: only the person of a single open case, with no new right invoked, within 30 days."""
    if not read.sender or read.domain in own_domains or read.invokes_right:
        return None
    known = [await store.case(scope, each) for each in await store.by_lookup(scope, "address", read.sender)]
    mine = [case for case in known if case.active and is_party(read, case)]
    if len(mine) != 1 or len({case.person.name for case in known}) > 1:
        return None
    last = max(joined.received_at for joined in mine[0].inbounds)
    return Thread(case=mine[0], how="sender") if now - last <= _FRESH else None


def is_party(read: Read, case: Case) -> bool:
    """security 7: whether the sender is somebody of that case."""
    return bool(read.sender) and read.sender.lower() == case.person.address.lower()
